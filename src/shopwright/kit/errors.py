"""The kinds of failure. A domain error subclasses one of them and adds a stable code and a sentence.

One handler renders them as problem+json, one as a CLI exit code, one as the sentence a language model
reads. This module knows none of the three.
"""

from enum import StrEnum
from typing import ClassVar

error_types: dict[str, type["ShopwrightError"]] = {}


class Category(StrEnum):
    """What the caller can do about an error (SPEC section 2)."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    SEMANTIC = "semantic"
    DATA_QUALITY = "data_quality"
    SECURITY = "security"


class ShopwrightError(Exception):
    """A failure with a stable code, a sentence for people and details for programs.

    `details` hold JSON values only and never secrets or personal data: they are shown to the caller.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1
    category: ClassVar[Category] = Category.PERMANENT
    action: ClassVar[str] = "Report this with its request id."

    def __init__(self, message: str, *, retry_after: float | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.retry_after = retry_after

    def __init_subclass__(cls) -> None:
        """Register the code, so that a test can hold docs/errors.md to the whole list."""
        super().__init_subclass__()
        if "code" in cls.__dict__:
            known = error_types.get(cls.code)
            if known is not None and known.__qualname__ != cls.__qualname__:
                raise TypeError(f"error code {cls.code!r} is used by {known.__qualname__} already")
            error_types[cls.code] = cls

    @property
    def retryable(self) -> bool:
        """Whether the same request can succeed later without any change."""
        return self.category is Category.TRANSIENT


class NotFound(ShopwrightError):
    """The object does not exist for this tenant. Another tenant's object answers the same."""

    code = "not_found"
    status = 404
    exit_code = 4
    action = "Check the identifier."


class Conflict(ShopwrightError):
    """The object is in a state that does not admit the request, or has changed since it was read."""

    code = "conflict"
    status = 409
    exit_code = 5
    action = "Read the object again and decide on its present state."


class Forbidden(ShopwrightError):
    """The caller is known and may not do this."""

    code = "forbidden"
    status = 403
    exit_code = 6
    category = Category.SECURITY
    action = "Ask an owner or administrator for the permission."


class Unauthenticated(ShopwrightError):
    """The caller is not known, or is no longer."""

    code = "unauthenticated"
    status = 401
    exit_code = 6
    category = Category.SECURITY
    action = "Sign in again."


class Invalid(ShopwrightError):
    """The input is well-formed but breaks a rule of the domain."""

    code = "invalid"
    status = 400
    exit_code = 2
    category = Category.SEMANTIC
    action = "Correct the input as the details say."


class Exhausted(ShopwrightError):
    """A limit (rate, size, budget, queue) is used up."""

    code = "exhausted"
    status = 429
    exit_code = 7
    category = Category.TRANSIENT
    action = "Wait as long as Retry-After says, or ask for a higher limit."


class Unavailable(ShopwrightError):
    """Something that we depend on does not answer now."""

    code = "unavailable"
    status = 503
    exit_code = 8
    category = Category.TRANSIENT
    action = "Try again later; nothing was changed."


class Insufficient(ShopwrightError):
    """The data needed for an answer are missing. `details` say which, and how much is there."""

    code = "insufficient_data"
    status = 409
    exit_code = 9
    category = Category.DATA_QUALITY
    action = "Provide the data that the details name."
