"""Walks the OpenAPI document as somebody who may not: every operation refuses, writes nothing and says so."""

from collections.abc import Mapping
from typing import Final
from uuid import uuid4

import httpx2
import jwt
import pytest
from tests.factories.calls import Call, calls
from tests.factories.http import client_for
from tests.factories.identity import SECRET, Account
from tests.factories.watch import JOURNAL, Watch
from tests.factories.world import Shop, hire, log_in, somewhere

from shopwright.identity.permissions import BUILT_IN_ROLES

_GUARDED: Final = [call for call in calls() if call.permission is not None]
_OPEN: Final = [call for call in calls() if call.permission is None]


def _named(call: Call) -> str:
    return call.name


@pytest.fixture(scope="module")
async def staff(victim: Shop) -> Mapping[str, Account]:
    """Somebody in each of the built-in roles."""
    return {role: await hire(victim, role) for role in BUILT_IN_ROLES}


@pytest.fixture(scope="module")
async def dismissed(victim: Shop) -> Account:
    """Somebody who had every right a moment ago, with a token that has not run out."""
    account = await hire(victim, "admin")
    async with client_for(victim.app, account) as client:
        assert (await client.get("/api/v1/auth/me")).status_code == 200
    await victim.call("POST", f"/users/{account.member}/deactivate")
    return account


@pytest.fixture(scope="module")
async def api_token(victim: Shop) -> str:
    """The text of an API token of the owner's that may see products, and nothing else."""
    body = {"name": "Reader", "scopes": ["catalog:read"]}
    text = str((await victim.call("POST", "/auth/tokens", body, 201))["token"])
    async with client_for(victim.app) as client:  # its last use is noted once a minute, and the clock stands still
        assert (await client.get("/api/v1/auth/me", headers={"authorization": f"Bearer {text}"})).status_code == 200
    return text


async def attempt(shop: Shop, call: Call, token: str | None, **headers: str) -> httpx2.Response:
    """Call with the shop's own objects and some credential."""
    async with client_for(shop.app, address=somewhere()) as client:
        client.headers.update({**headers, **({"authorization": f"Bearer {token}"} if token else {})})
        return await client.request(**call.request(shop.ids))


async def rows_of(watch: Watch, shop: Shop) -> dict[str, str]:
    """The state of a shop without its journal, which refusals do enter."""
    return {table: state for table, state in (await watch.state_of(shop.tenant)).items() if table != JOURNAL}


def forgeries(account: Account, stranger: Shop) -> dict[str, str]:
    """Tokens that look like the account's and are not."""
    head, content, signature = account.access_token.split(".")
    claims = jwt.decode(account.access_token, options={"verify_signature": False})
    elsewhere = {**claims, "tenant": stranger.tenant.hex}
    key = jwt.get_unverified_header(account.access_token)["kid"]
    resigned = jwt.encode(elsewhere, SECRET, "HS256", headers={"kid": key})
    unsigned = jwt.encode(claims, "", "none", headers={"kid": key})
    another = jwt.encode(elsewhere, uuid4().hex * 2, "HS256", headers={"kid": key})
    return {
        "another tenant under the old signature": f"{head}.{resigned.split('.')[1]}.{signature}",
        "another tenant under the right key": resigned,
        "another tenant under a wrong key": another,
        "no signature": unsigned,
        "a signature of something else": f"{head}.{content}.{resigned.rsplit('.', 1)[1]}",
    }


@pytest.mark.property_test(51, 84)
@pytest.mark.parametrize("call", _GUARDED, ids=_named)
async def test_nobody_is_served_without_a_credential_that_holds(
    call: Call, victim: Shop, stranger: Shop, dismissed: Account, api_token: str, watch: Watch
) -> None:
    owner = await log_in(victim.app, victim.owner)
    before = await watch.state_of(victim.tenant), await rows_of(watch, stranger)
    refused = {
        "none": None,
        "nonsense": "nonsense",
        "dismissed": dismissed.access_token,
        "an API token of another tenant": api_token.replace(victim.tenant.hex, stranger.tenant.hex),
        "a refresh token": owner.refresh_token,
        **forgeries(owner, stranger),
    }
    for what, token in refused.items():
        answer = await attempt(victim, call, token)
        assert answer.status_code == 401, f"{what}: {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["category"] == "security", what
        assert victim.marker not in answer.text, what
    assert (await watch.state_of(victim.tenant), await rows_of(watch, stranger)) == before


@pytest.mark.property_test(51)
@pytest.mark.parametrize("call", _OPEN, ids=_named)
async def test_what_is_open_asks_for_no_credential_and_shows_nothing(call: Call, victim: Shop) -> None:
    answer = await attempt(victim, call, None)
    assert answer.status_code < 500
    assert '"credential_' not in answer.text
    assert "permission_missing" not in answer.text
    assert victim.marker not in answer.text


@pytest.mark.property_test(52, 84, 85)
@pytest.mark.parametrize("call", _GUARDED, ids=_named)
async def test_a_role_without_the_permission_is_refused_and_recorded(
    call: Call, victim: Shop, staff: Mapping[str, Account], watch: Watch
) -> None:
    before = await rows_of(watch, victim)
    for role, account in staff.items():
        if call.permission in BUILT_IN_ROLES[role]:
            continue
        recorded = await watch.entries(victim.tenant, "identity.access_refused")
        key = {"idempotency-key": uuid4().hex}
        answer = await attempt(victim, call, account.access_token, **key)
        assert answer.status_code == 403, f"{role}: {answer.text}"
        assert answer.json()["code"] == "permission_missing"
        assert answer.json()["details"] == {"permission": call.permission, "role": role}
        assert victim.marker not in answer.text
        new = (await watch.entries(victim.tenant, "identity.access_refused"))[len(recorded) :]
        assert new == [{"permission": call.permission, "method": call.method.upper(), "route": call.path}], role
    assert await rows_of(watch, victim) == before


@pytest.mark.property_test(52)
@pytest.mark.parametrize("call", _GUARDED, ids=_named)
async def test_an_api_token_reaches_no_further_than_its_scopes(
    call: Call, victim: Shop, api_token: str, watch: Watch
) -> None:
    before = await rows_of(watch, victim)
    answer = await attempt(victim, call, api_token)
    if call.permission in {"catalog:read", "account:read"}:
        assert answer.status_code in {200, 304}, answer.text
        return
    assert answer.status_code == 403, answer.text
    assert answer.json()["code"] == "permission_missing"
    assert await rows_of(watch, victim) == before


@pytest.mark.property_test(52)
@pytest.mark.parametrize("call", [call for call in _GUARDED if call.method == "get"], ids=_named)
async def test_a_role_with_the_permission_reads(call: Call, victim: Shop, staff: Mapping[str, Account]) -> None:
    """Else nothing would follow from the refusals."""
    for role, account in staff.items():
        if call.permission in BUILT_IN_ROLES[role]:
            answer = await attempt(victim, call, account.access_token)
            assert answer.status_code == 200, f"{role}: {answer.text}"
