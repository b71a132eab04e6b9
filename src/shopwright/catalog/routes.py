"""HTTP: products, their price history, exchange rates."""

from collections import Counter
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from shopwright.catalog.domain import Product, ProductStatus, RateMissing, RowOutcome
from shopwright.catalog.schemas import (
    BulkAnswer,
    BulkEdit,
    EditByFilter,
    NewProduct,
    PricePointAnswer,
    ProductAnswer,
    ProductEdit,
    ProductExport,
    ProductPage,
    ProductRowsAnswer,
    ProductRowsPage,
    ProductTotalsAnswer,
    RateAnswer,
    RateBody,
    TotalsOf,
)
from shopwright.catalog.selection_service import SelectionService
from shopwright.catalog.service import CatalogService, ExchangeRateService
from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.infra.web.answers import answer
from shopwright.infra.web.conditional import etag, expected_version, not_modified
from shopwright.infra.web.exports import Columns, export
from shopwright.infra.web.fields import Day, Moment
from shopwright.infra.web.pages import CursorText, Limit, Page
from shopwright.infra.web.problem import described
from shopwright.kit.money import Currency, ExchangeRate

router = guarded_router(prefix="/catalog", tag="catalog")

_EXPORTED: Final[Columns[Product]] = {
    "sku": lambda p: p.sku,
    "marketplace": lambda p: p.marketplace,
    "name": lambda p: p.name,
    "brand": lambda p: p.brand,
    "category": lambda p: p.category,
    "gtin": lambda p: p.gtin,
    "mpn": lambda p: p.mpn,
    "price": lambda p: p.price,
    "currency": lambda p: p.currency,
    "tax_basis": lambda p: p.tax_basis.value,
    "cost": lambda p: p.cost,
    "min_price": lambda p: p.min_price,
    "max_price": lambda p: p.max_price,
    "map_price": lambda p: p.map_price,
    "inventory_level": lambda p: p.inventory_level,
    "status": lambda p: p.status.value,
    "tags": lambda p: ", ".join(p.tags),
    "attributes": lambda p: p.attributes,
    "updated_at": lambda p: p.updated_at,
    "id": lambda p: p.id,
}


async def catalog_service(request: Request) -> CatalogService:
    """Build the service on the request's unit of work."""
    return CatalogService(unit_of(request))


async def selection_service(request: Request) -> SelectionService:
    """Build the service on the request's unit of work."""
    return SelectionService(unit_of(request))


async def rate_service(request: Request) -> ExchangeRateService:
    """Build the service on the request's unit of work."""
    return ExchangeRateService(unit_of(request))


Catalog = Annotated[CatalogService, Depends(catalog_service)]
Selections = Annotated[SelectionService, Depends(selection_service)]
Rates = Annotated[ExchangeRateService, Depends(rate_service)]


@router.get("/products", name="list_products", response_model=Page[ProductAnswer])
@needs("catalog:read")
async def list_products(catalog: Catalog, query: Annotated[ProductPage, Query()]) -> Response:
    """List products by filter, in an order, a page at a time."""
    page = await catalog.list_products(
        query.wanted(), sort=query.sort, descending=query.descending, cursor=query.cursor, limit=query.limit
    )
    return answer(page)


@router.get("/products/rows", name="list_product_rows", response_model=ProductRowsAnswer)
@needs("catalog:read")
async def list_product_rows(selections: Selections, query: Annotated[ProductRowsPage, Query()]) -> Response:
    """List products as lean rows, up to 10,000 at once: for a table that holds a whole catalog."""
    rows = await selections.rows(
        query.wanted(), query.sort, descending=query.descending, cursor=query.cursor, limit=query.limit
    )
    return answer(rows)


@router.get("/products/export", name="export_products", response_class=StreamingResponse)
@needs("catalog:read", in_transaction=True)
async def export_products(catalog: Catalog, query: Annotated[ProductExport, Query()]) -> StreamingResponse:
    """Give all products of a filter as a file."""
    rows = catalog.export(query.wanted(), sort=query.sort, descending=query.descending)
    return await export(rows, _EXPORTED, query.format, "products")


@router.get("/products/{product_id}", name="get_product", response_model=ProductAnswer)
@needs("catalog:read")
async def get_product(request: Request, catalog: Catalog, product_id: UUID) -> Response:
    """Give one product; its ETag is its version."""
    product = await catalog.get_product(product_id)
    tag = _tag(product)
    return not_modified(request, tag) or answer(product, tag=tag)


@router.post("/products", name="create_product", response_model=ProductAnswer, status_code=201)
@needs("catalog:write")
async def create_product(catalog: Catalog, body: NewProduct) -> Response:
    """Add a product."""
    product = await catalog.create(body.change(), body.marketplace)
    location = f"{router.prefix}/products/{product.id}"
    return answer(product, status=201, tag=_tag(product), location=location)


@router.patch("/products/{product_id}", name="change_product", response_model=ProductAnswer)
@needs("catalog:write")
async def change_product(request: Request, catalog: Catalog, product_id: UUID, body: ProductEdit) -> Response:
    """Change the given fields; with If-Match only if nobody changed the product since it was read."""
    product = await catalog.change(product_id, body.change(), expected_version(request))
    return answer(product, tag=_tag(product))


@router.post("/products/bulk-edit", name="change_products", response_model=BulkAnswer)
@needs("catalog:write")
async def change_products(catalog: Catalog, body: BulkEdit) -> Response:
    """Give many products the same fields; each row says what became of it."""
    versions = {row.id: row.version for row in body.products if row.version is not None}
    ids = [row.id for row in body.products]
    return _outcomes(await catalog.change_many(ids, body.changes.wanted(), versions, dry_run=body.dry_run))


@router.post("/products/bulk-edit/by-filter", name="change_products_by_filter", response_model=BulkAnswer)
@needs("catalog:write")
async def change_products_by_filter(catalog: Catalog, body: EditByFilter) -> Response:
    """Give all products of a filter the same fields, up to 10,000; each row says what became of it."""
    changes = body.changes.wanted()
    return _outcomes(await catalog.change_selected(body.filter.wanted(), changes, dry_run=body.dry_run))


@router.post("/products/totals", name="total_products", response_model=ProductTotalsAnswer)
@needs("catalog:read")
async def total_products(selections: Selections, body: TotalsOf) -> Response:
    """Say what products come to: counts, units, and value of the stock by currency."""
    return answer(await selections.totals(body.wanted()))


@router.post("/products/{product_id}/archive", name="archive_product", response_model=ProductAnswer)
@needs("catalog:write")
async def archive_product(request: Request, catalog: Catalog, product_id: UUID) -> Response:
    """Take a product out of sale; it stays readable."""
    product = await catalog.set_status(product_id, ProductStatus.ARCHIVED, expected_version(request))
    return answer(product, tag=_tag(product))


@router.post("/products/{product_id}/restore", name="restore_product", response_model=ProductAnswer)
@needs("catalog:write")
async def restore_product(request: Request, catalog: Catalog, product_id: UUID) -> Response:
    """Put an archived product on sale again."""
    product = await catalog.set_status(product_id, ProductStatus.ACTIVE, expected_version(request))
    return answer(product, tag=_tag(product))


@router.delete("/products/{product_id}", name="delete_product", status_code=204)
@needs("catalog:write")
async def delete_product(request: Request, catalog: Catalog, product_id: UUID) -> Response:
    """Delete a product without sales for good; the journal keeps it whole."""
    await catalog.delete(product_id, expected_version(request))
    return Response(status_code=204)


@router.get("/products/{product_id}/prices", name="list_own_prices", response_model=Page[PricePointAnswer])
@needs("catalog:read")
async def list_own_prices(
    catalog: Catalog,
    product_id: UUID,
    since: Moment | None = None,
    until: Moment | None = None,
    cursor: CursorText = None,
    limit: Limit = 100,
) -> Response:
    """List the own prices of a product in [since, until), newest first."""
    return answer(await catalog.price_history(product_id, since=since, until=until, cursor=cursor, limit=limit))


@router.get("/exchange-rates", name="list_exchange_rates")
@needs("catalog:read")
async def list_exchange_rates(
    rates: Rates, base: str | None = None, quote: str | None = None, cursor: CursorText = None, limit: Limit = 100
) -> Page[RateAnswer]:
    """List recorded rates, newest day first."""
    page = await rates.list_rates(base=base, quote=quote, cursor=cursor, limit=limit)
    return Page(items=[RateAnswer.of(rate) for rate in page.items], next_cursor=page.next_cursor)


@router.get("/exchange-rates/{base}/{quote}/{day}", name="get_exchange_rate", responses=described(RateMissing))
@needs("catalog:read")
async def get_exchange_rate(rates: Rates, base: str, quote: str, day: Day) -> RateAnswer:
    """Give the newest rate of a pair on or before a day, recorded in either direction."""
    return RateAnswer.of(await rates.rate_on(base, quote, day))


@router.put("/exchange-rates/{base}/{quote}/{day}", name="record_exchange_rate")
@needs("catalog:write")
async def record_exchange_rate(rates: Rates, base: str, quote: str, day: Day, body: RateBody) -> RateAnswer:
    """Record the rate of a day, or correct it."""
    rate = ExchangeRate(Currency(base), Currency(quote), body.rate, day, body.source)
    await rates.record(rate)
    return RateAnswer.of(rate)


def _outcomes(rows: list[RowOutcome]) -> Response:
    return answer({"counts": Counter(row.result.value for row in rows), "rows": rows})


def _tag(product: Product) -> str:
    """Stock moves without a new version, so that it spoils neither an edit nor the undo of an import."""
    stock = () if product.inventory_level is None else (product.inventory_level,)
    return etag(product.version, *stock)
