from datetime import timedelta
from uuid import uuid4

import pytest
from tests.factories import identity as people
from tests.factories import journal
from tests.factories.identity import Account

from shopwright.identity.credentials import MOST_TOKENS, InvalidToken, SessionNeeded, TokenNotFound, TooManyTokens
from shopwright.identity.people import InvalidName
from shopwright.identity.service.api_tokens import TokenService
from shopwright.infra.db import Database
from shopwright.kit.events import ActorKind
from shopwright.kit.time import FixedClock


@pytest.fixture
async def owner(database: Database) -> Account:
    return await people.shop(database)


async def test_a_token_is_shown_once_and_kept_as_a_hash(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        tokens = TokenService(unit, owner.principal)
        made, text = await tokens.create(" nightly ", ["catalog:read"])
        assert await tokens.list_of(owner.member) == [made]
        row = await unit.connection.fetchval(
            "select api_token::text || encode(token_hash, 'escape') from api_token where tenant_id = $1", owner.tenant
        )
    assert (made.name, made.scopes) == ("nightly", frozenset({"catalog:read"}))
    assert text.startswith(f"sw_{owner.tenant.hex}_{made.id.hex}_")
    assert text.rpartition("_")[2] not in row
    (entry,) = await journal.entries(database, owner.tenant, "identity.token_created")
    assert entry["payload"] == {"member": str(owner.member), "scopes": ["catalog:read"]}


async def test_a_token_cannot_be_made_for_more_by_a_token_for_the_past_or_without_a_name(
    database: Database, owner: Account, clock: FixedClock
) -> None:
    viewer = people.principal(owner.tenant, role="viewer", member=owner.member)
    itself = people.principal(owner.tenant, kind=ActorKind.TOKEN, member=owner.member)
    async with database.unit(owner.tenant) as unit:
        with pytest.raises(InvalidToken):
            await TokenService(unit, viewer).create("x", ["prices:apply"])
        with pytest.raises(SessionNeeded):
            await TokenService(unit, itself).create("x", ["catalog:read"])
        with pytest.raises(InvalidToken):
            await TokenService(unit, viewer).create("x", ["catalog:read"], clock.now())
        with pytest.raises(InvalidName):
            await TokenService(unit, viewer).create(" ", ["catalog:read"])
        made, _ = await TokenService(unit, viewer).create("x", ["catalog:read"], clock.now() + timedelta(days=1))
        assert made.expires_at == clock.now() + timedelta(days=1)


async def test_a_member_has_so_many_tokens_and_no_more(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        tokens = TokenService(unit, owner.principal)
        made = [await tokens.create(f"t{n}", ["catalog:read"]) for n in range(MOST_TOKENS)]
        with pytest.raises(TooManyTokens):
            await tokens.create("one more", ["catalog:read"])
        await tokens.revoke(made[0][0].id, owner.member)
        await tokens.create("one more", ["catalog:read"])


async def test_a_token_is_revoked_once_and_by_nobody_else(database: Database, owner: Account) -> None:
    other = await people.colleague(database, owner)
    stranger = await people.shop(database)
    async with database.unit(owner.tenant) as unit:
        made, _ = await TokenService(unit, owner.principal).create("x", ["catalog:read"])
        with pytest.raises(TokenNotFound):
            await TokenService(unit, other.principal).revoke(made.id, other.member)
        with pytest.raises(TokenNotFound):
            await TokenService(unit, owner.principal).revoke(uuid4(), owner.member)
    async with database.unit(stranger.tenant) as unit:
        assert await TokenService(unit, stranger.principal).list_of(owner.member) == []
        with pytest.raises(TokenNotFound):
            await TokenService(unit, stranger.principal).revoke(made.id, owner.member)
    async with database.unit(owner.tenant) as unit:
        await TokenService(unit, owner.principal).revoke(made.id, owner.member)
        with pytest.raises(TokenNotFound):
            await TokenService(unit, owner.principal).revoke(made.id, owner.member)
    (entry,) = await journal.entries(database, owner.tenant, "identity.token_revoked")
    assert entry["subject_id"] == str(made.id)
