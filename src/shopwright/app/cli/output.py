"""How commands speak: tables and sentences for people, JSON on standard output for scripts, progress on standard error."""

import io
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

from shopwright.kit.errors import ShopwrightError

_WIDTH_IN_FILES: Final = 200


class StandardError(io.TextIOBase):
    """Standard error as it is at the moment of writing, which may be another one than at the start of the process."""

    def write(self, text: str, /) -> int:
        """Write to it."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush it."""
        sys.stderr.flush()

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return sys.stderr.isatty()


def complain(error: ShopwrightError) -> None:
    """Tell an error on standard error: what is wrong, its details, what to do."""
    lines = [f"shopwright: {error.message}"]
    lines += [f"  {name}: {value}" for name, value in error.details.items() if name != "problems"]
    print("\n".join([*lines, f"  -> {error.action}"]), file=sys.stderr)


def say(sentence: str) -> None:
    """Tell people something on standard error, out of the way of what a script reads."""
    print(sentence, file=sys.stderr)


def print_json(value: Any) -> None:
    """Write one JSON value to standard output."""
    import msgspec

    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2) + b"\n")


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()
) -> None:
    """Write a table; the columns at the places `right` hold figures and are aligned so."""
    from rich.console import Console
    from rich.table import Table

    if title:
        write(title)
    table = Table(header_style="bold", box=None, pad_edge=False)
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place in right else "left", no_wrap=place in right)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    Console(width=None if sys.stdout.isatty() else _WIDTH_IN_FILES).print(table)


def write(line: str) -> None:
    """Write one line of the answer to standard output."""
    sys.stdout.write(f"{line}\n")


def percent(ppm: int, *, signed: bool = False) -> str:
    """Write millionths as a percentage with one digit; `signed` puts a plus before rises."""
    return f"{ppm / 10_000:{'+' if signed else ''}.1f} %"
