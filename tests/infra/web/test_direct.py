"""An endpoint that is called directly answers as it does through the framework's own handler."""

from collections.abc import Callable
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Header, Query, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response
from tests.factories.http import HOST

from shopwright.infra.web.direct import direct_app, direct_handler


class Wanted(BaseModel):
    """A filter."""

    colour: str | None = None
    size: int = 1


async def service(request: Request) -> str:
    return str(request.headers.get("x-service"))


async def nested(given: Annotated[str, Depends(service)]) -> str:
    return given


def threaded(request: Request) -> str:
    return request.url.path


async def parameters(
    request: Request,
    given: Annotated[str, Depends(service)],
    number: int,
    query: Annotated[Wanted, Query()],
    x_trace: Annotated[str | None, Header()] = None,
) -> Response:
    return JSONResponse([request.method, given, number, query.model_dump(), x_trace])


async def answers_a_model(number: int) -> Wanted:
    return Wanted(size=number)


async def takes_a_body(number: int, body: Wanted) -> Response:
    return JSONResponse([number, body.size])


async def takes_a_nested_dependency(number: int, given: Annotated[str, Depends(nested)]) -> Response:
    return JSONResponse([number, given])


async def takes_a_threaded_dependency(number: int, given: Annotated[str, Depends(threaded)]) -> Response:
    return JSONResponse([number, given])


async def takes_tasks(number: int, tasks: BackgroundTasks) -> Response:
    return JSONResponse([number, len(tasks.tasks)])


def blocks(number: int) -> Response:
    return JSONResponse(number)


class DirectRoute(APIRoute):
    """Calls directly whatever can be."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        handler = direct_handler(self.dependant)
        assert handler is not None
        self.app = direct_app(handler)


def client_of(route_class: type[APIRoute]) -> httpx2.AsyncClient:
    router = APIRouter(route_class=route_class)
    router.get("/{number}")(parameters)
    app = FastAPI()
    app.router.routes += router.routes
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=HOST)


@pytest.mark.parametrize(
    "path", ["/7", "/7?colour=red&size=3", "/seven", "/7?size=large", "/seven?size=large", "/7?unknown=1"]
)
async def test_answers_and_refusals_are_those_of_the_framework(path: str) -> None:
    headers = {"x-service": "shelf", "x-trace": "abc"}
    async with client_of(APIRoute) as framework, client_of(DirectRoute) as direct:
        expected = await framework.get(path, headers=headers)
        answered = await direct.get(path, headers=headers)
    assert (answered.status_code, answered.json()) == (expected.status_code, expected.json())


@pytest.mark.parametrize(
    "endpoint",
    [answers_a_model, takes_a_body, takes_a_nested_dependency, takes_a_threaded_dependency, takes_tasks, blocks],
)
def test_whatever_needs_more_stays_with_the_framework(endpoint: Callable[..., Any]) -> None:
    assert direct_handler(APIRoute("/{number}", endpoint).dependant) is None
