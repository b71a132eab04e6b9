"""Runs Alembic, in a process of its own: it and SQLAlchemy stay out of the running program.

Reads one JSON object from standard input (the address holds a password, which has no place in arguments):
{"dsn": "...", "target": "head", "downwards": false}.
"""

import json
import sys

from alembic import command, op
from alembic.config import Config
from sqlalchemy.util import await_only

from shopwright.infra.migrations import FOLDER
from shopwright.kit.errors import Unavailable


def run_script(name: str) -> None:
    """Run a whole SQL file on the migration's own connection; called by the revisions."""
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise Unavailable("The migration lost its connection.")
    await_only(connection.execute((FOLDER / "sql" / name).read_text(encoding="utf-8")))


def main() -> None:
    """Do what standard input asks for."""
    bring_to(**json.load(sys.stdin))


def bring_to(dsn: str, target: str, *, downwards: bool) -> None:
    """Run the revisions up or down to a version, `head` or `base`, in this process and thread."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["dsn"] = dsn
    step = command.downgrade if downwards else command.upgrade
    step(config, target)


if __name__ == "__main__":
    main()
