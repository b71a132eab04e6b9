"""Calls endpoints that read and make their answer themselves straight away, from a plan that is made once.

The framework's own handler can do much more (bodies, forms, streams, generators, response models) and prepares for it
in every request. Whatever needs any of that stays with it.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from inspect import iscoroutinefunction, signature
from operator import attrgetter
from typing import Any, Final

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_GIVEN: Final[Mapping[str, Callable[[Request], Any]]] = {
    "query_params": attrgetter("query_params"),
    "header_params": attrgetter("headers"),
    "cookie_params": attrgetter("cookies"),
}
_NOTHING: Final = Dependant()


def direct_handler(dependant: Dependant) -> Handler | None:
    """Return a handler for an endpoint that takes parameters and services and returns a response; None for others.

    A service is a dependency that takes the request and nothing else. The handler raises RequestValidationError for
    parameters that do not fit, as the framework's does.
    """
    if not _is_direct(dependant) or not all(_is_service(part) for part in dependant.dependencies):
        return None
    endpoint: Any = dependant.call
    services: list[Any] = [(part.name, part.call, part.request_param_name) for part in dependant.dependencies]
    parameters = [(fields, given) for name, given in _GIVEN.items() if (fields := getattr(dependant, name))]
    in_path = [(field, field.validation_alias or field.alias) for field in dependant.path_params]
    itself = dependant.request_param_name

    async def handle(request: Request) -> Response:
        values: dict[str, Any] = {} if itself is None else {itself: request}
        for name, build, wanted in services:
            values[name] = await build(**{wanted: request})
        wrong: list[Any] = []
        for field, alias in in_path:
            values[field.name], errors = field.validate(request.path_params[alias], values, loc=("path", alias))
            wrong += errors
        for fields, given in parameters:
            found, errors = request_params_to_args(fields, given(request))
            values.update(found)
            wrong += errors
        if wrong:
            raise RequestValidationError(wrong)
        response: Response = await endpoint(**values)
        return response

    return handle


def direct_app(handle: Handler) -> ASGIApp:
    """Serve a direct handler; the application's own layer turns what it raises into answers."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handle(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


def _is_direct(dependant: Dependant) -> bool:
    """Tell whether an endpoint returns a response and takes nothing but parameters, services and the request."""
    if not iscoroutinefunction(dependant.call):
        return False
    returned = signature(dependant.call).return_annotation
    taken: dict[str, Any] = {name: [] for name in (*_GIVEN, "path_params", "dependencies")}
    rest = replace(dependant, **taken, call=None, path=None, scope=None, request_param_name=None)
    return isinstance(returned, type) and issubclass(returned, Response) and rest == _NOTHING


def _is_service(part: Dependant) -> bool:
    scopes: dict[str, Any] = {
        "own_oauth_scopes": part.own_oauth_scopes or None,
        "parent_oauth_scopes": part.parent_oauth_scopes or None,
    }
    rest = replace(part, call=None, name=None, path=None, request_param_name=None, **scopes)
    return iscoroutinefunction(part.call) and None not in (part.name, part.request_param_name) and rest == _NOTHING
