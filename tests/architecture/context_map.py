"""docs/context-map.md: the contexts, what they import and what they tell each other, read from the program itself."""

import ast
import configparser
from collections import defaultdict

from tests.architecture.sources import ROOT, sources

from shopwright.app.wiring import CONSUMERS
from shopwright.kit.events import event_types

_HEAD = """# Context map

Generated from the contracts in `.importlinter`, the imports and the wiring by `make docs-write`.

A context imports only from the lines below its own; siblings on one line never import each other. Whatever has to go up
goes as an event through the journal and is connected in `src/shopwright/app/wiring.py`, nowhere else. Between contexts
only `domain`, `service` and `loading` modules (and `identity.deps` in routes) are imported; repositories, routes and
schemas are private.

```
"""
_TABLE = """```

| context | what it is for | imports | events | reacts to |
|---|---|---|---|---|
"""


def layers() -> list[list[str]]:
    """Return the lines of the layers' contract, top first, each with its siblings."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    lines = contracts["importlinter:contract:layers"]["layers"].split("\n")
    return [[name.strip() for name in line.split("|")] for line in lines if line.strip()]


def context_map_markdown() -> str:
    """Return the document."""
    purposes, imports = _purposes(), imported_contexts()
    order = [name for line in layers() for name in line]
    rows = [
        f"| `{name}` | {purposes[name]} | {', '.join(sorted(imports[name], key=order.index)) or '-'} "
        f"| {_told(name)} | {_heard(name)} |\n"
        for name in order
    ]
    return _HEAD + _picture() + _TABLE + "".join(rows)


def imported_contexts() -> dict[str, set[str]]:
    """Return for each context those that it imports from."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for source in sources():
        if source.context == "__main__":
            continue  # the program's door, which opens onto app and is no context
        for name in source.imported():
            parts = name.split(".")
            if parts[0] == "shopwright" and len(parts) > 1 and parts[1] != source.context:
                found[source.context].add(parts[1])
    return found


def _picture() -> str:
    """Draw the layers as boxes, one upon the other."""
    lines = layers()
    width = max(len("   ".join(line)) for line in lines) + 4
    edge = "+" + "-" * width + "+\n"
    return edge + "".join("|" + "   ".join(line).center(width) + "|\n" + edge for line in lines)


def _purposes() -> dict[str, str]:
    """Return the first sentence of each context's docstring."""
    packages = (
        source for source in sources() if source.path.name == "__init__.py" and len(source.module.split(".")) == 2
    )
    return {
        source.context: (ast.get_docstring(source.tree) or "").split("\n\n")[0].split(".")[0] for source in packages
    }


def _told(context: str) -> str:
    """Count the events that a context declares; docs/events.md lists them."""
    names = [name for name, event in event_types.items() if event.__module__.startswith(f"shopwright.{context}.")]
    return str(len(names)) if names else "-"


def _heard(context: str) -> str:
    """List the events whose handlers stand in a context."""
    names = {
        event.wire_name
        for consumer in CONSUMERS
        for event, handler in consumer.handlers.items()
        if handler.__module__.startswith(f"shopwright.{context}.")
    }
    return ", ".join(f"`{name}`" for name in sorted(names)) or "-"
