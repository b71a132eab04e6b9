"""Walks the paths that the HTTP surface names: those that stand, and those that later features bring."""

from typing import Any, Final

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Match

from shopwright.app.wiring import ROUTERS, document

NAMED: Final = (
    "/health", "/ready", "/metrics", "/api/v1/health", "/api/v1/ready", "/api/v1/metrics",
    "/api/v1/auth/signup", "/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/logout", "/api/v1/auth/me",
    "/api/v1/auth/tokens", "/api/v1/users", "/api/v1/tenants", "/api/v1/settings", "/api/v1/preferences",
    "/api/v1/preferences/kpis", "/api/v1/catalog/products", "/api/v1/catalog/products/{product_id}/prices",
    "/api/v1/prices/current", "/api/v1/prices/optimize", "/api/v1/proposals", "/api/v1/policies",
    "/api/v1/market/competitors", "/api/v1/market/offers", "/api/v1/market/matches", "/api/v1/reviews",
    "/api/v1/inventory/levels", "/api/v1/csv/upload/{kind}", "/api/v1/csv/analyze", "/api/v1/imports", "/api/v1/audit", "/api/v1/audit/export",
    "/api/v1/dashboard/stats",
)  # fmt: skip
"""What stands. Whatever leaves this list breaks a client."""

LATER: Final = (
    "auth/oidc", "prices/history", "prices/calculate", "prices/recommend", "prices/rules", "experiments",
    "market/collection-jobs", "pricing/analysis", "sentiment", "forecast", "inventory/query", "inventory/update",
    "inventory/movements", "inventory/reorder", "customers", "sources",
    "query", "ws/query", "threads", "ai", "alerts", "audit/compliance-check", "audit/verify", "models",
    "analytics/trends", "insights", "budgets", "mcp",
)  # fmt: skip
"""What the features to come bring, below /api/v1. Whoever brings one takes it over into NAMED."""


@pytest.fixture(scope="module")
def paths() -> set[str]:
    return set(document()["paths"])


@pytest.mark.parametrize("path", NAMED)
def test_a_named_path_is_served(path: str, paths: set[str]) -> None:
    assert path in paths


@pytest.mark.parametrize("name", LATER)
def test_what_is_later_has_not_come_unnoticed(name: str, paths: set[str]) -> None:
    start = f"/api/v1/{name}"
    come = [path for path in paths if path == start or path.startswith(f"{start}/")]
    assert come == [], f"{name} is here: take it over from LATER to NAMED"


def test_no_operation_is_hidden_by_one_before_it() -> None:
    """Where two addresses fit, the first is served: fixed words have to stand before ids."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    for wanted in routes:
        for method in wanted.methods or ():
            asked: dict[str, Any] = {
                "type": "http",
                "path": wanted.path,
                "method": method,
                "headers": [],
                "root_path": "",
            }
            found = next(route for route in routes if route.matches(asked)[0] is Match.FULL)
            assert found.name == wanted.name, f"{method} {wanted.path} is answered by {found.path}"
