"""The use cases of one product's page: key figures, prices against rivals', sales and stock by day. Reads only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeVar
from uuid import UUID

from shopwright.catalog.domain import plain, trimmed
from shopwright.catalog.service import CatalogService
from shopwright.figures.product_repository import ProductFigureRepository
from shopwright.figures.products import PriceSeries, ProductDay, ProductFigures, cover_of, margin_of, net_of
from shopwright.figures.takings import rounded
from shopwright.figures.thinning import thinned
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import UnitOfWork
from shopwright.kit.errors import Invalid
from shopwright.kit.money import TaxBasis

PACE_DAYS: Final = 28
"""Whole weeks over which the present pace is seen."""
LONGEST_SERIES_DAYS: Final = 1_100
"""Days that one series may span: three years."""
USUAL_DAYS: Final = 90
MOST_POINTS: Final = 2_000
"""Points of one line: more than a screen has pixels."""
_TENTH: Final = Decimal("0.1")
_Moment = TypeVar("_Moment", date, datetime)


class InvalidSpan(Invalid):
    """A series ends before it begins, or is longer than three years."""

    code = "invalid_span"


class ProductFigureService:
    """The figures of single products of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._figures = ProductFigureRepository(unit)

    async def figures(self, product_id: UUID) -> ProductFigures:
        """Return a product's key figures. Raises ProductNotFound."""
        settings = (await TenantService(self._unit).get()).settings
        now = self._unit.clock.now()
        since = now.astimezone(settings.zone).date() - timedelta(days=PACE_DAYS)
        row = await self._figures.figures(product_id, now, since)
        code, basis = row["currency"], TaxBasis(row["tax_basis"])
        price, cost = row["price"], row["cost"]
        known = price is not None and cost is not None
        return ProductFigures(
            id=row["id"],
            sku=row["sku"],
            name=row["name"],
            currency=code,
            price=_shown(price, code),
            cost=_shown(cost, code),
            unit_profit=rounded(net_of(price, basis, settings.tax_rate) - cost, code) if known else None,
            margin=margin_of(price, cost, basis, settings.tax_rate),
            rank=row["cheaper"] + 1 if row["offers"] and price is not None else None,
            offers=row["offers"],
            lowest_offer=_shown(row["lowest_offer"], code),
            index=None if row["index"] is None else row["index"].quantize(_TENTH, ROUND_HALF_UP),
            newest_offer=row["newest_offer"],
            inventory_level=None if row["inventory_level"] is None else plain(row["inventory_level"]),
            cover_days=cover_of(row["inventory_level"], row["units"], PACE_DAYS),
            units=plain(row["units"]),
            revenue=rounded(row["revenue"], code),
            newest_sale=row["newest_sale"],
            proposal_id=row["proposal_id"],
            proposed_price=_shown(row["proposed_price"], code),
            computed_at=now,
        )

    async def price_series(
        self, product_id: UUID, since: datetime | None = None, until: datetime | None = None, most: int = 500
    ) -> PriceSeries:
        """Return a product's prices against its rivals' in [since, until): the last 90 days when nothing is said.

        Each line holds what was in force at `since`, every point at which something changed, and the last sighting;
        beyond `most` points only the lowest and highest of each stretch. Raises ProductNotFound, InvalidSpan.
        """
        product = await CatalogService(self._unit).get_product(product_id)
        end = until or self._unit.clock.now()
        begin = since or _usual_begin(end)
        _check_span(begin, end)
        own = await self._figures.own_prices(product_id, begin, end)
        rivals = await self._figures.rivals(product_id, begin, end)
        short = [replace(one, points=thinned(one.points, most, lambda point: point.price)) for one in rivals]
        shown = thinned(own, most, lambda point: point.price)
        left_out = len(own) > len(shown) or any(
            len(a.points) > len(b.points) for a, b in zip(rivals, short, strict=True)
        )
        return PriceSeries(product_id, product.currency, begin, end, shown, short, left_out)

    async def days(
        self, product_id: UUID, since: date | None = None, until: date | None = None
    ) -> Sequence[ProductDay]:
        """Return sales, visits and stock of each day in [since, until): the last 90 when nothing is said.

        Returns and cancellations are dated to their sale; revenue is in the product's currency. Raises ProductNotFound,
        InvalidSpan.
        """
        await CatalogService(self._unit).get_product(product_id)
        settings = (await TenantService(self._unit).get()).settings
        end = until or self._unit.clock.now().astimezone(settings.zone).date() + timedelta(days=1)
        begin = since or _usual_begin(end)
        _check_span(begin, end)
        return await self._figures.days(product_id, begin, end, settings.time_zone)


def _usual_begin(end: _Moment) -> _Moment:
    try:
        return end - timedelta(days=USUAL_DAYS)
    except OverflowError as error:
        raise InvalidSpan(f"There are no {USUAL_DAYS} days before {end.isoformat()}.") from error


def _check_span(begin: date, end: date) -> None:
    if not timedelta(0) <= end - begin <= timedelta(days=LONGEST_SERIES_DAYS):
        raise InvalidSpan(
            f"A series begins before it ends and spans at most {LONGEST_SERIES_DAYS} days.",
            since=begin.isoformat(),
            until=end.isoformat(),
        )


def _shown(amount: Decimal | None, currency: str) -> Decimal | None:
    return None if amount is None else trimmed(amount, currency)
