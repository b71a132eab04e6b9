"""A member's saved views, and those that others share."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from shopwright.identity.repository.views import ViewRepository
from shopwright.identity.views import (
    MOST_VIEWS,
    SavedView,
    TooManyViews,
    ViewChanged,
    ViewDeleted,
    ViewNotFound,
    ViewNotYours,
    ViewSaved,
)
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.ids import new_id


class ViewService:
    """What a member may do with views: see one's own and shared ones, change one's own."""

    def __init__(self, unit: UnitOfWork, member: UUID) -> None:
        self._unit = unit
        self._member = member
        self._views = ViewRepository(unit)

    async def list_views(self, page: str | None = None) -> list[SavedView]:
        """List one's own views and those that are shared, of a page or of all."""
        return await self._views.list_for(self._member, page)

    async def save(self, page: str, name: str, content: dict[str, Any], *, shared: bool) -> SavedView:
        """Keep a view. Raises ViewExists, TooManyViews."""
        if await self._views.count(self._member) >= MOST_VIEWS:
            raise TooManyViews(f"At most {MOST_VIEWS} views can be kept.", most=MOST_VIEWS)
        now = self._unit.clock.now()
        view = SavedView(new_id(self._unit.tenant, now), self._member, page, name, content, shared, 1, now)
        await self._views.store(view)
        self._unit.publish(ViewSaved(subject_id=str(view.id), after=view.told()))
        return view

    async def change(
        self, view_id: UUID, name: str, content: dict[str, Any], *, shared: bool, version: int | None = None
    ) -> SavedView:
        """Replace a view of one's own. Raises ViewNotFound, ViewNotYours, ViewExists, ChangedSinceRead."""
        kept = await self._own(view_id)
        if version is not None and version != kept.version:
            raise ChangedSinceRead("The view was changed since it was read.", version=kept.version)
        changed = replace(kept, name=name, content=content, shared=shared)
        if changed == kept:
            return kept
        changed = replace(changed, version=kept.version + 1, updated_at=self._unit.clock.now())
        await self._views.store(changed)
        old, new = kept.told(), changed.told()
        names = [name for name in old if old[name] != new[name]]
        before, after = {name: old[name] for name in names}, {name: new[name] for name in names}
        self._unit.publish(ViewChanged(subject_id=str(view_id), before=before, after=after))
        return changed

    async def delete(self, view_id: UUID) -> None:
        """Forget a view of one's own. Raises ViewNotFound, ViewNotYours."""
        kept = await self._own(view_id)
        await self._views.delete(view_id)
        self._unit.publish(ViewDeleted(subject_id=str(view_id), before=kept.told()))

    async def _own(self, view_id: UUID) -> SavedView:
        view = await self._views.find(view_id)
        if view is None or (view.member != self._member and not view.shared):
            raise ViewNotFound("There is no such view.", id=str(view_id))
        if view.member != self._member:
            raise ViewNotYours("This view was made by somebody else.", id=str(view_id))
        return view
