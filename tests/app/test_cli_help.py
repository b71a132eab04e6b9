"""Every command and option says what it is for, and help comes at once: it imports nothing that is slow."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from shopwright.app.cli.program import app

SLOW = ("fastapi", "polars", "numpy", "asyncpg", "pydantic", "rich", "msgspec")


def commands(group: Any, path: str = "shopwright") -> Iterator[tuple[str, Any]]:
    for name, command in getattr(group, "commands", {}).items():
        yield f"{path} {name}", command
        yield from commands(command, f"{path} {name}")


ALL = dict(commands(get_command(app)))


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    command = ALL[name]
    assert command.help
    told = {parameter.name: getattr(parameter, "help", None) for parameter in command.params}
    assert [option for option, words in told.items() if not words and option != "help"] == []


def run(program: str, *words: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-c", program, *words]
    return subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter


def test_help_imports_nothing_that_is_slow() -> None:
    done = run(
        "import sys\n"
        "from shopwright.app.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {SLOW!r} if name in sys.modules], file=sys.stderr)\n",
        "--help",
    )
    assert "proposals" in done.stdout
    assert done.stderr.strip() == "[]"


def test_a_known_error_ends_with_its_exit_code_and_a_sentence() -> None:
    done = run("from shopwright.app.cli import main\nmain()\n", "evaluate", "nonsense")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "There is no evaluation 'nonsense'" in done.stderr
