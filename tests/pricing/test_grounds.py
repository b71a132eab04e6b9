from dataclasses import replace
from datetime import date
from uuid import uuid4

import numpy as np
import pytest
from tests.factories.pricing import amounts, catalog, integers
from tests.factories.responses import response

from shopwright.demand.elasticity.refusals import Refusal
from shopwright.pricing.choosing import Choosing
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.expectation import expectations
from shopwright.pricing.grounds import Grounds, StrategyFact, turning_elasticity
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.rivals import UsedOffers
from shopwright.sales.domain import SalesPace

MONDAY = date(2026, 3, 2)
NET = {"gross": False, "price": "20.00", "cost": "10.00"}


def grounds(market: CatalogColumns, price: str | None, reason: Reason, strategy: str = "automatic") -> Grounds:
    choosing = Choosing(strategy, PolicyRules(), MONDAY)
    selection = choosing.assign(market)
    chances = choosing.chances(market, UsedOffers.none(1), selection)
    return Grounds(market, selection, chances, amounts(price), [reason.bit])


def test_a_maximised_price_tells_what_it_went_by() -> None:
    market = replace(catalog(NET), response=response())
    [expected] = expectations(
        market, [uuid4()], amounts("18.00"), SalesPace(MONDAY, 56, {}), UsedOffers.none(1)
    )  # fmt: skip
    found = grounds(market, "18.00", Reason.EXPECTED_GAIN)
    fact = found.fact(0, expected)
    assert expected is not None
    assert (fact.name, fact.refused, fact.chance) == ("profit_maximization", (), None)
    assert fact.because == "It is known well enough how demand answers to this price."
    assert (fact.elasticity, fact.units, fact.gain) == (expected.elasticity, expected.units, expected.gain)
    assert fact.elasticity == (-2.892, -2.5, -2.108)
    assert fact.units_now == 14
    # 10 a unit before and 8 after: 25 % more units are needed for 10 % less.
    assert fact.turns_at == -2.12
    why = found.why(0, fact, "EUR")
    assert why is not None
    assert fact.units is not None
    assert fact.gain is not None
    assert why.startswith(
        f"{fact.units[1]:.1f} units a week are expected (14.0 now) and {fact.gain[1]} EUR more profit"
    )
    assert why.endswith("at an elasticity of -2.5 (-2.9 to -2.1).")


def test_a_refused_response_says_why_it_chose_nothing() -> None:
    bits = integers(int(Refusal.TOO_FEW_SALES))
    market = replace(catalog(NET), response=response(), response_refusals=bits)
    found = grounds(market, None, Reason.RESPONSE_UNKNOWN, "profit_maximization")
    fact = found.fact(0, None)
    assert fact.refused == ("Too few units were sold to tell anything from this product itself.",)
    assert fact.elasticity is None
    assert found.why(0, fact, "EUR") == (
        "too little is known of how demand answers to this price. "
        "Too few units were sold to tell anything from this product itself."
    )


def test_a_step_tells_its_chance() -> None:
    bits = integers(int(Refusal.TOO_FEW_CHANGES))
    market = replace(catalog(NET), response=response(), response_refusals=bits)
    fact = grounds(market, "20.50", Reason.EXPLORING).fact(0, None)
    assert fact.name == "exploration"
    assert fact.chance is not None
    assert 0 < fact.chance <= 1


def test_a_rule_has_nothing_to_tell() -> None:
    found = grounds(catalog(NET), "18.00", Reason.POSITION, "rule_based")
    assert found.fact(0, None) == StrategyFact("rule_based")
    assert found.why(0, found.fact(0, None), "EUR") is None


def test_where_a_move_stops_to_pay() -> None:
    market = catalog(NET, NET, NET, {**NET, "cost": None})
    turns = turning_elasticity(market, amounts("18.00", "22.00", "20.00", "18.00"))
    assert turns[0] == pytest.approx(np.log(10 / 8) / np.log(18 / 20))
    assert turns[1] == pytest.approx(np.log(10 / 12) / np.log(22 / 20))
    assert np.isnan(turns[2:]).all()
    for place, price in ((0, 18), (1, 22)):
        assert (price / 20) ** turns[place] * (price - 10) == pytest.approx(10)
