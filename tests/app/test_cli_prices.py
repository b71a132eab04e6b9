from decimal import Decimal

from tests.factories import market
from tests.factories.command_line import CommandLine, OpenedShop
from tests.factories.proposals import product

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId


async def stock(database: Database, tenant: TenantId, *skus: str) -> None:
    """Put products at 10.00 on the shelf, with two rivals below."""
    async with database.unit(tenant) as unit:
        for sku in skus:
            await product(unit, sku, category="Mugs", brand="Ton")
        await market.offers(
            unit,
            *({"competitor": rival, "sku": sku, "price": Decimal("9.20")} for sku in skus for rival in ("One", "Two")),
        )


async def price_of(database: Database, tenant: TenantId, sku: str) -> Decimal:
    async with database.unit(tenant) as unit:
        price: Decimal = await unit.connection.fetchval("select price from product where sku = $1", sku)
    return price


async def test_prices_are_proposed_approved_applied_and_taken_back(
    cli: CommandLine, shop: OpenedShop, present: Database
) -> None:
    await stock(present, shop.id, "MUG-1", "MUG-2")
    here = ("--shop", shop.id)
    run = await cli("reprice", *here, "--json")
    assert run.json["run"]["counts"] == {"proposed": 2, "held": 0, "no_price": 0}
    listed = await cli("proposals", "list", *here)
    assert listed.code == 0
    assert "MUG-1" in listed.out
    assert "10.00 EUR" in listed.out
    assert "-8.0 %" in listed.out
    for command, after in (("approve", "10.00"), ("apply", "9.20"), ("roll-back", "10.00")):
        answer = await cli("proposals", command, "MUG-1", *here, "--json")
        assert answer.json["counts"] == {"done": 1}, command
        assert await price_of(present, shop.id, "MUG-1") == Decimal(after)
    assert await price_of(present, shop.id, "MUG-2") == Decimal(10)


async def test_who_gets_no_price_is_told_why_and_what_to_do(
    cli: CommandLine, shop: OpenedShop, present: Database
) -> None:
    async with present.unit(shop.id) as unit:
        await product(unit, "MUG-1", cost=None)
        await product(unit, "MUG-2", cost=None, max_price=None)
    answer = await cli("reprice", "--shop", shop.id)
    told = " ".join(answer.out.split())
    assert "no price 2 The cost is missing." in told
    assert "no price 1 The maximum price is missing." in told
    assert "sku, cost, min_price, max_price" in answer.err
    again = await cli("reprice", "--shop", shop.id, "--json")
    assert {(one["outcome"], one["reason"], one["products"]) for one in again.json["holds"]} == {
        ("no_price", "cost_missing", 2),
        ("no_price", "max_price_missing", 1),
    }


async def test_all_that_filters_leave_are_decided_at_once(
    cli: CommandLine, shop: OpenedShop, present: Database
) -> None:
    await stock(present, shop.id, "MUG-1", "MUG-2")
    here = ("--shop", shop.id, "--json")
    await cli("reprice", *here, "--brand", "Ton", "--category", "Mugs")
    assert (await cli("proposals", "approve", "--all", "--category", "Plates", *here)).json["rows"] == []
    assert (await cli("proposals", "approve", "--all", "--category", "Mugs", *here)).json["counts"] == {"done": 2}
    assert (await cli("proposals", "undo", "--all", *here)).json["counts"] == {"done": 2}
    rejected = await cli("proposals", "reject", "--all", "--reason", "not now", *here)
    assert rejected.json["counts"] == {"done": 2}
    left = await cli("proposals", "list", "--state", "rejected", *here)
    assert {proposal["decision_reason"] for proposal in left.json} == {"not now"}


async def test_what_cannot_be_decided_is_said_and_ends_with_one(
    cli: CommandLine, shop: OpenedShop, present: Database
) -> None:
    await stock(present, shop.id, "MUG-1")
    await cli("reprice", "--shop", shop.id)
    answer = await cli("proposals", "roll-back", "MUG-1", "--shop", shop.id)
    assert answer.code == 1
    assert "wrong state" in answer.out
    assert "1 of 1 proposals" in answer.err


async def test_show_tells_why(cli: CommandLine, shop: OpenedShop, present: Database) -> None:
    await stock(present, shop.id, "MUG-1")
    await cli("reprice", "--shop", shop.id)
    told = await cli("proposals", "show", "MUG-1", "--shop", shop.id)
    assert "Lower from 10.00 to 9.20 EUR" in told.out
    for words in ("minimum price", "largest drop in a day", "One", "used", "confidence"):
        assert words in told.out
    missing = await cli("proposals", "show", "MUG-9", "--shop", shop.id)
    assert missing.error is not None
    assert missing.error.code == "proposal_not_found"


async def test_decisions_name_the_member_and_the_call(cli: CommandLine, shop: OpenedShop, present: Database) -> None:
    await stock(present, shop.id, "MUG-1")
    await cli("reprice", "--shop", shop.id)
    nobody = await cli("proposals", "approve", "--all", "--shop", shop.id, "--as", "nobody@example.com")
    assert nobody.error is not None
    assert nobody.error.code == "user_not_found"
    await cli("proposals", "approve", "--all", "--shop", shop.id, "--as", shop.email)
    async with present.unit(shop.id) as unit:
        rows = await unit.connection.fetch(
            "select actor_kind, actor_id, request_id from journal where tenant_id = $1 and name = $2",
            shop.id,
            "pricing.proposal_approved",
        )
        owner = await unit.connection.fetchval("select id from member where tenant_id = $1", shop.id)
    assert [(row["actor_kind"], row["actor_id"]) for row in rows] == [("system", owner)]
    assert rows[0]["request_id"].startswith("cli-")


async def test_a_shop_that_is_not_there_and_states_that_are_none(cli: CommandLine, shop: OpenedShop) -> None:
    missing = await cli("reprice", "--shop", "Nowhere")
    assert missing.error is not None
    assert missing.error.code == "tenant_not_found"
    assert str(shop.id) in str(missing.error.details["shops"])
    wrong = await cli("proposals", "list", "--state", "lost", "--shop", shop.id)
    assert wrong.code == 2
    both = await cli("proposals", "approve", "MUG-1", "--all", "--shop", shop.id)
    assert both.code == 2


async def test_several_shops_have_to_be_told_apart(cli: CommandLine, shop: OpenedShop) -> None:
    await cli("shops", "create", "Second", "--email", shop.email, "--password-stdin", stdin="correct horse battery")
    unclear = await cli("proposals", "list")
    assert unclear.code == 2
    assert unclear.error is not None
    assert unclear.error.code == "shop_not_named"
