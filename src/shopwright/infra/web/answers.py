"""Answers made straight from domain objects: encoded once, by msgspec, without a second model in between.

Endpoints still declare a pydantic model for the documentation; tests hold the encoded bytes to it. Decimals become
strings, moments ISO 8601, enums their values.
"""

from typing import Any

import msgspec
from starlette.responses import Response

JSON = "application/json"


def answer(content: Any, *, status: int = 200, tag: str | None = None, location: str | None = None) -> Response:
    """Encode dataclasses, lists or dictionaries of them as the JSON answer, with an ETag or Location if given."""
    response = Response(msgspec.json.encode(content), status_code=status, media_type=JSON)
    if tag is not None:
        response.raw_headers.append((b"etag", tag.encode("latin-1")))
    if location is not None:
        response.raw_headers.append((b"location", location.encode("latin-1")))
    return response
