"""/api/v1/pricing/experiments: two ways to price, compared by lot."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.pricing.experiments.domain import State
from shopwright.pricing.experiments.schemas import (
    ExperimentAnswer,
    ExperimentDetail,
    ExperimentReportAnswer,
    NewExperiment,
    PlanAnswer,
    PlanBody,
    StopBody,
)
from shopwright.pricing.experiments.service import ExperimentService
from shopwright.pricing.routes.dependencies import Shop

router = guarded_router(prefix="/pricing/experiments", tag="experiments")


async def experiment_service(request: Request, shop: Shop) -> ExperimentService:
    """Build the service for experiments."""
    return ExperimentService(unit_of(request), shop)


Experiments = Annotated[ExperimentService, Depends(experiment_service)]


@router.get("", name="list_experiments", summary="List experiments")
@needs("prices:read")
async def list_experiments(
    experiments: Experiments, state: State | None = None, cursor: CursorText = None, limit: Limit = 50
) -> Page[ExperimentAnswer]:
    """List experiments, newest first, with what the newest night said of them."""
    found = await experiments.list_experiments(state, cursor, limit)
    return Page(items=[ExperimentAnswer.of(one) for one in found.items], next_cursor=found.next_cursor)


@router.post("", name="create_experiment", summary="Draft an experiment", status_code=201)
@needs("policies:write")
async def create_experiment(body: NewExperiment, experiments: Experiments) -> ExperimentAnswer:
    """Draft an experiment between two policies, or a policy and the present prices. Nothing changes until it starts."""
    policies = (body.control_policy, body.treatment_policy)
    made = await experiments.create(body.name, body.protocol.protocol(), policies, body.category, body.brand)
    return ExperimentAnswer.of(made)


# The address with a word comes first: below, the word would be read as the id of an experiment.
@router.post("/plan", name="plan_experiment", summary="Plan how long an experiment takes")
@needs("prices:read")
async def plan_experiment(body: PlanBody, experiments: Experiments) -> PlanAnswer:
    """Play experiments of several lengths on the shop's own sales: what each would find, and how surely. Writes nothing."""
    return PlanAnswer.of(await experiments.plan(body.protocol.protocol(), body.effect, body.category, body.brand))


@router.get("/{experiment_id}", name="get_experiment", summary="Show an experiment")
@needs("prices:read")
async def get_experiment(experiment_id: UUID, experiments: Experiments) -> ExperimentDetail:
    """Show an experiment with its clusters and their arms."""
    return ExperimentDetail.shown(*await experiments.get(experiment_id))


@router.post("/{experiment_id}/start", name="start_experiment", summary="Start an experiment")
@needs("policies:write")
async def start_experiment(experiment_id: UUID, experiments: Experiments) -> ExperimentAnswer:
    """Draw the arms by lot; from the next business day on products follow the policies of their arms."""
    return ExperimentAnswer.of(await experiments.start(experiment_id))


@router.post("/{experiment_id}/stop", name="stop_experiment", summary="Stop an experiment")
@needs("prices:apply")
async def stop_experiment(experiment_id: UUID, body: StopBody, experiments: Experiments) -> ExperimentAnswer:
    """Stop a running experiment, and put back the prices of treated products unless told not to."""
    return ExperimentAnswer.of(await experiments.stop(experiment_id, body.reason, roll_back=body.roll_back))


@router.get("/{experiment_id}/report", name="report_experiment", summary="Show what an experiment found")
@needs("prices:read")
async def report_experiment(experiment_id: UUID, experiments: Experiments) -> ExperimentReportAnswer | None:
    """Show the report of the newest night: effect with interval, guardrails, a plain sentence. None before the first."""
    experiment, _ = await experiments.get(experiment_id)
    return None if experiment.report is None else ExperimentReportAnswer.model_validate(experiment.report)
