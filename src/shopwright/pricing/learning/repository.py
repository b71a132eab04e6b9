"""Outcomes of applied prices in the database. Every statement names the tenant."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec

from shopwright.infra.db import UnitOfWork
from shopwright.pricing.expectation import Expectation
from shopwright.pricing.learning.calibration import CLASS_WIDTH, Kept, Tally
from shopwright.pricing.learning.outcomes import AppliedPrice, OutcomeState, PriceOutcome

_COLUMNS: Final = """
  proposal_id, product_id, horizon, strategy, confidence, gain_chance, currency, price_before, price, unit_profit,
  applied_at, first_day, units_before, profit_before, units_low, units, units_high, sold_low, sold_high, state,
  units_sold, profit_made
"""
_TYPES: Final = """
  proposal_id uuid, product_id uuid, horizon smallint, strategy text, confidence smallint, gain_chance real,
  currency text, price_before numeric, price numeric, unit_profit numeric, applied_at timestamptz, first_day date,
  units_before numeric, profit_before numeric, units_low numeric, units numeric, units_high numeric, sold_low numeric,
  sold_high numeric, state text, units_sold numeric, profit_made numeric
"""

_KEPT: Final = """
select strategy, horizon, currency, count(*) as outcomes, sum(units) as units, sum(units_sold) as units_sold,
       sum(round(units * unit_profit, 6)) as profit, sum(profit_made) as profit_made,
       sum(profit_before) as profit_before, sum(abs(units - units_sold)) as missed,
       avg((units_sold between units_low and units_high)::int)::float8 as within_expected,
       avg((units_sold between sold_low and sold_high)::int)::float8 as within,
       avg((profit_made > profit_before)::int)::float8 as gained
  from price_outcome where tenant_id = $1 and state = 'met' and first_day >= $2
 group by strategy, horizon, currency order by strategy, horizon, currency
"""


class Promise(StrEnum):
    """What a proposal promises, from 0 to 100."""

    CONFIDENCE = "confidence"
    GAIN_CHANCE = "gain_chance"


_PROMISED: Final = {
    Promise.CONFIDENCE: "confidence::numeric",
    Promise.GAIN_CHANCE: "round(100 * gain_chance::numeric, 3)",
}
_TALLIES: Final = {
    promise: f"""
select horizon, least(floor({promised}), 99)::int / {CLASS_WIDTH} * {CLASS_WIDTH} as at_least, count(*) as outcomes,
       sum({promised})::float8 as promised, count(*) filter (where profit_made > profit_before) as gained
  from price_outcome
 where tenant_id = $1 and state = 'met' and first_day >= $2 and {promised} is not null
 group by horizon, at_least order by horizon, at_least
"""
    for promise, promised in _PROMISED.items()
}


class OutcomeRepository:
    """The questions that the service asks about outcomes of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_unpredicted(self, since: datetime, limit: int) -> list[AppliedPrice]:
        """Return prices that went live since a moment, with an expectation, of which no prediction is kept yet."""
        rows = await self._unit.connection.fetch(
            """select id, product_id, strategy, confidence, current_price, proposed_price, currency, tax_basis,
                      margin_ppm, expected, confirmed_at
                 from proposal p
                where tenant_id = $1 and state in ('confirmed', 'rolled_back') and confirmed_at >= $2
                  and expected is not null and margin_ppm is not null
                  and not exists (select from price_outcome o where o.tenant_id = $1 and o.proposal_id = p.id)
                order by confirmed_at, id limit $3""",
            self._unit.tenant,
            since,
            limit,
        )
        return [_applied(row) for row in rows]

    async def add_all(self, outcomes: Sequence[PriceOutcome]) -> None:
        """Keep predictions, in one statement."""
        await self._unit.connection.execute(
            f"""insert into price_outcome (tenant_id, {_COLUMNS})
                select $1, {_COLUMNS} from jsonb_to_recordset($2) as n({_TYPES})""",
            self._unit.tenant,
            [_as_json(outcome) for outcome in outcomes],
        )

    async def list_waiting(self) -> list[PriceOutcome]:
        """Return the predictions that nothing was held against yet, locked for change."""
        rows = await self._unit.connection.fetch(
            f"""select {_COLUMNS} from price_outcome where tenant_id = $1 and state = 'waiting'
                 order by proposal_id, horizon for update""",
            self._unit.tenant,
        )
        return [_outcome(row) for row in rows]

    async def save(self, decided: Sequence[PriceOutcome]) -> None:
        """Write the state and what was sold, in one statement."""
        await self._unit.connection.execute(
            """update price_outcome o
                  set state = n.state, units_sold = n.units_sold, profit_made = n.profit_made, decided_at = $3
                 from jsonb_to_recordset($2) as n(
                   proposal_id uuid, horizon smallint, state text, units_sold numeric, profit_made numeric)
                where o.tenant_id = $1 and o.proposal_id = n.proposal_id and o.horizon = n.horizon""",
            self._unit.tenant,
            [_as_json(outcome) for outcome in decided],
            self._unit.clock.now(),
        )

    async def kept(self, since: date) -> list[Kept]:
        """Return what met outcomes sum up to, by strategy, horizon and currency, of days from one on."""
        rows = await self._unit.connection.fetch(_KEPT, self._unit.tenant, since)
        return [_kept(row) for row in rows]

    async def tallies(self, promise: Promise, since: date) -> dict[int, list[Tally]]:
        """Return by horizon how many met outcomes of each class of a promise gained, of days from one on."""
        rows = await self._unit.connection.fetch(_TALLIES[promise], self._unit.tenant, since)
        found: dict[int, list[Tally]] = {}
        for row in rows:
            tally = Tally(row["at_least"], row["outcomes"], row["promised"], row["gained"])
            found.setdefault(row["horizon"], []).append(tally)
        return found

    async def counts(self, since: date) -> dict[str, int]:
        """Count outcomes by state, of prices whose days began on a day or later."""
        rows = await self._unit.connection.fetch(
            """select state, count(*) as outcomes from price_outcome
                where tenant_id = $1 and first_day >= $2 group by state""",
            self._unit.tenant,
            since,
        )
        return {state.value: 0 for state in OutcomeState} | {row["state"]: row["outcomes"] for row in rows}

    async def list_of_product(
        self, product_id: UUID, after: tuple[date, UUID, int] | None, limit: int
    ) -> list[PriceOutcome]:
        """Return outcomes of a product, the newest first, behind the one with these keys."""
        rows = await self._unit.connection.fetch(
            f"""select {_COLUMNS} from price_outcome
                 where tenant_id = $1 and product_id = $2
                   and ($3::date is null or (first_day, proposal_id, horizon) < ($3, $4, $5))
                 order by first_day desc, proposal_id desc, horizon desc limit $6""",
            self._unit.tenant,
            product_id,
            *(after or (None, None, None)),
            limit,
        )
        return [_outcome(row) for row in rows]


def _applied(row: Any) -> AppliedPrice:
    return AppliedPrice(
        proposal_id=row["id"],
        product_id=row["product_id"],
        strategy=row["strategy"],
        confidence=row["confidence"],
        price_before=row["current_price"],
        price=row["proposed_price"],
        currency=row["currency"],
        gross=row["tax_basis"] == "gross",
        margin_ppm=row["margin_ppm"],
        expected=msgspec.convert(row["expected"], Expectation),
        applied_at=row["confirmed_at"],
    )


def _kept(row: Any) -> Kept:
    units, sold, missed = row["units"], row["units_sold"], row["missed"]
    content = {name: value for name, value in row.items() if name != "missed"}
    return Kept(
        **content,
        bias=float((units - sold) / sold) if sold > 0 else None,
        wape=float(missed / sold) if sold > 0 else None,
    )


def _as_json(outcome: PriceOutcome) -> dict[str, Any]:
    low, middle, high = outcome.units
    content = {name: getattr(outcome, name) for name in PriceOutcome.__dataclass_fields__ if name != "units"}
    amounts = {name: str(value) for name, value in content.items() if isinstance(value, Decimal)}
    return {**content, **amounts, "units_low": str(low), "units": str(middle), "units_high": str(high)}


def _outcome(row: Any) -> PriceOutcome:
    content = dict(row)
    units = content.pop("units_low"), content.pop("units"), content.pop("units_high")
    return PriceOutcome(**{**content, "units": units, "state": OutcomeState(content["state"])})
