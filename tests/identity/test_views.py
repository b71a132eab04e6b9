import pytest
from tests.factories import identity as people
from tests.factories.callers import caller
from tests.factories.http import Trusting, client_for, make_app
from tests.factories.identity import Account
from tests.factories.journal import entries

from shopwright.identity.routes.views import router
from shopwright.identity.service.views import ViewService
from shopwright.identity.views import MOST_VIEWS, TooManyViews, ViewExists, ViewNotFound, ViewNotYours
from shopwright.infra.db import Database
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.ids import TenantId

FILTER = {"category": "Grinders", "blank": ["cost"]}


@pytest.fixture
async def owner(database: Database) -> Account:
    return await people.shop(database)


async def test_a_view_is_kept_changed_and_forgotten_and_the_journal_tells(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        views = ViewService(unit, owner.member)
        view = await views.save("catalog", "Costless", FILTER, shared=False)
        assert await views.list_views("catalog") == [view]
        assert await views.list_views("proposals") == []
        assert await views.change(view.id, "Costless", FILTER, shared=False, version=1) == view
        changed = await views.change(view.id, "Costless", {}, shared=True, version=1)
        assert (changed.content, changed.shared, changed.version) == ({}, True, 2)
        with pytest.raises(ChangedSinceRead):
            await views.change(view.id, "Other", {}, shared=True, version=1)
        await views.delete(view.id)
        assert await views.list_views() == []
    told = await entries(
        database, owner.tenant, "identity.view_saved", "identity.view_changed", "identity.view_deleted"
    )
    assert [one["name"].rpartition("_")[2] for one in told] == ["saved", "changed", "deleted"]
    assert (told[1]["before"], told[1]["after"]) == (
        {"content": FILTER, "shared": False},
        {"content": {}, "shared": True},
    )


async def test_a_name_is_used_once_a_page(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        views = ViewService(unit, owner.member)
        await views.save("catalog", "Mine", {}, shared=False)
        await views.save("market", "Mine", {}, shared=False)
        with pytest.raises(ViewExists):
            async with unit.savepoint():
                await views.save("catalog", "Mine", {}, shared=False)


async def test_views_are_shared_or_ones_own(database: Database, owner: Account) -> None:
    colleague = await people.colleague(database, owner)
    async with database.unit(owner.tenant) as unit:
        mine = ViewService(unit, owner.member)
        kept = await mine.save("catalog", "Secret", {}, shared=False)
        shared = await mine.save("catalog", "For all", {}, shared=True)
        theirs = ViewService(unit, colleague.member)
        assert await theirs.list_views() == [shared]
        for attempt in (theirs.delete(kept.id), theirs.change(kept.id, "x", {}, shared=False)):
            with pytest.raises(ViewNotFound):
                await attempt
        with pytest.raises(ViewNotYours):
            await theirs.delete(shared.id)
        assert len(await mine.list_views()) == 2


async def test_views_are_not_kept_without_end(database: Database, owner: Account) -> None:
    async with database.unit(owner.tenant) as unit:
        views = ViewService(unit, owner.member)
        for number in range(MOST_VIEWS):
            await views.save("catalog", str(number), {}, shared=False)
        with pytest.raises(TooManyViews):
            await views.save("catalog", "one more", {}, shared=False)


async def test_views_over_http(database: Database, owner: Account) -> None:
    app = make_app(database, database.clock, router, authenticator=Trusting(owner.principal))
    async with client_for(app) as client:
        body = {"page": "catalog", "name": "Costless", "content": FILTER, "shared": True}
        made = await client.post("/api/v1/views", json=body)
        assert (made.status_code, made.headers["etag"]) == (201, 'W/"1"')
        assert (await client.get("/api/v1/views?page=catalog")).json() == [made.json()]
        assert made.json()["mine"] is True
        address = f"/api/v1/views/{made.json()['id']}"
        renamed = await client.put(address, json={"name": "New", "content": {}}, headers={"if-match": 'W/"1"'})
        assert (renamed.json()["name"], renamed.json()["shared"]) == ("New", False)
        assert (await client.delete(address)).status_code == 204
        assert (await client.delete(address)).json()["code"] == "view_not_found"


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_no_shared_view(database: Database, owner: Account, other_tenant: TenantId) -> None:
    async with database.unit(owner.tenant) as unit:
        await ViewService(unit, owner.member).save("catalog", "For all", {}, shared=True)
    async with caller(database, other_tenant, router) as neighbour:
        assert (await neighbour.get("/api/v1/views")).json() == []
