"""Every guarded route that there is, and an application of all of them, for laws about each."""

import re
from uuid import UUID, uuid4

from fastapi import FastAPI

from shopwright.identity.deps import GuardedRoute
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock
from tests.architecture.routers import discovered_routers
from tests.conftest import NOON
from tests.factories import http
from tests.factories import identity as people
from tests.factories.http import Trusting

GUARDED = [
    (min(route.methods or ()), route.path, route.permission)
    for router in discovered_routers()
    for route in router.routes
    if isinstance(route, GuardedRoute) and route.permission is not None
]
"""Method, path and permission of each."""


def filled(path: str, identifier: UUID | None = None) -> str:
    """Return an address of a route, with identifiers in its places."""
    return re.sub(r"\{[^}]*\}", lambda _: str(identifier or uuid4()), path)


def whole_app(database: Database) -> FastAPI:
    """The application of every router that there is, which authenticates for real."""
    clock = FixedClock(NOON)
    return http.make_app(database.at(clock), clock, *discovered_routers())


def trusting_app(database: Database) -> tuple[FastAPI, Trusting]:
    """The same application with an authenticator that takes everybody for whom the test says."""
    clock, trusting = FixedClock(NOON), Trusting(people.principal(TenantId(uuid4())))
    own = database.at(clock)
    return http.make_app(own, clock, *discovered_routers(), authenticator=trusting), trusting
