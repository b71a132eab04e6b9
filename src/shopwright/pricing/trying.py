"""Trying a price expression before a policy has it: what it means, what it asks for, what a few products would get.

It writes nothing. What is wanted passes the guardrails of the policy that covers each product now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

import numpy as np

from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.service import CatalogService, ExchangeRateService
from shopwright.infra.db import UnitOfWork
from shopwright.kit.amounts import Integers, unscaled
from shopwright.market.service import MarketService
from shopwright.pricing.assembling import Market, assemble
from shopwright.pricing.belief_repository import BeliefRepository
from shopwright.pricing.comparability import compare
from shopwright.pricing.explanation import Explainer
from shopwright.pricing.governance import ScopeKind, resolve
from shopwright.pricing.guardrails import guard
from shopwright.pricing.policies import Policy
from shopwright.pricing.policy_repository import PolicyRepository
from shopwright.pricing.repricing import BUILT_IN
from shopwright.pricing.strategies.custom.evaluation import Evaluation, missing_inputs
from shopwright.pricing.strategies.custom.figures import DIVIDED_BY_ZERO, NO_RATE, TOO_LARGE
from shopwright.pricing.strategies.custom.inputs import INPUTS, Input
from shopwright.pricing.strategies.custom.parsing import parse
from shopwright.pricing.strategies.custom.strategy import CustomExpression, ExpressionSettings
from shopwright.pricing.strategies.custom.syntax import Dimension, Fault, InvalidExpression
from shopwright.pricing.strategies.custom.units import check_price, check_units
from shopwright.sales.domain import SalesPace

MOST_PRODUCTS: Final = 20
_SHOWN: Final = 5
_PROBLEMS: Final = {
    DIVIDED_BY_ZERO: "It divides by zero.",
    TOO_LARGE: "A figure in it is 10^12 or more.",
    NO_RATE: "There is no exchange rate for an amount in it.",
}


@dataclass(frozen=True, slots=True)
class TriedPrice:
    """What one product would get: the price that is wanted, and the one that the guardrails leave, or why none."""

    product_id: UUID
    sku: str
    currency: str
    current: Decimal | None
    wanted: Decimal | None
    missing: tuple[str, ...]
    problems: tuple[str, ...]
    price: Decimal | None
    outcome: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What an expression means. With faults there are no prices; the unit is known where it can be read at all."""

    unit: Dimension | None
    inputs: tuple[Input, ...]
    faults: tuple[Fault, ...]
    prices: tuple[TriedPrice, ...]


class TryingService:
    """Tries expressions on the unit's tenant. `tax_ppm` is the shop's tax rate in millionths, None when not set."""

    def __init__(self, unit: UnitOfWork, tax_ppm: int | None) -> None:
        self._unit = unit
        self._tax_ppm = tax_ppm

    async def check(self, text: str, products: Sequence[UUID] | None = None) -> Tried:
        """Read an expression, and compute it for these products (those of a shop first, where none are named).

        Faults are an answer, not an error. Products that are not sold are left out.
        """
        try:
            checked = check_units(parse(text))
        except InvalidExpression as refused:
            return Tried(None, (), refused.faults, ())
        inputs = tuple(INPUTS[name] for name in checked.inputs)
        try:
            check_price(parse(text))
        except InvalidExpression as refused:
            return Tried(checked.unit, inputs, refused.faults, ())
        return Tried(checked.unit, inputs, (), tuple(await self._prices(text, products)))

    async def _prices(self, text: str, products: Sequence[UUID] | None) -> list[TriedPrice]:
        catalog = CatalogService(self._unit)
        if products is None:
            found = await catalog.list_products(ProductFilter(), limit=_SHOWN)
            products = [product.id for product in found.items]
        if not products:
            return []
        columns = await catalog.columns_for_pricing(ProductFilter(ids=list(products)[:MOST_PRODUCTS]))
        offers = await MarketService(self._unit).offers_for_pricing()
        rates = await ExchangeRateService(self._unit).rates_on(self._unit.clock.now().date())
        beliefs = await BeliefRepository(self._unit).table(columns.ids)
        market = assemble(columns, offers, rates, SalesPace(None, 0, {}), self._tax_ppm, beliefs)
        policies = await self._policies()
        policy_of = resolve([one.scope for one in policies], columns.skus, columns.brands, columns.categories)
        now = int(self._unit.clock.now().timestamp())
        return [
            tried
            for index in np.unique(policy_of).tolist()
            for tried in _tried(text, market, policies[index], np.flatnonzero(policy_of == index), now)
        ]

    async def _policies(self) -> list[Policy]:
        policies = await PolicyRepository(self._unit).list_all(enabled_only=True)
        covered = any(policy.scope.kind is ScopeKind.TENANT for policy in policies)
        return policies if covered else [BUILT_IN, *policies]


def _tried(text: str, market: Market, policy: Policy, rows: Integers, now: int) -> Iterator[TriedPrice]:
    """Compute the products of one policy."""
    rules, catalog = policy.rules, market.catalog.take(rows)
    offers = market.offers.of_products(rows, len(market.products))
    used = compare(catalog, offers, rules.comparability, now)
    candidates = CustomExpression().propose(catalog, used, ExpressionSettings(text))
    decisions = guard(catalog, used, [rules.guardrails], np.zeros(len(rows), dtype=np.int64), candidates)
    gaps = Evaluation(catalog, used).of(parse(text)).gaps.tolist()
    explainer = Explainer(catalog, decisions, used, offers, market.competitors)
    for inner, row in enumerate(rows.tolist()):
        explanation = explainer.of(inner)
        yield TriedPrice(
            product_id=market.products.ids[row],
            sku=market.products.skus[row],
            currency=market.products.currencies[row],
            current=unscaled(int(catalog.price[inner])),
            wanted=unscaled(int(candidates.price[inner])),
            missing=missing_inputs(gaps[inner]),
            problems=tuple(words for bit, words in _PROBLEMS.items() if gaps[inner] & bit),
            price=unscaled(int(decisions.price[inner])),
            outcome=explanation.outcome,
            sentence=explanation.sentence,
        )
