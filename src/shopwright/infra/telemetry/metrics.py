"""Metrics: each is declared here once, with its meaning, and listed in docs/metrics.md.

Labels take few values by construction: route templates, not paths; kinds, not ids; tenants never. A process has one
`Metrics`, made by wiring and handed to whoever counts. Names are `shopwright_<group>_<what>_<unit>`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_REQUEST_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_STATEMENT_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_WORK_SECONDS: Final = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600)
_METHODS: Final = frozenset("GET POST PUT PATCH DELETE HEAD OPTIONS".split())
_MOST_ROUTES: Final = 5_000
_MOST_HOSTS: Final = 500
_PROCESS_METRICS: Final = (
    ("process_cpu_seconds_total", "counter", "Processor time of this process."),
    ("process_resident_memory_bytes", "gauge", "Memory of this process that is in RAM."),
    ("process_virtual_memory_bytes", "gauge", "Address space of this process."),
    ("process_start_time_seconds", "gauge", "When this process started, as Unix time."),
    ("process_open_fds", "gauge", "Files and sockets that this process has open."),
    ("process_max_fds", "gauge", "Most files and sockets that this process may open."),
)


@dataclass(frozen=True, slots=True)
class Declared:
    """One metric as docs/metrics.md lists it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


class _Book:
    """Declares metrics in a registry and remembers what was declared. Labels are one text, separated by blanks."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self.declared: list[Declared] = []

    def counter(self, name: str, meaning: str, labels: str = "") -> Counter:
        self._note(f"{name}_total", "counter", meaning, labels)
        return Counter(f"shopwright_{name}", meaning, labels.split(), registry=self._registry)

    def gauge(self, name: str, meaning: str, labels: str = "") -> Gauge:
        self._note(name, "gauge", meaning, labels)
        return Gauge(f"shopwright_{name}", meaning, labels.split(), registry=self._registry)

    def histogram(self, name: str, meaning: str, labels: str, buckets: tuple[float, ...]) -> Histogram:
        self._note(name, "histogram", meaning, labels)
        return Histogram(f"shopwright_{name}", meaning, labels.split(), buckets=buckets, registry=self._registry)

    def _note(self, name: str, kind: str, meaning: str, labels: str) -> None:
        self.declared.append(Declared(f"shopwright_{name}", kind, tuple(labels.split()), meaning))


class HttpMetrics:
    """Requests that we serve."""

    def __init__(self, book: _Book) -> None:
        self.requests = book.counter("http_requests", "Requests that were answered.", "method route status")
        self.seconds = book.histogram(
            "http_request_seconds", "Time from request to the end of the answer.", "method route", _REQUEST_SECONDS
        )
        self.in_flight = book.gauge("http_requests_in_flight", "Requests that are being answered now.")
        self.answering = 0
        self.in_flight.set_function(lambda: self.answering)
        self._bound: dict[tuple[str, str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def begin(self) -> None:
        """Take note that a request is being answered, until `end`."""
        self.answering += 1

    def end(self) -> None:
        """Take note that a request is no longer being answered."""
        self.answering -= 1

    def observe(self, *, method: str, route: str, status: int, seconds: float, request_id: str) -> None:  # noqa: ARG002 - RequestObserver
        """Count one answered request: the `RequestObserver` of the edge."""
        bound = self._bound.get((method, route, status))
        if bound is None:
            bound = self._bind(method, route, status)
        bound[0]()
        bound[1](seconds)

    def _bind(self, method: str, route: str, status: int) -> tuple[Callable[[], None], Callable[[float], None]]:
        """Look the labels up once: that costs more than counting. Unknown methods share one label."""
        known = method if method in _METHODS else "OTHER"
        count = self.requests.labels(known, route, str(status))
        bound = (count.inc, self.seconds.labels(known, route).observe)
        if len(self._bound) < _MOST_ROUTES:
            self._bound[method, route, status] = bound
        return bound


class DatabaseMetrics:
    """What the database costs."""

    def __init__(self, book: _Book) -> None:
        self.queries = book.counter("database_queries", "Statements that were run.")
        self.seconds = book.histogram("database_seconds", "Time of a statement or batch.", "", _STATEMENT_SECONDS)
        self.connections = book.gauge("database_connections", "Connections of the pool.", "state")

    def watch(self, size: Callable[[], int], idle: Callable[[], int]) -> None:
        """Read the connections of a pool whenever somebody asks."""
        self.connections.labels("busy").set_function(lambda: size() - idle())
        self.connections.labels("idle").set_function(idle)


class JournalMetrics:
    """Delivery of events; implements the `DeliveryObserver` of the relay."""

    def __init__(self, book: _Book) -> None:
        self.deliveries = book.counter("journal_deliveries", "Attempts to deliver an event.", "consumer outcome")
        self.seconds = book.histogram("journal_delivery_seconds", "Time of a handler.", "consumer", _REQUEST_SECONDS)
        self.parked = book.gauge(
            "journal_parked", "Events that a consumer could not handle and that wait for a person.", "consumer"
        )
        self.lag_entries = book.gauge("journal_lag_entries", "Events that wait for a consumer.", "consumer")
        self.lag_seconds = book.gauge("journal_lag_seconds", "Age of the oldest event that waits.", "consumer")
        self.lags: dict[str, tuple[int, float]] = {}

    def delivered(self, consumer: str, outcome: str, seconds: float) -> None:
        """Count one attempt."""
        self.deliveries.labels(consumer, outcome).inc()
        self.seconds.labels(consumer).observe(seconds)

    def lagging(self, consumer: str, entries: int, seconds: float) -> None:
        """Note how far a consumer is behind."""
        self.lag_entries.labels(consumer).set(entries)
        self.lag_seconds.labels(consumer).set(seconds)
        self.lags[consumer] = (entries, seconds)


class LiveMetrics:
    """Open pages that are told of changes as they happen."""

    def __init__(self, book: _Book) -> None:
        self.pages = book.gauge("live_pages", "Pages that are connected.")
        self.messages = book.counter("live_messages", "Changes put into the mailbox of a page.", "topic")
        self.overflows = book.counter("live_overflows", "Times that a page read too slowly and was told anew.")


class JobMetrics:
    """Background work; implements the `JobObserver` of the worker."""

    def __init__(self, book: _Book) -> None:
        self.waiting = book.gauge("jobs_waiting", "Jobs in the queue.", "kind")
        self.wait_seconds = book.histogram("job_wait_seconds", "Time from request to start.", "kind", _WORK_SECONDS)
        self.seconds = book.histogram("job_seconds", "Run time, by outcome.", "kind outcome", _WORK_SECONDS)

    def started(self, kind: str, waited: float) -> None:
        """Count a job that begins for the first time."""
        self.wait_seconds.labels(kind).observe(max(waited, 0.0))

    def finished(self, kind: str, outcome: str, seconds: float) -> None:
        """Count a run that ended."""
        self.seconds.labels(kind, outcome).observe(seconds)


class CacheMetrics:
    """The cache of computed results."""

    def __init__(self, book: _Book) -> None:
        self.lookups = book.counter(
            "cache_lookups", "Lookups: hit, miss, or shared with a running computation.", "kind result"
        )
        self.dropped = book.counter("cache_dropped", "Keys that an invalidation deleted.", "kind")
        self.evicted = book.counter("cache_evicted", "Least recently used results that made room.")
        self.size = book.gauge("cache_bytes", "Memory that cached results take.")

    def lines(self) -> list[tuple[str, int, int, int]]:
        """Return for each kind of result: its name, hits, misses, and lookups that shared a computation."""
        found: dict[str, dict[str, int]] = {}
        for metric in self.lookups.collect():
            for sample in metric.samples:
                if sample.name.endswith("_total"):
                    found.setdefault(sample.labels["kind"], {})[sample.labels["result"]] = int(sample.value)
        results = ("hit", "miss", "shared")
        return [(kind, *(counts.get(result, 0) for result in results)) for kind, counts in sorted(found.items())]  # type: ignore[misc]


class OutgoingMetrics:
    """Calls to other servers."""

    def __init__(self, book: _Book) -> None:
        self.requests = book.counter("outgoing_requests", "Attempts, by status or kind of failure.", "host status")
        self.seconds = book.histogram("outgoing_seconds", "Time of an attempt.", "host", _REQUEST_SECONDS)
        self._hosts: set[str] = set()

    def observe(self, host: str, status: str, seconds: float) -> None:
        """Count one attempt. Hosts beyond the first few hundred share one label."""
        if host not in self._hosts:
            if len(self._hosts) >= _MOST_HOSTS:
                host = "other"
            self._hosts.add(host)
        self.requests.labels(host, status).inc()
        self.seconds.labels(host).observe(seconds)


class WorkMetrics:
    """What the program does for its users."""

    def __init__(self, book: _Book) -> None:
        self.import_rows = book.counter("import_rows", "Rows of imports, by what became of them.", "kind outcome")
        self.proposals = book.counter("proposals", "Price proposals, by what became of them.", "outcome")
        self.questions = book.counter("questions", "Research questions.", "mode outcome")
        self.question_seconds = book.histogram("question_seconds", "Time to a report.", "mode", _WORK_SECONDS)
        self.agent_runs = book.counter("agent_runs", "Runs of research agents.", "agent outcome")
        self.agent_seconds = book.histogram("agent_seconds", "Run time of an agent.", "agent", _WORK_SECONDS)
        self.tasks = book.counter("tasks", "Orchestrated tasks that ended.", "action outcome")
        self.llm_tokens = book.counter("llm_tokens", "Tokens of language models.", "provider direction")
        self.llm_cost = book.counter("llm_cost", "Cost of language models in the currency of the account.", "provider")
        self.security_events = book.counter("security_events", "Refused attempts and other security events.", "kind")


class Metrics:
    """All metrics of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        book = _Book(self._registry)
        self.http = HttpMetrics(book)
        self.database = DatabaseMetrics(book)
        self.journal = JournalMetrics(book)
        self.live = LiveMetrics(book)
        self.jobs = JobMetrics(book)
        self.cache = CacheMetrics(book)
        self.outgoing = OutgoingMetrics(book)
        self.work = WorkMetrics(book)
        of_process = (Declared(name, kind, (), meaning) for name, kind, meaning in _PROCESS_METRICS)
        self.declared = (*book.declared, *of_process)

    def render(self) -> bytes:
        """Return all metrics in the text format of Prometheus, to be sent as `CONTENT_TYPE`."""
        return generate_latest(self._registry)
