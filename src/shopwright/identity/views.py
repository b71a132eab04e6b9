"""Saved views: a page's filters, columns and order under a name, one's own or shared with the tenant. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shopwright.kit.errors import Conflict, Exhausted, Forbidden, NotFound
from shopwright.kit.events import Event

MOST_VIEWS: Final = 200
"""Views that one member may keep."""


class ViewNotFound(NotFound):
    """No such view, or it is somebody else's and not shared."""

    code = "view_not_found"


class ViewExists(Conflict):
    """The member has a view of this name on the page already."""

    code = "view_exists"
    action = "Choose another name, or change the view that is there."


class ViewNotYours(Forbidden):
    """A shared view is changed by whoever made it."""

    code = "view_not_yours"
    action = "Save a view of your own with another name."


class TooManyViews(Exhausted):
    """The member keeps as many views as may be."""

    code = "too_many_views"
    action = "Delete a view that is no longer used."


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view. `content` is whatever the page needs to show the same again."""

    id: UUID
    member: UUID
    page: str
    name: str
    content: dict[str, Any]
    shared: bool
    version: int
    updated_at: datetime

    def told(self) -> dict[str, Any]:
        """Return what the journal keeps of the view."""
        return {"page": self.page, "name": self.name, "content": self.content, "shared": self.shared}


@dataclass(frozen=True, kw_only=True)
class ViewSaved(Event, name="identity.view_saved", subject="saved_view"):
    """A member keeps a view more."""


@dataclass(frozen=True, kw_only=True)
class ViewChanged(Event, name="identity.view_changed", subject="saved_view"):
    """A view shows something else, has another name, or is shared, or no longer."""


@dataclass(frozen=True, kw_only=True)
class ViewDeleted(Event, name="identity.view_deleted", subject="saved_view"):
    """A view is gone; `before` keeps it whole."""
