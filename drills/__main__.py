"""`python -m drills NAME`: run one drill on a folder of its own; the exit status is 1 when it broke something."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drills import disk, fuzzing, killing

Drill = Callable[[Path, argparse.Namespace], list[str]]
"""Runs, prints what it did, and returns the faults that it found."""


def main() -> int:
    """Run the drill that the command line names."""
    arguments = _parser().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="shopwright-drill-")).resolve()
    folder.chmod(0o711)  # the server runs as another user where we are root
    started = time.monotonic()
    try:
        faults = DRILLS[arguments.drill](folder, arguments)
    finally:
        if arguments.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{arguments.drill}: {len(faults)} faults in {time.monotonic() - started:.0f} s (seed {arguments.seed})")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


def _fuzz(folder: Path, arguments: argparse.Namespace) -> list[str]:
    faults = []
    for one in fuzzing.run(folder, seconds=arguments.seconds, seed=arguments.seed):
        print(f"as {one.who}: {one.operations} operations, {one.requests:,} requests, {len(one.failures)} faults")
        if one.failures:
            print(one.report)
        faults += [f"{one.who}: {fault['title']}: {', '.join(fault['operations'])}" for fault in one.failures]
    return faults


def _kill(folder: Path, arguments: argparse.Namespace) -> list[str]:
    done = killing.Drill(folder, arguments.seed).run(arguments.rounds)
    return [f"round {one.number}, {one.target}: {fault}" for one in done for fault in one.faults]


def _disk(folder: Path, arguments: argparse.Namespace) -> list[str]:
    try:
        return [str(fault) for fault in disk.run(folder, arguments.seed)]
    except disk.CannotMount as reason:
        print(f"not run: a file system cannot be mounted here: {reason}")
        return []


DRILLS: Final[dict[str, Drill]] = {"fuzz": _fuzz, "kill": _kill, "disk": _disk}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m drills", description=__doc__)
    parser.add_argument("drill", choices=[*DRILLS])
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same choices")
    parser.add_argument("--seconds", type=int, default=170, help="how long to fuzz")
    parser.add_argument("--rounds", type=int, default=30, help="how often to kill")
    parser.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
