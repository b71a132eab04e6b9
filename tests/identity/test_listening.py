import asyncio

import pytest
from tests.factories import http
from tests.factories import identity as people
from tests.identity.test_authentication import request

from shopwright.identity.domain import CredentialInvalid
from shopwright.identity.listening import identity_listener
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database


async def test_what_another_process_revokes_is_refused_here_at_once(database: Database, app_dsn: str) -> None:
    """The process that revokes is `database`, which tells nobody here by itself; the one that listens has the cache."""
    account = await people.shop(database)
    verified = VerifiedCredentials(database.clock)
    here = http.real_authenticator(people.make_access(database), verified)
    running = asyncio.create_task(identity_listener(app_dsn, verified).run())
    try:
        async with asyncio.timeout(10):
            while verified.find(account.access_token) is None:  # found once the listener hears and the cache is on
                await here.authenticate(request(f"Bearer {account.access_token}"))
                await asyncio.sleep(0.01)
        async with database.unit(account.tenant) as unit:
            await SessionService(unit, account.principal).log_out()
        async with asyncio.timeout(10):
            while verified.find(account.access_token) is not None:
                await asyncio.sleep(0.001)
        with pytest.raises(CredentialInvalid):
            await here.authenticate(request(f"Bearer {account.access_token}"))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
