import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from shopwright.infra.settings import InvalidSettings, TracingSettings
from shopwright.infra.telemetry.opentelemetry import OpenTelemetryTraces
from shopwright.infra.telemetry.redaction import REDACTED
from shopwright.infra.telemetry.tracing import FinishedSpan, Tracing, is_traced, span

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


class ListSink:
    def __init__(self) -> None:
        self.spans: list[FinishedSpan] = []

    def take(self, spans: Sequence[FinishedSpan]) -> None:
        self.spans.extend(spans)


class ListExporter(SpanExporter):
    exported: list[str] = []  # noqa: RUF012 - shared on purpose: the exporter is made by its path

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.exported.extend(one.name for one in spans)
        return SpanExportResult.SUCCESS


@pytest.fixture
def sink() -> ListSink:
    return ListSink()


@pytest.fixture
def traces(sink: ListSink) -> Iterator[OpenTelemetryTraces]:
    made = OpenTelemetryTraces(TracingSettings(), sink)
    yield made
    made.close()


@pytest.mark.property_test(64)
async def test_a_traced_request_is_one_trace_over_all_its_tasks(traces: OpenTelemetryTraces, sink: ListSink) -> None:
    async def agent(name: str) -> None:
        with span("agent", name=name):
            await asyncio.sleep(0)
            with span("database"):
                assert is_traced()

    with Tracing(traces, 0, lambda: 0.5).trace("request", TRACE, always=True):
        await asyncio.gather(agent("pricing"), agent("reviews"))
    assert {one.trace_id for one in sink.spans} == {TRACE}
    (root,) = [one for one in sink.spans if one.name == "request"]
    agents = [one for one in sink.spans if one.name == "agent"]
    assert root.parent_id is None
    assert {one.parent_id for one in agents} == {root.span_id}
    assert {one.parent_id for one in sink.spans if one.name == "database"} == {one.span_id for one in agents}
    assert {one.attributes["name"] for one in agents} == {"pricing", "reviews"}
    assert all(one.seconds >= 0 and one.started.tzinfo is not None for one in sink.spans)


def test_a_trace_goes_on_from_the_caller_s_span(traces: OpenTelemetryTraces, sink: ListSink) -> None:
    with Tracing(traces, 0, lambda: 0.5).trace("request", TRACE, always=True, parent_id=PARENT):
        pass
    assert (sink.spans[0].trace_id, sink.spans[0].parent_id) == (TRACE, PARENT)


def test_what_is_not_chosen_records_nothing(traces: OpenTelemetryTraces, sink: ListSink) -> None:
    with Tracing(traces, 0, lambda: 0.0).trace("request", TRACE) as root, span("inner") as inner:
        root.note(rows=1)
        inner.note(rows=2)
        assert not is_traced()
    assert sink.spans == []


@pytest.mark.parametrize(("drawn", "recorded"), [(0.24, 1), (0.25, 0), (0.9, 0)])
def test_the_sample_rate_is_the_share_that_is_traced(
    traces: OpenTelemetryTraces, sink: ListSink, drawn: float, recorded: int
) -> None:
    with Tracing(traces, 0.25, lambda: drawn).trace("request", TRACE):
        pass
    assert len(sink.spans) == recorded


def test_a_trace_within_a_trace_is_a_span_of_it(traces: OpenTelemetryTraces, sink: ListSink) -> None:
    tracing = Tracing(traces, 0, lambda: 0.5)
    with tracing.trace("request", TRACE, always=True), tracing.trace("job", "1" * 32, always=True):
        pass
    job, request = sink.spans
    assert (job.trace_id, job.parent_id) == (TRACE, request.span_id)


def test_traces_one_after_the_other_are_apart(traces: OpenTelemetryTraces, sink: ListSink) -> None:
    tracing = Tracing(traces, 0, lambda: 0.5)
    for trace_id in (TRACE, "1" * 32):
        with tracing.trace("request", trace_id, always=True):
            pass
    assert [(one.trace_id, one.parent_id) for one in sink.spans] == [(TRACE, None), ("1" * 32, None)]
    assert not is_traced()


def test_a_failure_is_marked_by_its_kind_and_goes_on(traces: OpenTelemetryTraces, sink: ListSink) -> None:
    with (
        pytest.raises(ValueError, match="hunter2"),
        Tracing(traces, 0, lambda: 0.5).trace("request", TRACE, always=True),
    ):
        raise ValueError("hunter2")
    assert sink.spans[0].error == "ValueError"
    assert "hunter2" not in repr(sink.spans)


def test_attributes_are_redacted(traces: OpenTelemetryTraces, sink: ListSink) -> None:
    with Tracing(traces, 0, lambda: 0.5).trace("request", TRACE, always=True, email="a@b.example") as root:
        root.note(url="https://x.example/?token=hunter2", rows=3)
    (one,) = sink.spans
    assert one.attributes == {"email": REDACTED, "url": f"https://x.example/?token={REDACTED}", "rows": 3}


def test_an_exporter_of_the_settings_takes_the_place_of_the_sink(sink: ListSink) -> None:
    settings = replace(TracingSettings(), exporter=f"{__name__}:ListExporter")
    traces = OpenTelemetryTraces(settings, sink)
    with Tracing(traces, 0, lambda: 0.5).trace("exported", TRACE, always=True):
        pass
    traces.close()
    assert ListExporter.exported == ["exported"]
    assert sink.spans == []


@pytest.mark.parametrize("path", ["no.such.module:Exporter", "shopwright:nothing", "builtins:dict"])
def test_an_exporter_that_cannot_be_had_is_a_wrong_setting(path: str, sink: ListSink) -> None:
    with pytest.raises(InvalidSettings) as raised:
        OpenTelemetryTraces(TracingSettings(exporter=path), sink)
    assert raised.value.problems[0].name == "SHOPWRIGHT_TRACING_EXPORTER"
