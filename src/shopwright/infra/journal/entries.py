"""Events as journal rows, and back. The payload's types are checked when it is published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from shopwright.kit.errors import ShopwrightError
from shopwright.kit.events import ActorKind, Event, Provenance, event_types
from shopwright.kit.ids import TenantId

_ENCODER = msgspec.json.Encoder(enc_hook=str)


class MalformedEvent(ShopwrightError):
    """An event does not fit the schema that its class declares: a fault of the program."""

    code = "malformed_event"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal."""

    id: int
    tx: int
    tenant: TenantId
    at: datetime
    name: str
    version: int
    provenance: Provenance
    subject_kind: str
    subject_id: str
    reason: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    payload: dict[str, Any]

    def event(self) -> Event:
        """Rebuild the typed event. Raises MalformedEvent for a name or payload that is not known."""
        event_type = event_types.get(self.name)
        if event_type is None:
            raise MalformedEvent(f"No event is called {self.name!r}.", name=self.name)
        common = {"subject_id": self.subject_id, "before": self.before, "after": self.after, "reason": self.reason}
        try:
            return msgspec.convert({**self.payload, **common}, event_type, strict=False)
        except msgspec.ValidationError as error:
            raise MalformedEvent(f"Entry {self.id} is not a {self.name}: {error}", name=self.name) from error


def as_json(event: Event, provenance: Provenance, at: datetime) -> bytes:
    """Turn an event into the JSON array that `journal_append` takes. Raises MalformedEvent on wrong types.

    The event goes as it is encoded; the database takes its common fields out of it. A commit waits for this, so nothing
    is turned into Python values on the way.
    """
    content = _ENCODER.encode(event)
    try:
        msgspec.json.decode(content, type=type(event), strict=False)
    except msgspec.ValidationError as error:
        raise MalformedEvent(f"{event.wire_name}: {error}", name=event.wire_name) from error
    return _ENCODER.encode(
        (
            at,
            event.wire_name,
            event.version,
            provenance.actor_kind,
            provenance.actor_id,
            event.subject_kind,
            provenance.request_id,
            provenance.trace_id,
            msgspec.Raw(content),
        )
    )


def from_row(row: Any) -> Entry:
    """Turn a row of the table into an Entry."""
    return Entry(
        id=row["id"],
        tx=row["tx"],
        tenant=TenantId(row["tenant_id"]),
        at=row["at"],
        name=row["name"],
        version=row["version"],
        provenance=Provenance(
            ActorKind(row["actor_kind"]),
            row["actor_id"],
            row["request_id"],
            row["trace_id"],
        ),
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        reason=row["reason"],
        before=row["before"],
        after=row["after"],
        payload=row["payload"],
    )
