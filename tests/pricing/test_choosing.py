from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from tests.factories.pricing import catalog, rivals_at
from tests.factories.responses import response

from shopwright.demand.elasticity.refusals import Refusal
from shopwright.kit.amounts import MISSING, SCALE
from shopwright.pricing.choosing import AS_ASKED, Choosing, trusted
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.responses import ResponseColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.outlook import Goal
from shopwright.pricing.strategies.selection import Chosen
from shopwright.pricing.strategy_settings import ExplorationRules, ProfitRules, WithoutResponse

MONDAY = date(2026, 3, 2)
NOBODY = UsedOffers.none(4)


def shop(*refusals: int, known: ResponseColumns | None = None) -> CatalogColumns:
    """Products at 20.00 that cost 8.00, of which one is rather sure; with these refusals."""
    bits = np.array(refusals, dtype=np.int64)
    return replace(catalog(*[{}] * bits.size), response=known or response(bits.size), response_refusals=bits)


def chosen(choosing: Choosing, market: CatalogColumns) -> list[str]:
    return [list(Chosen)[place].value for place in choosing.assign(market).strategy.tolist()]


FEW_SALES, FEW_CHANGES = int(Refusal.TOO_FEW_SALES), int(Refusal.TOO_FEW_CHANGES)
MARKET = shop(0, FEW_CHANGES, FEW_SALES, FEW_CHANGES | FEW_SALES)


def test_a_refused_response_chooses_no_price() -> None:
    assert trusted(MARKET).tolist() == [True, False, False, False]
    wanted = Choosing("profit_maximization", PolicyRules(), MONDAY).propose(MARKET, NOBODY)
    assert wanted.price[0] not in {MISSING, MARKET.price[0]}
    assert wanted.price[1:].tolist() == [MISSING] * 3
    assert all(Reason.RESPONSE_UNKNOWN in Reason.read(int(bits)) for bits in wanted.reasons[1:])


def test_a_policy_may_let_the_rule_price_what_is_refused() -> None:
    rules = PolicyRules(without_response=WithoutResponse.RULE_BASED)
    choosing = Choosing("ml_model", rules, MONDAY)
    assert chosen(choosing, MARKET) == ["ml_model", *["rule_based"] * 3]
    selection = choosing.assign(MARKET)
    assert selection.why[0] == AS_ASKED
    assert selection.reason(1) == "Nothing is known of how demand answers to this price."
    market = shop(FEW_CHANGES)
    wanted = choosing.propose(market, rivals_at("24.00", "26.00"))
    assert wanted.price.tolist() == [25 * SCALE]


def test_automatic_takes_what_is_warranted_and_explores_what_steps_would_teach() -> None:
    choosing = Choosing("automatic", PolicyRules(), MONDAY)
    assert chosen(choosing, MARKET) == ["profit_maximization", "exploration", "rule_based", "rule_based"]
    assert choosing.assign(MARKET).reason(1).startswith("The price has moved too little")
    sharp = {Chosen.PROFIT_MAXIMIZATION: (1.0, 0.1), Chosen.ML_MODEL: (2.0, 0.1)}
    assert chosen(replace(choosing, backtest=sharp), MARKET)[0] == "ml_model"
    nothing = shop(0, FEW_CHANGES, known=ResponseColumns.unknown(2))
    assert chosen(choosing, nothing) == ["rule_based", "rule_based"]


def test_the_parts_of_a_mixed_catalog_are_what_each_strategy_wants_alone() -> None:
    choosing = Choosing("automatic", PolicyRules(), MONDAY)
    together, offers = choosing.propose(MARKET, NOBODY), UsedOffers.none(1)
    for row, name in enumerate(chosen(choosing, MARKET)):
        alone = Choosing(name, PolicyRules(), MONDAY).propose(MARKET.take(np.array([row])), offers)
        assert alone.price[0] == together.price[row]


def test_every_product_follows_the_strategy_that_a_policy_names() -> None:
    assert chosen(Choosing("rule_based", PolicyRules(), MONDAY), MARKET) == ["rule_based"] * 4
    assert chosen(Choosing("exploration", PolicyRules(), MONDAY), MARKET) == ["exploration"] * 4


def test_only_what_is_cleared_is_short_of_stock() -> None:
    scarce = shop(0, known=response(1, stock=5.0))
    for rules, short in (
        (PolicyRules(), False),
        (PolicyRules(profit=ProfitRules(goal=Goal.SELL_THROUGH, until=MONDAY + timedelta(days=28))), True),
    ):
        wanted = Choosing("profit_maximization", rules, MONDAY).propose(scarce, UsedOffers.none(1))
        assert (Reason.STOCK_SHORT in Reason.read(int(wanted.reasons[0]))) is short


def test_steps_come_with_their_chance() -> None:
    rules = PolicyRules(exploration=ExplorationRules(share_ppm=SCALE))
    choosing = Choosing("automatic", rules, MONDAY)
    chances = choosing.chances(MARKET, NOBODY, choosing.assign(MARKET))
    assert 0 < chances[1] <= 1
    assert np.isnan(chances[[0, 2, 3]]).all()
    fixed = Choosing("rule_based", rules, MONDAY)
    assert np.isnan(fixed.chances(MARKET, NOBODY, fixed.assign(MARKET))).all()


@pytest.mark.parametrize("strategy", ["profit_maximization", "automatic"])
def test_an_empty_catalog_is_no_trouble(strategy: str) -> None:
    empty = MARKET.take(np.zeros(0, dtype=np.int64))
    assert len(Choosing(strategy, PolicyRules(), MONDAY).propose(empty, UsedOffers.none(0))) == 0
