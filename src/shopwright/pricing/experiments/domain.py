"""An experiment: its states, what each may become, what happens to it. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shopwright.kit.errors import Conflict, Insufficient, NotFound
from shopwright.kit.events import Event
from shopwright.pricing.experiments.protocol import Arm, InvalidProtocol, Protocol


class ExperimentNotFound(NotFound):
    """No such experiment in this shop."""

    code = "experiment_not_found"


class WrongExperimentState(Conflict):
    """The experiment is in a state in which this cannot be done."""

    code = "wrong_experiment_state"


class ProductsTaken(Conflict):
    """Products are in another experiment that runs."""

    code = "products_in_experiment"
    action = "Wait for the other experiment, stop it, or choose other products."


class TooFewCells(Insufficient):
    """There are too few clusters or pairs of blocks to tell a difference from chance."""

    code = "experiment_too_small"
    action = "Choose more products, smaller clusters, or a switchback that takes longer."


class State(StrEnum):
    """What an experiment is at. Only a running one has a say in prices."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Two ways to price: each arm is a policy, or None where present prices stay. Raises InvalidProtocol if they are equal.

    `category` and `brand` choose the products, None all. `started_on` is the first business day of the arms' prices. `report`
    is the newest one, as JSON.
    """

    id: UUID
    name: str
    protocol: Protocol
    seed: int
    created_at: datetime
    state: State = State.DRAFT
    category: str | None = None
    brand: str | None = None
    control_policy: UUID | None = None
    treatment_policy: UUID | None = None
    currency: str | None = None
    started_on: date | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    report: dict[str, Any] | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if self.control_policy == self.treatment_policy:
            raise InvalidProtocol("The arms have one and the same policy.", field="treatment_policy")

    def policy_of(self, arm: Arm) -> UUID | None:
        """Return the policy of an arm, None where present prices stay."""
        return self.treatment_policy if arm is Arm.TREATMENT else self.control_policy

    def started(self, currency: str, on: date) -> "Experiment":
        """Return it running from a day on. Raises WrongExperimentState."""
        self._must_be(State.DRAFT)
        return replace(self, state=State.RUNNING, currency=currency, started_on=on, version=self.version + 1)

    def ended(self, state: State, at: datetime, reason: str) -> "Experiment":
        """Return it stopped or finished. Raises WrongExperimentState."""
        self._must_be(State.RUNNING)
        return replace(self, state=state, ended_at=at, end_reason=reason, version=self.version + 1)

    def _must_be(self, state: State) -> None:
        if self.state is not state:
            raise WrongExperimentState(
                f"The experiment is {self.state.value}, not {state.value}.", found=self.state.value, needed=state.value
            )


@dataclass(frozen=True, kw_only=True)
class ExperimentCreated(Event, name="pricing.experiment_created", subject="experiment"):
    """An experiment was drafted; `after` holds it whole."""


@dataclass(frozen=True, kw_only=True)
class ExperimentStarted(Event, name="pricing.experiment_started", subject="experiment"):
    """Arms were drawn for so many products and clusters from the seed."""

    started_on: date
    products: int
    clusters: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class ExperimentStopped(Event, name="pricing.experiment_stopped", subject="experiment"):
    """A person or a guardrail stopped it; so many prices were put back, and so many had been changed since."""

    breached: tuple[str, ...]
    rolled_back: int
    skipped: int


@dataclass(frozen=True, kw_only=True)
class ExperimentFinished(Event, name="pricing.experiment_finished", subject="experiment"):
    """It is decided, or its time is over."""

    verdict: str
    sentence: str
