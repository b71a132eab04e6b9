"""The feed of one process: it follows the journal and the jobs while pages are open, and puts news into their mailboxes.

Each process follows by itself, so it makes no difference which bus carries events to handlers, or how many processes
there are. Polling makes the news certain, being woken makes it prompt. Nothing here reads or writes a socket.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from shopwright.app.live.mailbox import MOST_WAITING, Mailbox, Put
from shopwright.app.live.topics import JOBS, TOPICS, Topic, changes_of, told_events
from shopwright.identity.domain import Principal
from shopwright.identity.verified import DOUBTS, changed_subject
from shopwright.infra.db import Database
from shopwright.infra.jobs.kinds import JobProgress
from shopwright.infra.jobs.watching import JobWatch
from shopwright.infra.journal.entries import Entry
from shopwright.infra.journal.following import Follower
from shopwright.infra.loops import keep_on
from shopwright.infra.telemetry.metrics import LiveMetrics
from shopwright.kit.errors import Exhausted
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId

_GATHER: Final = 0.05  # commits come in crowds: one look for many
_DOUBTFUL: Final = frozenset(event.wire_name for event in DOUBTS)
_JOBS: Final = next(topic for topic in TOPICS if topic.name == JOBS)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, in seconds: the journal and the jobs are looked at, a silent page is pinged, a credential verified."""

    journal: float = 0.5
    jobs: float = 1.0
    ping: float = 20.0
    verify: float = 30.0


class TooManyLive(Exhausted):
    """The tenant has as many live connections to this process as it may."""

    code = "too_many_live_connections"
    action = "Close pages that are no longer needed, or ask the operator for a higher limit."


class LiveFeed:
    """Knows the open pages of this process and tells each what concerns it."""

    def __init__(
        self,
        database: Database,
        metrics: LiveMetrics,
        *,
        most_per_tenant: int,
        most_waiting: int = MOST_WAITING,
        in_doubt: Callable[[UUID], None] = lambda _: None,
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        """`in_doubt` hears of every subject whose credentials have to be verified anew, before any page does."""
        self._most = most_per_tenant
        self._most_waiting = most_waiting
        self._in_doubt = in_doubt
        self.rhythm = rhythm
        self._metrics = metrics
        self._follower = Follower(database, [*told_events(), *sorted(_DOUBTFUL)])
        self._watch = JobWatch(database)
        self._open: dict[TenantId, list[Mailbox]] = {}
        self._woken = asyncio.Event()
        self._anyone = asyncio.Event()
        self._ready = asyncio.Event()

    def wake(self, _tenant: TenantId, events: Sequence[Event]) -> None:
        """Look at once; one of the callers of `Database.on_published`."""
        if events and self._open:
            self._woken.set()

    @contextmanager
    def open_page(self, principal: Principal) -> Iterator[Mailbox]:
        """Give a page its mailbox for as long as the block runs. Raises TooManyLive."""
        mine = self._open.setdefault(principal.tenant, [])
        if len(mine) >= self._most:
            raise TooManyLive(f"The shop has {self._most} live connections already.", limit=self._most)
        mailbox = Mailbox(principal, self._most_waiting)
        mine.append(mailbox)
        self._metrics.pages.inc()
        self._anyone.set()
        try:
            yield mailbox
        finally:
            mine.remove(mailbox)
            self._metrics.pages.dec()
            if not mine:
                self._open.pop(principal.tenant, None)
            if not self._open:
                self._anyone.clear()
                self._ready.clear()

    async def following(self) -> None:
        """Wait until whatever commits from now on will be told."""
        await self._ready.wait()

    async def run(self) -> None:
        """Follow until cancelled. While no page is open nothing is read."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_on("live: journal", self._follow))
            tasks.create_task(keep_on("live: jobs", self._watch_jobs))

    async def _follow(self) -> None:
        await self._anyone.wait()
        if not self._ready.is_set():
            await self._follower.start()
            self._ready.set()
        self._woken.clear()
        entries = await self._follower.next_entries()
        try:
            self._tell(entries)
        except Exception:
            self._spoil()  # they are behind the follower: no page may go on as if nothing had been missed
            raise
        if not entries:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.rhythm.journal):
                    await self._woken.wait()
                    await asyncio.sleep(_GATHER)

    def _tell(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.name in _DOUBTFUL:
                self._doubt(entry)
        for change in changes_of([entry for entry in entries if entry.tenant in self._open]):
            self._put(change.tenant, change.topic, change.content())

    def _doubt(self, entry: Entry) -> None:
        subject = changed_subject(entry.tenant, entry.event())
        if subject is None:
            return
        self._in_doubt(subject)
        for mailboxes in self._open.values():
            for mailbox in mailboxes:
                mailbox.doubt(subject)

    def _spoil(self) -> None:
        for mailboxes in self._open.values():
            for mailbox in mailboxes:
                mailbox.spoil()

    async def _watch_jobs(self) -> None:
        await self._anyone.wait()
        for moved in await self._watch.look(list(self._open)):
            content = {"event": "jobs.job_moved", "subject": "job", "ids": [str(moved.job.id)], "counts": {"job": 1}}
            self._put(moved.tenant, _JOBS, {**content, "job": job_content(moved.job)})
        await asyncio.sleep(self.rhythm.jobs)

    def _put(self, tenant: TenantId, topic: Topic, content: dict[str, Any]) -> None:
        message = encoded("change", topic, content)
        for mailbox in self._open.get(tenant, ()):
            put = mailbox.put(topic, message)
            if put is Put.TAKEN:
                self._metrics.messages.labels(topic.name).inc()
            elif put is Put.OVERFLOWN:
                self._metrics.overflows.inc()


def encoded(kind: str, topic: Topic, content: dict[str, Any]) -> str:
    """Return the text of a message."""
    return msgspec.json.encode({"type": kind, "topic": topic.name, "data": content}, enc_hook=str).decode()


def job_content(job: JobProgress) -> dict[str, Any]:
    """Return what a page shows of a job; `about` are the ids that it works on."""
    return {
        "id": str(job.id),
        "kind": job.kind,
        "state": job.state.value,
        "step": job.step,
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "about": job.payload,
        "by_person": job.by.actor_id is not None,
    }
