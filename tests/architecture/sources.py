"""The program's source as the architecture tests read it: parsed once, never imported."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "shopwright"


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its place, its text and its tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The place below the repository's root, for messages."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def context(self) -> str:
        """The package under shopwright that the file belongs to."""
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py")

    @property
    def module(self) -> str:
        """The dotted name, `shopwright.` included."""
        parts = self.path.relative_to(PACKAGE.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def lines(self) -> int:
        """How long the file is."""
        return self.text.count("\n")

    def imported(self) -> list[str]:
        """List the dotted names that the file imports; of `from a import b` it is `a.b`."""
        names: list[str] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                names += [f"{node.module}.{alias.name}" for alias in node.names]
        return names


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Read every Python file below the folders of the repository, by default those of the program."""
    roots = [ROOT / folder for folder in folders] or [PACKAGE]
    paths = sorted(path for root in roots for path in root.rglob("*.py"))
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Source:
    text = path.read_text("utf-8")
    return Source(path, text, ast.parse(text, str(path)))
