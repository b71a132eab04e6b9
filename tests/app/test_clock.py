"""What holds when the machine's clock is set back or forward while the program runs."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.factories.callers import principal
from tests.factories.catalog import product_of
from tests.factories.identity import SECRET

from shopwright.catalog.domain import PriceChanges, PriceOrigin
from shopwright.catalog.service import CatalogService
from shopwright.identity.domain import CredentialExpired, CredentialInvalid
from shopwright.identity.tokens import AccessClaims, AccessTokens
from shopwright.identity.verified import LONGEST, VerifiedCredentials
from shopwright.infra.db import Database
from shopwright.infra.journal.reading import JournalFilter, JournalReader
from shopwright.kit.ids import TenantId, new_id, new_tenant_id
from shopwright.kit.time import FixedClock

HOUR = timedelta(hours=1)


async def test_the_price_in_force_is_the_newest_of_its_history_though_the_clock_was_set_back(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    product = await product_of(database, tenant)
    prices = [Decimal("10.50"), Decimal("11.50"), Decimal("12.50")]
    for price in prices:
        clock.advance(-HOUR)
        async with database.unit(tenant) as unit:
            changes = PriceChanges([product.id], [price], [None], [None])
            await CatalogService(unit).set_prices(changes, PriceOrigin.SYNC)
    clock.advance(-HOUR)
    async with database.unit(tenant) as unit:
        await CatalogService(unit).change(product.id, {"price": Decimal("13.50")})
        history = (await CatalogService(unit).price_history(product.id)).items
        assert (await CatalogService(unit).get_product(product.id)).price == history[0].price
    assert [point.price for point in history] == [Decimal("13.50"), *reversed(prices), Decimal(10)]


async def test_the_journal_keeps_the_order_of_its_commits(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    made = []
    for _ in range(3):
        made.append(str((await product_of(database, tenant, uuid4().hex)).id))
        clock.advance(-HOUR)
    async with database.unit(tenant) as unit:
        entries = (await JournalReader(unit).list_entries(JournalFilter("catalog.product_created"))).items
    assert [entry.subject_id for entry in entries] == made[::-1]


def test_a_token_is_refused_on_the_wrong_side_of_a_jump_and_a_new_one_serves(clock: FixedClock) -> None:
    tokens = AccessTokens([SECRET], timedelta(minutes=15), clock)
    claims = AccessClaims(new_tenant_id(), uuid4(), uuid4(), uuid4())
    before = tokens.sign(claims)
    clock.advance(-HOUR)
    with pytest.raises(CredentialInvalid, match="future"):
        tokens.read(before)
    assert tokens.read(tokens.sign(claims)).session == claims.session
    clock.advance(3 * HOUR)
    with pytest.raises(CredentialExpired):
        tokens.read(before)
    assert tokens.read(tokens.sign(claims)).session == claims.session


def test_a_verified_credential_does_not_outlive_its_half_minute_when_the_clock_is_set_back(clock: FixedClock) -> None:
    kept = VerifiedCredentials(clock)
    kept.trust(heard=True)
    somebody = principal(new_tenant_id())
    kept.keep("token", somebody, kept.mark(), clock.now() + HOUR)
    assert kept.find("token") == somebody
    clock.advance(-HOUR)
    assert kept.find("token") is None
    kept.keep("token", somebody, kept.mark(), clock.now() + HOUR)
    clock.advance(LONGEST)
    assert kept.find("token") is None


def test_ids_stay_distinct_and_tell_their_time(tenant: TenantId, clock: FixedClock) -> None:
    first = [new_id(tenant, clock.now()) for _ in range(1_000)]
    clock.advance(-HOUR)
    second = [new_id(tenant, clock.now()) for _ in range(1_000)]
    clock.advance(2 * HOUR)
    third = [new_id(tenant, clock.now()) for _ in range(1_000)]
    assert len({*first, *second, *third}) == 3_000
    assert max(second) < min(first)
    assert max(first) < min(third)
