"""Preferences come back unchanged, in whichever session."""

from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.identity.preferences import LEAST_PRIORITY, LONGEST_LIST, LONGEST_TEXT
from shopwright.identity.routes import ROUTERS
from shopwright.infra.db import Database
from shopwright.kit.time import FixedClock
from tests.factories import http
from tests.factories import identity as people

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40) | st.just(
    "x" * LONGEST_TEXT
)
TEXTS = st.lists(TEXT, max_size=6) | st.just(["x"] * LONGEST_LIST)
GOALS = st.lists(st.fixed_dictionaries({"goal": TEXT, "priority": st.integers(1, LEAST_PRIORITY)}), max_size=6)
UI = st.dictionaries(TEXT, st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT | TEXTS, max_size=5)
PREFERENCES = st.fixed_dictionaries(
    {"kpi_preferences": TEXTS, "marketplace_focus": TEXTS, "business_goals": GOALS, "ui": UI}
)


@pytest.fixture
async def served(database: Database, clock: FixedClock) -> FastAPI:
    return http.make_app(database, clock, *ROUTERS)


@pytest.mark.property_test(39)
@shared
@given(first=PREFERENCES, kpis=TEXTS)
async def test_preferences_come_back_unchanged_in_later_sessions(
    served: FastAPI, database: Database, first: dict[str, Any], kpis: list[str]
) -> None:
    account = await people.shop(database)
    async with http.client_for(served, account) as client:
        kept = await client.put("/api/v1/preferences", json=first)
        assert kept.status_code == 200, kept.text
    login = {"email": account.email, "password": account.password}
    async with http.client_for(served) as later:
        for _ in range(2):
            signed_in = (await later.post("/api/v1/auth/login", json=login)).json()
            later.headers["authorization"] = f"Bearer {signed_in['access_token']}"
            assert (await later.get("/api/v1/preferences")).json() == first
        await later.put("/api/v1/preferences/kpis", json={"kpi_preferences": kpis})
        signed_in = (await later.post("/api/v1/auth/login", json=login)).json()
        later.headers["authorization"] = f"Bearer {signed_in['access_token']}"
        assert (await later.get("/api/v1/preferences")).json() == {**first, "kpi_preferences": kpis}
