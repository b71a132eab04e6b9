"""Callers of an HTTP application that has only the routers under test: who they are is said, not proven."""

from collections.abc import Iterable
from uuid import uuid4

import httpx2
from fastapi import APIRouter

from shopwright.identity.domain import Principal
from shopwright.identity.permissions import PERMISSIONS
from shopwright.infra.db import Database
from shopwright.kit.events import ActorKind
from shopwright.kit.ids import TenantId
from tests.factories.http import Trusting, make_app


def principal(tenant: TenantId, permissions: Iterable[str] = tuple(PERMISSIONS)) -> Principal:
    """Somebody of a tenant."""
    return Principal(tenant, uuid4(), uuid4(), ActorKind.PERSON, uuid4(), frozenset(permissions), "tester")


def caller(
    database: Database, tenant: TenantId, router: APIRouter, permissions: Iterable[str] = tuple(PERMISSIONS)
) -> httpx2.AsyncClient:
    """A client of the router, signed in to a tenant with these permissions."""
    trusting = Trusting(principal(tenant, permissions))
    app = make_app(database, database.clock, router, authenticator=trusting)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://shop.test")
