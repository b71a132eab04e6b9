"""What comes back from another server, and what can go wrong on the way. No httpx2 type leaves this package."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from shopwright.kit.errors import Category, Exhausted, Invalid, Unavailable

_FIRST_ERROR = 400


class OutgoingUnavailable(Unavailable):
    """Another server could not be reached, or kept answering that it cannot serve, after all retries."""

    code = "outgoing_unavailable"
    status = 502
    action = "Try again later; check the address if it never answers."


class ResponseTooLarge(Exhausted):
    """Another server sent more than the limit for one response."""

    code = "response_too_large"
    status = 502
    category = Category.PERMANENT
    action = "Ask for less, or ask the operator for a higher SHOPWRIGHT_OUTGOING_MAX_RESPONSE_BYTES."


class RedirectLimit(Unavailable):
    """Another server redirected more often than is followed, in a circle as a rule."""

    code = "redirect_limit"
    status = 502
    category = Category.PERMANENT
    action = "Use the address that the redirects lead to."


class MalformedResponse(Unavailable):
    """Another server sent something else than its documented format."""

    code = "malformed_response"
    status = 502
    category = Category.DATA_QUALITY
    action = "Check that the address is that of the service; if so, report the response to its operator."


class InvalidAddress(Invalid):
    """The text is not an http or https address, or a header cannot be sent."""

    code = "invalid_address"


@dataclass(frozen=True, slots=True)
class OutgoingResponse:
    """An answer that was read whole. `url` is the one that answered, after redirects; header names are lower-case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is below 400; redirects have been followed already."""
        return self.status < _FIRST_ERROR

    def text(self) -> str:
        """Return the body as text: in the charset that the server names, else UTF-8; other bytes become U+FFFD."""
        charset = self.headers.get("content-type", "").lower().partition("charset=")[2].split(";")[0].strip("\"' ")
        try:
            return self.body.decode(charset or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON. Raises MalformedResponse."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise MalformedResponse("The answer is not JSON.", status=self.status, problem=str(error)) from error
