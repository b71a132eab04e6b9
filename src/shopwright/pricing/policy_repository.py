"""Policies, the kill switch and runs in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shopwright.infra.db import UnitOfWork
from shopwright.pricing.governance import Scope, ScopeKind
from shopwright.pricing.policies import Control, Policy, PolicyNotFound, PolicyRules, ScopeTaken

_COLUMNS = "id, name, scope_kind, scope_value, strategy, content, enabled, version"


@dataclass(frozen=True, slots=True)
class Run:
    """One repricing run: what started it, how it ended, and how many products had each outcome."""

    id: UUID
    trigger: str
    state: str
    halt_reason: str | None
    counts: dict[str, int]
    started_at: datetime
    finished_at: datetime


class PolicyRepository:
    """Policies of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_all(self, *, enabled_only: bool = False) -> list[Policy]:
        """Return the policies, from the whole shop down to single SKUs."""
        rows = await self._unit.connection.fetch(
            f"""select {_COLUMNS} from pricing_policy
                 where tenant_id = $1 and (enabled or not $2)
                 order by array_position(array['tenant', 'category', 'brand', 'sku'], scope_kind), scope_value""",
            self._unit.tenant,
            enabled_only,
        )
        return [_policy(row) for row in rows]

    async def get(self, policy_id: UUID, *, locked: bool = False) -> Policy:
        """Return one policy. Raises PolicyNotFound."""
        lock = "for update" if locked else ""
        row = await self._unit.connection.fetchrow(
            f"select {_COLUMNS} from pricing_policy where tenant_id = $1 and id = $2 {lock}",
            self._unit.tenant,
            policy_id,
        )
        if row is None:
            raise PolicyNotFound("There is no such policy.", id=str(policy_id))
        return _policy(row)

    async def add(self, policy: Policy) -> None:
        """Insert a policy. Raises ScopeTaken."""
        try:
            async with self._unit.savepoint():
                await self._unit.connection.execute(
                    """insert into pricing_policy
                         (tenant_id, id, name, scope_kind, scope_value, strategy, content, enabled)
                       values ($1, $2, $3, $4, $5, $6, $7, $8)""",
                    self._unit.tenant,
                    policy.id,
                    policy.name,
                    policy.scope.kind.value,
                    policy.scope.value,
                    policy.strategy,
                    policy.rules.as_json(),
                    policy.enabled,
                )
        except asyncpg.UniqueViolationError:
            raise ScopeTaken("Another policy has this scope.", scope=policy.scope.kind.value) from None

    async def save(self, policy: Policy) -> None:
        """Write name, strategy, content and state of a policy that was read locked.

        Raises ScopeTaken where its mode is now that of another policy with its scope.
        """
        try:
            async with self._unit.savepoint():
                await self._unit.connection.execute(
                    """update pricing_policy set name = $3, strategy = $4, content = $5, enabled = $6, version = $7,
                              updated_at = $8
                        where tenant_id = $1 and id = $2""",
                    self._unit.tenant,
                    policy.id,
                    policy.name,
                    policy.strategy,
                    policy.rules.as_json(),
                    policy.enabled,
                    policy.version,
                    self._unit.clock.now(),
                )
        except asyncpg.UniqueViolationError:
            raise ScopeTaken("Another policy has this scope.", scope=policy.scope.kind.value) from None

    async def delete(self, policy_id: UUID) -> None:
        """Remove a policy."""
        await self._unit.connection.execute(
            "delete from pricing_policy where tenant_id = $1 and id = $2", self._unit.tenant, policy_id
        )

    async def control(self, *, locked: bool = True) -> Control:
        """Return the state of the kill switch, under a lock that setting it waits for unless it is only shown."""
        lock = "for share" if locked else ""
        row = await self._unit.connection.fetchrow(
            f"select halted, reason, version from pricing_control where tenant_id = $1 {lock}", self._unit.tenant
        )
        return Control() if row is None else Control(row["halted"], row["reason"], row["version"])

    async def set_control(self, control: Control, by: UUID | None) -> None:
        """Set the kill switch."""
        await self._unit.connection.execute(
            """insert into pricing_control (tenant_id, halted, reason, changed_by, changed_at) values ($1, $2, $3, $4, $5)
               on conflict (tenant_id) do update set halted = excluded.halted, reason = excluded.reason,
                 changed_by = excluded.changed_by, changed_at = excluded.changed_at,
                 version = pricing_control.version + 1""",
            self._unit.tenant,
            control.halted,
            control.reason,
            by,
            self._unit.clock.now(),
        )

    async def add_run(self, run: Run) -> None:
        """Keep the record of a run."""
        await self._unit.connection.execute(
            """insert into pricing_run (tenant_id, id, trigger, state, halt_reason, counts, started_at, finished_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8)""",
            self._unit.tenant,
            run.id,
            run.trigger,
            run.state,
            run.halt_reason,
            run.counts,
            run.started_at,
            run.finished_at,
        )

    async def list_runs(self, after: UUID | None, limit: int) -> Sequence[Run]:
        """Return runs, newest first, behind the one with id `after`."""
        rows = await self._unit.connection.fetch(
            """select id, trigger, state, halt_reason, counts, started_at, finished_at from pricing_run
                where tenant_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3""",
            self._unit.tenant,
            after,
            limit,
        )
        return [Run(**dict(row)) for row in rows]


def _policy(row: Any) -> Policy:
    return Policy(
        id=row["id"],
        name=row["name"],
        scope=Scope(ScopeKind(row["scope_kind"]), row["scope_value"]),
        strategy=row["strategy"],
        rules=PolicyRules.read(row["content"]),
        enabled=row["enabled"],
        version=row["version"],
    )
