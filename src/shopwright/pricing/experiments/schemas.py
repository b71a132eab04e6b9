"""Bodies and answers of the endpoints of experiments. Money is a string; effects and levels are shares of one."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shopwright.pricing.experiments.domain import Experiment, State
from shopwright.pricing.experiments.evaluation import ExperimentVerdict
from shopwright.pricing.experiments.protocol import GUARDRAILS, Design, Grouping, Guardrail, Metric, Protocol
from shopwright.pricing.experiments.repository import Drawn
from shopwright.pricing.experiments.service import Planned

Name = Annotated[str, Field(min_length=1, max_length=200, examples=["Undercut less in kitchen"])]
Value = Annotated[str | None, Field(min_length=1, max_length=200)]


class GuardrailBody(BaseModel):
    """A metric that stops the experiment when treatment is worse by more than the tolerance, beyond chance."""

    metric: Metric
    tolerance: float = Field(
        default=0.0, ge=0, lt=1, description="Share of the control; for returns and stock_outs a difference of rates."
    )

    model_config = ConfigDict(from_attributes=True)


class ProtocolBody(BaseModel):
    """What is fixed before the start."""

    kind: Design = Design.CLUSTERS
    grouping: Grouping = Field(default=Grouping.CATEGORY, description="What makes a cluster; shop: switchback only.")
    days: int = Field(default=56, ge=7, le=182, description="Whole weeks, in a switchback whole pairs of blocks.")
    block_days: int = Field(default=7, ge=1, le=28, description="Switchback only.")
    washout_days: int = Field(default=1, ge=0, le=27, description="Days at the start of a block that do not count.")
    metric: Metric = Metric.PROFIT
    level: float = Field(default=0.05, ge=0.001, le=0.2, description="Chance of any false alarm, over all looks.")
    power: float = Field(default=0.8, ge=0.5, le=0.99)
    guardrails: list[GuardrailBody] = Field(
        default_factory=lambda: [GuardrailBody.model_validate(one) for one in GUARDRAILS], max_length=5
    )

    model_config = ConfigDict(from_attributes=True)

    def protocol(self) -> Protocol:
        """Return the protocol. Raises InvalidProtocol."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name != "guardrails"}
        guardrails = tuple(Guardrail(one.metric, one.tolerance) for one in self.guardrails)
        return Protocol(**values, guardrails=guardrails)


class SelectionBody(BaseModel):
    """Which products take part; all when nothing is said."""

    category: Value = None
    brand: Value = None


class PlanBody(SelectionBody):
    """What is to be found out."""

    protocol: ProtocolBody = Field(default_factory=ProtocolBody)
    effect: float = Field(default=0.05, gt=0, le=1, description="The effect that should be found: 0.05 is 5 % more.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"effect": 0.05, "protocol": {"kind": "switchback"}}]})


class LengthAnswer(BaseModel):
    """What an experiment of so many days would find."""

    days: int
    cells: int = Field(description="Comparisons: pairs of clusters, or of blocks.")
    power: float = Field(description="Chance of finding the effect.")
    smallest: float | None = Field(
        description="Smallest effect found with the wanted power; none: not even a doubling."
    )

    model_config = ConfigDict(from_attributes=True)


class PlanAnswer(BaseModel):
    """Lengths tried out on the shop's own sales; `advised_days` is the shortest that finds the effect, none if none does."""

    effect: float
    products: int
    left_out: int = Field(description="Products without price or cost, or in another currency.")
    clusters: int = Field(description="Clusters that sold something.")
    currency: str | None
    history_days: int
    lengths: list[LengthAnswer]
    advised_days: int | None

    @classmethod
    def of(cls, planned: Planned) -> "PlanAnswer":
        """Show a plan."""
        made = planned.plan
        return cls(
            effect=made.effect,
            products=planned.products,
            left_out=planned.left_out,
            clusters=made.clusters,
            currency=planned.currency,
            history_days=planned.history_days,
            lengths=[LengthAnswer.model_validate(one) for one in made.lengths],
            advised_days=None if made.advised is None else made.advised.days,
        )


class NewExperiment(SelectionBody):
    """Two ways to price; a policy that is left out means that present prices stay."""

    name: Name
    protocol: ProtocolBody = Field(default_factory=ProtocolBody)
    control_policy: UUID | None = None
    treatment_policy: UUID | None = None


class ExperimentAnswer(BaseModel):
    """An experiment."""

    id: UUID
    name: str
    state: State
    protocol: ProtocolBody
    category: str | None
    brand: str | None
    control_policy: UUID | None = Field(description="None: present prices stay.")
    treatment_policy: UUID | None = Field(description="None: present prices stay.")
    seed: str = Field(description="What arms are drawn from, an integer as text.")
    currency: str | None
    started_on: date | None = Field(description="The first business day of the arms' prices.")
    ended_at: datetime | None
    end_reason: str | None
    verdict: ExperimentVerdict | None = Field(description="Of the newest night, none before the first.")
    sentence: str | None
    created_at: datetime
    version: int

    @classmethod
    def of(cls, experiment: Experiment) -> "ExperimentAnswer":
        """Show an experiment without its report."""
        return cls(**_content(experiment))


class ClusterAnswer(BaseModel):
    """A cluster: its pair, and its arms by block of time (-1 outside, 0 control, 1 treatment)."""

    number: int
    name: str
    pair: int
    arms: list[int]
    products: int

    model_config = ConfigDict(from_attributes=True)


class ExperimentDetail(ExperimentAnswer):
    """An experiment with its clusters, none before the start."""

    clusters: list[ClusterAnswer]

    @classmethod
    def shown(cls, experiment: Experiment, clusters: list[Drawn]) -> "ExperimentDetail":
        """Show an experiment and what was drawn."""
        return cls(**_content(experiment), clusters=[ClusterAnswer.model_validate(one) for one in clusters])


class StopBody(BaseModel):
    """Why it is stopped, and whether treated products get back the prices that they had before."""

    reason: str = Field(min_length=1, max_length=500, examples=["The season begins"])
    roll_back: bool = True


class EstimateAnswer(BaseModel):
    """Middle and interval, none where not known."""

    value: float | None
    low: float | None
    high: float | None


class AmountAnswer(BaseModel):
    """Money or pieces with their interval."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


class MetricAnswer(BaseModel):
    """One metric."""

    metric: Metric
    effect: EstimateAnswer = Field(
        description="Share of the control; for returns and stock_outs a difference of rates."
    )
    a_week: AmountAnswer | None = Field(description="More a week if all products had the treatment; none for rates.")
    statistic: float
    bound: float | None = Field(description="What the statistic has to exceed; none while nothing could be concluded.")
    alarm: bool


class LookAnswer(BaseModel):
    """The main metric after so many days."""

    day: int
    effect: EstimateAnswer
    statistic: float
    bound: float | None


class ExperimentReportAnswer(BaseModel):
    """What an experiment shows, as of the newest night."""

    verdict: ExperimentVerdict
    sentence: str
    days: int
    planned_days: int
    through: date | None = Field(description="The newest day with sales that was counted.")
    cells: int
    interval: float = Field(description="Share of experiments whose intervals hold the truth, at any look.")
    currency: str
    main: MetricAnswer | None
    guardrails: list[MetricAnswer]
    looks: list[LookAnswer]
    prices_applied: int = Field(description="Prices that went into force since the start, put back or not.")


def _content(experiment: Experiment) -> dict[str, Any]:
    said = experiment.report or {}
    derived = {"protocol", "seed", "verdict", "sentence"}
    return {
        **{name: getattr(experiment, name) for name in set(ExperimentAnswer.model_fields) - derived},
        "protocol": ProtocolBody.model_validate(experiment.protocol),
        "seed": str(experiment.seed),
        "verdict": said.get("verdict"),
        "sentence": said.get("sentence"),
    }
