"""Writes the documents that are generated from the program: `make docs-write`.

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

import msgspec
from tests.architecture.context_map import context_map_markdown
from tests.architecture.laws import properties_markdown
from tests.architecture.routers import discovered_app
from tests.architecture.schema import schema_sql

import shopwright
from shopwright.app.openapi import operations
from shopwright.identity.permissions import BUILT_IN_ROLES, INSTALLATION_ROLES, PERMISSIONS
from shopwright.infra.settings.description import env_example, settings_markdown
from shopwright.infra.telemetry.metrics import Metrics
from shopwright.kit.errors import ShopwrightError, error_types
from shopwright.kit.events import Event, event_types

ROOT = Path(__file__).parents[2]
COMMAND = "`make docs-write`"


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


def context_map() -> str:
    """Return docs/context-map.md; every event must be declared before it is counted."""
    import_everything()
    return context_map_markdown()


def permissions_markdown() -> str:
    """Return docs/permissions.md: every permission, which built-in role holds it, and which endpoints need it."""
    roles = BUILT_IN_ROLES | INSTALLATION_ROLES
    head = f"""# Permissions

Generated from `src/shopwright/identity/permissions.py` by {COMMAND}.

A permission is `resource:verb`. An endpoint declares the one that it needs (`x-permission` in docs/openapi.json), and a
token can hold no more than its owner. A tenant may define roles of its own from these. `installation_operator` exists in
the tenant of those who run the installation only.

| permission | what it allows | {" | ".join(roles)} |
|---|---|{"---|" * len(roles)}
"""
    table = "".join(
        _row(f"`{name}`", meaning, *("yes" if name in granted else "" for granted in roles.values()))
        for name, meaning in PERMISSIONS.items()
    )
    return head + table + _endpoints_by_permission()


def _endpoints_by_permission() -> str:
    needed: dict[str | None, list[str]] = {}
    for path, method, operation in operations(discovered_app().openapi()):
        needed.setdefault(operation.get("x-permission"), []).append(f"`{method.upper()} {path}`")
    head = "\n## Endpoints\n\n| needs | endpoints |\n|---|---|\n"
    rows = (_row(f"`{name}`", ", ".join(sorted(needed[name]))) for name in PERMISSIONS if name in needed)
    return head + "".join(rows) + _row("nothing", ", ".join(sorted(needed.get(None, []))))


def openapi_json() -> str:
    """Return docs/openapi.json: the HTTP API, in an order that does not depend on the order of routers."""
    document = msgspec.json.encode(discovered_app().openapi(), order="sorted")
    return msgspec.json.format(document, indent=1).decode() + "\n"


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
    "docs/context-map.md": context_map,
    "docs/settings.md": settings_markdown,
    ".env.example": env_example,
    "docs/errors.md": errors_markdown,
    "docs/events.md": events_markdown,
    "docs/metrics.md": metrics_markdown,
    "docs/openapi.json": openapi_json,
    "docs/permissions.md": permissions_markdown,
    "docs/properties.md": properties_markdown,
    "docs/schema.sql": schema_sql,
}


def is_current(name: str) -> bool:
    """Tell whether a document says what the program says."""
    file = ROOT / name
    return file.is_file() and file.read_text("utf-8") == DOCUMENTS[name]()


def main() -> None:
    """Write every document, or those that are named."""
    for name in sys.argv[1:] or DOCUMENTS:
        (ROOT / name).write_text(DOCUMENTS[name](), "utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
