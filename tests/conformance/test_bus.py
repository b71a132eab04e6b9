"""What every bus holds, whichever way the word spreads."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from redis.asyncio import Redis
from redis.exceptions import RedisError

from shopwright.infra.backoff import Backoff
from shopwright.infra.db import UnitOfWork
from shopwright.infra.journal.backends.redis import RedisOptions
from shopwright.infra.journal.consumers import Consumer
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.parked import ParkedDeliveries
from shopwright.kit.events import ActorKind, Provenance
from shopwright.kit.ids import TenantId, new_id
from tests.conformance.stations import BellRung, Ground, eventually, heard, ring, writing
from tests.proxy import Door
from tests.redis_server import running_redis

FAST = Backoff(first=0.05, longest=0.2)
NEVER = timedelta(hours=1)
"""As time to settle: what Redis does not bring by itself does not come, however long a slow machine is waited for."""


def consumer(name: str, handler: object = None, *, parked_after: int = 3, timeout: float = 30) -> Consumer:
    chosen = handler or writing(name)
    return Consumer(
        name,
        {BellRung: chosen},  # type: ignore[dict-item]
        history=False,
        parked_after=parked_after,
        backoff=FAST,
        timeout=timedelta(seconds=timeout),
    )


async def test_an_event_reaches_every_consumer_once(ground: Ground, listener: str, tenant: TenantId) -> None:
    names = [f"{listener}-a", f"{listener}-b"]
    async with ground.station(*map(consumer, names)) as database:
        await ring(database, tenant, ("1", 1), ("2", 2))
        for name in names:
            await eventually(partial(_count, database, tenant, name, 2))
        await asyncio.sleep(0.5)
        for name in names:
            assert sorted(await heard(database, tenant, name)) == [("1", 1), ("2", 2)]


async def _count(database: object, tenant: TenantId, name: str, expected: int) -> bool:
    return len(await heard(database, tenant, name)) >= expected  # type: ignore[arg-type]


async def test_delivery_is_prompt(ground: Ground, listener: str, tenant: TenantId) -> None:
    async with replace(ground, settle=NEVER).station(consumer(listener)) as database:
        await ring(database, tenant, ("1", 1))
        await eventually(lambda: _count(database, tenant, listener, 1))


async def test_the_unit_is_the_tenants_and_names_the_cause(
    ground: Ground, listener: str, tenant: TenantId, other_tenant: TenantId
) -> None:
    seen: list[tuple[TenantId, Provenance, int]] = []

    async def look(unit: UnitOfWork, entry: Entry, _event: BellRung) -> None:
        if entry.tenant in (tenant, other_tenant):
            tenants = await unit.connection.fetchval("select count(distinct tenant_id) from journal")
            seen.append((unit.tenant, unit.by, tenants))
            assert unit.tenant == entry.tenant

    async with ground.station(consumer(listener, look)) as database:
        for owner, request in ((tenant, "r-1"), (other_tenant, "r-2")):
            person = Provenance(ActorKind.PERSON, new_id(owner, database.clock.now()), request, f"t-{request}")
            async with database.unit(owner, person) as unit:
                unit.publish(BellRung(subject_id="1"))
        await eventually(lambda: _true(len(seen) >= 2))
    assert sorted(seen, key=str) == sorted(
        [
            (tenant, Provenance(ActorKind.SYSTEM, None, "r-1", "t-r-1"), 1),
            (other_tenant, Provenance(ActorKind.SYSTEM, None, "r-2", "t-r-2"), 1),
        ],
        key=str,
    )


async def _true(condition: bool) -> bool:
    return condition


async def test_the_order_of_each_subject_is_kept(ground: Ground, listener: str, tenant: TenantId) -> None:
    bells = [(str(number % 5), number) for number in range(60)]
    async with ground.station(consumer(listener)) as database, ground.station(consumer(listener)):
        await ring(database, tenant, *bells)
        await eventually(lambda: _count(database, tenant, listener, 60))
        effects = await heard(database, tenant, listener)
    for subject in "01234":
        assert [n for s, n in effects if s == subject] == [n for s, n in bells if s == subject]


async def test_a_transaction_that_commits_late_is_not_skipped(ground: Ground, listener: str, tenant: TenantId) -> None:
    async with ground.station(consumer(listener)) as database:
        async with database.unit(tenant) as late:
            await late.connection.execute("select pg_current_xact_id()")  # it has its number, long before it commits
            late.publish(BellRung(subject_id="late"))
            await ring(database, tenant, ("early", 1))
            # Nor does anybody wait for it.
            await eventually(lambda: _count(database, tenant, listener, 1))
        await eventually(lambda: _count(database, tenant, listener, 2))
        assert [subject for subject, _ in await heard(database, tenant, listener)] == ["early", "late"]


@pytest.mark.property_test(45, 63)
async def test_a_failing_handler_is_retried_then_parked_and_holds_up_nobody(
    ground: Ground, listener: str, tenant: TenantId, other_tenant: TenantId
) -> None:
    attempts: list[str] = []
    failing, working = f"{listener}-f", f"{listener}-w"

    async def fail(unit: UnitOfWork, entry: Entry, event: BellRung) -> None:
        attempts.append(event.subject_id)
        await writing(failing)(unit, entry, event)
        if event.subject_id == "bad":
            raise ValueError("this bell is cracked")

    async with ground.station(consumer(failing, fail), consumer(working)) as database:
        await ring(database, tenant, ("bad", 1), ("good", 2))
        await ring(database, other_tenant, ("good", 3))
        await eventually(lambda: _count(database, other_tenant, failing, 1))
        await eventually(lambda: _count(database, tenant, working, 2))
        await eventually(lambda: _parked(database, tenant))
        assert await heard(database, tenant, failing) == [("good", 2)]
        assert attempts.count("bad") == 3
        async with database.unit(tenant) as unit:
            (parked,) = (await ParkedDeliveries(unit).list_parked()).items
        assert (parked.consumer, parked.attempts, parked.entry.subject_id) == (failing, 3, "bad")
        assert parked.error == "ValueError: this bell is cracked"
        assert "in fail" in parked.stack
        async with database.unit(other_tenant) as unit:
            assert (await ParkedDeliveries(unit).list_parked()).items == []


async def _parked(database: object, tenant: TenantId) -> bool:
    async with database.unit(tenant) as unit:  # type: ignore[attr-defined]
        return bool((await ParkedDeliveries(unit).list_parked()).items)


async def test_a_parked_delivery_can_be_tried_again(ground: Ground, listener: str, tenant: TenantId) -> None:
    broken = True

    async def fail(unit: UnitOfWork, entry: Entry, event: BellRung) -> None:
        if broken:
            raise ValueError("still broken")
        await writing(listener)(unit, entry, event)

    async with ground.station(consumer(listener, fail, parked_after=1)) as database:
        await ring(database, tenant, ("1", 1))
        await eventually(lambda: _parked(database, tenant))
        broken = False
        async with database.unit(tenant) as unit:
            (parked,) = (await ParkedDeliveries(unit).list_parked(consumer=listener)).items
            await ParkedDeliveries(unit).retry_parked(listener, parked.entry.id)
        await eventually(lambda: _count(database, tenant, listener, 1))
        assert not await _parked(database, tenant)


async def test_a_handler_that_hangs_is_ended_and_tried_again(ground: Ground, listener: str, tenant: TenantId) -> None:
    calls = 0

    async def hang_once(unit: UnitOfWork, entry: Entry, event: BellRung) -> None:
        nonlocal calls
        calls += 1
        await writing(listener)(unit, entry, event)
        if calls == 1:
            await asyncio.sleep(60)

    async with ground.station(consumer(listener, hang_once, timeout=0.3)) as database:
        await ring(database, tenant, ("1", 1), ("2", 2), ("3", 3))
        await eventually(lambda: _count(database, tenant, listener, 3))
        assert sorted(await heard(database, tenant, listener)) == [("1", 1), ("2", 2), ("3", 3)]


async def test_events_survive_a_restart(ground: Ground, listener: str, tenant: TenantId) -> None:
    async with ground.station(consumer(listener)) as database:
        await ring(database, tenant, ("1", 1))
        await eventually(lambda: _count(database, tenant, listener, 1))
    async with ground.station() as database:  # a process without consumers writes while nobody delivers
        await ring(database, tenant, ("2", 2))
    async with ground.station(consumer(listener)) as database:
        await eventually(lambda: _count(database, tenant, listener, 2))
        await asyncio.sleep(0.4)
        assert await heard(database, tenant, listener) == [("1", 1), ("2", 2)]


async def test_two_processes_at_once_make_one_effect(ground: Ground, listener: str, tenant: TenantId) -> None:
    async with ground.station(consumer(listener)) as first, ground.station(consumer(listener)) as second:
        await asyncio.gather(
            ring(first, tenant, *[(f"a{n}", n) for n in range(20)]),
            ring(second, tenant, *[(f"b{n}", n) for n in range(20)]),
        )
        await eventually(lambda: _count(first, tenant, listener, 40))
        await asyncio.sleep(0.5)
        effects = await heard(first, tenant, listener)
    assert len(effects) == len(set(effects)) == 40


async def test_a_process_that_writes_wakes_one_that_handles(ground: Ground, listener: str, tenant: TenantId) -> None:
    patient = replace(ground, settle=NEVER)
    async with patient.station(consumer(listener)) as handling, patient.station() as writer:
        await ring(writer, tenant, ("1", 1))
        await eventually(lambda: _count(handling, tenant, listener, 1))


@pytest.mark.slow
async def test_a_process_killed_in_its_handler_leaves_no_half_effect(
    ground: Ground, listener: str, tenant: TenantId
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.conformance.stations", ground.kind, ground.dsn, ground.redis_url, ground.prefix, listener),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        async with ground.station() as database:
            await ring(database, tenant, ("1", 1))
            assert await asyncio.wait_for(process.stdout.readline(), 30) == b"handling\n"
            process.send_signal(signal.SIGKILL)
            await process.wait()
            assert await heard(database, tenant, listener) == []
        async with ground.station(consumer(listener)) as database:
            await eventually(lambda: _count(database, tenant, listener, 1))
            await asyncio.sleep(0.5)
            assert await heard(database, tenant, listener) == [("1", 1)]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_what_redis_loses_is_delivered_from_the_journal(
    app_dsn: str, redis_url: str, listener: str, tenant: TenantId
) -> None:
    ground = Ground("redis", app_dsn, redis_url, listener)
    async with ground.station(consumer(listener)) as database:
        client: Redis = Redis.from_url(redis_url)
        streams = [f"{{{listener}}}:journal:{n}" for n in range(4)]
        async with client:
            await ring(database, tenant, ("1", 1))
            await eventually(lambda: _count(database, tenant, listener, 1))
            await client.delete(*streams)  # the groups go with them
            await ring(database, tenant, ("2", 2))
            await eventually(lambda: _count(database, tenant, listener, 2))
            assert await heard(database, tenant, listener) == [("1", 1), ("2", 2)]


async def test_a_slow_redis_delivers_all_in_order_and_once(
    app_dsn: str, redis_url: str, listener: str, tenant: TenantId
) -> None:
    place = urlsplit(redis_url)
    async with Door(place.hostname or "", place.port or 0, delay=0.05) as door:
        ground = Ground("redis", app_dsn, f"redis://127.0.0.1:{door.port}/0", listener)
        async with ground.station(consumer(listener)) as database:
            # What comes before the very first reader has made its group is found in the journal later, out of its turn.
            first = ("1", 0)
            await ring(database, tenant, first)
            await eventually(lambda: _count(database, tenant, listener, 1), seconds=60)
            bells = [("1", number) for number in range(1, 6)]
            await ring(database, tenant, *bells)
            await eventually(lambda: _count(database, tenant, listener, 6), seconds=60)
            assert await heard(database, tenant, listener) == [first, *bells]


async def test_a_redis_that_hangs_holds_up_no_commit_and_is_done_without(
    app_dsn: str, redis_url: str, listener: str, tenant: TenantId
) -> None:
    place = urlsplit(redis_url)
    async with Door(place.hostname or "", place.port or 0, delay=600) as door:
        ground = Ground("redis", app_dsn, f"redis://127.0.0.1:{door.port}/0", listener, settle=timedelta(seconds=1))
        async with ground.station(consumer(listener)) as database:
            await asyncio.wait_for(ring(database, tenant, ("1", 1)), 10)
            await eventually(lambda: _count(database, tenant, listener, 1), seconds=30)


async def test_events_are_delivered_while_redis_is_away(app_dsn: str, listener: str, tenant: TenantId) -> None:
    ground = Ground("redis", app_dsn, "redis://127.0.0.1:1/0", listener)
    async with ground.station(consumer(listener)) as database:
        await ring(database, tenant, ("1", 1))
        await eventually(lambda: _count(database, tenant, listener, 1), seconds=20)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of a server on this machine that nobody else vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis of a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "redis.pem", tmp_path / "redis.key"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


async def test_redis_is_reached_over_tls_and_only_when_it_is_trusted(
    app_dsn: str, listener: str, tenant: TenantId, certificate: tuple[Path, Path]
) -> None:
    async with running_redis(*certificate) as url:
        stranger = RedisOptions(url).connect()
        with pytest.raises(RedisError, match="certificate verify failed"):
            await stranger.get("anything")
        await stranger.aclose()
        ground = Ground("redis", app_dsn, url, listener, str(certificate[0]), NEVER)
        async with ground.station(consumer(listener)) as database:
            await ring(database, tenant, ("1", 1))
            await eventually(lambda: _count(database, tenant, listener, 1))
