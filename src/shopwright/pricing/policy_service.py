"""Use cases of policies and of the kill switch."""

from dataclasses import replace
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.ids import new_id
from shopwright.pricing.governance import Scope
from shopwright.pricing.policies import (
    STRATEGIES,
    Control,
    InvalidPolicy,
    Policy,
    PolicyChanged,
    PolicyCreated,
    PolicyDeleted,
    PolicyRules,
)
from shopwright.pricing.policy_repository import PolicyRepository
from shopwright.pricing.proposals import PricingHaltChanged


class PolicyService:
    """Policies of one tenant, and the switch that stops all pricing."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._policies = PolicyRepository(unit)

    async def list_policies(self) -> list[Policy]:
        """Return all policies, from the whole shop down to single SKUs."""
        return await self._policies.list_all()

    async def get_policy(self, policy_id: UUID) -> Policy:
        """Return one policy. Raises PolicyNotFound."""
        return await self._policies.get(policy_id)

    async def create(self, name: str, scope: Scope, strategy: str, rules: PolicyRules) -> Policy:
        """Add a policy. Raises ScopeTaken, InvalidPolicy for a strategy that is not known."""
        check_strategy(strategy)
        policy = Policy(new_id(self._unit.tenant, self._unit.clock.now()), name, scope, strategy, rules)
        await self._policies.add(policy)
        self._unit.publish(PolicyCreated(subject_id=str(policy.id), after=_content(policy)))
        return policy

    async def change(
        self, policy_id: UUID, name: str, strategy: str, rules: PolicyRules, *, enabled: bool, version: int | None
    ) -> Policy:
        """Replace what a policy says; its scope stays.

        Raises PolicyNotFound, ChangedSinceRead, InvalidPolicy, ScopeTaken.
        """
        check_strategy(strategy)
        before = await self._locked(policy_id, version)
        after = replace(before, name=name, strategy=strategy, rules=rules, enabled=enabled, version=before.version + 1)
        await self._policies.save(after)
        self._unit.publish(PolicyChanged(subject_id=str(policy_id), before=_content(before), after=_content(after)))
        return after

    async def delete(self, policy_id: UUID, version: int | None) -> None:
        """Remove a policy; the next broader one covers its products. Raises PolicyNotFound, ChangedSinceRead."""
        policy = await self._locked(policy_id, version)
        await self._policies.delete(policy_id)
        self._unit.publish(PolicyDeleted(subject_id=str(policy_id), before=_content(policy)))

    async def get_control(self) -> Control:
        """Return the state of the kill switch."""
        return await self._policies.control(locked=False)

    async def set_halted(self, member: UUID | None, *, halted: bool, reason: str) -> Control:
        """Set or release the kill switch, with the reason. Setting it twice changes only the reason."""
        before = await self._policies.control()
        control = Control(halted, reason, before.version + 1)
        await self._policies.set_control(control, member)
        self._unit.publish(
            PricingHaltChanged(
                subject_id=str(self._unit.tenant),
                halted=halted,
                reason=reason,
                before={"halted": before.halted, "reason": before.reason},
                after={"halted": halted, "reason": reason},
            )
        )
        return control

    async def _locked(self, policy_id: UUID, version: int | None) -> Policy:
        policy = await self._policies.get(policy_id, locked=True)
        if version is not None and version != policy.version:
            raise ChangedSinceRead("The policy was changed since you read it.", expected=version, found=policy.version)
        return policy


def check_strategy(strategy: str) -> None:
    """Raise InvalidPolicy for a strategy that is not known."""
    if strategy not in STRATEGIES:
        raise InvalidPolicy(f"There is no strategy {strategy!r}.", found=strategy, known=sorted(STRATEGIES))


def _content(policy: Policy) -> dict[str, object]:
    return {
        "name": policy.name,
        "scope": policy.scope.kind.value,
        "scope_value": policy.scope.value,
        "strategy": policy.strategy,
        "rules": policy.rules.as_json(),
        "enabled": policy.enabled,
    }
