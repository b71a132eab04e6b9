"""Records traces with the OpenTelemetry SDK: to an exporter of the settings, or to our own sink without one.

Attributes and errors are redacted before they leave. Only wiring imports this module, since the SDK is slow to load.
"""

import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from shopwright.infra.settings import InvalidSettings, SettingProblem, TracingSettings
from shopwright.infra.telemetry.redaction import redacted_field
from shopwright.infra.telemetry.tracing import Attribute, FinishedSpan, Span, SpanSink

_NANOSECONDS: Final = 1_000_000_000
_ERROR: Final = "error.type"
_next_trace: ContextVar[int] = ContextVar("shopwright_next_trace")


class OpenTelemetryTraces:
    """Implements `Traces`. `close` sends what is still held back."""

    def __init__(self, settings: TracingSettings, sink: SpanSink) -> None:
        resource = Resource({"service.name": settings.service_name})
        self._provider = TracerProvider(
            sampler=ALWAYS_ON, resource=resource, id_generator=_GivenTraceIds(), shutdown_on_exit=False
        )
        if settings.exporter is None:
            self._provider.add_span_processor(SimpleSpanProcessor(_SinkExporter(sink)))
        else:
            self._provider.add_span_processor(BatchSpanProcessor(_load_exporter(settings.exporter)))
        self._tracer = self._provider.get_tracer("shopwright")

    def recorder(self, trace_id: str, parent_id: str | None) -> "_Recorder":
        """Return a recorder for one trace."""
        return _Recorder(self._tracer, trace_id, parent_id)

    def close(self) -> None:
        """Send what is left and stop."""
        self._provider.shutdown()


class _Recorder:
    def __init__(self, tracer: trace.Tracer, trace_id: str, parent_id: str | None) -> None:
        self._tracer = tracer
        self._trace_id = int(trace_id, 16)
        self._parent_id = parent_id

    @contextmanager
    def start(self, name: str, attributes: Mapping[str, Attribute]) -> Iterator[Span]:
        """Open a span; an exception marks it as failed and goes on."""
        token = _next_trace.set(self._trace_id)
        beneath = trace.get_current_span().get_span_context().trace_id == self._trace_id
        context = None if beneath else trace.set_span_in_context(self._remote_parent())
        with self._tracer.start_as_current_span(
            name, context, attributes=_redacted(attributes), record_exception=False, set_status_on_exception=False
        ) as opened:
            try:
                yield _Span(opened)
            except BaseException as error:
                opened.set_attribute(_ERROR, type(error).__name__)
                opened.set_status(trace.StatusCode.ERROR)
                raise
            finally:
                _next_trace.reset(token)

    def _remote_parent(self) -> trace.Span:
        if self._parent_id is None:
            return trace.INVALID_SPAN
        flags = trace.TraceFlags(trace.TraceFlags.SAMPLED)
        span_id = int(self._parent_id, 16)
        return trace.NonRecordingSpan(trace.SpanContext(self._trace_id, span_id, is_remote=True, trace_flags=flags))


class _Span:
    def __init__(self, opened: trace.Span) -> None:
        self._opened = opened

    def note(self, **attributes: Attribute) -> None:
        """Add attributes that are known only now."""
        self._opened.set_attributes(_redacted(attributes))


class _GivenTraceIds(RandomIdGenerator):
    """The request has its trace id already: it stands in its logs and its answer."""

    def generate_trace_id(self) -> int:
        return _next_trace.get()


class _SinkExporter(SpanExporter):
    def __init__(self, sink: SpanSink) -> None:
        self._sink = sink

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._sink.take([_finished(one) for one in spans])
        return SpanExportResult.SUCCESS


def _finished(one: ReadableSpan) -> FinishedSpan:
    context, started, ended = one.context, one.start_time or 0, one.end_time or 0
    attributes = {name: value for name, value in (one.attributes or {}).items() if isinstance(value, Attribute)}
    error = attributes.pop(_ERROR, None)
    return FinishedSpan(
        name=one.name,
        trace_id=trace.format_trace_id(context.trace_id),
        span_id=trace.format_span_id(context.span_id),
        parent_id=trace.format_span_id(one.parent.span_id) if one.parent else None,
        started=datetime.fromtimestamp(started / _NANOSECONDS, UTC),
        seconds=(ended - started) / _NANOSECONDS,
        attributes=attributes,
        error=None if error is None else str(error),
    )


def _redacted(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    return {name: redacted_field(name, value) for name, value in attributes.items()}


def _load_exporter(path: str) -> SpanExporter:
    try:
        exporter = pkgutil.resolve_name(path)()
    except (ImportError, AttributeError, TypeError) as error:
        cure = "Install the package that holds the exporter, or correct the path."
        expected = "module:factory of an OpenTelemetry span exporter"
        name = "SHOPWRIGHT_TRACING_EXPORTER"
        raise InvalidSettings((SettingProblem(name, f"{path} ({error})", expected, cure),)) from error
    if not isinstance(exporter, SpanExporter):
        expected = "a factory that returns a SpanExporter"
        problem = SettingProblem("SHOPWRIGHT_TRACING_EXPORTER", path, expected, "Name the exporter's class.")
        raise InvalidSettings((problem,))
    return exporter
