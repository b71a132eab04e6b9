"""The OpenAPI document: what the framework knows, completed by what holds for every operation.

Errors, credentials and idempotency are the same everywhere, so they are described here, once, and no endpoint says
them again. An answer that an operation declares itself stays as it is.
"""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shopwright.identity.domain import PermissionMissing
from shopwright.infra.db import DatabaseUnavailable
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.infra.web.idempotency import LONGEST_KEY
from shopwright.infra.web.problem import MEDIA_TYPE, InternalError, MalformedRequest
from shopwright.kit.errors import (
    Category,
    Exhausted,
    Invalid,
    NotFound,
    ShopwrightError,
    Unauthenticated,
    Unavailable,
)

Document = dict[str, Any]

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_UNSAFE: Final = ("post", "put", "patch", "delete")
_KINDS: Final[dict[str, tuple[type[ShopwrightError], str]]] = {
    "400": (Invalid, "The input breaks a rule."),
    "401": (Unauthenticated, "Nobody is signed in, or the credential is no longer valid."),
    "403": (PermissionMissing, "The caller may not do this."),
    "404": (NotFound, "There is no such object, or it is another tenant's."),
    "409": (ChangedSinceRead, "The state of the object does not admit this, or it changed since it was read."),
    "422": (MalformedRequest, "The request does not fit this schema."),
    "429": (Exhausted, "A limit is used up; `Retry-After` says until when."),
    "500": (InternalError, "A fault of the program."),
    "503": (DatabaseUnavailable, "Something that is needed does not answer; nothing was changed."),
}
_NULL: Final = {"type": "null"}
_PROBLEM: Final[Document] = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request failed (RFC 9457). `code` is stable, see docs/errors.md; `detail` is for people.",
    "required": ["type", "title", "status", "code", "detail", "category", "retryable", "action", "request_id", "time"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "category": {"type": "string", "enum": [category.value for category in Category]},
        "retryable": {"type": "boolean"},
        "action": {"type": "string"},
        "retry_after": {"anyOf": [{"type": "number"}, _NULL]},
        "request_id": {"anyOf": [{"type": "string"}, _NULL]},
        "trace_id": {"anyOf": [{"type": "string"}, _NULL]},
        "time": {"type": "string", "format": "date-time"},
        "instance": {"type": "string"},
        "details": {"type": "object", "additionalProperties": True},
    },
}
_IDEMPOTENCY_KEY: Final[Document] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request gives the first answer again, for a day; nothing is done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    "example": "5f0c3a52-order-import-17",
}
_CREDENTIALS: Final[Document] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of a session, or a personal API token.",
    },
}


def install_document(app: FastAPI) -> None:
    """Make the application answer with the completed document, built when it is first asked for."""

    def document() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = completed(
                get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # the documented way to extend it


def completed(document: Document) -> Document:
    """Add to a document what holds for every operation."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    components["responses"] = {f"Problem{status}": _response(status) for status in _KINDS}
    components["parameters"] = {"IdempotencyKey": _IDEMPOTENCY_KEY}
    components["securitySchemes"] = _CREDENTIALS
    document["security"] = [{name: []} for name in _CREDENTIALS]
    for path, method, operation in operations(document):
        _complete(operation, path, method)
    return document


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Go through the operations: path, method, operation."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _complete(operation: Document, path: str, method: str) -> None:
    guarded = "x-permission" in operation
    writes = method in _UNSAFE
    answers = operation["responses"]
    if "HTTPValidationError" in str(answers.get("422")):
        del answers["422"]
    statuses = {"429", "500", "503"}
    statuses |= {"401", "403"} if guarded or writes else set()  # a write that is open to all is a way in
    statuses |= {"409"} if writes else set()
    statuses |= {"404"} if "{" in path or "requestBody" in operation else set()  # a body may name what is not there
    statuses |= {"400", "422"} if "requestBody" in operation or "parameters" in operation else set()
    statuses |= {"400"} if writes else set()
    for status in sorted(statuses - set(answers)):
        answers[status] = {"$ref": f"#/components/responses/Problem{status}"}
    if guarded and writes:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})


def _response(status: str) -> Document:
    kind, description = _KINDS[status]
    example = {
        "type": f"urn:shopwright:error:{kind.code}",
        "title": kind.code.replace("_", " ").capitalize(),
        "status": int(status),
        "code": kind.code,
        "detail": description,
        "category": kind.category.value,
        "retryable": kind.category is Category.TRANSIENT,
        "action": kind.action,
        "retry_after": 1.0 if issubclass(kind, Exhausted | Unavailable) else None,
        "request_id": "0199f3b2c4d87e6fa1b2c3d4e5f60718",
        "trace_id": None,
        "time": "2026-03-02T12:00:00+00:00",
        "instance": "/api/v1/…",
        "details": {},
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    response: Document = {"description": description, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
    if issubclass(kind, Exhausted | Unavailable):
        response["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return response
