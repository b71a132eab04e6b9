"""Events as journal rows, and back. The payload's types are checked when it is published."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import msgspec

from shopwright.kit.errors import ShopwrightError
from shopwright.kit.events import ActorKind, Event, Provenance, event_types
from shopwright.kit.ids import TenantId

_COMMON = frozenset(f.name for f in fields(Event))


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


def as_row(event: Event, provenance: Provenance, at: datetime) -> dict[str, Any]:
    """Turn an event into the JSON row that `journal_append` takes. Raises MalformedEvent on wrong types."""
    content = msgspec.to_builtins(event, enc_hook=str)
    try:
        msgspec.convert(content, type(event), strict=False)
    except msgspec.ValidationError as error:
        raise MalformedEvent(f"{event.wire_name}: {error}", name=event.wire_name) from error
    return {
        "at": at.isoformat(),
        "name": event.wire_name,
        "version": event.version,
        "actor_kind": provenance.actor_kind.value,
        "actor_id": str(provenance.actor_id) if provenance.actor_id else None,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "reason": event.reason,
        "before": content["before"],
        "after": content["after"],
        "payload": {key: value for key, value in content.items() if key not in _COMMON},
        "request_id": provenance.request_id,
        "trace_id": provenance.trace_id,
    }


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
