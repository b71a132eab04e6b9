"""Finds the route of a request by the segments of its path: one lookup a segment, however many routes there are.

The framework asks one route after the other, and each router of a context twice. It still decides whatever the index
does not find: wrong methods, missing slashes, unknown addresses. Knows nothing of what the routes do.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

_ANY: Final = "{}"
_PARAMETER = re.compile(r"\{\w+\}")


@dataclass(slots=True)
class _Branch:
    """What follows one segment: branches by the next one, and the routes that end here, by method and in order."""

    branches: dict[str, "_Branch"] = field(default_factory=dict)
    ending: dict[str, list[tuple[int, Route]]] = field(default_factory=dict)


class RouteIndex(BaseRoute):
    """Stands before the routes that it indexes and hands a request to the first of them that matches it fully."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._root = _Branch()
        for number, route in enumerate(routes):
            if isinstance(route, Route) and (segments := _segments(route.path)) is not None:
                self._add(number, route, segments)

    def _add(self, number: int, route: Route, segments: Sequence[str]) -> None:
        branch = self._root
        for segment in segments:
            branch = branch.branches.setdefault(segment, _Branch())
        for method in route.methods or ():
            branch.ending.setdefault(method, []).append((number, route))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return the match of the first route that matches fully, or none."""
        if scope["type"] == "http":
            for route in self._candidates(scope):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, {**found, "route": route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route that was found handle the request."""
        await scope["route"].handle(scope, receive, send)

    def _candidates(self, scope: Scope) -> Iterable[Route]:
        branches = [self._root]
        for segment in scope["path"].removeprefix(scope.get("root_path", "")).split("/"):
            branches = [
                next_
                for branch in branches
                for key in (segment, _ANY)
                if (next_ := branch.branches.get(key)) is not None
            ]
        ending = [pair for branch in branches for pair in branch.ending.get(scope["method"], ())]
        return (route for _, route in sorted(ending, key=itemgetter(0)))


def add_routers(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Serve the routes of all routers under their own paths, found by an index."""
    routes = [route for router in routers for route in router.routes]
    app.router.routes += [RouteIndex(routes), *routes]


def _segments(path: str) -> list[str] | None:
    """Return the segments of a path's template; None when one of them is more than plain text or one parameter."""
    parts = path.split("/")
    if any("{" in part and not _PARAMETER.fullmatch(part) for part in parts):
        return None
    return [_ANY if "{" in part else part for part in parts]
