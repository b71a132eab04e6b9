"""The checks of the web pages, as `make check` runs them: contract, lint and types, tests. Those of Python are elsewhere.

The contract: the types that the pages speak to the API with are those of docs/openapi.json.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from shopwright.app.pages.building import REMEDY, SOURCES, Node, find_node, install, npm

TYPES: Final = "src/api/schema.d.ts"
DOCUMENT: Final = "../docs/openapi.json"
SCRIPTS: Final = ("lint", "test")


def skipped(sources: Path, node: Node | None) -> str | None:
    """Return why there is nothing to check, if so."""
    if not (sources / "package.json").is_file():
        return "There are no web pages here: nothing to check."
    return f"The web pages are not checked, for want of Node. {REMEDY}" if node is None else None


def contract_holds(sources: Path, node: Node) -> bool:
    """Tell whether the committed types are those that the document makes."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "schema.d.ts"
        npm(node, sources, "exec", "--", "openapi-typescript", DOCUMENT, "-o", str(made))
        return made.read_text("utf-8") == (sources / TYPES).read_text("utf-8")


def check(sources: Path, node: Node) -> list[str]:
    """Run all checks; return the names of those that failed."""
    install(node, sources)
    known = json.loads((sources / "package.json").read_text("utf-8"))["scripts"]
    failed = []
    if not contract_holds(sources, node):
        failed.append(f"contract: web/{TYPES} is not what docs/openapi.json says; run `npm run types` in web")
    failed += [
        name for name in SCRIPTS if name in known and not npm(node, sources, "run", name, "--silent", shown=True)
    ]
    return failed


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
