import asyncpg
import pytest

from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.scram import UnusablePassword, opens, verifier


async def test_the_server_makes_the_same_of_a_password(own_server: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(own_server.uri("postgres", "postgres"))
    await connection.execute("create role made_there login password 'pass word ~!'")
    stored = await connection.fetchval("select rolpassword from pg_authid where rolname = 'made_there'")
    await connection.execute("drop role made_there")
    await connection.close()
    assert opens("pass word ~!", stored)
    assert not opens("pass word ~", stored)


def test_other_kinds_of_secret_fit_no_password() -> None:
    assert not opens("x", "md5d41d8cd98f00b204e9800998ecf8427e")


def test_iterations_and_salt_are_taken_from_what_is_stored() -> None:
    assert opens("known", verifier("known", b"another salt", iterations=7))


@pytest.mark.parametrize("password", ["", "schlüssel", "new\nline"])
def test_a_password_that_clients_prepare_differently_is_refused(password: str) -> None:
    with pytest.raises(UnusablePassword):
        verifier(password, b"salt")
