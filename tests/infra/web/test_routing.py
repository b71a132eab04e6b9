"""The index finds what the framework would have found, and leaves to it what it does not know."""

from collections.abc import Sequence

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Match
from starlette.types import Scope
from tests.factories.http import HOST

from shopwright.infra.web.routing import RouteIndex, add_routers

_PATHS: Sequence[tuple[str, str]] = (
    ("GET", "/shelves"),
    ("GET", "/shelves/newest"),
    ("GET", "/shelves/{shelf}"),
    ("PATCH", "/shelves/{shelf}"),
    ("GET", "/shelves/{shelf}/books/{book}"),
    ("GET", "/{room}/newest/books"),
    ("GET", "/files/{key:path}"),
)


def _router() -> APIRouter:
    router = APIRouter()
    for method, path in _PATHS:

        async def endpoint(path: str = path) -> str:
            return path

        router.add_api_route(path, endpoint, methods=[method])
    return router


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    add_routers(app, [_router()])
    return app


def _asked(method: str, path: str, root_path: str = "") -> Scope:
    return {"type": "http", "method": method, "path": path, "root_path": root_path, "headers": []}


@pytest.mark.parametrize(
    "path",
    ["/shelves", "/shelves/newest", "/shelves/7", "/shelves/7/books/8", "/newest/newest/books", "/nowhere",
     "/shelves/", "/shelves/7/books", "//", "/{}", "/shelves/{}", "/files/a/b", ""],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_the_index_finds_what_asking_each_route_in_turn_finds(method: str, path: str) -> None:
    routes = _router().routes
    asked = _asked(method, path)
    first = next((route for route in routes if route.matches(asked)[0] is Match.FULL), None)
    found, scope = RouteIndex(routes).matches(asked)
    indexed = first is not None and getattr(first, "path", None) != "/files/{key:path}"
    assert (found is Match.FULL, scope.get("route")) == ((True, first) if indexed else (False, None))
    if first is not None and indexed:
        assert scope == {**first.matches(asked)[1], "route": first}


def test_the_index_sees_the_path_below_its_root() -> None:
    match, scope = RouteIndex(_router().routes).matches(_asked("GET", "/proxied/shelves/7", "/proxied"))
    assert match is Match.FULL
    assert scope["path_params"] == {"shelf": "7"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/shelves/7", 200), ("GET", "/files/a/b", 200), ("DELETE", "/shelves/7", 405), ("GET", "/nowhere", 404),
     ("GET", "/shelves/", 307)],
)  # fmt: skip
async def test_the_framework_answers_what_the_index_does_not_know(
    app: FastAPI, method: str, path: str, status: int
) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=HOST) as client:
        assert (await client.request(method, path)).status_code == status


def test_the_documentation_names_every_route_once(app: FastAPI) -> None:
    documented = {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}
    assert documented == {(method, path.replace(":path", "")) for method, path in _PATHS}
