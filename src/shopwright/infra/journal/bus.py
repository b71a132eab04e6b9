"""What every bus offers. It knows none of them.

`inproc`, `postgres` and `redis` differ in how the word spreads, never in what holds: each event is handled at least
once by each consumer, takes effect once, and survives a restart of everything.
"""

from collections.abc import Sequence
from typing import Protocol

from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId


class Bus(Protocol):
    """Carries the journal to the consumers of this and of other processes."""

    def announce(self, tenant: TenantId, events: Sequence[Event]) -> None:
        """Say that events were committed; made for `Database.on_published`. Returns at once, never raises."""
        ...

    async def run(self) -> None:
        """Spread the word and deliver to this process's consumers until cancelled."""
        ...
