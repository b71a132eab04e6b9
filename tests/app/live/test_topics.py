"""Which events belong to which topics, and how entries become changes."""

from datetime import UTC, datetime
from typing import Any

from tests.architecture.write_docs import import_everything

from shopwright.app.live.topics import MOST_IDS, TOPICS, UNTOLD, changes_of, told_events
from shopwright.identity.permissions import PERMISSIONS
from shopwright.infra.journal.entries import Entry
from shopwright.kit.events import SYSTEM, event_types
from shopwright.kit.ids import TenantId, new_tenant_id

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def entry(tenant: TenantId, name: str, subject_id: str, **payload: Any) -> Entry:
    kind = event_types[name].subject_kind
    return Entry(1, 1, tenant, NOON, name, 1, SYSTEM, kind, subject_id, None, {}, {}, payload)


def test_every_event_belongs_to_a_topic_or_is_said_to_be_untold() -> None:
    """Whoever adds events says in app/live/topics.py which pages wait for them."""
    import_everything()
    ours = {name for name, event in event_types.items() if event.__module__.startswith("shopwright.")}
    assert {name for name in ours - set(told_events()) if not name.startswith(UNTOLD)} == set()


def test_topics_name_permissions_that_there_are() -> None:
    assert {topic.permission for topic in TOPICS} <= set(PERMISSIONS)
    assert len({topic.name for topic in TOPICS}) == len(TOPICS)


def test_no_secret_of_identity_is_told() -> None:
    told = {name for name in told_events() if name.startswith("identity.")}
    assert not {name for name in told if any(word in name for word in ("session", "token", "password", "refused"))}


def test_entries_are_folded_by_tenant_topic_and_event() -> None:
    one, other = new_tenant_id(), new_tenant_id()
    told = changes_of(
        [
            entry(one, "catalog.price_changed", "p1"),
            entry(other, "catalog.price_changed", "p9"),
            entry(one, "catalog.price_changed", "p2"),
            entry(one, "catalog.price_changed", "p1"),
            entry(one, "identity.session_started", "s1"),
        ]
    )
    assert [(change.tenant, change.topic.name, change.ids, change.count) for change in told] == [
        (one, "prices", ("p1", "p2"), 2),
        (one, "products", ("p1", "p2"), 2),
        (other, "prices", ("p9",), 1),
        (other, "products", ("p9",), 1),
    ]


def test_proposals_of_a_run_are_told_as_proposals() -> None:
    tenant = new_tenant_id()
    ids = [f"n{number}" for number in range(250)]
    (change,) = changes_of([entry(tenant, "pricing.prices_proposed", "run", proposals=ids)])
    assert change.content() == {
        "event": "pricing.prices_proposed", "subject": "proposal", "ids": ids[:MOST_IDS], "counts": {"proposal": 250},
    }  # fmt: skip
