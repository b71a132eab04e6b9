"""Walks the OpenAPI document as a stranger: no operation shows, changes or admits to another tenant's objects."""

import re
from typing import Any, Final

import httpx2
import pytest
from tests.factories.calls import Call, calls
from tests.factories.http import client_for
from tests.factories.watch import Watch
from tests.factories.world import OBJECTS, Shop, log_in, somewhere

from shopwright.kit.ids import is_foreign

_CALLS: Final = calls()
_WITH_IDS: Final = [call for call in _CALLS if call.ids]
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_OF_THE_REQUEST = ("request_id", "trace_id")
_OWNER_OF: Final = {"token_id": "member_id"}
"""Objects that are reached through another one: each API token in the registry is the owner's."""


def _named(call: Call) -> str:
    return call.name


async def ask(shop: Shop, call: Call, ids: dict[str, str], **query: str) -> httpx2.Response:
    """Call as the shop's owner, in a session of its own: some operations end it."""
    async with client_for(shop.app, await log_in(shop.app, shop.owner), somewhere()) as client:
        given = {**ids, "LogIn.email": shop.owner.email}
        answer = await client.request(**call.request(given, **query))
        await answer.aread()
        return answer


def essence(answer: httpx2.Response, asked: str) -> tuple[int, Any]:
    """Return what an answer says, without the ids and what differs between any two requests.

    The number of an entry is short: what is the request's own goes first, and the number only where it stands alone.
    """
    text = answer.text
    if answer.headers.get("content-type", "").endswith("json"):
        body = answer.json()
        for name in _OF_THE_REQUEST:
            if isinstance(body, dict) and isinstance(body.get(name), str):
                text = text.replace(body[name], "<request>")
    return answer.status_code, _UUID.sub("<id>", re.sub(rf"(?<![\w-]){re.escape(asked)}(?![\w-])", "<id>", text))


def assert_silent(answer: httpx2.Response, about: Shop, ids: set[str], *asked: str) -> None:
    """Nothing of a shop stands in an answer but what the caller said first."""
    text = answer.text.lower() + str(answer.headers).lower()
    for said in asked:
        text = text.replace(said.lower(), "")
    assert about.marker not in text
    assert {one for one in ids if one in text} == set()


def test_the_registry_knows_every_object_that_the_document_names() -> None:
    """A new parameter or field that takes an id needs a factory in tests/factories/world.py."""
    assert {name for call in _CALLS for name in call.ids} - set(OBJECTS) == set()


@pytest.mark.parametrize("call", _WITH_IDS, ids=_named)
async def test_the_owner_reaches_them(call: Call, victim: Shop) -> None:
    """Else nothing would follow from a stranger's not reaching them."""
    for name in sorted(call.ids):
        ids = {other: victim.ids[other] for other in call.needed} | {name: await OBJECTS[name](victim)}
        if _OWNER_OF.get(name) in ids:
            ids[_OWNER_OF[name]] = str(victim.owner.member)
        elif name in _OWNER_OF.values() and "token_id" in ids:
            continue
        answer = await ask(victim, call, ids)
        assert answer.status_code not in {400, 401, 403, 404, 422}, answer.text
        assert "not_found" not in answer.text


@pytest.mark.property_test(82, 84, 85)
@pytest.mark.parametrize("call", _WITH_IDS, ids=_named)
async def test_a_strangers_object_is_as_one_that_never_was(
    call: Call, victim: Shop, stranger: Shop, watch: Watch
) -> None:
    before, ids = await watch.state_of(victim.tenant), await watch.ids_of(victim.tenant)
    for name in sorted(call.ids):
        rest = {other: stranger.ids[other] for other in call.needed}
        theirs, nobodys = victim.ids[name], stranger.unissued(name)
        recorded = await watch.entries(stranger.tenant, "identity.foreign_object_requested")
        foreign = await ask(stranger, call, rest | {name: theirs})
        absent = await ask(stranger, call, rest | {name: nobodys})
        assert essence(foreign, theirs) == essence(absent, nobodys)
        assert foreign.status_code != 422, foreign.text
        if call.permission is not None and f"{{{name}}}" in call.path:
            assert foreign.status_code == 404, foreign.text
        assert_silent(foreign, victim, ids, theirs)
        new = (await watch.entries(stranger.tenant, "identity.foreign_object_requested"))[len(recorded) :]
        tagged = len(theirs) == len(str(stranger.tenant)) and is_foreign(theirs, stranger.tenant)
        told = [(entry["identifiers"], entry["method"], entry["route"].replace(":path}", "}")) for entry in new]
        assert told == ([([theirs], call.method.upper(), call.path)] if tagged else [])
    assert await watch.state_of(victim.tenant) == before


@pytest.mark.property_test(82)
@pytest.mark.parametrize("call", _CALLS, ids=_named)
async def test_no_answer_holds_anything_of_another_shop(
    call: Call, victim: Shop, neighbour: Shop, watch: Watch
) -> None:
    """Neither by itself nor for a search, a filter or a cursor of the other shop."""
    queries = [{}, *({name: victim.marker} for name in sorted(call.texts - {"cursor"}))]
    if "cursor" in call.texts:
        theirs = (await ask(victim, call, victim.ids, limit="1")).json().get("next_cursor")
        queries += [{"cursor": theirs}] if theirs else []
    before, ids = await watch.state_of(victim.tenant), await watch.ids_of(victim.tenant)
    unissued = {name: neighbour.unissued(name) for name in call.needed}
    for query in queries:
        answer = await ask(neighbour, call, unissued, **query)
        assert answer.status_code < 500, answer.text
        assert_silent(answer, victim, ids, *query.values())
    assert await watch.state_of(victim.tenant) == before
