"""Writes the documents that are generated from the program: `python tests/architecture/write_docs.py`.

The tests beside this file compare each document with what this would write, so none can fall behind.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path

import shopwright
from shopwright.infra.settings.description import env_example, settings_markdown
from shopwright.infra.telemetry.metrics import Metrics
from shopwright.kit.errors import ShopwrightError, error_types
from shopwright.kit.events import Event, event_types

ROOT = Path(__file__).parents[2]
COMMAND = "`python tests/architecture/write_docs.py`"


@cache
def import_everything() -> tuple[str, ...]:
    """Import every module of the program, so that whatever registers itself is there; return their names."""
    found = [module.name for module in pkgutil.walk_packages(shopwright.__path__, "shopwright.")]
    names = tuple(name for name in found if not name.endswith(".__main__"))
    for name in names:
        importlib.import_module(name)
    return names


def errors_markdown() -> str:
    """Return docs/errors.md: every stable code with its status, category, meaning and cure."""
    import_everything()
    head = f"""# Errors

Generated from the error classes by {COMMAND}.

Every failure is an `application/problem+json` document with these codes (RFC 9457). The code is stable; the sentence is
not. `transient` ones may be tried again unchanged, after `Retry-After` where it is given. The exit code is that of the
command line.

| code | status | exit | category | meaning | what to do |
|---|---|---|---|---|---|
"""
    ours = {code: error for code, error in error_types.items() if _is_ours(error)}
    ours[ShopwrightError.code] = ShopwrightError
    return head + "".join(_error_row(code, ours[code]) for code in sorted(ours))


def events_markdown() -> str:
    """Return docs/events.md: every event with its subject, version and fields."""
    import_everything()
    head = f"""# Events

Generated from the event classes by {COMMAND}.

Names are stable: they stand in the journal, in webhooks and in exports. Every event also carries `subject_id` (of the
subject named here), `before` and `after` (the changed fields only) and `reason`.

| name | subject | version | fields | meaning |
|---|---|---|---|---|
"""
    ours = {name: event for name, event in event_types.items() if _is_ours(event)}
    return head + "".join(_event_row(name, ours[name]) for name in sorted(ours))


def metrics_markdown() -> str:
    """Return docs/metrics.md: every metric with its kind, labels and meaning."""
    head = f"""# Metrics

Generated from `src/shopwright/infra/telemetry/metrics.py` by {COMMAND}.

Served at `/metrics` in the text format of Prometheus, by each process for itself. Histograms come as `_bucket`, `_sum`
and `_count`. Labels hold kinds, never tenants, people or paths. Those that begin with `process_` exist on Linux only.

| name | kind | labels | meaning |
|---|---|---|---|
"""
    rows = (
        f"| `{one.name}` | {one.kind} | {', '.join(one.labels) or '-'} | {one.meaning} |\n"
        for one in sorted(Metrics().declared, key=lambda one: one.name)
    )
    return head + "".join(rows)


def _is_ours(known: type) -> bool:
    """Leave out what tests define."""
    return known.__module__.startswith("shopwright.")


def _error_row(code: str, error: type[ShopwrightError]) -> str:
    cells = (f"`{code}`", error.status, error.exit_code, error.category, _meaning(error), error.action)
    return _row(*cells)


def _event_row(name: str, event: type[Event]) -> str:
    inherited = {of.name for of in fields(Event)}
    own = [f"`{of.name}: {_type_name(of.type)}`" for of in fields(event) if of.name not in inherited]
    return _row(f"`{name}`", event.subject_kind, event.version, ", ".join(own) or "-", _meaning(event))


def _meaning(documented: type) -> str:
    """Return the docstring as one line; a class without one of its own says nothing."""
    return " ".join(inspect.cleandoc(documented.__dict__.get("__doc__") or "").split())


def _type_name(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings_markdown,
    ".env.example": env_example,
    "docs/errors.md": errors_markdown,
    "docs/events.md": events_markdown,
    "docs/metrics.md": metrics_markdown,
}


def is_current(name: str) -> bool:
    """Tell whether a document says what the program says."""
    file = ROOT / name
    return file.is_file() and file.read_text("utf-8") == DOCUMENTS[name]()


def main() -> None:
    """Write every document."""
    for name, write in DOCUMENTS.items():
        (ROOT / name).write_text(write(), "utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
