"""Object storage: uploads, archives and reports, in a folder of this machine or in a bucket.

An object appears whole or not at all. Contexts get a `TenantStorage`, which cannot name an object of another tenant;
`ObjectStorage` is for those who run the installation. Local work happens in threads of the library, so nothing waits.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from shopwright.infra.settings import StorageSettings
from shopwright.kit.errors import Category, Exhausted, Invalid, NotFound, Unavailable
from shopwright.kit.ids import TenantId

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.=+-]{0,199}")
_LONGEST_NAME: Final = 900  # S3 takes 1,024 bytes, the bucket's prefix and the tenant's included
_PIECE: Final = 1_048_576
_LISTED_AT_ONCE: Final = 500
_OWNER_ONLY: Final = 0o700


class ObjectNotFound(NotFound):
    """There is no object of this name."""

    code = "object_not_found"


class ObjectTooLarge(Exhausted):
    """The object is larger than the caller takes."""

    code = "object_too_large"
    status = 413
    category = Category.PERMANENT
    action = "Read it in pieces."


class InvalidObjectName(Invalid):
    """The name is not a relative path of plain segments, or leaves its place."""

    code = "invalid_object_name"


class StorageUnavailable(Unavailable):
    """The object storage does not answer, or refuses us."""

    code = "storage_unavailable"
    action = "Try again later; if it lasts, check SHOPWRIGHT_STORAGE_URL and its credentials."


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What is known of an object without reading it; `name` is relative to the storage that told it."""

    name: str
    size_bytes: int
    modified_at: datetime
    etag: str | None


class ObjectStorage:
    """Objects by name: `imports/2026/file.csv`. All methods raise StorageUnavailable when the storage does not serve."""

    def __init__(self, store: ObjectStore, prefix: str = "") -> None:
        self._store = store
        self._prefix = prefix

    @classmethod
    def open(cls, settings: StorageSettings) -> "ObjectStorage":
        """Return the storage of the settings. A local folder is made if it is missing, for the owner alone."""
        if settings.url.startswith("file:"):
            folder = Path(unquote(urlsplit(settings.url).path))
            folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
            return cls(LocalStore(prefix=folder, automatic_cleanup=True))
        return cls(from_url(settings.url, **_credentials(settings)))

    async def put(self, name: str, content: bytes | Path | AsyncIterator[bytes]) -> None:
        """Store bytes, a local file or a stream under a name, in place of what was there. All or nothing."""
        with _told(name):
            await obstore.put_async(self._store, self._full(name), content)

    async def get(self, name: str, *, max_bytes: int | None = None) -> bytes:
        """Return an object whole. Raises ObjectNotFound, and ObjectTooLarge before reading more than `max_bytes`."""
        with _told(name):
            found = await obstore.get_async(self._store, self._full(name))
            if max_bytes is not None and found.meta["size"] > max_bytes:
                raise ObjectTooLarge(f"{name} has more than {max_bytes:,} bytes.", name=name, limit=max_bytes)
            return bytes(await found.bytes_async())

    async def stream(self, name: str) -> AsyncIterator[bytes]:
        """Yield an object in pieces of about a megabyte. Raises ObjectNotFound."""
        with _told(name):
            found = await obstore.get_async(self._store, self._full(name))
            async for piece in found.stream(min_chunk_size=_PIECE):
                yield bytes(piece)

    async def find(self, name: str) -> StoredObject | None:
        """Return what is known of an object, or None if there is none."""
        try:
            with _told(name):
                return self._described(await obstore.head_async(self._store, self._full(name)))
        except ObjectNotFound:
            return None

    async def list_objects(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """Yield the objects beneath a folder (whole segments: `a` has `a/b`, not `ab`), or all."""
        place = self._full(prefix) if prefix else self._prefix.rstrip("/")
        with _told(prefix):
            async for batch in obstore.list(self._store, prefix=place or None, chunk_size=_LISTED_AT_ONCE):
                for one in batch:
                    yield self._described(one)

    async def delete(self, name: str) -> None:
        """Delete an object; one that is not there counts as deleted."""
        try:
            with _told(name):
                await obstore.delete_async(self._store, self._full(name))
        except ObjectNotFound:
            return

    async def delete_beneath(self, prefix: str = "") -> int:
        """Delete all objects beneath a folder, or all, and return how many there were."""
        names = [one.name async for one in self.list_objects(prefix)]
        for name in names:
            await self.delete(name)
        return len(names)

    def _full(self, name: str) -> str:
        if len(name) > _LONGEST_NAME or not all(_SEGMENT.fullmatch(segment) for segment in name.split("/")):
            raise InvalidObjectName(
                "A name is made of segments of letters, digits and _.=+- with / between them.",
                found=name[:_LONGEST_NAME],
            )
        return self._prefix + name

    def _described(self, meta: Any) -> StoredObject:
        name = meta["path"].removeprefix(self._prefix)
        return StoredObject(name, meta["size"], meta["last_modified"], meta["e_tag"])


class TenantStorage(ObjectStorage):
    """The objects of one tenant. Its names cannot reach another tenant's."""

    def __init__(self, storage: ObjectStorage, tenant: TenantId) -> None:
        super().__init__(storage._store, f"{storage._prefix}tenants/{tenant}/")  # noqa: SLF001 - its own kind


def _credentials(settings: StorageSettings) -> dict[str, Any]:
    """Return what the bucket needs; what is not set is left to the platform (an instance's role, for one)."""
    given: dict[str, Any] = {
        "endpoint": settings.endpoint,
        "region": settings.region,
        "access_key_id": settings.access_key_id,
        "secret_access_key": settings.secret_access_key.reveal() if settings.secret_access_key else None,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    if settings.endpoint is not None and settings.endpoint.startswith("http://"):
        chosen["client_options"] = {"allow_http": True}
    return chosen


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn the library's errors into ours. Its messages hold paths of this machine, so they are not shown."""
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectNotFound(f"There is no object {name}.", name=name) from error
    except (BaseError, OSError) as error:
        raise StorageUnavailable("The object storage does not serve.", name=name) from error
