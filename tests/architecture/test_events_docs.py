import re

from tests.architecture.write_docs import import_everything, is_current

from shopwright.kit.events import event_types

_NAME = re.compile(r"[a-z]+\.[a-z][a-z0-9_]*")


def test_the_list_of_events_is_complete_and_current() -> None:
    assert is_current("docs/events.md"), "run make docs-write"


def test_every_event_has_a_wire_name_of_context_and_fact_and_a_meaning() -> None:
    import_everything()
    for name, event in event_types.items():
        if event.__module__.startswith("shopwright."):
            assert _NAME.fullmatch(name), name
            assert event.__dict__.get("__doc__"), f"{event.__qualname__}: docstring"
