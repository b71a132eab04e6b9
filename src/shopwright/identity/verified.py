"""Credentials that were verified a moment ago, so that most requests need no look at the database.

An entry lives for 30 seconds at most and is dropped at once when something changes that it rests on: told by the
events that this process commits, and by PostgreSQL's NOTIFY for those of others. While notices cannot be heard
the cache neither answers nor keeps. It decides nothing; what it is given was decided elsewhere.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shopwright.identity.credentials import RefreshTokenReused, SessionEnded, TokenRevoked
from shopwright.identity.domain import Principal
from shopwright.identity.people import MemberDeactivated, MemberRoleChanged, PasswordChanged, RoleChanged, RoleDeleted
from shopwright.identity.tenants import TenantStatusChanged
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId
from shopwright.kit.time import Clock

CHANNEL: Final = "identity_changed"
LONGEST: Final = timedelta(seconds=30)
_MOST_ENTRIES = 20_000
_MOST_CHANGES = 20_000

_OF_SUBJECT = (SessionEnded, RefreshTokenReused, TokenRevoked, MemberDeactivated, MemberRoleChanged, PasswordChanged)
_OF_TENANT = (RoleChanged, RoleDeleted, TenantStatusChanged)
DOUBTS: Final[tuple[type[Event], ...]] = (*_OF_SUBJECT, *_OF_TENANT)
"""The events that put credentials in doubt."""


def changed_subject(tenant: TenantId, event: Event) -> UUID | None:
    """Return whose credentials an event puts in doubt: a session, token, member, person, or the whole tenant."""
    if isinstance(event, _OF_SUBJECT):
        return UUID(event.subject_id)
    return tenant if isinstance(event, _OF_TENANT) else None


@dataclass(frozen=True, slots=True)
class _Entry:
    principal: Principal
    until: datetime
    as_of: int


class VerifiedCredentials:
    """The cache of one process: from a credential's digest to its principal, least recently used out first.

    Changes are numbered. An entry counts from the number that held when its reading began, so that a change that
    comes while the database is being read is never lost.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._changes: OrderedDict[UUID, int] = OrderedDict()
        self._number = 0
        self._floor = 0
        self._heard = False

    def trust(self, heard: bool) -> None:
        """Say whether notices of changes arrive. From silence to hearing, everything is verified anew."""
        if heard and not self._heard:
            self.clear()
        self._heard = heard

    def clear(self) -> None:
        """Forget everything, and what is being read right now as well."""
        self._number += 1
        self._floor = self._number
        self._entries.clear()
        self._changes.clear()

    def mark(self) -> int:
        """Return the number of the last change; taken before the database is read for `keep`."""
        return self._number

    def find(self, text: str) -> Principal | None:
        """Return the principal of a credential that was verified a moment ago and still holds."""
        if not self._heard:
            return None
        key = hashlib.sha256(text.encode("latin-1", "replace")).digest()
        entry = self._entries.get(key)
        if entry is None:
            return None
        now = self._clock.now()
        # What has more than the longest time left was kept before the clock was set back.
        if not now < entry.until <= now + LONGEST or not self._holds(entry.principal, entry.as_of):
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry.principal

    def keep(self, text: str, principal: Principal, as_of: int, until: datetime) -> None:
        """Keep what was verified, for 30 seconds or to the credential's own end, unless it changed meanwhile."""
        if not self._heard or not self._holds(principal, as_of):
            return
        key = hashlib.sha256(text.encode("latin-1", "replace")).digest()
        self._entries[key] = _Entry(principal, min(until, self._clock.now() + LONGEST), as_of)
        if len(self._entries) > _MOST_ENTRIES:
            self._entries.popitem(last=False)

    def changed(self, subject: UUID) -> None:
        """Drop whatever rests on a session, token, member, person or tenant."""
        self._number += 1
        self._changes[subject] = self._number
        self._changes.move_to_end(subject)
        if len(self._changes) > _MOST_CHANGES:
            self._floor = self._changes.popitem(last=False)[1]

    def published(self, tenant: TenantId, events: Sequence[Event]) -> None:
        """Drop what the events of this process put in doubt; one of the callers of `Database.on_published`."""
        for event in events:
            subject = changed_subject(tenant, event)
            if subject is not None:
                self.changed(subject)

    def heard(self, payload: str) -> None:
        """Drop what a notice names. One that cannot be read drops everything."""
        try:
            self.changed(UUID(payload))
        except ValueError:
            self.clear()

    def _holds(self, principal: Principal, as_of: int) -> bool:
        changes = self._changes
        if as_of == self._number:  # nothing changed since
            return True
        return as_of >= max(
            self._floor,
            changes.get(principal.credential, 0),
            changes.get(principal.member, 0),
            changes.get(principal.tenant, 0),
            changes.get(principal.person, 0),
        )
