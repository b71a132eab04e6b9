"""Makes a server ready for the program: four roles with least rights, a database, its extensions and its doors.

Runs as an administrator of the server, embedded or not, at each start; a second run changes nothing. The schema
is the migrations' business.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg

from shopwright.infra.postgres import scram
from shopwright.infra.postgres.binaries import OLDEST_MAJOR
from shopwright.kit.errors import Unavailable

OWNER = "shopwright_owner"
"""Owns the database and its tables and runs the migrations."""
APPLICATION = "shopwright_app"
"""What the running program is: sees a tenant's rows only, changes no table."""
SYSTEM = "shopwright_system"
"""Owns the functions that look across tenants; nobody logs in as it."""

LOADER = "shopwright_loader"
"""Adds rows to the tables of bulk loads by COPY, which row-level security refuses to the application, and can do nothing
else: it reads nothing, and cannot name a tenant. See docs/decisions/0025-a-role-that-loads.md."""

_MAY_LOG_IN = {OWNER: True, APPLICATION: True, SYSTEM: False, LOADER: False}
_MEMBERS = {SYSTEM: OWNER, LOADER: APPLICATION}
"""Who may become a role, for a statement; nobody has its rights all the time."""
_EXTENSIONS = ("pg_trgm", "vector")
_LOCK = 7_270_114_018  # any number that nothing else uses: two programs may start at once
_SALT_BYTES = 16
_ROLES = """
select rolname, rolcanlogin = ($2::bool[])[array_position($1::text[], rolname::text)]
       and (case when rolname = 'shopwright_loader' then rolbypassrls or not $3 else not rolbypassrls end)
       and not (rolsuper or rolcreatedb or rolcreaterole or rolreplication) as as_wanted
  from pg_roles where rolname = any($1::text[])
"""
_MEMBERSHIP = """
select exists (
  select from pg_auth_members
   where roleid = $1::text::regrole and member = $2::text::regrole and set_option and not inherit_option)
"""
_MAY_BYPASS = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
_DATABASE = """
select pg_get_userbyid(datdba) = 'shopwright_owner' as owned, pg_encoding_to_char(encoding) as encoding, datallowconn
  from pg_database where datname = $1
"""
_CREATE = """
create database %I owner shopwright_owner template template0 encoding 'UTF8'
  locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'
"""
_RIGHTS = """
revoke all on schema public from public;
grant usage, create on schema public to shopwright_owner, shopwright_system;
grant usage on schema public to shopwright_app, shopwright_loader
"""


class ProvisioningFailed(Unavailable):
    """The server refused what the program needs."""

    code = "provisioning_failed"
    action = "Give an administrator's address of a PostgreSQL server of version 17 or newer that has pgvector."


@dataclass(frozen=True, slots=True)
class ProvisionedDatabase:
    """The addresses to use. They hold passwords, so they do not show themselves."""

    owner_dsn: str = field(repr=False)
    app_dsn: str = field(repr=False)


async def provision(admin_dsn: str, database: str, owner_password: str, app_password: str) -> ProvisionedDatabase:
    """Make roles, database, extensions and rights, or correct them; idempotent and safe to run at the same time.

    `admin_dsn` is a superuser's address of any database. One who may create roles and databases will do where such
    may add the vector extension, or a superuser has added it. Raises ProvisioningFailed; what was done until then stays and is taken up by the next run.
    """
    try:
        async with connected(admin_dsn) as connection:
            if connection.get_server_version().major < OLDEST_MAJOR:
                raise ProvisioningFailed(f"The server is older than PostgreSQL {OLDEST_MAJOR}.")
            await connection.execute("select pg_advisory_lock($1::bigint)", _LOCK)
            await _ensure_roles(connection)
            await _ensure_password(connection, OWNER, owner_password)
            await _ensure_password(connection, APPLICATION, app_password)
            await ensure_database(connection, database)
            async with connected(in_database(admin_dsn, database)) as inside:
                await _ensure_extensions(inside)
                await inside.execute(_RIGHTS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise ProvisioningFailed(f"The database cannot be made ready: {error}") from error
    return ProvisionedDatabase(
        in_database(admin_dsn, database, OWNER, owner_password),
        in_database(admin_dsn, database, APPLICATION, app_password),
    )


def in_database(dsn: str, database: str, role: str | None = None, password: str | None = None) -> str:
    """Return the address of another database of the same server, for another role if one is given."""
    parts = urlsplit(dsn)
    login, _, host = parts.netloc.rpartition("@")
    if role is not None:
        login = f"{quote(role, '')}:{quote(password or '', '')}"
    return parts._replace(netloc=f"{login}@{host}" if login else host, path=f"/{quote(database, '')}").geturl()


async def ensure_database(connection: "asyncpg.Connection[Any]", database: str) -> None:
    """Make an empty database of the owner's that only the program's roles may enter, or correct one that is there."""
    found = await connection.fetchrow(_DATABASE, database)
    if found is None:
        await execute(connection, _CREATE, database)
    elif found["encoding"] != "UTF8":
        raise ProvisioningFailed(f"The database {database} is encoded as {found['encoding']}, not as UTF8.")
    else:
        if not found["owned"]:
            await execute(connection, "alter database %I owner to shopwright_owner", database)
        if not found["datallowconn"]:  # a restore that was cut off closed it
            await execute(connection, "alter database %I with allow_connections true", database)
    await execute(connection, "revoke all on database %I from public", database)
    await execute(connection, "grant connect, temporary on database %I to shopwright_app", database)


async def execute(connection: "asyncpg.Connection[Any]", statement: str, *names: str) -> None:
    """Run a statement with names in the places of its %I, quoted by the server."""
    await connection.execute(await connection.fetchval("select format($1, variadic $2::text[])", statement, names))


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Open a connection of an administrator's for the block."""
    connection = await asyncpg.connect(dsn, server_settings={"client_min_messages": "warning"})
    try:
        yield connection
    finally:
        await connection.close()


async def _ensure_roles(connection: "asyncpg.Connection[Any]") -> None:
    may_bypass = await connection.fetchval(_MAY_BYPASS)  # an administrator who may not leaves loads the longer way
    found = await connection.fetch(_ROLES, list(_MAY_LOG_IN), list(_MAY_LOG_IN.values()), may_bypass)
    as_wanted = {row["rolname"]: row["as_wanted"] for row in found}
    for role, may_log_in in _MAY_LOG_IN.items():
        rights = ("login" if may_log_in else "nologin") + (" bypassrls" if role == LOADER and may_bypass else "")
        if role not in as_wanted:
            await connection.execute(f"create role {role} {rights}")
        elif not as_wanted[role]:
            bypass = "" if "bypassrls" in rights else " nobypassrls"
            await connection.execute(
                f"alter role {role} {rights}{bypass} nosuperuser nocreatedb nocreaterole noreplication"
            )
    for role, member in _MEMBERS.items():
        if not await connection.fetchval(_MEMBERSHIP, role, member):
            await connection.execute(f"grant {role} to {member} with set true, inherit false")
    if not await connection.fetchval("select pg_has_role('shopwright_owner', 'set')"):
        # An administrator who is no superuser must be a member to give the owner its database.
        await connection.execute(f"grant {OWNER} to current_user with set true, inherit true")


async def _ensure_password(connection: "asyncpg.Connection[Any]", role: str, password: str) -> None:
    """Set the password unless it is the present one; only a superuser can see that, others set it again."""
    stored = None
    if await connection.fetchval("select has_table_privilege('pg_authid', 'select')"):
        stored = await connection.fetchval("select rolpassword from pg_authid where rolname = $1", role)
    if stored is None or not scram.opens(password, stored):
        verifier = scram.verifier(password, secrets.token_bytes(_SALT_BYTES))
        await connection.execute(f"alter role {role} password '{verifier}'")


async def _ensure_extensions(connection: "asyncpg.Connection[Any]") -> None:
    """Add what is missing and bring what is there to the version of the server's files."""
    known = await connection.fetch(
        "select a.name, a.default_version, e.extversion from pg_available_extensions a"
        " left join pg_extension e on e.extname = a.name where a.name = any($1::text[])",
        list(_EXTENSIONS),
    )
    versions = {row["name"]: (row["extversion"], row["default_version"]) for row in known}
    for name in _EXTENSIONS:
        present, newest = versions.get(name, (None, None))
        if present is None:
            await connection.execute(f"create extension {name} schema public")
        elif present != newest:
            await connection.execute(f"alter extension {name} update")
