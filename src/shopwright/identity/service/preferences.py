"""A member's preferences in one tenant: kept from session to session, unchanged."""

from dataclasses import fields
from typing import Any
from uuid import UUID

import msgspec

from shopwright.identity.preferences import Preferences, PreferencesChanged
from shopwright.identity.repository.tenants import PreferenceRepository
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead


class PreferenceService:
    """What a member may do with preferences of their own. Others' are nobody's business."""

    def __init__(self, unit: UnitOfWork, member: UUID) -> None:
        self._unit = unit
        self._member = member
        self._preferences = PreferenceRepository(unit)

    async def get(self) -> tuple[Preferences, int]:
        """Return the preferences and their version; version 0 for somebody who never said what."""
        return await self._preferences.find(self._member) or (Preferences(), 0)

    async def replace(self, preferences: Preferences, expected_version: int | None = None) -> tuple[Preferences, int]:
        """Keep other preferences; return them with their new version. Raises ChangedSinceRead."""
        kept, version = await self._preferences.find(self._member, locked=True) or (Preferences(), 0)
        if expected_version is not None and version != expected_version:
            raise ChangedSinceRead("The preferences were changed since they were read.", version=version)
        changed = tuple(one.name for one in fields(kept) if getattr(kept, one.name) != getattr(preferences, one.name))
        if not changed:
            return preferences, version
        version = await self._preferences.store(self._member, preferences)
        before, after = _told(kept, changed), _told(preferences, changed)
        event = PreferencesChanged(subject_id=str(self._member), fields=changed, before=before, after=after)
        self._unit.publish(event)
        return preferences, version


def _told(preferences: Preferences, changed: tuple[str, ...]) -> dict[str, Any]:
    """Return the changed fields for the journal; the looks of the web interface are no business of an audit."""
    content = msgspec.to_builtins(preferences)
    return {name: content[name] for name in changed if name != "ui"}
