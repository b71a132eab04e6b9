import re

from tests.architecture.write_docs import is_current

from shopwright.infra.telemetry.metrics import Metrics


def test_the_list_of_metrics_is_complete_and_current() -> None:
    assert is_current("docs/metrics.md"), "run make docs-write"


def test_everything_that_is_served_is_declared() -> None:
    metrics = Metrics()
    served = set(re.findall(r"^# TYPE (\S+) \S+$", metrics.render().decode(), re.MULTILINE))
    declared = {one.name for one in metrics.declared}
    created = {name for name in served if name.endswith("_created")}  # the library's own companions of counters
    assert served - created <= declared
    assert {name for name in declared if name.startswith("shopwright_")} <= served


def test_no_label_can_hold_a_tenant_a_person_or_a_path() -> None:
    for one in Metrics().declared:
        assert not {"tenant", "tenant_id", "user", "user_id", "path", "url", "sku"} & set(one.labels), one.name
