"""The event base: facts in the past tense, written to the journal with the change that they describe.

An event class names itself once: `class PriceApplied(Event, name="pricing.price_applied", subject="product")`.
The wire name is stable and stands in docs/events.md; the class may be renamed, the wire name may not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

event_types: dict[str, type["Event"]] = {}


class ActorKind(StrEnum):
    """Who can cause a change."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105 - a kind of actor, not a secret
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who caused a change, in which request and trace. Ids only: names are personal data."""

    actor_kind: ActorKind = ActorKind.SYSTEM
    actor_id: UUID | None = None
    request_id: str | None = None
    trace_id: str | None = None


SYSTEM = Provenance()


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact about one subject. `before` and `after` hold the changed fields only, as JSON values."""

    wire_name: ClassVar[str]
    subject_kind: ClassVar[str]
    version: ClassVar[int] = 1

    subject_id: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None

    def __init_subclass__(cls, *, name: str, subject: str) -> None:
        """Give the class its wire name and the kind of its subject."""
        super().__init_subclass__()
        if name in event_types and event_types[name].__qualname__ != cls.__qualname__:
            raise TypeError(f"event name {name!r} is used by {event_types[name].__qualname__} already")
        cls.wire_name = name
        cls.subject_kind = subject
        event_types[name] = cls
