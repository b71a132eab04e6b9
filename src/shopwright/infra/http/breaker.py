"""Circuit breakers, one a host: a host that keeps failing is left alone for a while, then tried by one call.

Closed -> open after so many failed calls in a row -> half-open after a rest -> closed if the trial succeeds. A call
counts once, however often it was retried. Pure but for the clock that is passed in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shopwright.kit.errors import Unavailable

_MOST_HOSTS: Final = 10_000


class CircuitOpen(Unavailable):
    """A host has failed several times in a row and is left alone for a while."""

    code = "circuit_open"
    action = "Wait as long as Retry-After says; the host is then tried again by itself."


class Circuit(StrEnum):
    """The state of a breaker."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(slots=True)
class _Record:
    failures: int = 0
    opened_at: float | None = None
    trial_runs: bool = False


class CircuitBreakers:
    """The breakers of all hosts. `now` returns seconds that never run backwards."""

    def __init__(self, failures: int, rest_seconds: float, now: Callable[[], float]) -> None:
        self._limit = failures
        self._rest = rest_seconds
        self._now = now
        self._records: dict[str, _Record] = {}

    def state(self, host: str) -> Circuit:
        """Return the state of a host's breaker."""
        record = self._records.get(host)
        if record is None or record.opened_at is None:
            return Circuit.CLOSED
        return Circuit.OPEN if self._now() < record.opened_at + self._rest else Circuit.HALF_OPEN

    def admit(self, host: str) -> None:
        """Let a call pass, or raise CircuitOpen. Whoever passes reports `succeeded`, `failed` or `abandoned`."""
        state = self.state(host)
        if state is Circuit.CLOSED:
            return
        record = self._records[host]
        if state is Circuit.OPEN or record.trial_runs:
            rest = max((record.opened_at or 0) + self._rest - self._now(), 1.0)
            raise CircuitOpen(f"{host} keeps failing and is left alone for now.", retry_after=rest, host=host)
        record.trial_runs = True

    def succeeded(self, host: str) -> None:
        """Close the breaker: the host answers."""
        self._records.pop(host, None)

    def failed(self, host: str) -> None:
        """Count a failed call; the last one allowed, or a failed trial, opens the breaker."""
        record = self._records.setdefault(host, _Record())
        record.failures += 1
        record.trial_runs = False
        if record.failures >= self._limit:
            record.opened_at = self._now()
        if len(self._records) > _MOST_HOSTS:
            self._records.pop(next(iter(self._records)))

    def abandoned(self, host: str) -> None:
        """Take note that a call ended without telling anything of the host: it was cancelled or refused by us."""
        record = self._records.get(host)
        if record is not None:
            record.trial_runs = False
