"""Saved views of pages: the caller's own, and those that colleagues share."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.identity.routes.callers import CallerPrincipal
from shopwright.identity.service.views import ViewService
from shopwright.identity.views import SavedView
from shopwright.infra.web.conditional import etag, expected_version
from shopwright.infra.web.fields import Line, Object

router = guarded_router(prefix="/views", tag="views")
PageName = Annotated[str, Field(pattern="^[a-z][a-z-]{0,39}$", examples=["catalog"])]


class ViewBody(BaseModel):
    """What a view is to be."""

    model_config = ConfigDict(extra="forbid")

    name: Line = Field(examples=["Grinders without cost"])
    content: Object = Field(examples=[{"category": "Grinders", "blank": ["cost"], "sort": "price"}])
    shared: bool = Field(default=False, description="Whether everybody in the tenant sees it.")


class NewView(ViewBody):
    """A view to be kept."""

    page: PageName


class ViewAnswer(BaseModel):
    """A saved view."""

    id: UUID
    page: str
    name: str
    content: dict[str, Any]
    shared: bool
    mine: bool = Field(description="Whether the caller made it and so may change it.")
    version: int
    updated_at: datetime

    @classmethod
    def of(cls, view: SavedView, member: UUID) -> "ViewAnswer":
        """Show a view to a member."""
        shown = {name: getattr(view, name) for name in cls.model_fields if name != "mine"}
        return cls(**shown, mine=view.member == member)


async def view_service(request: Request, principal: CallerPrincipal) -> ViewService:
    """Build the service of the caller's views."""
    return ViewService(unit_of(request), principal.member)


Views = Annotated[ViewService, Depends(view_service)]


@router.get("", name="list_views")
@needs("preferences:own")
async def list_views(
    views: Views, principal: CallerPrincipal, page: Annotated[str | None, Query(max_length=40)] = None
) -> list[ViewAnswer]:
    """List one's own views and shared ones, by page and name."""
    return [ViewAnswer.of(view, principal.member) for view in await views.list_views(page)]


@router.post("", name="save_view", status_code=HTTP_201_CREATED)
@needs("preferences:own")
async def save_view(body: NewView, response: Response, views: Views, principal: CallerPrincipal) -> ViewAnswer:
    """Keep a view."""
    view = await views.save(body.page, body.name, body.content, shared=body.shared)
    response.headers["ETag"] = etag(view.version)
    return ViewAnswer.of(view, principal.member)


@router.put("/{view_id}", name="change_view")
@needs("preferences:own")
async def change_view(
    request: Request, view_id: UUID, body: ViewBody, response: Response, views: Views, principal: CallerPrincipal
) -> ViewAnswer:
    """Replace a view of one's own; with If-Match only if it has not changed since it was read."""
    version = expected_version(request)
    view = await views.change(view_id, body.name, body.content, shared=body.shared, version=version)
    response.headers["ETag"] = etag(view.version)
    return ViewAnswer.of(view, principal.member)


@router.delete("/{view_id}", name="delete_view", status_code=HTTP_204_NO_CONTENT)
@needs("preferences:own")
async def delete_view(view_id: UUID, views: Views) -> None:
    """Forget a view of one's own."""
    await views.delete(view_id)
