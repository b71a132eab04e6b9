"""What the framework or the program itself fails at is told as every other failure, and shows nothing of the inside."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.exceptions import HTTPException
from tests.factories.http import make_app

from shopwright.infra.db import Database
from shopwright.infra.web.edge import EdgeMiddleware
from shopwright.kit.time import FixedClock


@pytest.fixture
async def client(database: Database, clock: FixedClock) -> AsyncIterator[httpx2.AsyncClient]:
    app = make_app(database, clock)

    @app.get("/fault")
    async def fault() -> None:
        raise RuntimeError("the secret of the house")

    @app.put("/fault")
    async def mend() -> None:
        """Serve the address with another method."""

    @app.post("/kind")
    async def kind() -> None:
        raise HTTPException(415, "not read here")

    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/fault", 405, "method_not_allowed"),
        ("POST", "/kind", 415, "unsupported_media_type"),
        ("GET", "/fault", 500, "internal_error"),
        ("GET", "/nowhere", 404, "not_found"),
    ],
)
async def test_a_failure_is_a_problem_with_its_code(
    client: httpx2.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"], answer.headers["content-type"]) == (
        status, code, "application/problem+json",
    )  # fmt: skip
    assert "secret" not in answer.text


async def test_a_wrong_method_is_told_all_that_the_address_offers(client: httpx2.AsyncClient) -> None:
    assert (await client.delete("/fault")).headers["allow"] == "GET, PUT"


async def test_what_stops_the_reading_of_a_body_is_told(database: Database, clock: FixedClock) -> None:
    """The framework takes any failure there for a body that cannot be parsed."""
    app = make_app(database, clock)

    @app.post("/names")
    async def names(body: list[str]) -> int:
        return len(body)

    def quiet(**_: object) -> None:
        """Observe nothing."""

    edge = EdgeMiddleware(app, observe=quiet, largest_body=20, largest_upload=20, secure=False)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://shop.test") as client:
        assert (await client.post("/names", json=["short"])).json() == 1
        answer = await client.post("/names", json=["a name that is much too long"])
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert answer.json()["details"] == {"limit": 20}
        sent = await client.post("/names", content=_pieces(), headers={"content-type": "application/json"})
        assert (sent.status_code, sent.json()["code"]) == (413, "too_large")


async def _pieces() -> AsyncIterator[bytes]:
    """A body whose size is not announced."""
    for piece in (b'["a name', b" that is much", b' too long"]'):
        yield piece
