"""Brings a kept file back to this machine, for whoever reads files by their path."""

import asyncio
from pathlib import Path

from shopwright.infra.storage import TenantStorage


async def fetched(storage: TenantStorage, key: str, path: Path) -> Path:
    """Write the object to the path and return the path. Raises ObjectNotFound, StorageUnavailable."""
    with path.open("wb") as file:
        async for piece in storage.stream(key):
            await asyncio.to_thread(file.write, piece)
    return path
