"""The checks of the web pages, as `make check` runs them: lint and types, tests. Those of Python are elsewhere.

The types that the pages speak to the API with are made of docs/openapi.json first, so a page that breaks the contract fails.
"""

import json
import sys
from pathlib import Path
from typing import Final

from shopwright.app.pages.building import REMEDY, SOURCES, Node, find_node, install, npm

SCRIPTS: Final = ("types", "lint", "test")


def skipped(sources: Path, node: Node | None) -> str | None:
    """Return why there is nothing to check, if so."""
    if not (sources / "package.json").is_file():
        return "There are no web pages here: nothing to check."
    return f"The web pages are not checked, for want of Node. {REMEDY}" if node is None else None


def check(sources: Path, node: Node) -> list[str]:
    """Run all checks; return the names of those that failed."""
    install(node, sources)
    known = json.loads((sources / "package.json").read_text("utf-8"))["scripts"]
    return [name for name in SCRIPTS if name in known and not npm(node, sources, "run", name, "--silent", shown=True)]


def main() -> int:
    """Check, and say what failed."""
    node = find_node()
    reason = skipped(SOURCES, node)
    if reason is not None or node is None:
        sys.stdout.write(f"{reason}\n")
        return 0
    failed = check(SOURCES, node)
    sys.stdout.write("".join(f"web: {name} failed\n" for name in failed) or "The web pages hold.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
