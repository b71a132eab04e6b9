"""The running program: what a process opens, serves and works at, and how it ends.

`serve` is the program of one machine: API, events, jobs and schedules in one process. `work` is a process without
the API, for installations of several.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from shopwright.app.awaiting import answer_until
from shopwright.app.counting import count_waiting, count_work
from shopwright.app.http import describe, equip
from shopwright.app.installation import Addresses, await_database, open_database
from shopwright.app.live.feed import LiveFeed
from shopwright.app.wiring import CONSUMERS, ROUTERS, SCHEDULES, jobs
from shopwright.identity.access import Access, AccessPolicy
from shopwright.identity.cookies import Cookies
from shopwright.identity.deps import Authenticator
from shopwright.identity.listening import identity_listener
from shopwright.identity.passwords import Passwords
from shopwright.identity.service.installation import open_doors
from shopwright.identity.service.tenants import active_tenants
from shopwright.identity.tokens import AccessTokens
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.crypto import FieldCipher
from shopwright.infra.db import Database
from shopwright.infra.jobs.queue import JobQueue
from shopwright.infra.journal.backends.inproc import InprocBus
from shopwright.infra.journal.backends.postgres import PostgresBus
from shopwright.infra.journal.bus import Bus
from shopwright.infra.journal.relay import Relay
from shopwright.infra.late import JOB_WORKER, REDIS_BUS, late
from shopwright.infra.loops import keep_on
from shopwright.infra.platform import Platform
from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.settings import AuthMode, AuthSettings, BusBackend, Environment, Settings
from shopwright.infra.storage import ObjectStorage
from shopwright.infra.telemetry.logs import configure_logging
from shopwright.infra.telemetry.metrics import Metrics
from shopwright.infra.web.rates import RequestLimits
from shopwright.kit.events import Event
from shopwright.kit.ids import SYSTEM_TENANT, TenantId
from shopwright.kit.time import SystemClock

_LONGEST_WORD = 16_384  # bytes of one message of a web socket's client; ours say nothing of weight
_LOOK_AT_DATABASE = 0.5  # seconds; a look takes 0.1 ms
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """An opened program: its resources, and what has to run beside the requests."""

    platform: Platform
    access: Access
    verified: VerifiedCredentials
    authenticator: Authenticator
    bus: Bus
    run_worker: Callable[[], Coroutine[Any, Any, None]]
    live: LiveFeed
    addresses: Addresses


@asynccontextmanager
async def open_program(settings: Settings) -> AsyncIterator[Program]:
    """Open all that a process needs, and close it at the end."""
    clock, metrics = SystemClock(), Metrics()
    async with AsyncExitStack() as stack:
        database, addresses = await stack.enter_async_context(open_database(settings, clock))
        queue = JobQueue(settings.jobs.queue_size)
        storage = ObjectStorage.open(settings.storage)
        platform = Platform(clock, database, storage, queue, metrics)
        verified = VerifiedCredentials(clock)
        bus = _bus(settings, database, addresses, metrics)
        most = settings.limits.live_per_tenant
        live = LiveFeed(database, metrics.live, most_per_tenant=most, in_doubt=verified.changed)
        database.on_published = _teller(verified, bus, live, metrics)
        metrics.database.watch(database.pool.get_size, database.pool.get_idle_size)
        access = access_of(settings, database)
        yield Program(
            platform=platform,
            access=access,
            verified=verified,
            authenticator=await open_doors(access, verified),
            bus=bus,
            run_worker=partial(_run_worker, settings, platform),
            live=live,
            addresses=addresses,
        )


def access_of(settings: Settings, database: Database) -> Access:
    """Build what signing in is done with."""
    auth, http = settings.auth, settings.http
    return Access(
        database=database,
        cipher=FieldCipher.of(settings.encryption),
        passwords=Passwords(),
        tokens=AccessTokens(_signing(auth), timedelta(seconds=auth.access_token_seconds), database.clock),
        cookies=Cookies(
            http.cors_origins,
            secure=settings.environment is Environment.PRODUCTION,
            loopback=http.cors_loopback,
        ),
        policy=AccessPolicy(
            refresh_lifetime=timedelta(seconds=auth.refresh_token_seconds),
            free_attempts=auth.login_attempts,
            attempts_window=timedelta(seconds=auth.login_window_seconds),
            open_demo=settings.demo_mode,
            sign_in=auth.mode is AuthMode.ON,
            sign_up=auth.sign_up and auth.mode is AuthMode.ON,
        ),
    )


def _signing(auth: AuthSettings) -> list[str]:
    """Return the secrets of access tokens: the first signs, all verify."""
    return [secret.reveal() for secret in (auth.secret, auth.previous_secret) if secret is not None]


def application(program: Program, settings: Settings) -> FastAPI:
    """Build the HTTP application of an opened program."""
    limits = settings.limits
    return equip(
        describe(ROUTERS),
        program.platform,
        settings,
        authenticator=program.authenticator,
        access=program.access,
        limits=RequestLimits.per_minute(
            user=limits.user_per_minute,
            tenant=limits.tenant_per_minute,
            address=limits.address_per_minute,
            clock=program.platform.clock,
        ),
        live=program.live,
        observe=program.platform.metrics.http.observe,
    )


async def background(program: Program, *, with_worker: bool) -> None:
    """Run what runs beside the requests, until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(identity_listener(program.addresses.app, program.verified).run())
        tasks.create_task(program.live.run())
        if program.addresses.embedded is not None:
            tasks.create_task(keep_on("database: guard", partial(_guard_database, program.addresses.embedded)))
        if with_worker:
            tasks.create_task(program.bus.run())
            tasks.create_task(program.run_worker())
            counting = partial(count_waiting, program.platform.database, program.platform.metrics)
            tasks.create_task(keep_on("metrics: waiting", counting))


async def _guard_database(embedded: EmbeddedPostgres) -> None:
    """Start the embedded server again when it was lost, whichever process had started it."""
    await asyncio.to_thread(embedded.ensure)
    await asyncio.sleep(_LOOK_AT_DATABASE)


Preparation = Callable[[Program], Awaitable[None]]
"""What is done with the opened program before it serves."""


def serve(
    settings: Settings, *, port: int | None = None, with_worker: bool = True, prepare: Preparation | None = None
) -> None:
    """Serve until the process is told to end."""
    configure_logging(settings.log)
    uvloop.run(_serve(settings, port or settings.http.port, prepare, with_worker=with_worker))


async def _serve(settings: Settings, port: int, prepare: Preparation | None, *, with_worker: bool) -> None:
    await answer_until(await_database(settings), settings.http, port, SystemClock())
    async with open_program(settings) as program:
        if prepare is not None:
            await prepare(program)
        beside = asyncio.create_task(background(program, with_worker=with_worker))
        http = settings.http
        server = uvicorn.Server(
            uvicorn.Config(
                application(program, settings),
                host=http.host,
                port=port,
                log_config=None,
                access_log=False,
                ws_max_size=_LONGEST_WORD,
                server_header=False,
                proxy_headers=bool(http.trusted_proxies),
                forwarded_allow_ips=[str(network) for network in http.trusted_proxies],
                ssl_certfile=http.tls_cert,
                ssl_keyfile=http.tls_key,
                timeout_graceful_shutdown=http.shutdown_timeout_seconds,
            )
        )
        _log.info("serving", address=f"http://{http.host}:{port}", reference="/docs")
        # uvicorn sends the signal that ended it once more: by default that would end us before we have tidied up.
        signal.signal(signal.SIGTERM, _ending)
        try:
            await server.serve()
        finally:
            await _cancel(beside)


async def work(settings: Settings) -> None:
    """Run events, jobs and schedules until the process is told to end."""
    configure_logging(settings.log)
    await await_database(settings)
    async with open_program(settings) as program:
        working = asyncio.create_task(background(program, with_worker=True))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
        _log.info("working")
        with suppress(asyncio.CancelledError):
            await working


def _ending(*_: object) -> None:
    """Take note of a signal that is being answered already."""


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("background_failed", exc_info=error)


def _teller(
    verified: VerifiedCredentials, bus: Bus, live: LiveFeed, metrics: Metrics
) -> Callable[[TenantId, Sequence[Event]], None]:
    """Tell the cache of credentials, the bus, the open pages and the metrics what this process committed."""

    def tell(tenant: TenantId, events: Sequence[Event]) -> None:
        verified.published(tenant, events)
        bus.announce(tenant, events)
        live.wake(tenant, events)
        count_work(metrics.work, events)

    return tell


def _bus(settings: Settings, database: Database, addresses: Addresses, metrics: Metrics) -> Bus:
    if settings.bus.backend is BusBackend.REDIS and settings.bus.redis_url is not None:
        redis = late(REDIS_BUS)
        options = redis.RedisOptions(settings.bus.redis_url.reveal())
        bus: Bus = redis.RedisBus(database, addresses.app, CONSUMERS, options, observer=metrics.journal)
        return bus
    relay = Relay(database, addresses.app, CONSUMERS, observer=metrics.journal)
    if settings.bus.backend is BusBackend.POSTGRES:
        return PostgresBus(relay, addresses.app)
    return InprocBus(relay)


async def _run_worker(settings: Settings, platform: Platform) -> None:
    """Load and run the worker: requests are answered meanwhile."""

    async def tenants() -> Sequence[TenantId]:
        async with platform.database.unit(SYSTEM_TENANT) as unit:
            return await active_tenants(unit)

    module = await asyncio.to_thread(late, JOB_WORKER)
    options = module.WorkerOptions(
        concurrency=settings.jobs.concurrency,
        tenant_concurrency=settings.jobs.tenant_concurrency,
        takeover=timedelta(seconds=settings.jobs.takeover_seconds),
    )
    worker = module.Worker(
        platform.database,
        platform.queue,
        jobs(platform),
        SCHEDULES,
        tenants=tenants,
        options=options,
        observer=platform.metrics.jobs,
    )
    await worker.run()
