"""Traces: `span` marks a piece of work, and costs next to nothing unless the request was chosen to be traced.

The choice is made once, before any span: requests that run agents or models are always traced, others by the sample
rate. This module knows no exporter and no SDK; `shopwright.infra.telemetry.opentelemetry` records what is chosen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, Self

Attribute = str | int | float | bool


@dataclass(frozen=True, slots=True)
class FinishedSpan:
    """A piece of work that has ended. Ids are lower-case hex; `error` is the kind of the exception that ended it."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str | None
    started: datetime
    seconds: float
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    error: str | None = None


class SpanSink(Protocol):
    """Where finished spans go when no exporter is set: the database, or a list in tests."""

    def take(self, spans: Sequence[FinishedSpan]) -> None:
        """Accept spans; it must return at once and must not raise."""
        ...


class Span(Protocol):
    """What the block of a span may do with it."""

    def note(self, **attributes: Attribute) -> None:
        """Add attributes that are known only now."""
        ...


class Recorder(Protocol):
    """Makes spans of one trace."""

    def start(self, name: str, attributes: Mapping[str, Attribute]) -> AbstractContextManager[Span]:
        """Open a span beneath the one that is open in this task."""
        ...


class Traces(Protocol):
    """Begins traces that are recorded."""

    def recorder(self, trace_id: str, parent_id: str | None) -> Recorder:
        """Return a recorder for a trace of this id (32 hex digits), beneath a span of another program if given."""
        ...


class _Nothing:
    """The span of work that nobody traces."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def note(self, **attributes: Attribute) -> None:
        """Forget the attributes."""


_NOTHING: Final = _Nothing()
_recorder: ContextVar[Recorder | None] = ContextVar("shopwright_recorder", default=None)


def span(name: str, /, **attributes: Attribute) -> AbstractContextManager[Span]:
    """Mark a piece of work.

    `with span("llm.call", model=name) as call:` opens it; `call.note(tokens=n)` adds what is known only at its end.
    """
    recorder = _recorder.get()
    if recorder is None:
        return _NOTHING
    return recorder.start(name, attributes)


def is_traced() -> bool:
    """Tell whether the present work is being traced."""
    return _recorder.get() is not None


class Tracing:
    """Decides which requests and jobs are traced. `random` returns numbers from 0 up to 1."""

    def __init__(self, traces: Traces, sample_rate: float, random: Callable[[], float]) -> None:
        self._traces = traces
        self._sample_rate = sample_rate
        self._random = random

    def is_chosen(self) -> bool:
        """Draw whether an ordinary request is traced."""
        return self._sample_rate > 0 and self._random() < self._sample_rate

    @contextmanager
    def trace(
        self,
        name: str,
        trace_id: str,
        /,
        *,
        always: bool = False,
        parent_id: str | None = None,
        **attributes: Attribute,
    ) -> Iterator[Span]:
        """Trace the block if it is chosen, or `always`. Inside a trace it is one more span of that trace."""
        if is_traced():
            with span(name, **attributes) as inner:
                yield inner
            return
        if not (always or self.is_chosen()):
            yield _NOTHING
            return
        recorder = self._traces.recorder(trace_id, parent_id)
        token = _recorder.set(recorder)
        try:
            with recorder.start(name, attributes) as root:
                yield root
        finally:
            _recorder.reset(token)
