"""What pricing does by the clock: put approved prices into force, close old proposals, reprice the shop."""

from dataclasses import dataclass
from datetime import timedelta

from shopwright.catalog.domain import ProductFilter
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.jobs.execution import JobContext
from shopwright.infra.jobs.kinds import Job
from shopwright.pricing.applying import ApplyService
from shopwright.pricing.policy_repository import PolicyRepository
from shopwright.pricing.repository import ProposalRepository
from shopwright.pricing.repricing import RepricingService


@dataclass(frozen=True, kw_only=True)
class ApplyDuePrices(Job, kind="pricing.apply_due", priority=5):
    """Put approved prices into force whose grace time is over, and close proposals that nobody decided in time."""


@dataclass(frozen=True, kw_only=True)
class RepriceShop(Job, kind="pricing.reprice_shop", timeout=timedelta(minutes=30)):
    """Reprice the whole catalog of a shop."""

    trigger: str = "schedule"


async def apply_due_prices(context: JobContext[ApplyDuePrices]) -> None:
    """Do an ApplyDuePrices. While pricing is halted nothing is applied, which is no failure."""
    async with context.unit() as unit:
        await ProposalRepository(unit).expire(context.clock.now())
        if (await PolicyRepository(unit).control()).halted:
            return
        shop = (await TenantService(unit).get()).settings
        await ApplyService(unit, shop.zone).apply_due()


async def reprice_shop(context: JobContext[RepriceShop]) -> None:
    """Do a RepriceShop. While pricing is halted there is no run, which is no failure."""
    async with context.unit() as unit:
        if (await PolicyRepository(unit).control()).halted:
            return
        shop = (await TenantService(unit).get()).settings
        await RepricingService(unit, shop.tax_ppm).run(ProductFilter(), context.job.trigger)
