"""Week, year, events and prices: what was put in is found again."""

from datetime import date

import numpy as np
import pytest
from tests.factories.panels import FIRST, WEEK_SHAPE, random_panel

from shopwright.demand.forecasting.decomposition import decompose
from shopwright.demand.forecasting.effects import fit_effects
from shopwright.demand.forecasting.events import EVENTS, easter, event_days
from shopwright.demand.forecasting.panel import Frequency, Plan, SalesPanel
from shopwright.demand.forecasting.profiles import week_profile

DAYS = np.arange(400)


def test_a_week_is_found_and_thin_products_take_their_groups() -> None:
    rng = np.random.default_rng(0)
    level = np.concatenate([np.full(20, 50.0), np.full(20, 0.05)])
    units = rng.poisson(level * WEEK_SHAPE[DAYS % 7][:, None]).astype(float)
    profile = week_profile(units, np.ones_like(units), DAYS % 7, np.zeros(40, dtype=np.int64))
    wanted = WEEK_SHAPE / WEEK_SHAPE.mean()
    np.testing.assert_allclose(profile.factor[:, 0], wanted, atol=0.06)
    np.testing.assert_allclose(profile.factor[:, 39], wanted, atol=0.12)
    assert (profile.strength > 0.03).all()


def test_days_on_which_the_whole_shop_was_closed_are_no_demand() -> None:
    value = np.random.default_rng(1).poisson(5.0, (30, 90)).astype(float)
    value[:, 40] = 0.0
    parts = decompose(SalesPanel(first=FIRST, value=value))
    assert (parts.past.known[40] == 0).all()
    assert (parts.past.known[41] == 1).all()


@pytest.mark.parametrize("frequency", list(Frequency))
def test_the_season_of_a_year_is_found_with_two_years_and_not_claimed_with_one(frequency: Frequency) -> None:
    periods = 800 if frequency is Frequency.DAILY else 115
    rng = np.random.default_rng(2)
    days = np.arange(periods) * frequency.days
    season = np.exp(0.5 * np.sin(2 * np.pi * (days - 40) / 365.25))
    value = rng.poisson(rng.lognormal(2, 0.5, 40)[:, None] * season).astype(float)
    panel = SalesPanel(first=FIRST, value=value, frequency=frequency)
    ahead = SalesPanel(first=FIRST, value=value, frequency=frequency).days(26)[periods:]
    later = np.exp(0.5 * np.sin(2 * np.pi * ((ahead - FIRST).astype(int) - 40) / 365.25))
    factors = decompose(panel).ahead(ahead, None)
    ratio = factors[:, 0] / later
    np.testing.assert_allclose(ratio / ratio.mean(), 1.0, atol=0.12)
    short = decompose(panel.until(periods // 3))
    assert (short.year.waves == 0).all()


def test_effects_of_prices_are_found_and_thin_products_take_their_groups() -> None:
    rng = np.random.default_rng(3)
    periods, products = 150, 60
    cut = np.where(rng.random((periods, products)) < 0.2, np.log(0.8), 0.0)
    promo = ((rng.random((periods, products)) < 0.5) & (cut < 0)).astype(float)
    true = np.stack([rng.normal(-2.5, 0.3, products), rng.normal(0.6, 0.2, products)])
    level = np.where(np.arange(products) % 2, 20.0, 0.5)
    units = rng.poisson(level * np.exp(true[0] * cut + true[1] * promo)).astype(float)
    features = np.stack([cut, promo])
    group = np.zeros(products, dtype=np.int64)
    early = fit_effects(units[:100], np.ones((100, products)), features[:, :100], group, Frequency.WEEKLY)
    found = fit_effects(units, np.ones_like(units), features, group, Frequency.WEEKLY, early).coefficient
    assert found.mean(axis=1) == pytest.approx([-2.5, 0.6], abs=0.25)
    busy = np.arange(products) % 2 == 1
    assert np.sqrt(((found - true)[:, busy] ** 2).mean()) < 0.3
    assert np.sqrt(((found - true)[:, ~busy] ** 2).mean()) < 0.4


def test_what_is_not_planned_is_taken_as_it_usually_is() -> None:
    panel = random_panel(4, priced=True)
    assert panel.price is not None
    parts, days = decompose(panel), panel.days(5)[-5:]
    unplanned, none = parts.ahead(days, Plan()), parts.ahead(days, None)
    np.testing.assert_array_equal(unplanned, none)
    kept = parts.ahead(days, Plan(price=np.full((30, 5), 10.0), promo=np.zeros((30, 5))))
    cheap = parts.ahead(days, Plan(price=np.full((30, 5), 7.5), promo=np.ones((30, 5))))
    assert (cheap > unplanned).all()
    assert (unplanned > kept).mean() > 0.9


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("easter", date(2024, 3, 31)),
        ("thanksgiving", date(2024, 11, 28)),
        ("black_friday", date(2024, 11, 29)),
        ("memorial_day", date(2024, 5, 27)),
        ("mothers_day", date(2024, 5, 12)),
        ("labour_day", date(2024, 9, 2)),
    ],
)
def test_events_fall_where_calendars_say(name: str, day: date) -> None:
    assert EVENTS[name](2024) == day


def test_easter_falls_where_the_church_says() -> None:
    assert [easter(year) for year in (2000, 2011, 2025, 2038)] == [
        date(2000, 4, 23),
        date(2011, 4, 24),
        date(2025, 4, 20),
        date(2038, 4, 25),
    ]


def test_an_event_is_felt_in_its_week() -> None:
    weeks = np.datetime64("2024-12-02") + np.timedelta64(7, "D") * np.arange(6)
    felt = event_days(weeks, Frequency.WEEKLY)
    place = 2 * list(EVENTS).index("christmas")
    assert felt[place].tolist() == [0, 0, 0, 1, 0, 0]
    assert felt[place + 1].tolist() == [0, 0, 1, 0, 0, 0]
