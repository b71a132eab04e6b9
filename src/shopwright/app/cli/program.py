"""The program `shopwright`: its commands, and how their errors are told."""

import sys
from typing import Final

import typer

from shopwright.app.cli import data, demonstration, evaluate, operating, people, prices
from shopwright.app.cli.output import complain
from shopwright.kit.errors import ShopwrightError

_INTERRUPTED: Final = 130

app: Final = typer.Typer(
    name="shopwright",
    help="Shopwright: it watches the market, proposes and applies prices within your limits, and says why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (operating, demonstration, prices, people, data, evaluate):
    module.register(app)


def main() -> None:
    """Run a command. A known error ends it with one sentence, what to do, and the exit code of its kind."""
    try:
        app()
    except ShopwrightError as error:
        complain(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
