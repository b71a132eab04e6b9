from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

import pytest
from starlette.requests import HTTPConnection
from starlette.responses import Response

from shopwright.identity.cookies import Cookies, is_loopback
from shopwright.identity.credentials import SignedIn
from shopwright.identity.domain import CrossSiteRequest
from shopwright.kit.ids import TenantId

SIGNED_IN = SignedIn(
    TenantId(uuid4()), "Shop", simulated=False, member=uuid4(), person=uuid4(), session=uuid4(), role="owner",
    access_token="access", access_seconds=900, refresh_token="refresh", refresh_seconds=86_400,
)  # fmt: skip


def connection(method: str = "POST", *, kind: str = "http", scheme: str = "https", **headers: str) -> HTTPConnection:
    pairs = {"host": "shop.test", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope: dict[str, Any] = {
        "type": kind, "scheme": scheme, "path": "/api/v1/products", "query_string": b"", "server": ("shop.test", 443),
        "headers": [(name.encode(), value.encode()) for name, value in pairs.items()],
    }  # fmt: skip
    return HTTPConnection(scope | ({"method": method} if kind == "http" else {}))


def written(response: Response) -> SimpleCookie:
    cookies = SimpleCookie()
    for value in response.headers.getlist("set-cookie"):
        cookies.load(value)
    return cookies


@pytest.mark.parametrize("secure", [True, False])
def test_scripts_cannot_read_the_cookies_and_the_refresh_token_goes_to_signing_in_only(secure: bool) -> None:
    response = Response()
    Cookies(secure=secure).write(response, SIGNED_IN)
    cookies = written(response)
    access, refresh = cookies["shopwright_session"], cookies["shopwright_refresh"]
    assert (access.value, access["path"], access["max-age"]) == ("access", "/", "900")
    assert (refresh.value, refresh["path"], refresh["max-age"]) == ("refresh", "/api/v1/auth", "86400")
    for cookie in (access, refresh):
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "lax"
        assert bool(cookie["secure"]) is secure


def test_signing_out_takes_both_cookies_back() -> None:
    response = Response()
    Cookies(secure=True).clear(response)
    assert {(cookie.value, cookie["max-age"]) for cookie in written(response).values()} == {("", "0")}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_needs_no_proof(method: str) -> None:
    Cookies(secure=True).demand_own_page(connection(method))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "ANYTHING"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_requested_with": "web"},
        {"origin": "https://shop.test"},
        {"x_requested_with": "", "origin": "https://shop.test"},
        {"x_requested_with": "web", "origin": "https://evil.test"},
        {"x_requested_with": "web", "origin": "http://shop.test"},
        {"x_requested_with": "web", "origin": "https://shop.test:8443"},
        {"x_requested_with": "web", "origin": "https://shop.test.evil.test"},
        {"x_requested_with": "web", "origin": "null"},
        {"x_requested_with": "web", "origin": "http://localhost"},
    ],
)
def test_changing_needs_the_header_and_an_origin_of_ours(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(CrossSiteRequest):
        Cookies(["https://console.test/", "*"], secure=True).demand_own_page(connection(method, **headers))


@pytest.mark.parametrize("origin", ["https://shop.test", "https://SHOP.test", "https://console.test"])
def test_our_own_and_allowed_origins_may_change_things(origin: str) -> None:
    cookies = Cookies(["https://console.test/"], secure=True)
    cookies.demand_own_page(connection(origin=origin, x_requested_with="web"))


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("http://localhost:5173", True), ("http://127.0.0.1", True), ("http://evil.test", False), ("http://[", False),
     ("null", False)],
)  # fmt: skip
def test_origins_of_this_machine_are_allowed_in_development(origin: str, allowed: bool) -> None:
    cookies = Cookies(secure=False, loopback=True)
    if allowed:
        cookies.demand_origin(connection(origin=origin), needed=True)
    else:
        with pytest.raises(CrossSiteRequest):
            cookies.demand_origin(connection(origin=origin), needed=True)


def test_a_socket_is_judged_by_its_origin_alone() -> None:
    cookies = Cookies(secure=True)
    cookies.demand_own_page(connection(kind="websocket", scheme="wss", origin="https://shop.test"))
    for headers in ({}, {"origin": "https://evil.test"}):
        with pytest.raises(CrossSiteRequest):
            cookies.demand_own_page(connection(kind="websocket", scheme="wss", **headers))


def test_without_an_origin_a_program_is_calling() -> None:
    Cookies(secure=True).demand_origin(connection(), needed=False)


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True), ("localhost", True), ("LOCALHOST", True),
     ("10.0.0.1", False), ("localhost.evil.test", False), ("", False), ("0.0.0.0", False)],
)  # fmt: skip
def test_this_machine_is_known_by_its_address_not_by_what_a_name_resolves_to(host: str, here: bool) -> None:
    assert is_loopback(host) is here
