"""Finds the route of a request by the segments of its path: one lookup a segment, however many routes there are.

The framework asks one route after the other, and each router of a context twice. It still decides whatever the index
does not find: wrong methods, missing slashes, unknown addresses. Knows nothing of what the routes do.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

_PARAMETER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class _Ending:
    """A route, its place among the others, and which segments its parameters are."""

    number: int
    route: Route
    parameters: Sequence[tuple[str, int]]


@dataclass(slots=True)
class _Branch:
    """What follows one segment: a branch for each word, one for anything, and the routes that end here by method."""

    words: dict[str, "_Branch"] = field(default_factory=dict)
    anything: "_Branch | None" = None
    endings: dict[str, list[_Ending]] = field(default_factory=dict)

    def grown(self, part: str) -> "_Branch":
        """Return the branch of a template's segment, new if need be."""
        if "{" not in part:
            return self.words.setdefault(part, _Branch())
        self.anything = self.anything or _Branch()
        return self.anything


class RouteIndex(BaseRoute):
    """Stands before the routes that it indexes and hands a request to the first of them that matches it fully.

    Templates of words and plain parameters are indexed; a route with any other is left to the framework.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._root = _Branch()
        for number, route in enumerate(routes):
            if isinstance(route, Route):
                self._add(number, route)

    def _add(self, number: int, route: Route) -> None:
        parts = route.path.split("/")
        if any("{" in part and not _PARAMETER.fullmatch(part) for part in parts):
            return
        branch = self._root
        for part in parts:
            branch = branch.grown(part)
        parameters = [(part[1:-1], place) for place, part in enumerate(parts) if "{" in part]
        for method in route.methods or ():
            branch.endings.setdefault(method, []).append(_Ending(number, route, parameters))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return the match of the first route that matches fully, or none."""
        if scope["type"] != "http":
            return Match.NONE, {}
        parts: list[str] = scope["path"].removeprefix(scope.get("root_path", "")).split("/")
        endings = [ending for branch in self._reached(parts) for ending in branch.endings.get(scope["method"], ())]
        if not endings:
            return Match.NONE, {}
        first = min(endings, key=attrgetter("number"))
        given: dict[str, Any] = {name: parts[place] for name, place in first.parameters}
        if "path_params" in scope:
            given = {**scope["path_params"], **given}
        return Match.FULL, {"endpoint": first.route.endpoint, "path_params": given, "route": first.route}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route that was found handle the request."""
        await scope["route"].handle(scope, receive, send)

    def _reached(self, parts: Sequence[str]) -> Sequence[_Branch]:
        branch = self._root
        for place, part in enumerate(parts):
            word, anything = branch.words.get(part), branch.anything if part else None
            if word is not None and anything is not None:
                return _reached_from([branch], parts[place:])
            follows = word or anything
            if follows is None:
                return ()
            branch = follows
        return (branch,)


def _reached_from(branches: list[_Branch], parts: Sequence[str]) -> Sequence[_Branch]:
    """Follow words and parameters alike: both may lead to a route."""
    for part in parts:
        reached = []
        for branch in branches:
            if (word := branch.words.get(part)) is not None:
                reached.append(word)
            if branch.anything is not None and part:
                reached.append(branch.anything)
        branches = reached
    return branches


def add_routers(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Serve the routes of all routers under their own paths, found by an index."""
    routes = [route for router in routers for route in router.routes]
    app.router.routes += [RouteIndex(routes), *routes]
