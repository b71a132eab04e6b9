"""The demo: two simulated shops with a year and a half of history and a price war going on, always labelled so.

Everything enters through the loaders and services that real data take.
"""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import numpy as np
import polars as pl

from shopwright.app.demo_repository import empty, make_months
from shopwright.catalog import loading as products
from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.loading import ProductDefaults, ProductLoad, known_skus
from shopwright.catalog.normalisation import normalise_sku
from shopwright.catalog.price_loading import STAGED as PRICES
from shopwright.catalog.price_loading import load_price_history
from shopwright.figures.service import FigureService
from shopwright.identity.access import Access
from shopwright.identity.domain import Principal
from shopwright.identity.people import AlreadyMember
from shopwright.identity.service.accounts import AccountService
from shopwright.identity.service.opening import Caller
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.service.users import UserService
from shopwright.identity.tenants import DEMO_TENANT, TenantSettings
from shopwright.infra.bulk import as_csv
from shopwright.infra.db import Database, UnitOfWork
from shopwright.inventory.loading import STOCK_LEVELS, StockLevelLoad
from shopwright.kit.events import SYSTEM
from shopwright.kit.ids import TenantId, new_id
from shopwright.market import loading as offers
from shopwright.market.loading import OfferLoad
from shopwright.pricing.breaker import BreakerRules
from shopwright.pricing.comparability import Comparability
from shopwright.pricing.governance import Governance, Scope, ScopeKind
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.policy_service import PolicyService
from shopwright.pricing.repricing import RepricingService
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.rule_based import RuleBased, RuleSettings
from shopwright.reviews.loading import REVIEWS, ReviewLoad
from shopwright.sales import loading as sales
from shopwright.sales.keys import Occurrences, line_keys
from shopwright.sales.loading import TRAFFIC, OrderLineLoad, TrafficLoad
from shopwright.sales.service import SalesService
from shopwright.simulation.genesis import build_world
from shopwright.simulation.history import History, simulate_history
from shopwright.simulation.spec import WorldSpec, get_world

T = TypeVar("T")
Progress = Callable[[str], None]

_CHUNK: Final = 50_000
_KINDS: Final = ("sale", "return", "cancellation")
_ROLES: Final = (("owner", "Olivia Owner"), ("analyst", "Anton Analyst"), ("viewer", "Vera Viewer"))
_RULES: Final = PolicyRules(
    rule=RuleSettings(offset_ppm=-5_000),
    comparability=Comparability(max_age_hours=5 * 24),  # the simulated watch looks every three days
    guardrails=Guardrails(min_margin_ppm=80_000),
    governance=Governance(auto_apply_below_ppm=15_000, auto_apply_min_confidence=90, two_person_above_ppm=200_000),
    breaker=BreakerRules(max_share_ppm=1_000_000, max_mean_ppm=200_000),
)


@dataclass(frozen=True, slots=True)
class DemoShop:
    """One simulated shop."""

    tenant: TenantId
    name: str
    domain: str
    world: str
    settings: TenantSettings


DEMO_SHOPS: Final = (
    DemoShop(DEMO_TENANT, "Volthaus (simulated)", "volthaus.example", "demo-electronics", TenantSettings()),
    DemoShop(
        TenantId(UUID("00000000-0000-4000-8000-000000000003")),
        "Hearth & Home (simulated)",
        "hearth.example",
        "demo-home",
        TenantSettings(currency="GBP", country="GB", tax_ppm=200_000, time_zone="Europe/London"),
    ),
)


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can sign in to the demo."""

    shop: str
    role: str
    email: str
    password: str


async def ensure_demo(
    database: Database, access: Access, state_dir: Path, tell: Progress, *, reset: bool = False
) -> list[Login]:
    """Make the demo shops that are not there yet; return the logins of all, which are kept for the next time.

    With `reset` every demo shop is emptied and filled anew; its people and its journal stay.
    """
    file = state_dir / "demo-logins.json"
    kept = [Login(**login) for login in json.loads(file.read_text("utf-8"))] if file.exists() else []
    empty_ones = []
    for shop in DEMO_SHOPS:
        mine = [login for login in kept if login.shop == shop.name]
        seeded = await _is_seeded(database, shop.tenant)
        if not (mine and seeded):
            made = await open_shop(database, access, shop, mine)
            kept = [login for login in kept if login.shop != shop.name] + made
            _keep(file, kept)
        if reset or not seeded:
            empty_ones.append(shop)
    specs = [get_world(shop.world).ending(_yesterday(database)) for shop in empty_ones]
    # Side by side: while one shop's rows are made here, the database takes in those of the other.
    await asyncio.gather(*(fill_shop(database, *filled, tell) for filled in zip(empty_ones, specs, strict=True)))
    return kept


async def seed_shop(database: Database, access: Access, shop: DemoShop, spec: WorldSpec, tell: Progress) -> list[Login]:
    """Make a shop and load its simulated past; return who can sign in."""
    logins = await open_shop(database, access, shop)
    await fill_shop(database, shop, spec, tell)
    return logins


async def fill_shop(database: Database, shop: DemoShop, spec: WorldSpec, tell: Progress) -> None:
    """Simulate a shop's past and load it in place of whatever a demo shop held before."""
    tell(f"{shop.name}: simulating {spec.products} products over {spec.days} days")
    history = await asyncio.to_thread(lambda: simulate_history(build_world(spec), np.random.default_rng(spec.seed)))
    # Ahead of the loading and for itself: both take locks that another shop's loading would wait for until the end.
    async with database.unit(shop.tenant) as unit:
        await empty(unit)
    async with database.unit(shop.tenant) as unit:
        await make_months(unit, spec.start, spec.start + timedelta(days=spec.days))
    async with database.unit(shop.tenant) as unit:
        tell(f"{shop.name}: loading {len(history.products.sku)} products")
        ids = await _load_products(unit, history)
        tell(f"{shop.name}: loading {len(history.orders.order):,} order lines")
        await _load_orders(unit, history, ids)
        await _load_days(unit, history, ids)
        await SalesService(unit).rebuild_daily()
    async with database.unit(shop.tenant) as unit:
        tell(f"{shop.name}: loading {len(history.offers.listing):,} sightings of competitors' offers")
        await OfferLoad(unit, _load_id(unit), history.source).load(_chunks(_offers(history), offers.STAGED))
    async with database.unit(shop.tenant) as unit:
        await PolicyService(unit).create("House rules", Scope(ScopeKind.TENANT), RuleBased.name, _RULES)
        report = await RepricingService(unit, shop.settings.tax_ppm).run(ProductFilter(), "demo")
        await FigureService(unit).keep_states()
        tell(f"{shop.name}: {len(report.proposals)} prices proposed")


async def _is_seeded(database: Database, tenant: TenantId) -> bool:
    async with database.unit(tenant) as unit:
        return bool(await PolicyService(unit).list_policies())


async def open_shop(database: Database, access: Access, shop: DemoShop, known: Sequence[Login] = ()) -> list[Login]:
    """Make the tenant, its settings and three people; `known` are those of before, who keep their passwords."""
    accounts = AccountService(access, Caller("127.0.0.1", SYSTEM))
    await accounts.ensure_tenant(shop.tenant, shop.name, simulated=True)
    principal = await accounts.ensure_owner(shop.tenant, f"demo@{shop.domain}", "Demo")
    async with database.unit(shop.tenant) as unit:
        await TenantService(unit).change_settings(shop.settings)
        await TenantService(unit).rename(shop.name)
    before = {login.role: login for login in known}
    logins = []
    for role, name in _ROLES:
        login = before.get(role) or Login(shop.name, role, f"{role}@{shop.domain}", secrets.token_urlsafe(12))
        token = await _invited(database, access, principal, login)
        if token is None and role not in before:
            # The file with the password of this address was lost: somebody else of the same role comes in.
            login = replace(login, email=f"{role}-{secrets.token_hex(3)}@{shop.domain}")
            token = await _invited(database, access, principal, login)
        if token is not None:
            await accounts.accept_invitation(token, login.password, name)
        logins.append(login)
    return logins


async def _invited(database: Database, access: Access, host: Principal, login: Login) -> str | None:
    """Return the token of an invitation, None for somebody who is there already."""
    try:
        async with database.unit(host.tenant) as unit:
            _, token = await UserService(unit, access.cipher, host).invite(login.email, login.role)
    except AlreadyMember:
        return None
    return token


async def _load_products(unit: UnitOfWork, history: History) -> list[UUID]:
    """Load the assortment; return the ids in the order of the simulation."""
    source, money = history.products, history.world.spec.amount
    frame = pl.DataFrame(
        {
            "sku": source.sku,
            "normalised_sku": [normalise_sku(sku) for sku in source.sku],
            "name": source.name,
            "brand": source.brand,
            "category": source.category,
            "gtin": [code or None for code in source.gtin],
            "mpn": source.mpn,
            "price": _decimals(source.price, money),
            "cost": _decimals(source.cost, money),
            "min_price": _decimals(source.min_price, money),
            "max_price": _decimals(source.max_price, money),
            "map_price": _decimals(source.map_price, money),
            "inventory_level": source.stock,
            "row_number": range(1, len(source.sku) + 1),
        }
    ).with_columns(marketplace=pl.lit("own"), currency=pl.lit(history.world.spec.currency), tax_basis=pl.lit("gross"))
    load = ProductLoad(unit, _load_id(unit), ProductDefaults(history.world.spec.currency))
    await load.load(_chunks(frame, products.STAGED))
    found = {known.sku: known.id for known in await known_skus(unit, "own")}
    ids = [found[sku] for sku in source.sku]
    changes = _price_changes(history)
    await load_price_history(unit, _load_id(unit), _chunks(changes, PRICES), ids)
    return ids


async def _load_orders(unit: UnitOfWork, history: History, ids: Sequence[UUID]) -> None:
    orders, spec = history.orders, history.world.spec
    sku = np.array(history.products.sku, dtype=object)
    frame = pl.DataFrame(
        {
            "order": orders.order,
            "sku": sku[orders.product].tolist(),
            "kind": [_KINDS[kind] for kind in orders.kind.tolist()],
            "product_id": np.array([str(id_) for id_ in ids], dtype=object)[orders.product].tolist(),
            "sold_at": pl.Series(orders.sold_at).dt.replace_time_zone("UTC"),
            "day": orders.day,
            "quantity": orders.quantity,
            "revenue": _minor(pl.Series(orders.quantity * orders.unit_price), spec),
            "list_price": _minor(pl.Series(orders.list_price), spec),
            "promotion": orders.promotion,
            "row_number": np.arange(1, len(orders.order) + 1),
        }
    ).with_columns(
        order_ref=pl.concat_str(pl.lit("S-"), "order"),
        sold_on=pl.lit(spec.start) + pl.duration(days="day"),
        currency=pl.lit(spec.currency),
        tax_basis=pl.lit("gross"),
        channel=pl.lit("web"),
    )
    keys = Occurrences().separate(line_keys(frame, ["order", "sku", "kind"]))
    frame = frame.with_columns(line_key=pl.Series(keys)).sort("sold_on", "line_key")
    lines = _staged(frame, sales.STAGED).iter_slices(_CHUNK)
    await OrderLineLoad(unit, _load_id(unit)).load(_sent(map(sales.line_chunk, lines)))


async def _load_days(unit: UnitOfWork, history: History, ids: Sequence[UUID]) -> None:
    """Load visits, weekly stock counts and reviews."""
    panel, start, n = history.panel, history.world.spec.start, len(ids)
    days = panel.price.shape[1]
    grid = pl.DataFrame(
        {
            "product": np.repeat(np.arange(1, n + 1), days),
            "offset": np.tile(np.arange(days), n),
            "sessions": panel.sessions.ravel(),
            "views": panel.views.ravel(),
            "quantity": panel.closing.ravel(),
        }
    ).with_columns(day=pl.lit(start) + pl.duration(days="offset"), row_number=pl.int_range(pl.len()))
    visited = grid.filter(pl.col("views") > 0)
    await TrafficLoad(unit, _load_id(unit)).load(_chunks(visited, TRAFFIC.staged), ids)
    counted = grid.filter((pl.col("offset") % 7 == 0) | (pl.col("offset") == days - 1)).with_columns(
        warehouse=pl.lit("main"), counted_at=pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    )
    await StockLevelLoad(unit, _load_id(unit)).load(_chunks(counted, STOCK_LEVELS.staged), ids)
    source = history.reviews
    reviews = pl.DataFrame(
        {
            "product": source.product + 1,
            "rating": source.rating,
            "text": source.text,
            "offset": source.day,
            "author": source.customer,
            "row_number": np.arange(1, len(source.text) + 1),
        }
    ).with_columns(
        title=pl.lit(None, pl.String),
        language=pl.lit("en"),
        author_ref=pl.concat_str(pl.lit("customer-"), "author"),
        source=pl.lit(history.source),
        written_on=pl.lit(start) + pl.duration(days="offset"),
    )
    await ReviewLoad(unit, _load_id(unit)).load(_chunks(reviews, REVIEWS.staged), ids)


def _offers(history: History) -> pl.DataFrame:
    """Put every sighting of every listing into the columns that the market loads."""
    listings, seen, spec = history.listings, history.offers, history.world.spec
    names = [rival.name for rival in history.world.rivals]
    listed = pl.DataFrame(
        {
            "listing": np.arange(len(listings.url)),
            "competitor": [names[number] for number in listings.competitor.tolist()],
            "item_key": listings.url,
            "gtin": [code or None for code in listings.gtin],
            "brand": listings.brand,
            "title": listings.title,
            "shipping": _minor(pl.Series(listings.shipping), spec),
            "condition": listings.condition,
            "pack_quantity": listings.pack_quantity,
            "url": listings.url,
        }
    )
    sightings = pl.DataFrame(
        {
            "listing": seen.listing,
            "seen_at": pl.Series(seen.seen_at).dt.replace_time_zone("UTC"),
            "price": _minor(pl.Series(seen.price), spec),
            "regular_price": _minor(pl.Series(seen.regular_price), spec),
            "promotion": seen.regular_price > seen.price,
            "available": seen.available,
            "row_number": np.arange(1, len(seen.listing) + 1),
        }
    )
    return sightings.join(listed, on="listing", how="left", maintain_order="left").with_columns(
        name_key=pl.col("competitor").str.to_lowercase(),
        sku=pl.lit(None, pl.String),
        mpn=pl.lit(None, pl.String),
        currency=pl.lit(spec.currency),
        tax_basis=pl.lit("gross"),
        availability=pl.when("available").then(pl.lit("in_stock")).otherwise(pl.lit("out_of_stock")),
        regular_price=pl.when("promotion").then("regular_price"),
    )


def _price_changes(history: History) -> pl.DataFrame:
    """List the days on which an own price was another than the day before, with the first day."""
    price, start = history.panel.price, history.world.spec.start
    changed = np.ones(price.shape, dtype=np.bool_)
    changed[:, 1:] = price[:, 1:] != price[:, :-1]
    product, day = np.nonzero(changed)
    midnight = datetime.combine(start, datetime.min.time(), UTC)
    return pl.DataFrame(
        {
            "product": product + 1,
            "at": [midnight + timedelta(days=offset) for offset in day.tolist()],
            "price": _minor(pl.Series(price[product, day]), history.world.spec),
        }
    )


def _chunks(frame: pl.DataFrame, staged: dict[str, str] | Any) -> AsyncIterator[bytes]:
    """Cut a frame into the chunks that a loader reads."""
    return _sent(as_csv(part, list(staged)) for part in _staged(frame, staged).iter_slices(_CHUNK))


def _staged(frame: pl.DataFrame, staged: dict[str, str] | Any) -> pl.DataFrame:
    """Add the columns that a loader reads and the frame does not have; they are empty."""
    return frame.with_columns(pl.lit(None).alias(name) for name in staged if name not in frame.columns)


async def _sent(chunks: Iterator[T]) -> AsyncIterator[T]:
    for chunk in chunks:
        yield chunk


def _minor(values: pl.Series, spec: WorldSpec) -> pl.Series:
    """Write whole minor units as decimal texts, exactly."""
    digits = -spec.amount(1).as_tuple().exponent  # type: ignore[operator]
    unit = 10**digits
    frame = pl.DataFrame({"value": values.cast(pl.Int64)})
    whole, rest = pl.col("value") // unit, (pl.col("value") % unit).cast(pl.String).str.zfill(digits)
    return frame.select(pl.concat_str(whole, rest, separator=".") if digits else whole.cast(pl.String)).to_series()


def _decimals(values: Sequence[int | None], money: Callable[[int], Any]) -> list[Any]:
    return [None if value is None else money(value) for value in values]


def _load_id(unit: UnitOfWork) -> UUID:
    return new_id(unit.tenant, unit.clock.now())


def _yesterday(database: Database) -> date:
    return (database.clock.now() - timedelta(days=1)).date()


def _keep(file: Path, logins: Sequence[Login]) -> None:
    """Keep the logins where only the owner of the installation reads them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump([asdict(login) for login in logins], stream, indent=1)
