"""The use cases of experiments: plan, draft, start, judge by night, stop with prices put back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import msgspec
import numpy as np

from shopwright.demand.domain import Absence
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.kit.ids import new_id
from shopwright.pricing.applying import MOST_AT_ONCE, ApplyService
from shopwright.pricing.experiments.assignment import Assignment, assign
from shopwright.pricing.experiments.domain import (
    Experiment,
    ExperimentCreated,
    ExperimentFinished,
    ExperimentStarted,
    ExperimentStopped,
    ProductsTaken,
    State,
    TooFewCells,
)
from shopwright.pricing.experiments.evaluation import Evaluation, ExperimentVerdict, evaluate
from shopwright.pricing.experiments.planning import Plan, plan
from shopwright.pricing.experiments.protocol import (
    BEFORE_DAYS,
    FEWEST_CELLS,
    LONGEST_DAYS,
    Arm,
    Design,
    Protocol,
)
from shopwright.pricing.experiments.report import Report, report_of
from shopwright.pricing.experiments.repository import Drawn, ExperimentRepository
from shopwright.pricing.experiments.samples import SampleReader
from shopwright.pricing.experiments.steering import arm_on
from shopwright.pricing.policy_repository import PolicyRepository
from shopwright.pricing.proposals import Outcome

_HISTORY_DAYS: Final = LONGEST_DAYS + 2 * BEFORE_DAYS
"""Sales that a plan is tried out on: the longest experiment, what lies before it, and room to play it twice."""
_PLAN_SEED: Final = 1
_RANDOM_PART: Final = (1 << 50) - 1


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what it is made of: products that can be compared, and how many cannot for want of price or cost."""

    plan: Plan
    products: int
    left_out: int
    currency: str | None
    history_days: int


class ExperimentService:
    """Experiments of one tenant; `settings` are the shop's."""

    def __init__(self, unit: UnitOfWork, settings: TenantSettings) -> None:
        self._unit = unit
        self._settings = settings
        self._experiments = ExperimentRepository(unit)
        self._samples = SampleReader(unit, settings)

    async def plan(self, protocol: Protocol, effect: float, category: str | None, brand: str | None) -> Planned:
        """Try out on the shop's own sales how long it takes to find an effect. Raises TooFewCells without sales."""
        sample = await self._samples.choose(protocol, category, brand)
        through = await self._samples.through()
        outcomes = await self._samples.outcomes(sample, through - timedelta(days=_HISTORY_DAYS - 1), through)
        values = outcomes.values[protocol.metric]
        selling = np.flatnonzero(values.any(axis=0))
        values = values[:, selling[0] :] if len(selling) else values[:, :0]
        made = await asyncio.to_thread(plan, protocol, values, effect, _PLAN_SEED)
        return Planned(made, len(sample.ids), sample.left_out, sample.currency, values.shape[1])

    async def create(
        self,
        name: str,
        protocol: Protocol,
        policies: tuple[UUID | None, UUID | None],
        category: str | None = None,
        brand: str | None = None,
        *,
        seed: int | None = None,
    ) -> Experiment:
        """Draft an experiment between two policies, control and treatment; None means that present prices stay.

        Arms are drawn from `seed`; without one it is the random part of the experiment's id.
        Raises PolicyNotFound, InvalidProtocol.
        """
        await self._check_policies(policies)
        now = self._unit.clock.now()
        identifier = new_id(self._unit.tenant, now)
        experiment = Experiment(
            id=identifier,
            name=name,
            protocol=protocol,
            seed=identifier.int & _RANDOM_PART if seed is None else seed,
            created_at=now,
            category=category,
            brand=brand,
            control_policy=policies[0],
            treatment_policy=policies[1],
        )
        await self._experiments.add(experiment)
        content = msgspec.to_builtins(experiment)
        self._unit.publish(ExperimentCreated(subject_id=str(experiment.id), after=content))
        return experiment

    async def get(self, experiment_id: UUID) -> tuple[Experiment, list[Drawn]]:
        """Return an experiment and its clusters with their arms. Raises ExperimentNotFound."""
        return await self._experiments.get(experiment_id), await self._experiments.clusters(experiment_id)

    async def list_experiments(self, state: State | None, cursor: str | None, limit: int) -> Slice[Experiment]:
        """Return experiments, newest first."""
        after = decode_cursor(cursor, UUID)
        found = await self._experiments.list_page(state, after[0] if after else None, limit + 1)
        return page_of(found, limit, lambda experiment: (experiment.id,))

    async def start(self, experiment_id: UUID) -> Experiment:
        """Draw the arms; from the next business day on they have a say in prices.

        Raises ExperimentNotFound, WrongExperimentState, PolicyNotFound, TooFewCells, ProductsTaken, InvalidProtocol.
        """
        draft = await self._experiments.get(experiment_id, locked=True)
        await self._check_policies((draft.control_policy, draft.treatment_policy))
        day = self._samples.today() + timedelta(days=1)
        protocol = draft.protocol
        sample = await self._samples.choose(protocol, draft.category, draft.brand)
        running = draft.started(sample.currency, day)
        await self._experiments.lock_starts()
        taken = await self._experiments.taken(sample.ids)
        if taken:
            raise ProductsTaken(f"{taken} of the products are in another experiment.", products=taken)
        through = await self._samples.through()
        outcomes = await self._samples.outcomes(sample, through - timedelta(days=BEFORE_DAYS - 1), through)
        drawn = assign(protocol, outcomes.values[protocol.metric].sum(axis=1), draft.seed)
        _check_size(protocol, drawn)
        await self._experiments.draw(draft.id, sample.clusters, drawn, sample.ids)
        await self._experiments.save(running)
        self._unit.publish(
            ExperimentStarted(
                subject_id=str(draft.id),
                started_on=day,
                products=len(sample.ids),
                clusters=int((drawn.pair >= 0).sum()),
                seed=draft.seed,
            )
        )
        return running

    async def stop(self, experiment_id: UUID, reason: str, *, roll_back: bool) -> Experiment:
        """Stop a running experiment. With `roll_back` the prices of treated products are put back as they were before.

        Raises ExperimentNotFound, WrongExperimentState.
        """
        running = await self._experiments.get(experiment_id, locked=True)
        return await self._stop(running, reason, (), roll_back=roll_back)

    async def judge(self, absences: Sequence[Absence] = ()) -> int:
        """Judge the running experiments by what was sold; stop those that do harm, finish those that are decided or over.

        Returns how many there were. A treatment that is worse, or breaks a guardrail, has its prices put back.
        """
        running = await self._experiments.list_running()
        for one in running:
            experiment = await self._experiments.get(one.id, locked=True)
            if experiment.state is State.RUNNING:  # nobody stopped it while its row was waited for
                await self._judge(experiment, absences)
        return len(running)

    async def put_back(self) -> int:
        """Put back prices in switchbacks where a block begins in which present prices stay; return how many."""
        done = 0
        for experiment in await self._experiments.list_running():
            if experiment.protocol.kind is not Design.SWITCHBACK:
                continue
            today, products = self._samples.today(), await self._experiments.products(experiment.id)
            staying = [
                product
                for product, arms in products
                if (arm := arm_on(experiment, arms, today)) is not Arm.OUTSIDE and experiment.policy_of(arm) is None
            ]
            if staying:
                done += (await self._roll_back(experiment, staying))[0]
        return done

    async def _check_policies(self, policies: tuple[UUID | None, UUID | None]) -> None:
        for policy in policies:
            if policy is not None:
                await PolicyRepository(self._unit).get(policy)

    async def _judge(self, experiment: Experiment, absences: Sequence[Absence]) -> None:
        through = await self._samples.through()
        found = await self._evaluate(experiment, through, absences)
        applied = await self._experiments.count_applied(experiment.id, _since(experiment, self._settings))
        report = report_of(
            experiment.protocol,
            found,
            currency=experiment.currency or self._settings.currency,
            through=through if found.days else None,
            prices_applied=applied,
        )
        judged = replace(experiment, report=msgspec.to_builtins(report), version=experiment.version + 1)
        if found.verdict in {ExperimentVerdict.HARM, ExperimentVerdict.WORSE}:
            breached = tuple(reading.metric.value for reading in found.breached)
            await self._stop(judged, report.sentence, breached, roll_back=True)
        elif found.verdict in {ExperimentVerdict.BETTER, ExperimentVerdict.NO_DIFFERENCE}:
            await self._finish(judged, report)
        else:
            await self._experiments.save(judged)

    async def _finish(self, experiment: Experiment, report: Report) -> None:
        ended = experiment.ended(State.FINISHED, self._unit.clock.now(), report.sentence)
        await self._experiments.save(ended)
        self._unit.publish(
            ExperimentFinished(subject_id=str(ended.id), verdict=report.verdict.value, sentence=report.sentence)
        )

    async def _stop(
        self, experiment: Experiment, reason: str, breached: tuple[str, ...], *, roll_back: bool
    ) -> Experiment:
        ended = experiment.ended(State.STOPPED, self._unit.clock.now(), reason)
        await self._experiments.save(ended)
        done, skipped = 0, 0
        if roll_back:
            done, skipped = await self._roll_back(experiment, await self._treated(experiment))
        self._unit.publish(
            ExperimentStopped(
                subject_id=str(ended.id), reason=reason, breached=breached, rolled_back=done, skipped=skipped
            )
        )
        return ended

    async def _evaluate(self, experiment: Experiment, through: date, absences: Sequence[Absence]) -> Evaluation:
        drawn = await self._experiments.clusters(experiment.id)
        cluster_of = await self._experiments.cluster_of(experiment.id)
        sample = await self._samples.of(experiment, drawn, cluster_of)
        start = _started_on(experiment)
        known = max(through, start - timedelta(days=1))
        outcomes = await self._samples.outcomes(sample, start - timedelta(days=BEFORE_DAYS), known, start, absences)
        arms = Assignment(np.array([one.pair for one in drawn]), np.array([one.arms for one in drawn]))
        return await asyncio.to_thread(evaluate, experiment.protocol, arms, outcomes, experiment.seed)

    async def _treated(self, experiment: Experiment) -> list[UUID]:
        products = await self._experiments.products(experiment.id)
        return [product for product, arms in products if Arm.TREATMENT in arms]

    async def _roll_back(self, experiment: Experiment, products: Sequence[UUID]) -> tuple[int, int]:
        """Put back the prices that products had before the experiment, and drop what is still to go into force."""
        since = _since(experiment, self._settings)
        await self._experiments.withdraw(products, since)
        applied = await self._experiments.applied(products, since)
        outcomes = [
            row.outcome
            for start in range(0, len(applied), MOST_AT_ONCE)
            for row in (
                await ApplyService(self._unit, self._settings.zone).roll_back(applied[start : start + MOST_AT_ONCE])
            ).rows
        ]
        done = outcomes.count(Outcome.DONE)
        return done, len(outcomes) - done


def _check_size(protocol: Protocol, drawn: Assignment) -> None:
    """Raise TooFewCells where nothing could be found out, InvalidProtocol where there is more than one can compute."""
    clusters = int((drawn.pair >= 0).sum())
    cells = clusters // 2 if protocol.kind is Design.CLUSTERS else clusters * protocol.blocks // 2
    if cells < FEWEST_CELLS:
        raise TooFewCells(
            f"There are {cells} comparisons between clusters that sold something; it takes {FEWEST_CELLS}.",
            found=cells, needed=FEWEST_CELLS, clusters=clusters,
        )  # fmt: skip
    protocol.check_cells(cells)


def _started_on(experiment: Experiment) -> date:
    if experiment.started_on is None:
        raise ValueError("a running experiment has a first day")
    return experiment.started_on


def _since(experiment: Experiment, settings: TenantSettings) -> datetime:
    return datetime.combine(_started_on(experiment), time(), settings.zone).astimezone(UTC)
