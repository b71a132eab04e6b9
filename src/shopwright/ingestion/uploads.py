"""Bytes on their way in: into a file of this machine, counted and hashed while they pass."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shopwright.kit.errors import Category, Exhausted

_PIECE: Final = 1 << 20
_LONGEST_NAME: Final = 200
_ODD = re.compile(r"[\x00-\x1f\x7f/\\]+")


class UploadTooLarge(Exhausted):
    """The file is larger than may be uploaded."""

    code = "upload_too_large"
    status = 413
    category = Category.PERMANENT
    action = "Split the file, pack it with gzip, or ask the operator for a higher limit."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in: where it lies for now, its name, size and SHA-256."""

    path: Path
    file_name: str
    bytes: int
    checksum: str


async def spool(pieces: AsyncIterator[bytes], path: Path, file_name: str, limit: int) -> Upload:
    """Write the pieces to a file. Raises UploadTooLarge as soon as there are more bytes than may be."""
    digest, size, waiting = hashlib.sha256(), 0, bytearray()
    with path.open("wb") as file:

        def keep(data: bytes) -> None:
            digest.update(data)
            file.write(data)

        async for piece in pieces:
            size += len(piece)
            if size > limit:
                raise UploadTooLarge(f"A file may have at most {limit:,} bytes.", limit=limit)
            waiting += piece
            if len(waiting) >= _PIECE:
                await asyncio.to_thread(keep, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(keep, bytes(waiting))
    return Upload(path, plain_name(file_name), size, digest.hexdigest())


def local_upload(path: Path) -> Upload:
    """Describe a file that lies on this machine."""
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    return Upload(path, plain_name(path.name), path.stat().st_size, checksum)


def plain_name(name: str) -> str:
    """Return a file's name without folders and control characters, never empty."""
    last = re.split(r"[/\\]", name)[-1]
    return _ODD.sub("", last)[:_LONGEST_NAME].strip() or "upload"
