"""The session in a browser: its two cookies, and the proof that a page of ours sent the request.

Scripts of a page cannot read the cookies, other sites cannot use them: both come along with a cross-site request at
most on a top-level GET (SameSite=Lax), and whatever changes something must name its origin besides.
"""

from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import URL
from starlette.requests import HTTPConnection
from starlette.responses import Response

from shopwright.identity.credentials import SignedIn
from shopwright.identity.domain import CrossSiteRequest

ACCESS_COOKIE: Final = "shopwright_session"
REFRESH_COOKIE: Final = "shopwright_refresh"
REFRESH_PATH: Final = "/api/v1/auth"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SOCKET = {"ws": "http", "wss": "https"}


def is_loopback(host: str) -> bool:
    """Tell whether an address or name means this machine; other names do not, whatever they resolve to."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Cookies:
    """Writes the session's cookies and guards their use.

    `origins` are allowed besides the program's own; with `loopback` those of this machine are, for development.
    """

    def __init__(self, origins: Collection[str] = (), *, secure: bool, loopback: bool = False) -> None:
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins if origin != "*")
        self._secure = secure
        self._loopback = loopback

    def write(self, response: Response, signed_in: SignedIn) -> None:
        """Put a session into the browser. The refresh token goes to the addresses of signing in only."""
        self._set(response, ACCESS_COOKIE, signed_in.access_token, signed_in.access_seconds, "/")
        self._set(response, REFRESH_COOKIE, signed_in.refresh_token, signed_in.refresh_seconds, REFRESH_PATH)

    def clear(self, response: Response) -> None:
        """Take the session out of the browser."""
        self._set(response, ACCESS_COOKIE, "", 0, "/")
        self._set(response, REFRESH_COOKIE, "", 0, REFRESH_PATH)

    def demand_own_page(self, connection: HTTPConnection) -> None:
        """Raise CrossSiteRequest unless the request changes nothing or a page of an allowed origin made it.

        For callers who authenticate by cookie. A web socket cannot send the header; its origin alone decides.
        """
        scope = connection.scope
        if scope["type"] == "http":
            if scope["method"] in _SAFE:
                return
            if not connection.headers.get("x-requested-with"):
                raise CrossSiteRequest("A request with the session's cookie needs the header X-Requested-With.")
        self.demand_origin(connection, needed=True)

    def demand_origin(self, connection: HTTPConnection, *, needed: bool) -> None:
        """Raise CrossSiteRequest when the Origin is neither ours nor allowed, or missing although needed."""
        origin = connection.headers.get("origin")
        if origin is None and not needed:
            return
        if origin is None or not self._is_allowed(origin.lower(), connection.url):
            raise CrossSiteRequest("This origin may not use the session's cookie.", origin=origin)

    def _is_allowed(self, origin: str, url: URL) -> bool:
        own = f"{_SOCKET.get(url.scheme, url.scheme)}://{url.netloc}".lower()
        if origin == own or origin in self._origins:
            return True
        return self._loopback and is_loopback(_host(origin))

    def _set(self, response: Response, name: str, value: str, seconds: int, path: str) -> None:
        response.set_cookie(name, value, max_age=seconds, path=path, secure=self._secure, httponly=True, samesite="lax")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""
