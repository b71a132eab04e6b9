"""Conditional requests (RFC 9110): ETag on reads, If-None-Match answers 304, If-Match guards writes."""

from fastapi import Request
from starlette.responses import Response

from shopwright.kit.errors import Conflict

_NOT_MODIFIED = 304


class ChangedSinceRead(Conflict):
    """The object has another version than the one that the caller read."""

    code = "changed_since_read"


def etag(version: int, *others: object) -> str:
    """Make the weak tag of a version, with what else can change the representation without a new version."""
    return f'W/"{"-".join(str(part) for part in (version, *others))}"'


def not_modified(request: Request, tag: str) -> Response | None:
    """Return the 304 when the caller holds this version already."""
    held = request.headers.get("if-none-match")
    if held is None or (held != "*" and tag not in (part.strip() for part in held.split(","))):
        return None
    return Response(status_code=_NOT_MODIFIED, headers={"ETag": tag})


def expected_version(request: Request) -> int | None:
    """Return the version that If-Match demands, None when the caller demands none.

    Raises ChangedSinceRead for a tag that no version of ours can have.
    """
    text = request.headers.get("if-match")
    if text is None or text.strip() == "*":
        return None
    number = text.strip().removeprefix("W/").strip('"').partition("-")[0]
    if not number.isdecimal():
        raise ChangedSinceRead("If-Match holds a tag that was never given out here.", found=text)
    return int(number)
