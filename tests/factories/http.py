"""An HTTP application with the routers under test, and its callers: signed in, or said to be."""

from uuid import uuid4

import httpx2
from fastapi import APIRouter, FastAPI
from starlette.requests import HTTPConnection

from shopwright.identity.access import Access
from shopwright.identity.authentication import RequestAuthenticator
from shopwright.identity.deps import Authenticator
from shopwright.identity.domain import Principal
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.infra.platform import Platform
from shopwright.infra.web.problem import install_error_handlers
from shopwright.infra.web.rates import RequestLimits
from shopwright.infra.web.routing import add_routers
from shopwright.kit.time import Clock
from tests.factories.identity import Account, make_access

HOST = "http://shop.test"
_NO_LIMIT = 10_000_000


class Trusting:
    """An authenticator that takes everybody for the same principal, without proof."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal

    async def authenticate(self, request: HTTPConnection) -> Principal:
        request.state.trusted = True
        return self.principal


def generous_limits(clock: Clock) -> RequestLimits:
    """Limits that no test meets by accident."""
    return RequestLimits.per_minute(user=_NO_LIMIT, tenant=_NO_LIMIT, address=_NO_LIMIT, clock=clock)


def real_authenticator(access: Access, verified: VerifiedCredentials | None = None) -> RequestAuthenticator:
    """The authenticator of the program; its cache is off unless one that trusts its notices is given."""
    cache = verified or VerifiedCredentials(access.database.clock)
    return RequestAuthenticator(access.database, access.tokens, cache, access.cookies)


def make_app(
    database: Database,
    clock: Clock,
    *routers: APIRouter,
    authenticator: Authenticator | None = None,
    access: Access | None = None,
    limits: RequestLimits | None = None,
) -> FastAPI:
    """An application of these routers; authenticates for real unless told otherwise."""
    access = access or make_access(database)
    app = FastAPI()
    app.state.platform = Platform(clock=clock, database=database)
    app.state.access = access
    app.state.authenticator = authenticator or real_authenticator(access)
    app.state.limits = limits or generous_limits(clock)
    add_routers(app, routers)
    install_error_handlers(app)
    return app


def client_for(app: FastAPI, account: Account | None = None, address: str | None = None) -> httpx2.AsyncClient:
    """A client of the application, signed in as an account, or as nobody; from an address that no other has.

    What an address may try is counted in the database, which the tests share.
    """
    network = uuid4().hex
    own = address or f"fd00:{network[:4]}:{network[4:8]}:{network[8:12]}::1"
    transport = httpx2.ASGITransport(app=app, client=(own, 50_000), raise_app_exceptions=False)
    headers = account.headers if account else {}
    return httpx2.AsyncClient(transport=transport, base_url=HOST, headers=headers)
