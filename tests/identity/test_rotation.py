import pytest
from tests.factories import identity as people
from tests.factories import journal
from tests.factories.identity import PASSWORD, caller, cipher_of, fresh_email

from shopwright.identity.service import rotation
from shopwright.identity.service.rotation import rotate_personal_fields
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.users import UserService
from shopwright.infra.db import Database
from shopwright.kit.ids import SYSTEM_TENANT

OLD = cipher_of("first")
BOTH = cipher_of("second", "first")
NEW = cipher_of("second")


async def test_after_a_rotation_the_old_key_is_not_needed_any_more(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = fresh_database
    monkeypatch.setattr(rotation, "BATCH", 3)
    owner = await people.shop(database)
    await people.colleague(database, owner)
    invited = fresh_email()
    async with database.unit(owner.tenant) as unit:
        await UserService(unit, OLD, owner.principal).invite(invited, "viewer")

    async with database.unit(SYSTEM_TENANT) as unit:
        assert await rotate_personal_fields(unit, BOTH) >= 2
    async with database.unit(SYSTEM_TENANT) as unit:
        assert await rotate_personal_fields(unit, BOTH) == 0, "a second run finds nothing left"
    async with database.unit(owner.tenant) as unit:
        assert await rotate_personal_fields(unit, BOTH) == 2, "this tenant's invitations, accepted or not"

    async with database.unit(owner.tenant) as unit:
        users = UserService(unit, NEW, owner.principal)
        assert (await users.get(owner.member)).email == owner.email
        assert [one.email for one in await users.list_invitations()] == [invited]
    signed_in = await SignInService(people.make_access(database, cipher=NEW), caller()).log_in(owner.email, PASSWORD)
    assert signed_in.member == owner.member
    (entry,) = await journal.entries(database, owner.tenant, "identity.personal_fields_rotated")
    assert entry["payload"] == {"rows": 2}
