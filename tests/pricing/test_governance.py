from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.pricing.governance import Blackout, Governance, InvalidGovernance, Scope, ScopeKind, resolve

BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = st.lists(st.integers(-1_000_000, 5_000_000), min_size=1, max_size=20)


def test_nothing_applies_by_itself_unless_a_policy_says_so() -> None:
    changes = np.array([0, 1, -1, 500_000], dtype=np.int64)
    assert not Governance().approves_itself(changes, np.full(4, 100, dtype=np.int64)).any()


@given(CHANGES, st.integers(0, 1_000_000), st.integers(0, 100))
def test_only_small_and_sure_changes_apply_by_themselves(changes: list[int], below: int, sure: int) -> None:
    rules = Governance(auto_apply_below_ppm=below, auto_apply_min_confidence=sure, two_person_above_ppm=100_000)
    array = np.array(changes, dtype=np.int64)
    confidence = np.full(len(changes), 60, dtype=np.int64)
    itself = rules.approves_itself(array, confidence)
    assert all(
        abs(c) < below and sure <= 60 and abs(c) <= 100_000 for c, yes in zip(changes, itself, strict=True) if yes
    )


def test_large_changes_need_two_people_in_both_directions() -> None:
    rules = Governance(two_person_above_ppm=200_000)
    assert rules.approvals_needed(np.array([200_000, 200_001, -200_001], dtype=np.int64)).tolist() == [1, 2, 2]


@pytest.mark.parametrize(
    ("moment", "covered"),
    [
        (datetime(2026, 3, 6, 21, 59, tzinfo=UTC), True),  # Friday 22:59 in Berlin
        (datetime(2026, 3, 6, 20, 59, tzinfo=UTC), False),  # Friday 21:59
        (datetime(2026, 3, 7, 4, 59, tzinfo=UTC), True),  # Saturday 05:59, after Friday's midnight
        (datetime(2026, 3, 7, 5, 0, tzinfo=UTC), False),  # Saturday 06:00
        (datetime(2026, 3, 29, 3, 59, tzinfo=UTC), False),  # Sunday: Saturday is not in the rule
    ],
)
def test_a_blackout_runs_past_midnight_in_the_shops_own_time(moment: datetime, covered: bool) -> None:
    rules = Governance(blackouts=(Blackout((4,), time(22), time(6)),))
    assert rules.blackout_at(moment, BERLIN) is covered


def test_a_blackout_follows_the_clock_change() -> None:
    rules = Governance(blackouts=(Blackout((6,), time(2, 30), time(3, 30)),))
    assert rules.blackout_at(datetime(2026, 3, 29, 1, 15, tzinfo=UTC), BERLIN)  # 03:15, 02:30 never came
    assert not rules.blackout_at(datetime(2026, 3, 29, 1, 45, tzinfo=UTC), BERLIN)


def test_every_value_out_of_range_is_named_at_once() -> None:
    with pytest.raises(InvalidGovernance) as caught:
        Governance(auto_apply_below_ppm=-1, grace_minutes=-5, lifetime_hours=0)
    assert caught.value.details["fields"] == [
        {"field": "auto_apply_below_ppm", "expected": "From 0 to 100 %."},
        {"field": "grace_minutes", "expected": "From 0 minutes to a day (1440)."},
        {"field": "lifetime_hours", "expected": "From 1 hour to 31 days (744)."},
    ]


def test_a_blackout_from_midnight_to_midnight_is_the_whole_day() -> None:
    rules = Governance(blackouts=(Blackout((5,), time(0), time(0)),))
    saturday = datetime(2026, 11, 21, tzinfo=BERLIN)
    assert rules.blackout_at(saturday, BERLIN)
    assert rules.blackout_at(saturday.replace(hour=23, minute=59), BERLIN)
    assert not rules.blackout_at(saturday - timedelta(minutes=1), BERLIN)
    assert not rules.blackout_at(saturday + timedelta(days=1), BERLIN)


@pytest.mark.parametrize("weekdays", [(), (7,), (-1, 0)])
def test_a_blackout_is_on_days_of_the_week(weekdays: tuple[int, ...]) -> None:
    with pytest.raises(InvalidGovernance) as caught:
        Blackout(weekdays, time(22), time(6))
    fields: Any = caught.value.details["fields"]
    assert [one["field"] for one in fields] == ["blackouts"]


def test_a_blackout_is_by_the_clock_of_the_shop() -> None:
    with pytest.raises(InvalidGovernance):
        Blackout((0,), time(22, tzinfo=UTC), time(6))


def test_the_most_specific_scope_decides() -> None:
    scopes = [
        Scope(ScopeKind.TENANT),
        Scope(ScopeKind.CATEGORY, "Grinders"),
        Scope(ScopeKind.BRAND, "Acme"),
        Scope(ScopeKind.SKU, "A-1"),
    ]
    skus, brands = ["A-1", "A-2", "B-1", "B-2"], ["Acme", "Acme", None, None]
    assert resolve(scopes, skus, brands, ["Grinders", "Grinders", "Grinders", None]).tolist() == [3, 2, 1, 0]
    assert resolve(scopes[1:], ["x"], [None], [None]).tolist() == [-1]


def test_a_scope_has_a_value_exactly_when_it_is_not_the_tenant() -> None:
    with pytest.raises(InvalidGovernance):
        Scope(ScopeKind.BRAND)
    with pytest.raises(InvalidGovernance):
        Scope(ScopeKind.TENANT, "x")
