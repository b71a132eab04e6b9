from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.identity.credentials import Attempts, InvalidToken, SignInThrottled, checked_scopes
from shopwright.identity.permissions import PERMISSIONS, SESSIONS_ONLY

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


def after(count: int, *, free: int = 3, at: datetime = NOON) -> Attempts:
    attempts = Attempts(0, at)
    for _ in range(count):
        attempts = attempts.counted(at, free, WINDOW)
        at = attempts.blocked_until or at
    return attempts


def test_the_first_attempts_are_free_and_then_each_wait_doubles_up_to_the_window() -> None:
    assert after(2).blocked_until is None
    attempts, at, waits = after(2), NOON, []
    for _ in range(6):
        attempts = attempts.counted(at, 3, timedelta(minutes=60))
        assert attempts.blocked_until is not None
        waits.append((attempts.blocked_until - at).total_seconds())
        at = attempts.blocked_until
    assert waits == [15, 30, 60, 120, 240, 480]


def test_nobody_waits_longer_than_the_window() -> None:
    attempts = Attempts(10_000, NOON).counted(NOON, 3, WINDOW)
    assert attempts.blocked_until == NOON + WINDOW


def test_an_attempt_within_the_wait_is_refused_and_told_how_long() -> None:
    with pytest.raises(SignInThrottled) as refused:
        after(3).counted(NOON + timedelta(seconds=5), 3, WINDOW)
    assert refused.value.retry_after == 10


def test_after_the_window_everything_begins_anew() -> None:
    assert after(2).counted(NOON + WINDOW, 3, WINDOW) == Attempts(1, NOON + WINDOW)
    strict = Attempts(5, NOON).counted(NOON + WINDOW, 1, WINDOW)
    assert strict.blocked_until == NOON + WINDOW + timedelta(seconds=15)


def test_an_attempt_that_succeeds_is_taken_back() -> None:
    assert after(3).succeeded() == Attempts(2, NOON)
    assert Attempts(0, NOON).succeeded() == Attempts(0, NOON)


@given(st.lists(st.integers(0, 120), min_size=30, max_size=120), st.integers(1, 10))
def test_no_pattern_of_attempts_admits_more_than_the_free_ones_and_a_handful(pauses: list[int], free: int) -> None:
    """In any stretch as long as the window, whatever the rhythm."""
    attempts, at = Attempts(0, NOON), NOON
    admitted: list[datetime] = []
    for pause in pauses:
        at += timedelta(seconds=pause)
        try:
            attempts = attempts.counted(at, free, WINDOW)
        except SignInThrottled:
            continue
        admitted.append(at)
    for begin in admitted:
        # two windows can touch; within each, doubling from 15 s leaves room for six waits in 15 minutes
        assert sum(begin <= one < begin + WINDOW for one in admitted) <= 2 * (free + 6)


@given(st.sets(st.sampled_from(sorted(PERMISSIONS)), min_size=1), st.sets(st.sampled_from(sorted(PERMISSIONS))))
def test_a_token_is_given_some_of_ones_own_permissions_and_never_the_account(wanted: set[str], own: set[str]) -> None:
    if wanted <= own and not wanted & SESSIONS_ONLY:
        assert checked_scopes(wanted, own) == wanted
    else:
        with pytest.raises(InvalidToken):
            checked_scopes(wanted, own)


@pytest.mark.parametrize("scopes", [[], ["prices:give_away"]])
def test_a_token_needs_scopes_that_exist(scopes: list[str]) -> None:
    with pytest.raises(InvalidToken):
        checked_scopes(scopes, PERMISSIONS)
