"""docs/schema.sql: the migrated database, dumped by the programs of PostgreSQL in a form that does not change by itself."""

import re
import shutil
import subprocess

from tests import database as databases

from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.binaries import find_binaries
from shopwright.infra.postgres.provision import in_database

_DUMP = (
    "--schema-only",
    "--no-owner",
    "--no-comments",  # those of extensions, in the words of their version
    "--restrict-key=shopwright",  # drawn at random otherwise
    "--exclude-table=*_20????",  # partitions of the months in which somebody ran it
)
_VERSIONS = re.compile(r"^-- Dumped (from|by) .*\n", re.MULTILINE)


def dump_schema(admin: str, database: str) -> str:
    """Return the schema of a database as SQL: the same text for the same schema."""
    program = find_binaries() / "pg_dump"
    done = subprocess.run(  # noqa: S603 - our own program on our own server
        [program, *_DUMP, f"--dbname={in_database(admin, database)}"], check=True, capture_output=True, text=True
    )
    return _VERSIONS.sub("", done.stdout)


def schema_sql() -> str:
    """Migrate a database of a throw-away server and return its schema."""
    root = databases.temporary_root()
    server = EmbeddedPostgres(root, fsync=False)
    server.start()
    try:
        admin = server.uri("postgres", "postgres")
        return dump_schema(admin, databases.make_template(admin))
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)
