"""What there is to be told of: topics, the permission that each needs, the events that belong to it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from shopwright.infra.journal.entries import Entry
from shopwright.kit.events import event_types
from shopwright.kit.ids import TenantId

MOST_IDS: Final = 100
"""As many subjects as one message names; beyond that only their number is told."""

JOBS: Final = "jobs"


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of news. `events` are beginnings of wire names, or whole ones."""

    name: str
    permission: str
    events: tuple[str, ...]

    def covers(self, event_name: str) -> bool:
        """Tell whether an event belongs here."""
        return event_name.startswith(self.events)


_PRICE_IN_FORCE: Final = ("pricing.price_confirmed", "pricing.price_rolled_back", "catalog.price_changed")
_OUTCOMES: Final = ("pricing.outcomes_", "pricing.predictions_")
TOPICS: Final[tuple[Topic, ...]] = (
    Topic(
        "proposals",
        "prices:read",
        ("pricing.prices_proposed", "pricing.proposal_", "pricing.approval_", "pricing.price_"),
    ),
    Topic(
        "prices",
        "prices:read",
        ("pricing.repricing_", "pricing.halt_", "catalog.exchange_rate_", *_PRICE_IN_FORCE, *_OUTCOMES),
    ),
    Topic("policies", "prices:read", ("pricing.policy_", "pricing.experiment_")),
    Topic("products", "catalog:read", ("catalog.product_", "catalog.price_", "catalog.inventory_")),
    Topic("stock", "catalog:read", ("inventory.", "catalog.inventory_")),
    Topic("sales", "sales:read", ("sales.",)),
    Topic("forecasts", "demand:read", ("demand.",)),
    Topic("market", "market:read", ("market.",)),
    Topic("imports", "imports:read", ("ingestion.",)),
    Topic(JOBS, "tenant:read", ("jobs.",)),
    Topic("users", "users:read", ("identity.member_", "identity.invitation_", "identity.role_")),
    Topic("shop", "tenant:read", ("identity.tenant_",)),
)
"""Whoever adds events adds them here, or to UNTOLD."""

UNTOLD: Final = ("compliance.", "journal.", "identity.")
"""Beginnings of the events that no page waits for: security events and sessions, and the journal's own business."""

_MANY: Final = {"pricing.prices_proposed": "proposals"}
"""Events about many subjects, and the field that lists them."""


def told_events() -> list[str]:
    """Return the wire names of all events that belong to a topic."""
    return sorted(name for name in event_types if any(topic.covers(name) for topic in TOPICS))


@dataclass(frozen=True, slots=True)
class Change:
    """News of one topic of one tenant: what happened, to how many subjects, and to which (the first hundred)."""

    tenant: TenantId
    topic: Topic
    event: str
    subject: str
    ids: tuple[str, ...]
    count: int

    def content(self) -> dict[str, Any]:
        """Return the message's data."""
        return {
            "event": self.event,
            "subject": self.subject,
            "ids": list(self.ids),
            "counts": {self.subject: self.count},
        }


def changes_of(entries: Sequence[Entry]) -> list[Change]:
    """Fold entries into changes, one for each tenant, topic and event, in the order in which they first happened."""
    gathered: dict[tuple[TenantId, str], dict[str, None]] = {}
    kinds: dict[str, str] = {}
    for entry in entries:
        subject, ids = _subjects(entry)
        kinds[entry.name] = subject
        gathered.setdefault((entry.tenant, entry.name), {}).update(dict.fromkeys(ids))
    return [
        Change(tenant, topic, name, kinds[name], tuple(ids)[:MOST_IDS], len(ids))
        for (tenant, name), ids in gathered.items()
        for topic in TOPICS
        if topic.covers(name)
    ]


def _subjects(entry: Entry) -> tuple[str, Sequence[str]]:
    field = _MANY.get(entry.name)
    if field is None:
        return entry.subject_kind, (entry.subject_id,)
    return field.removesuffix("s"), entry.payload.get(field, ())
