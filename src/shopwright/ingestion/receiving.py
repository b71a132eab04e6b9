"""The body of an upload: a form with one file, or the bare bytes; streamed to a file of this machine."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import UploadFile

from shopwright.ingestion.uploads import Upload, spool
from shopwright.kit.errors import Invalid

MOST_BYTES: Final = 5 << 30
"""Beyond it a file is refused whatever the edge lets through."""
_PIECE: Final = 1 << 20
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
"""How the documentation describes the body."""


class FileMissing(Invalid):
    """The form has no file."""

    code = "upload_file_missing"
    action = "Send the file in the field `file` of a form, or as the bare body."


@asynccontextmanager
async def received(request: Request, file_name: str) -> AsyncIterator[Upload]:
    """Give the file of a request while the block runs. Raises FileMissing, UploadTooLarge."""
    with tempfile.TemporaryDirectory(prefix="shopwright-upload-") as folder:
        path = Path(folder) / "upload"
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            yield await spool(request.stream(), path, file_name, MOST_BYTES)
            return
        async with request.form(max_files=1, max_fields=20) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise FileMissing("The form has no file.", fields=list(form))
            upload = await spool(_pieces(file), path, file.filename or file_name, MOST_BYTES)
        yield upload


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
