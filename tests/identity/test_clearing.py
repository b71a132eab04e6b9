from datetime import timedelta

import pytest
from tests.factories import identity as people
from tests.factories import journal
from tests.factories.identity import caller, cipher_of, fresh_email

from shopwright.identity.credentials import OldAccessForgotten, SignInRefused
from shopwright.identity.jobs import ForgetOldAccess, forget_old_access
from shopwright.identity.service.clearing import forget_what_is_over
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.users import UserService
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import SYSTEM_TENANT, TenantId
from shopwright.kit.time import FixedClock


async def counted(unit: UnitOfWork) -> tuple[int, int, int]:
    row = await unit.connection.fetchrow(
        """select (select count(*) from session where tenant_id = $1) as sessions,
                  (select count(*) from refresh_token where tenant_id = $1) as tokens,
                  (select count(*) from invitation where tenant_id = $1) as invitations""",
        unit.tenant,
    )
    assert row is not None
    return row["sessions"], row["tokens"], row["invitations"]


async def test_what_is_over_is_forgotten_and_the_rest_stays(database: Database, clock: FixedClock) -> None:
    owner = await people.shop(database)
    gone = await people.colleague(database, owner)
    async with database.unit(owner.tenant) as unit:
        await SessionService(unit, gone.principal).log_out()
        users = UserService(unit, cipher_of(), owner.principal)
        await users.invite(fresh_email(), "viewer")
        assert await forget_what_is_over(unit, clock.now()) is None
        assert await counted(unit) == (2, 2, 2)
        assert await forget_what_is_over(unit, clock.now() + timedelta(seconds=1)) == OldAccessForgotten(
            subject_id=str(owner.tenant), sessions=1, invitations=1, attempts=0
        )
        assert await counted(unit) == (1, 1, 1)
    assert (await journal.names(database, owner.tenant))[-1] == "identity.old_access_forgotten"
    async with database.unit(owner.tenant) as unit:
        assert len(await SessionService(unit, owner.principal).list_own()) == 1


async def test_attempts_that_block_nobody_are_forgotten(database: Database, clock: FixedClock) -> None:
    with pytest.raises(SignInRefused):
        await SignInService(people.make_access(database), caller()).log_in(fresh_email(), "wrong password")
    async with database.unit(SYSTEM_TENANT) as unit:
        told = await forget_what_is_over(unit, clock.now() + timedelta(days=1))
        again = await forget_what_is_over(unit, clock.now() + timedelta(days=1))
    assert told is not None
    assert told.attempts >= 2
    assert again is None


class Context:
    """What the job is given, as far as it asks."""

    def __init__(self, database: Database, tenant: TenantId, clock: FixedClock) -> None:
        self.clock, self._database, self._tenant = clock, database, tenant

    def unit(self) -> object:
        return self._database.unit(self._tenant)


async def test_the_job_keeps_a_month(database: Database, clock: FixedClock) -> None:
    owner = await people.shop(database)
    async with database.unit(owner.tenant) as unit:
        await SessionService(unit, owner.principal).log_out()
    clock.advance(timedelta(days=30))
    await forget_old_access(Context(database, owner.tenant, clock))  # type: ignore[arg-type]
    async with database.unit(owner.tenant) as unit:
        assert (await counted(unit))[0] == 1
    clock.advance(timedelta(seconds=1))
    await forget_old_access(Context(database, owner.tenant, clock))  # type: ignore[arg-type]
    async with database.unit(owner.tenant) as unit:
        assert (await counted(unit))[0] == 0
    assert ForgetOldAccess.kind == "identity.forget_old_access"
