"""The bus of one process: whoever commits wakes the relay beside it."""

from collections.abc import Sequence

from shopwright.infra.journal.relay import Relay
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId


class InprocBus:
    """Delivers within this process. A second process is served too, by the relay's polling."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def announce(self, tenant: TenantId, events: Sequence[Event]) -> None:  # noqa: ARG002 - every tenant is served alike
        """Wake the consumers of these events."""
        self._relay.wake(event.wire_name for event in events)

    async def run(self) -> None:
        """Deliver until cancelled."""
        await self._relay.run()
