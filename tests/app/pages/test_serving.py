"""Serving the pages: what is a page, what is an asset, what stays the API's; and how each may be kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from tests.factories.http import make_app

from shopwright.app.pages.serving import POLICY, install_pages
from shopwright.infra.db import Database
from shopwright.infra.web.edge import EdgeMiddleware


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Shopwright</title>" + "<!-- long -->" * 100)
    (static / "icon.svg").write_text("<svg/>")
    (static / ".sources").write_text("abc")
    (static / "assets" / "main-4f2a.js").write_text("go()" * 500)
    (tmp_path / "secret").write_text("classified")
    return static


def application(database: Database, folder: Path) -> FastAPI:
    app = make_app(database, database.clock)

    @app.post("/api/v1/things")
    async def things() -> str:
        return "made"

    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(EdgeMiddleware, observe=lambda **_: None, largest_body=9, largest_upload=9, secure=False)
    install_pages(app, folder)
    return app


@pytest.fixture
async def client(database: Database, folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=application(database, folder))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/login", "/products/019c/history?tab=1", "/apis", "/index.html", "/assetsx", "/%00"]
)
async def test_every_other_address_is_the_page(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<title>Shopwright</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["content-encoding"] == "gzip"


async def test_a_page_that_is_known_is_not_sent_again(client: httpx2.AsyncClient) -> None:
    tag = (await client.get("/")).headers["etag"]
    again = await client.get("/somewhere", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


async def test_assets_are_kept_for_ever(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/assets/main-4f2a.js")
    assert answer.text.startswith("go()")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_asset_is_compressed_once_for_whoever_takes_that(client: httpx2.AsyncClient, folder: Path) -> None:
    first = await client.get("/assets/main-4f2a.js")
    assert (first.headers["content-encoding"], "accept-encoding" in first.headers["vary"].lower()) == ("gzip", True)
    assert int(first.headers["content-length"]) < 100
    assert (await client.get("/assets/main-4f2a.js")).headers["content-length"] == first.headers["content-length"]
    plain = await client.get("/assets/main-4f2a.js", headers={"accept-encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers) == (first.text, False)
    part = await client.get("/assets/main-4f2a.js", headers={"range": "bytes=0-3", "accept-encoding": "gzip"})
    assert (part.status_code, part.content) == (206, b"go()")
    assert (folder / "assets" / "main-4f2a.js").read_text() == first.text


async def test_files_beside_the_page_are_served(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/icon.svg")
    assert (answer.text, answer.headers["cache-control"]) == ("<svg/>", "no-cache")
    assert answer.headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("path", ["/assets/gone-1234.js", "/assets/", "/api", "/api/v1/nothing", "/api/"])
async def test_what_is_not_there_is_a_problem(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/api/v1/things", "/assets/main-4f2a.js", "/login"])
async def test_other_methods_are_refused_and_the_api_answers_for_itself(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.post("/api/v1/things")).json() == "made"
    answer = await client.request("GET" if path.startswith("/api") else "POST", path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "path", ["/..%2fsecret", "/%2e%2e/secret", "/.sources", "/assets/..%2f..%2fsecret", "//secret"]
)
async def test_nothing_else_is_served(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert "classified" not in answer.text
    assert answer.text != "abc"


async def test_without_pages_it_is_said_how_to_get_them(database: Database, tmp_path: Path) -> None:
    transport = httpx2.ASGITransport(app=application(database, tmp_path / "nowhere"))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        answer = await client.get("/login")
        assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
        assert "shopwright[web-build]" in answer.text
        assert (await client.get("/assets/main.js")).status_code == 404
        assert (await client.post("/api/v1/things")).json() == "made"
