"""What `shopwright doctor` looks at: each part that the program needs, what was found, and the cure."""

import shutil
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shopwright.app.installation import database_addresses
from shopwright.infra.db import Database
from shopwright.infra.migrations import current_version, newest_version
from shopwright.infra.postgres.binaries import find_binaries
from shopwright.infra.settings import Settings
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.ids import SYSTEM_TENANT
from shopwright.kit.time import SystemClock

_LEAST_FREE_BYTES: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, whether it is as it has to be, and what to do when it is not."""

    part: str
    good: bool
    found: str
    cure: str | None = None


async def examine(settings: Settings) -> list[Finding]:
    """Look at every part; one that fails does not keep the others from being looked at."""
    findings = [Finding("settings", good=True, found=f"{settings.environment} in {settings.state_dir}")]
    findings.append(_free_space(settings.state_dir))
    findings.append(_port(settings.http.host, settings.http.port))
    findings.append(await _looked_at("programs of PostgreSQL", lambda: _binaries(settings)))
    findings.append(await _looked_at("database", lambda: _database(settings)))
    return findings


async def _looked_at(part: str, look: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(part, good=True, found=await look())
    except ShopwrightError as error:
        return Finding(part, good=False, found=error.message, cure=error.action)


def _free_space(folder: Path) -> Finding:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    return Finding("disk", free >= _LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free in {existing}", "Free at least 1 GB.")


def _port(host: str, port: int) -> Finding:
    with socket.socket() as probe:
        taken = probe.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)) == 0  # noqa: S104 - a comparison
    found = "in use, perhaps by Shopwright itself" if taken else "free"
    return Finding(f"port {port}", good=True, found=found)


async def _binaries(settings: Settings) -> str:
    if settings.database.url is not None:
        return "not needed: a server is used"
    return str(find_binaries(settings.database.postgres_bin_dir))


async def _database(settings: Settings) -> str:
    async with database_addresses(settings) as addresses:
        version = await current_version(addresses.owner)
        database = await Database.open(addresses.app, SystemClock(), max_size=1)
        try:
            async with database.unit(SYSTEM_TENANT) as unit:
                server = await unit.connection.fetchval("show server_version")
        finally:
            await database.close()
    state = "up to date" if version == newest_version() else f"at {version}, `shopwright migrate` brings it up"
    return f"PostgreSQL {server}, schema {state}"
