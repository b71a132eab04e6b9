from pathlib import Path

import pytest
from obstore.store import MemoryStore
from tests.factories.imports import Shop, open_shop

from shopwright.infra.db import Database
from shopwright.infra.storage import ObjectStorage
from shopwright.kit.ids import TenantId


@pytest.fixture
def objects() -> ObjectStorage:
    """The storage that both shops use."""
    return ObjectStorage(MemoryStore())


@pytest.fixture
async def shop(database: Database, tenant: TenantId, tmp_path: Path, objects: ObjectStorage) -> Shop:
    return await open_shop(database, tenant, tmp_path, objects)


@pytest.fixture
async def neighbour(database: Database, other_tenant: TenantId, tmp_path: Path, objects: ObjectStorage) -> Shop:
    return await open_shop(database, other_tenant, tmp_path, objects)
