"""Saved views in the database. Every statement names the tenant."""

from typing import Any
from uuid import UUID

import asyncpg

from shopwright.identity.views import SavedView, ViewExists
from shopwright.infra.db import UnitOfWork

_COLUMNS = "id, member_id, page, name, content, shared, version, updated_at"


class ViewRepository:
    """The questions about one tenant's saved views."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_for(self, member: UUID, page: str | None) -> list[SavedView]:
        """Return a member's own views and those that are shared, by page and name."""
        rows = await self._unit.connection.fetch(
            f"""select {_COLUMNS} from saved_view
                 where tenant_id = $1 and (member_id = $2 or shared) and ($3::text is null or page = $3)
                 order by page, name, id""",
            self._unit.tenant,
            member,
            page,
        )
        return [_view(row) for row in rows]

    async def find(self, view: UUID) -> SavedView | None:
        """Return a view, locked until the unit ends."""
        row = await self._unit.connection.fetchrow(
            f"select {_COLUMNS} from saved_view where tenant_id = $1 and id = $2 for update", self._unit.tenant, view
        )
        return None if row is None else _view(row)

    async def count(self, member: UUID) -> int:
        """Count a member's own views."""
        found: int = await self._unit.connection.fetchval(
            "select count(*) from saved_view where tenant_id = $1 and member_id = $2", self._unit.tenant, member
        )
        return found

    async def store(self, view: SavedView) -> None:
        """Insert a view, or write it anew. Raises ViewExists for a name that the member uses on the page already."""
        try:
            await self._unit.connection.execute(
                f"""insert into saved_view (tenant_id, {_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    on conflict (tenant_id, id) do update set
                      page = excluded.page, name = excluded.name, content = excluded.content,
                      shared = excluded.shared, version = excluded.version, updated_at = excluded.updated_at""",
                self._unit.tenant, view.id, view.member, view.page, view.name, view.content, view.shared,
                view.version, view.updated_at,
            )  # fmt: skip
        except asyncpg.UniqueViolationError as error:
            raise ViewExists(f"There is a view {view.name!r} of this page already.", name=view.name) from error

    async def delete(self, view: UUID) -> None:
        """Forget a view."""
        await self._unit.connection.execute(
            "delete from saved_view where tenant_id = $1 and id = $2", self._unit.tenant, view
        )


def _view(row: Any) -> SavedView:
    return SavedView(
        row["id"], row["member_id"], row["page"], row["name"], row["content"], row["shared"], row["version"],
        row["updated_at"],
    )  # fmt: skip
