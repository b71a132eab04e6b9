"""What running experiments say about prices: each product of one follows the policy of its arm, or keeps its price."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import numpy as np

from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import UnitOfWork
from shopwright.kit.amounts import Integers
from shopwright.pricing.codes import Reason
from shopwright.pricing.experiments.domain import Experiment
from shopwright.pricing.experiments.protocol import Arm
from shopwright.pricing.experiments.repository import ExperimentRepository
from shopwright.pricing.policies import Policy
from shopwright.pricing.policy_repository import PolicyRepository


async def steer(
    unit: UnitOfWork, products: Sequence[UUID], policies: Sequence[Policy], policy_of: Integers
) -> tuple[list[Policy], Integers, Integers]:
    """Return the policies with those of arms behind them, the policy of each product, and bits of reasons to hold prices.

    `policy_of` is what would hold without experiments: products outside of running ones keep it. A product whose arm has a
    policy that was deleted keeps its price: it would not show what it should.
    """
    known, held = list(policies), np.zeros(len(products), dtype=np.int64)
    repository = ExperimentRepository(unit)
    running = await repository.list_running()
    if not running:
        return known, policy_of, held
    today = unit.clock.now().astimezone((await TenantService(unit).get()).settings.zone).date()
    row_of = {product: row for row, product in enumerate(products)}
    chosen = policy_of.copy()
    all_policies = {policy.id: policy for policy in await PolicyRepository(unit).list_all()}
    place_of = {policy.id: place for place, policy in enumerate(known)}
    for experiment in running:
        for product, arms in await repository.products(experiment.id):
            row, arm = row_of.get(product), arm_on(experiment, arms, today)
            if row is None or arm is Arm.OUTSIDE:
                continue
            policy = all_policies.get(experiment.policy_of(arm)) if experiment.policy_of(arm) else None
            if policy is None:
                held[row] |= Reason.EXPERIMENT.bit
                continue
            if policy.id not in place_of:
                place_of[policy.id] = len(known)
                known.append(policy)
            chosen[row] = place_of[policy.id]
    return known, chosen, held


def arm_on(experiment: Experiment, arms: Sequence[int], day: date) -> Arm:
    """Return the arm on a day of what has these arms by block; OUTSIDE before the experiment starts."""
    if experiment.started_on is None or day < experiment.started_on:
        return Arm.OUTSIDE
    return Arm(arms[experiment.protocol.block_of((day - experiment.started_on).days)])
