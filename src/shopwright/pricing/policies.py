"""Policies: which rule, limits and governance hold for which products. The most specific scope decides.

A tenant without a policy of its own for the whole shop follows DEFAULT_RULES: proposals only, nothing by itself.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec

from shopwright.kit.errors import Conflict, Invalid, NotFound
from shopwright.kit.events import Event
from shopwright.pricing.breaker import BreakerRules
from shopwright.pricing.comparability import Comparability
from shopwright.pricing.governance import Governance, Scope
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.rule_based import RuleSettings
from shopwright.pricing.strategies.selection import Chosen
from shopwright.pricing.strategy_settings import ExplorationRules, MlRules, Mode, ProfitRules, WithoutResponse
from shopwright.pricing.wars import BrakeRules

AUTOMATIC: Final = "automatic"
"""Each product gets the most demanding strategy that is warranted by what is known of it."""
STRATEGIES: Final = (*(one.value for one in Chosen), AUTOMATIC)
"""The strategies by the name that policies use."""


class PolicyNotFound(NotFound):
    """No such policy in this shop."""

    code = "policy_not_found"


class ScopeTaken(Conflict):
    """Another policy covers exactly this scope already."""

    code = "policy_scope_taken"
    action = "Change the policy that is there."


class InvalidPolicy(Invalid):
    """The content of a policy cannot be read."""

    code = "invalid_policy"


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """All that a policy says. The circuit breaker and the brake count in the policy of the whole shop only.

    `rule`, `profit`, `ml` and `exploration` are the settings of the strategies; `without_response` is what becomes of
    products that `profit_maximization` and `ml_model` know too little of. Prices of a policy in shadow are never proposed:
    they are written down beside what happens.
    """

    rule: RuleSettings = field(default_factory=RuleSettings)
    profit: ProfitRules = field(default_factory=ProfitRules)
    ml: MlRules = field(default_factory=MlRules)
    exploration: ExplorationRules = field(default_factory=ExplorationRules)
    without_response: WithoutResponse = WithoutResponse.HOLD
    mode: Mode = Mode.LIVE
    guardrails: Guardrails = field(default_factory=Guardrails)
    comparability: Comparability = field(default_factory=Comparability)
    governance: Governance = field(default_factory=Governance)
    breaker: BreakerRules = field(default_factory=BreakerRules)
    brake: BrakeRules = field(default_factory=BrakeRules)

    @classmethod
    def read(cls, content: dict[str, Any]) -> "PolicyRules":
        """Read the JSON form. Raises InvalidPolicy, or the error of the part that cannot be meant as it is written."""
        try:
            return msgspec.convert(content, cls, strict=False)
        except msgspec.ValidationError as error:
            raise InvalidPolicy(f"The policy cannot be read: {error}.", found=str(error), **_place(error)) from error

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        content: dict[str, Any] = msgspec.to_builtins(self, enc_hook=str)
        return content


def _place(error: msgspec.ValidationError) -> dict[str, Any]:
    """Return the setting that an error is about, as `field`, if it is about one: `at `$.rule.cover_steps[0]``."""
    found = re.search(r"`\$\.\w+\.(\w+)", str(error))
    return {"field": found[1]} if found else {}


DEFAULT_RULES: Final = PolicyRules()


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. `id` is None for the built-in one."""

    id: UUID | None
    name: str
    scope: Scope
    strategy: str
    rules: PolicyRules
    enabled: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Control:
    """The kill switch: while halted no price is proposed or applied."""

    halted: bool = False
    reason: str | None = None
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class PolicyCreated(Event, name="pricing.policy_created", subject="pricing_policy"):
    """A policy was added; `after` holds it whole."""


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event, name="pricing.policy_changed", subject="pricing_policy"):
    """A policy was changed; old and new content are kept."""


@dataclass(frozen=True, kw_only=True)
class PolicyDeleted(Event, name="pricing.policy_deleted", subject="pricing_policy"):
    """A policy was deleted; `before` holds it whole."""
