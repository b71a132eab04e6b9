import asyncio

import pytest
from tests.factories import http, journal
from tests.factories import identity as people
from tests.identity.test_authentication import request

from shopwright.identity.domain import CredentialInvalid
from shopwright.identity.listening import identity_listener
from shopwright.identity.people import MemberAdded
from shopwright.identity.repository.notices import publish_change
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.kit.time import Clock


async def test_only_what_puts_credentials_in_doubt_is_told_to_others(database: Database) -> None:
    account = await people.shop(database)
    with pytest.raises(TypeError, match="puts no credential in doubt"):
        async with database.unit(account.tenant) as unit:
            await publish_change(unit, MemberAdded(subject_id=str(account.member), person=str(account.person)))
    assert (await journal.names(database, account.tenant)).count("identity.member_added") == 1


class Told(VerifiedCredentials):
    """The cache, which also says when a notice has come."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.hears, self.changes = asyncio.Event(), asyncio.Event()

    def trust(self, heard: bool) -> None:
        super().trust(heard)
        self.hears.set()

    def heard(self, payload: str) -> None:
        super().heard(payload)
        self.changes.set()


async def test_what_another_process_revokes_is_refused_here_at_once(database: Database, app_dsn: str) -> None:
    """The process that revokes is `database`, which tells nobody here by itself; the one that listens has the cache."""
    account = await people.shop(database)
    verified = Told(database.clock)
    here = http.real_authenticator(people.make_access(database), verified)
    running = asyncio.create_task(identity_listener(app_dsn, verified).run())
    try:
        async with asyncio.timeout(10):
            await verified.hears.wait()
            await here.authenticate(request(f"Bearer {account.access_token}"))
            assert verified.find(account.access_token) == account.principal
            async with database.unit(account.tenant) as unit:
                await SessionService(unit, account.principal).log_out()
            await verified.changes.wait()
        assert verified.find(account.access_token) is None
        with pytest.raises(CredentialInvalid):
            await here.authenticate(request(f"Bearer {account.access_token}"))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
