"""Writes the documents that are generated from the program: `python tests/architecture/write_docs.py`.

The tests beside this file compare each document with what this would write, so none can fall behind.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from shopwright.infra.settings.description import env_example, settings_markdown

ROOT = Path(__file__).parents[2]

DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings_markdown,
    ".env.example": env_example,
}


def is_current(name: str) -> bool:
    """Tell whether a document says what the program says."""
    file = ROOT / name
    return file.is_file() and file.read_text("utf-8") == DOCUMENTS[name]()


def main() -> None:
    for name, write in DOCUMENTS.items():
        (ROOT / name).write_text(write(), "utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
