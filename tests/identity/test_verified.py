from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.identity import verified as module
from shopwright.identity.credentials import EndReason, SessionEnded, TokenRevoked
from shopwright.identity.domain import Principal
from shopwright.identity.people import MemberAdded, MemberRoleChanged, RoleChanged
from shopwright.identity.verified import VerifiedCredentials
from shopwright.kit.events import ActorKind, Event
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=1)


def somebody() -> Principal:
    return Principal(TenantId(uuid4()), uuid4(), uuid4(), ActorKind.PERSON, uuid4(), frozenset(), "owner")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def verified(clock: FixedClock) -> VerifiedCredentials:
    cache = VerifiedCredentials(clock)
    cache.trust(True)
    return cache


def test_what_was_verified_is_found_for_thirty_seconds(verified: VerifiedCredentials, clock: FixedClock) -> None:
    one = somebody()
    verified.keep("text", one, verified.mark(), LATER)
    assert verified.find("text") == one
    assert verified.find("other") is None
    clock.advance(timedelta(seconds=29.9))
    assert verified.find("text") == one
    clock.advance(timedelta(seconds=0.1))
    assert verified.find("text") is None


def test_nothing_outlives_its_own_end(verified: VerifiedCredentials, clock: FixedClock) -> None:
    verified.keep("text", somebody(), verified.mark(), NOON + timedelta(seconds=5))
    clock.advance(timedelta(seconds=5))
    assert verified.find("text") is None


@pytest.mark.parametrize("subject", ["credential", "member", "person", "tenant"])
def test_a_change_drops_what_rests_on_it_and_nothing_else(verified: VerifiedCredentials, subject: str) -> None:
    one, other = somebody(), somebody()
    verified.keep("one", one, verified.mark(), LATER)
    verified.keep("other", other, verified.mark(), LATER)
    verified.changed(getattr(one, subject))
    assert verified.find("one") is None
    assert verified.find("other") == other


def test_a_change_during_the_reading_is_not_lost(verified: VerifiedCredentials) -> None:
    one = somebody()
    as_of = verified.mark()
    verified.changed(one.credential)  # committed after the database was read, before the outcome is kept
    verified.keep("text", one, as_of, LATER)
    assert verified.find("text") is None


def test_it_is_off_while_notices_are_not_heard_and_begins_anew_afterwards(verified: VerifiedCredentials) -> None:
    one = somebody()
    as_of = verified.mark()
    verified.keep("text", one, as_of, LATER)
    verified.trust(False)
    assert verified.find("text") is None
    verified.keep("text", one, verified.mark(), LATER)
    assert verified.find("text") is None
    verified.trust(True)
    assert verified.find("text") is None, "a change may have been missed in between"
    verified.keep("text", one, as_of, LATER)
    assert verified.find("text") is None, "read before hearing began"
    verified.keep("text", one, verified.mark(), LATER)
    verified.trust(True)
    assert verified.find("text") == one, "hearing went on all the time"


EVENTS: list[tuple[Event, bool]] = [
    (SessionEnded(subject_id="{session}", member="{member}", why=EndReason.LOGGED_OUT), True),
    (TokenRevoked(subject_id="{session}", member="{member}"), True),
    (MemberRoleChanged(subject_id="{member}"), True),
    (RoleChanged(subject_id=str(uuid4())), True),
    (MemberAdded(subject_id="{member}", person=str(uuid4())), False),
]


@pytest.mark.parametrize(("event", "drops"), EVENTS, ids=lambda value: type(value).__name__)
def test_events_of_this_process_drop_what_they_put_in_doubt(
    verified: VerifiedCredentials, event: Event, drops: bool
) -> None:
    one = somebody()
    subject = event.subject_id.format(session=one.credential, member=one.member)
    verified.keep("text", one, verified.mark(), LATER)
    verified.published(one.tenant, [type(event)(**{**vars(event), "subject_id": subject})])
    assert (verified.find("text") is None) is drops


def test_a_notice_drops_what_it_names_and_everything_when_it_cannot_be_read(verified: VerifiedCredentials) -> None:
    one, other = somebody(), somebody()
    verified.keep("one", one, verified.mark(), LATER)
    verified.keep("other", other, verified.mark(), LATER)
    verified.heard(str(one.member))
    assert verified.find("one") is None
    assert verified.find("other") == other
    verified.heard("what?")
    assert verified.find("other") is None


def test_the_least_recently_used_goes_first(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_ENTRIES", 2)
    cache = VerifiedCredentials(clock)
    cache.trust(True)
    for text in ("a", "b"):
        cache.keep(text, somebody(), cache.mark(), LATER)
    assert cache.find("a")
    cache.keep("c", somebody(), cache.mark(), LATER)
    assert cache.find("b") is None
    assert cache.find("a")
    assert cache.find("c")


@given(st.lists(st.tuples(st.sampled_from(["keep", "change", "find"]), st.integers(0, 4)), max_size=60))
def test_a_forgotten_change_is_never_an_allowed_one(steps: list[tuple[str, int]]) -> None:
    """The list of changes is bounded; what falls out of it must not bring anything back to life."""
    people = [
        Principal(TenantId(UUID(int=n)), UUID(int=n), UUID(int=n), ActorKind.PERSON, UUID(int=n), frozenset(), "x")
        for n in range(1, 6)
    ]
    cache = VerifiedCredentials(FixedClock(NOON))
    cache.trust(True)
    alive: set[int] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MOST_CHANGES", 2)
        for action, who in steps:
            if action == "keep":
                cache.keep(str(who), people[who], cache.mark(), LATER)
                alive.add(who)
            elif action == "change":
                cache.changed(people[who].credential)
                alive.discard(who)
            elif cache.find(str(who)) is not None:
                assert who in alive
