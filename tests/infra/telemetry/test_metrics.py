from shopwright.infra.telemetry.metrics import CONTENT_TYPE, Metrics


def value(metrics: Metrics, sample: str) -> float:
    for line in metrics.render().decode().splitlines():
        if line.startswith(sample + " "):
            return float(line.rsplit(" ", 1)[1])
    raise AssertionError(f"no sample {sample}")


def test_requests_are_counted_and_timed_by_route_template() -> None:
    metrics = Metrics()
    for status in (200, 200, 404):
        metrics.http.observe(method="GET", route="/p/{id}", status=status, seconds=0.02, request_id="r")
    assert value(metrics, 'shopwright_http_requests_total{method="GET",route="/p/{id}",status="200"}') == 2
    assert value(metrics, 'shopwright_http_requests_total{method="GET",route="/p/{id}",status="404"}') == 1
    assert value(metrics, 'shopwright_http_request_seconds_bucket{le="0.025",method="GET",route="/p/{id}"}') == 3
    assert value(metrics, 'shopwright_http_request_seconds_bucket{le="0.01",method="GET",route="/p/{id}"}') == 0


def test_made_up_methods_share_one_label() -> None:
    metrics = Metrics()
    for method in ("BREW", "WHEN"):
        metrics.http.observe(method=method, route="unmatched", status=405, seconds=0.001, request_id="r")
    assert value(metrics, 'shopwright_http_requests_total{method="OTHER",route="unmatched",status="405"}') == 2


def test_hosts_beyond_the_first_hundreds_share_one_label() -> None:
    metrics = Metrics()
    for number in range(520):
        metrics.outgoing.observe(f"h{number}.example", "200", 0.1)
    metrics.outgoing.observe("h0.example", "200", 0.1)
    assert value(metrics, 'shopwright_outgoing_requests_total{host="other",status="200"}') == 20
    assert value(metrics, 'shopwright_outgoing_requests_total{host="h0.example",status="200"}') == 2


def test_deliveries_and_lag_of_the_journal() -> None:
    metrics = Metrics()
    metrics.journal.delivered("alerts", "parked", 0.2)
    metrics.journal.lagging("alerts", 12, 3.5)
    assert value(metrics, 'shopwright_journal_deliveries_total{consumer="alerts",outcome="parked"}') == 1
    assert value(metrics, 'shopwright_journal_lag_entries{consumer="alerts"}') == 12
    assert value(metrics, 'shopwright_journal_lag_seconds{consumer="alerts"}') == 3.5


def test_processor_time_and_memory_are_there_and_processes_are_apart() -> None:
    first, second = Metrics(), Metrics()
    first.http.begin()
    assert value(first, "shopwright_http_requests_in_flight") == 1
    assert value(second, "shopwright_http_requests_in_flight") == 0
    assert value(first, "process_resident_memory_bytes") > 1_000_000
    assert CONTENT_TYPE.startswith("text/plain")
