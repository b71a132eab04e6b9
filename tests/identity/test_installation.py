from dataclasses import replace

import pytest
from tests.factories import http
from tests.factories import identity as people

from shopwright.identity.access import AccessPolicy
from shopwright.identity.authentication import LocalAuthenticator, RequestAuthenticator
from shopwright.identity.routes import ROUTERS
from shopwright.identity.service.installation import open_doors
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.tenants import DEMO_TENANT, LOCAL_TENANT
from shopwright.identity.verified import VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.kit.ids import SYSTEM_TENANT
from shopwright.kit.time import FixedClock


@pytest.mark.parametrize("times", [1, 2])
async def test_an_installation_has_its_reserved_tenant_and_people_sign_in(
    database: Database, clock: FixedClock, times: int
) -> None:
    for _ in range(times):
        doors = await open_doors(people.make_access(database), VerifiedCredentials(clock))
        assert isinstance(doors, RequestAuthenticator)
    async with database.unit(SYSTEM_TENANT) as unit:
        assert (await TenantService(unit).get()).name == "Installation"


async def test_the_demo_is_made_where_the_settings_offer_it(database: Database, clock: FixedClock) -> None:
    access = people.make_access(database, policy=AccessPolicy(open_demo=True))
    await open_doors(access, VerifiedCredentials(clock))
    signed_in = await SignInService(access, people.caller()).enter_demo()
    assert (signed_in.tenant, signed_in.simulated) == (DEMO_TENANT, True)


async def test_with_signing_in_switched_off_this_machine_is_served_as_the_owner(
    database: Database, clock: FixedClock
) -> None:
    access = people.make_access(database, policy=replace(AccessPolicy(), sign_in=False))
    doors = await open_doors(access, VerifiedCredentials(clock))
    assert isinstance(doors, LocalAuthenticator)
    app = http.make_app(database, clock, *ROUTERS, authenticator=doors, access=access)
    async with http.client_for(app, address="127.0.0.1") as client:
        me = await client.get("http://localhost/api/v1/auth/me")
        elsewhere = await client.get("/api/v1/auth/me")
        options = await client.get("/api/v1/auth/options")
    assert (me.json()["tenant"]["id"], me.json()["role"]) == (str(LOCAL_TENANT), "owner")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "cross_site_request")
    assert options.json()["sign_in"] is False
