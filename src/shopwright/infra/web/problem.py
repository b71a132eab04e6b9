"""Errors over HTTP: RFC 9457 problem+json, one shape for every failure, made in one place."""

import errno
import math
import re
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shopwright.kit.errors import Category, ShopwrightError, Unavailable, error_types

MEDIA_TYPE = "application/problem+json"
_TYPE_ROOT = "urn:shopwright:error:"
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}
_UNAUTHENTICATED = 401
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PARAMETER = re.compile(r"\\\{\w+\\\}")
_log = structlog.get_logger(__name__)


def problem(
    request: Request, error: ShopwrightError, *, status: int | None = None, headers: dict[str, str] | None = None
) -> Response:
    """Render an error. The body holds code, message, category, request id, time, action, retry-after, details."""
    body = {
        "type": _TYPE_ROOT + error.code,
        "title": error.code.replace("_", " ").capitalize(),
        "status": status or error.status,
        "code": error.code,
        "detail": error.message,
        "category": error.category.value,
        "retryable": error.retryable,
        "action": error.action,
        "retry_after": error.retry_after,
        "request_id": request_id(request),
        "trace_id": getattr(request.state, "trace_id", None),
        "time": request.app.state.platform.clock.now().isoformat(),
        "instance": request.url.path,
        "details": error.details,
    }
    sent = dict(headers or {})
    if error.retry_after is not None:
        sent["Retry-After"] = str(math.ceil(error.retry_after))
    if body["status"] == _UNAUTHENTICATED:
        sent["WWW-Authenticate"] = "Bearer"
    content = msgspec.json.encode(body, enc_hook=str)
    return Response(content, status_code=status or error.status, media_type=MEDIA_TYPE, headers=sent)


class MalformedRequest(ShopwrightError):
    """The request does not fit the documented schema."""

    code = "malformed_request"
    status = 422
    exit_code = 2
    category = Category.SEMANTIC
    action = "Send what the schema at /docs says; the details name each field that does not fit."


class MethodNotAllowed(ShopwrightError):
    """The address exists, the method does not."""

    code = "method_not_allowed"
    status = 405
    action = "Use one of the methods that /docs lists for this address."


class UnsupportedMediaType(ShopwrightError):
    """The body is of a kind that this address does not read."""

    code = "unsupported_media_type"
    status = 415
    action = "Send the content type that /docs names."


class DiskFull(Unavailable):
    """There is no room on the program's disk for what the request brings or needs."""

    code = "disk_full"
    action = "Make room on the disk of the program; nothing was changed."


class InternalError(ShopwrightError):
    """A fault of the program. It is logged whole and shown never."""

    code = "internal_error"
    category = Category.PERMANENT
    action = "Report this with its request id; nothing was changed."


def described(*errors: type[ShopwrightError]) -> dict[int | str, dict[str, Any]]:
    """Document errors that a route gives beside those of every route, which the OpenAPI document has by itself."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        error.status: {
            "description": (error.__doc__ or "").partition("\n")[0],
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for error in errors
    }


def request_id(request: Request) -> str | None:
    """Return the id that the edge gave this request."""
    value: str | None = getattr(request.state, "request_id", None)
    return value


def install_error_handlers(app: FastAPI) -> None:
    """Make every failure of the application answer as problem+json."""
    app.add_exception_handler(ShopwrightError, _domain)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OSError, _system)
    app.add_exception_handler(Exception, _unexpected)


async def _domain(request: Request, error: Exception) -> Response:
    if not isinstance(error, ShopwrightError):
        raise error
    if error.status >= InternalError.status and not error.retryable:
        _log.error("request_failed", code=error.code, exc_info=error)
    return problem(request, error)


async def _malformed(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    fields = [_field(item) for item in error.errors()]
    named = ", ".join(field["field"] for field in fields[:5])
    return problem(request, MalformedRequest(f"The request does not fit its schema: {named}.", fields=fields))


def _field(item: dict[str, Any]) -> dict[str, Any]:
    place = [str(part) for part in item["loc"]]
    return {"field": ".".join(place[1:]) or place[0], "in": place[0], "expected": item["msg"], "rule": item["type"]}


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error.__cause__, ShopwrightError):  # what stopped the reading of a body, such as its size
        return await _domain(request, error.__cause__)
    kind = error_types.get(_HTTP_CODES.get(error.status_code, ""), MalformedRequest)
    messages = {404: "Nothing is at this address.", 405: f"{request.method} is not offered here."}
    message = messages.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == MethodNotAllowed.status and (offered := _offered(request)):
        headers["Allow"] = offered
    return problem(request, kind(message), status=error.status_code, headers=headers)


def _offered(request: Request) -> str | None:
    """Return the methods that the document names for an address: the framework names those of one route of several."""
    here = request.url.path
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    found = [path for path in paths if re.fullmatch(_PARAMETER.sub("[^/]+", re.escape(path)), here)]
    if not found:
        return None
    nearest = min(found, key=lambda path: path.count("{"))
    return ", ".join(method.upper() for method in paths[nearest])


async def _system(request: Request, error: Exception) -> Response:
    if not isinstance(error, OSError) or error.errno not in _NO_ROOM:
        raise error
    return await _domain(request, DiskFull("The disk of the program is full.", retry_after=60))


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("request_crashed", path=request.url.path, method=request.method, exc_info=error)
    return problem(request, InternalError("Something went wrong on our side."))
