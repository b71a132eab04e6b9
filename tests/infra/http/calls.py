"""An outgoing client whose waits are seen instead of waited, and servers with prepared replies."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.infra.http.local_servers import Reply, serving

from shopwright.infra.http import (
    OutgoingClient,
)
from shopwright.infra.settings import OutgoingSettings
from shopwright.infra.telemetry.metrics import Metrics
from shopwright.kit.time import FixedClock

OPEN = OutgoingSettings(allow_private=True)


class Calls:
    """A client with what it did: the waits it made, the metrics it kept."""

    def __init__(self, settings: OutgoingSettings, clock: FixedClock, **more: Any) -> None:
        self.waits: list[float] = []
        self.metrics = Metrics()
        self.seconds = 0.0
        self.client = OutgoingClient(
            settings,
            metrics=self.metrics.outgoing,
            clock=clock,
            random=lambda: 0.0,
            sleep=self._sleep,
            now=lambda: self.seconds,
            **more,
        )

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


@asynccontextmanager
async def answering(*replies: Reply) -> AsyncIterator[Any]:
    """A server that answers with one reply after the other; the last one stays."""
    left = list(replies)
    async with serving(lambda _: left.pop(0) if len(left) > 1 else left[0]) as server:
        yield server
