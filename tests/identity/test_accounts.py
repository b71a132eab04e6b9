from tests.factories import http
from tests.factories import identity as people

from shopwright.identity.routes import ROUTERS
from shopwright.infra.db import Database
from shopwright.kit.time import FixedClock


async def test_who_signs_up_owns_a_tenant(database: Database, clock: FixedClock) -> None:
    account = await people.shop(database)
    app = http.make_app(database, clock, *ROUTERS)
    async with http.client_for(app, account) as client:
        answer = await client.get("/api/v1/auth/me")
    assert answer.status_code == 200, answer.text
    assert answer.json()["role"] == "owner"
    assert answer.json()["email"] == account.email
