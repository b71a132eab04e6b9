"""Live pages against real servers: what they hear, what they never hear, and how they are sent away."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from tests.factories import identity as people
from tests.factories.identity import Account
from tests.factories.live import SMALL, LiveServer, live_server
from websockets.exceptions import InvalidStatus

from shopwright.app.live.conversation import ENDED, EXPIRED, TOO_MANY
from shopwright.app.live.feed import Rhythm
from shopwright.app.live.topics import TOPICS
from shopwright.catalog.domain import ProductCreated
from shopwright.identity.permissions import permissions_of
from shopwright.identity.service.api_tokens import TokenService
from shopwright.identity.service.roles import RoleService
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.service.users import UserService
from shopwright.infra.db import Database
from shopwright.infra.jobs.kinds import Job, JobState
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.jobs.service import JobService
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.time import FixedClock


@dataclass(frozen=True, kw_only=True)
class Errand(Job, kind="test_live.errand"):
    """A job that nobody runs."""

    errand: str = "milk"


@pytest.fixture
async def live(database: Database) -> AsyncIterator[LiveServer]:
    async with live_server(database) as running:
        yield running


@pytest.fixture
async def owner(database: Database) -> Account:
    return await people.shop(database)


async def create(database: Database, tenant: TenantId, number: int = 1) -> list[str]:
    """Say that products were created, in another process than the server's."""
    ids = [str(new_id(tenant, database.clock.now())) for _ in range(number)]
    async with database.unit(tenant) as unit:
        unit.publish_all(ProductCreated(subject_id=product) for product in ids)
    return ids


async def token_of(database: Database, account: Account, *scopes: str) -> tuple[str, Any]:
    async with database.unit(account.tenant) as unit:
        token, text = await TokenService(unit, account.principal).create("script", scopes, None)
    return text, token.id


async def test_a_page_is_told_how_things_stand_and_then_what_changes(
    live: LiveServer, database: Database, owner: Account
) -> None:
    async with live.page(owner) as page:
        assert await page.snapshot() == [topic.name for topic in TOPICS]
        halted = next(message["data"] for message in page.heard if message["topic"] == "prices")
        assert halted == {"halted": False, "reason": None}
        ids = await create(database, owner.tenant, 2)
        assert await page.until("change", "products") == {
            "event": "catalog.product_created", "subject": "product", "ids": ids, "counts": {"product": 2},
        }  # fmt: skip


async def test_what_a_request_changes_is_told_at_once(database: Database, owner: Account) -> None:
    never = Rhythm(journal=3_600, jobs=3_600)
    async with live_server(database, rhythm=never) as server, server.page(owner) as page:
        await page.snapshot()
        async with httpx2.AsyncClient(base_url=server.origin, headers=owner.headers) as client:
            body = {"sku": "A", "name": "Mug", "currency": "EUR", "price": "10"}
            product = (await client.post("/api/v1/catalog/products", json=body)).json()["id"]
        assert (await page.until("change", "products"))["ids"] == [product]


async def test_every_process_tells_its_own_pages(database: Database, owner: Account) -> None:
    async with (
        live_server(database) as one,
        live_server(database) as other,
        one.page(owner) as here,
        other.page(owner) as there,
    ):
        await here.snapshot()
        await there.snapshot()
        ids = await create(database, owner.tenant)
        for page in (here, there):
            assert (await page.until("change", "products"))["ids"] == ids


async def test_many_changes_are_told_in_one_message_with_the_first_hundred(
    live: LiveServer, database: Database, owner: Account
) -> None:
    async with live.page(owner) as page:
        await page.snapshot()
        ids = await create(database, owner.tenant, 300)
        told = await page.until("change", "products")
        assert told["ids"] == ids[:100]
        assert told["counts"] == {"product": 300}


async def test_nothing_of_another_tenant_is_ever_told(live: LiveServer, database: Database, owner: Account) -> None:
    neighbour = await people.shop(database)
    async with live.page(owner) as page, live.page(neighbour) as other:
        await page.snapshot()
        await other.snapshot()
        for _ in range(3):
            foreign = await create(database, neighbour.tenant, 20)
            assert (await other.until("change", "products"))["ids"] == foreign
            async with database.unit(neighbour.tenant) as unit:
                foreign.append(str(await JobQueue().enqueue(unit, Errand())))
            assert (await other.until("change", "jobs"))["ids"] == foreign[-1:]
            own = await create(database, owner.tenant)
            assert (await page.until("change", "products"))["ids"] == own
            text = str(page.heard)
            assert [one for one in (*foreign, str(neighbour.tenant), str(neighbour.member)) if one in text] == []


async def test_a_page_hears_what_its_person_may_see(live: LiveServer, database: Database, owner: Account) -> None:
    text, _ = await token_of(database, owner, "market:read", "users:read")
    async with live.page(bearer=text) as page:
        assert await page.snapshot() == ["market", "users"]
        await create(database, owner.tenant)
        colleague = await people.colleague(database, owner)
        told = await page.until("change", "users", "identity.member_added")
        assert told["ids"] == [str(colleague.member)]
        assert {message["topic"] for message in page.heard} == {"market", "users"}


@pytest.mark.parametrize(
    ("origin", "cookie"), [(None, True), ("http://evil.example", True), ("null", True), ("own", False)]
)
async def test_a_page_without_a_session_or_of_another_site_is_not_let_in(
    live: LiveServer, owner: Account, origin: str | None, cookie: bool
) -> None:
    headers = {"cookie": f"shopwright_session={owner.access_token}"} if cookie else {}
    said = {"origin": live.origin if origin == "own" else origin} if origin else {}
    with pytest.raises(InvalidStatus) as refused:
        async with live.page(additional_headers=headers | said):
            pass
    assert refused.value.response.status_code == 403


async def test_a_page_of_our_own_is_let_in_by_its_cookie(live: LiveServer, owner: Account) -> None:
    headers = {"cookie": f"shopwright_session={owner.access_token}", "origin": live.origin}
    async with live.page(additional_headers=headers) as page:
        assert (await page.next())["type"] == "snapshot"


async def test_a_page_ends_with_its_session(live: LiveServer, database: Database, owner: Account) -> None:
    other = await people.colleague(database, owner)
    async with live.page(owner) as page, live.page(other) as stays:
        await page.snapshot()
        await stays.snapshot()
        async with database.unit(owner.tenant) as unit:
            await SessionService(unit, owner.principal).log_out()
        assert await page.end() == (ENDED, "credential_invalid")
        await create(database, owner.tenant)
        assert await stays.until("change", "products")


async def test_a_page_ends_with_its_token_and_with_its_member(
    live: LiveServer, database: Database, owner: Account
) -> None:
    member = await people.colleague(database, owner)
    text, token = await token_of(database, owner, "catalog:read")
    async with live.page(bearer=text) as script, live.page(member) as page:
        await script.snapshot()
        await page.snapshot()
        async with database.unit(owner.tenant) as unit:
            await TokenService(unit, owner.principal).revoke(token, owner.member)
            await UserService(unit, people.cipher_of(), owner.principal).deactivate(member.member)
        assert await script.end() == (ENDED, "credential_invalid")
        assert await page.end() == (ENDED, "credential_invalid")


async def test_a_page_whose_token_is_over_is_told_to_refresh(
    database: Database, owner: Account, clock: FixedClock
) -> None:
    often = Rhythm(journal=0.05, jobs=0.05, ping=30, verify=0.1)
    async with live_server(database, rhythm=often) as server, server.page(owner) as page:
        await page.snapshot()
        clock.advance(timedelta(minutes=16))
        assert await page.end() == (EXPIRED, "credential_expired")


async def test_another_role_is_told_what_it_may_see(live: LiveServer, database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        role = await RoleService(unit, owner.principal).create("watcher", frozenset({"market:read"}))
    member = await people.colleague(database, owner, "watcher")
    async with live.page(member) as page:
        assert await page.snapshot() == ["market"]
        assert role.id
        async with database.unit(owner.tenant) as unit:
            await RoleService(unit, owner.principal).change(role.id, frozenset({"catalog:read"}), None)
        assert await page.snapshot() == ["products", "stock"]


async def test_one_page_too_many_is_told_so(database: Database, owner: Account) -> None:
    neighbour = await people.shop(database)
    async with live_server(database, most_per_tenant=2) as server:
        async with server.page(owner) as one, server.page(owner):
            await one.next()
            async with server.page(owner) as refused:
                assert await refused.end() == (TOO_MANY, "too_many_live_connections")
            async with server.page(neighbour) as other:
                await other.next()
        async with server.page(owner) as again:
            await again.next()


async def test_a_page_that_was_away_is_told_anew(database: Database, owner: Account) -> None:
    async with live_server(database) as first, first.page(owner) as page:
        await page.snapshot()
    ids = await create(database, owner.tenant)
    async with live_server(database) as second, second.page(owner) as page:
        assert await page.snapshot() == [topic.name for topic in TOPICS]
        later = await create(database, owner.tenant)
        assert (await page.until("change", "products"))["ids"] == later
        assert not set(ids) & set(later)


async def test_a_server_that_stops_says_so_and_does_not_wait_for_its_pages(database: Database, owner: Account) -> None:
    async with AsyncExitStack() as stack:
        server = live_server(database)
        page = await stack.enter_async_context((await server.__aenter__()).page(owner))
        await page.next()
        async with asyncio.timeout(5):
            await server.__aexit__(None, None, None)
        assert (await page.end())[0] == 1012


async def test_who_reads_too_slowly_is_told_anew_and_holds_nobody_up(database: Database, owner: Account) -> None:
    async with live_server(database, most_waiting=5) as live:
        narrow = socket.create_connection(("127.0.0.1", int(live.origin.rpartition(":")[2])))
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        async with live.page(owner, sock=narrow, max_queue=1, compression=None) as slow, live.page(owner) as quick:
            await slow.until("snapshot", TOPICS[-1].name)
            await quick.snapshot()
            for _ in range(60):
                ids = await create(database, owner.tenant, 100)
                assert await quick.hears("products", ids)
                assert max(len(mailbox) for mailbox in live.feed._open[owner.tenant]) <= 5
            await slow.until("snapshot", TOPICS[-1].name)
            late = await create(database, owner.tenant)
            assert await slow.hears("products", late)
            assert sum(message["type"] == "change" for message in slow.heard) < 60
            metrics = live.app.state.platform.metrics.live
            assert metrics.overflows._value.get() >= 1
            assert metrics.messages.labels("products")._value.get() >= 60
            assert metrics.pages._value.get() == 2


async def test_silence_is_broken_by_pings(database: Database, owner: Account) -> None:
    async with live_server(database, rhythm=Rhythm(ping=0.1)) as server, server.page(owner) as page:
        await page.next()
        while (message := await page.next())["type"] == "snapshot":
            continue
        assert message == {"type": "ping", "at": "2026-03-02T12:00:00Z"}


async def test_the_progress_of_jobs_is_told(live: LiveServer, database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        first = str(await JobQueue().enqueue(unit, Errand()))
    async with live.page(owner) as page:
        shown = await page.until("snapshot", "jobs")
        assert [(job["id"], job["state"], job["about"]) for job in shown["jobs"]] == [
            (first, JobState.QUEUED, {"errand": "milk"})
        ]
        async with database.unit(owner.tenant) as unit:
            await JobService(unit, JobQueue()).cancel_job(UUID(first))
        told: set[str] = set()
        while told != {"jobs.job_moved", "jobs.job_cancelled"}:
            change = await page.until("change", "jobs")
            assert change["ids"] == [first]
            if change.get("job", {"state": JobState.CANCELLED})["state"] == JobState.CANCELLED:
                told.add(change["event"])


def test_whoever_may_see_everything_is_told_of_every_topic() -> None:
    assert all(topic.permission in permissions_of(TenantId(UUID("0" * 32)), "owner", None) for topic in TOPICS)
