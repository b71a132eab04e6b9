"""A shop with a storage of its own, and files for it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from obstore.store import MemoryStore

from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database
from shopwright.infra.storage import ObjectStorage, TenantStorage
from shopwright.ingestion.domain import Import, ImportOptions
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.runs import ImportRunner, import_file
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.service import ImportService
from shopwright.kit.ids import TenantId


@dataclass(frozen=True)
class Shop:
    """A tenant with what its imports need."""

    database: Database
    tenant: TenantId
    storage: TenantStorage
    folder: Path

    def file(self, content: str | bytes, name: str = "file.csv") -> Path:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    async def import_(
        self,
        content: str | Path,
        kind: Kind | None = None,
        mapping: Mapping | None = None,
        **options: Any,
    ) -> Import:
        """Import a file and return what became of it."""
        path = content if isinstance(content, Path) else self.file(content)
        chosen = ImportOptions(**options)
        return await import_file(self.unit, self.storage, path, kind=kind, mapping=mapping, options=chosen)

    async def receive(self, content: str | Path, kind: Kind | None = None, **options: Any) -> Import:
        """Take in a file and return the import."""
        path = content if isinstance(content, Path) else self.file(content)
        return await ImportRunner(self.unit, self.storage).receive(path, kind=kind, options=ImportOptions(**options))

    def unit(self) -> Any:
        """Open a unit of the shop."""
        return self.database.unit(self.tenant)

    async def undo(self, import_: Import) -> Any:
        """Take an import back and return the counts."""
        async with self.unit() as unit:
            _, counts = await ImportService(unit, self.storage).undo(import_.id)
        return counts

    async def rows(self, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Run a query whose $1 is the tenant."""
        async with self.unit() as unit:
            return [tuple(row) for row in await unit.connection.fetch(query, self.tenant, *arguments)]

    async def rejects(self, import_id: UUID) -> str:
        """Return the file of rejects."""
        async with self.unit() as unit:
            pieces = await ImportService(unit, self.storage).rejects(import_id)
            return b"".join([piece async for piece in pieces]).decode()


async def open_shop(
    database: Database, tenant: TenantId, folder: Path, objects: ObjectStorage | None = None, **settings: Any
) -> Shop:
    """Make a tenant's row with these settings and give it a storage in memory."""
    chosen = TenantSettings(**settings)
    async with database.unit(tenant) as unit:
        await unit.connection.execute(
            "insert into tenant (tenant_id, name, settings) values ($1, 'Shop', $2)",
            tenant,
            {"currency": chosen.currency, "time_zone": chosen.time_zone, "tax_basis": chosen.tax_basis.value},
        )
    return Shop(database, tenant, TenantStorage(objects or ObjectStorage(MemoryStore()), tenant), folder)
