"""Offers of competitors, loaded as every source loads them."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl

from shopwright.infra.bulk import LoadCounts, as_csv
from shopwright.infra.db import UnitOfWork
from shopwright.kit.ids import new_id
from shopwright.market.loading import STAGED, OfferLoad


async def _chunk(unit: UnitOfWork, rows: tuple[dict[str, Any], ...]) -> AsyncIterator[bytes]:
    offers = []
    for number, row in enumerate(rows, 2):
        values = {
            **dict.fromkeys(STAGED), "competitor": "Rival", "price": Decimal(10), "shipping": Decimal(0),
            "currency": "EUR", "tax_basis": "gross", "availability": "in_stock", "condition": "new",
            "pack_quantity": 1, "promotion": False, "seen_at": unit.clock.now(), "row_number": number, **row,
        }  # fmt: skip
        values["name_key"] = values["name_key"] or values["competitor"].lower()
        values["item_key"] = values["item_key"] or values["sku"] or values["gtin"] or values["mpn"] or values["title"]
        offers.append(values)
    yield as_csv(pl.DataFrame(offers, infer_schema_length=None), list(STAGED))


async def offers(unit: UnitOfWork, *rows: dict[str, Any]) -> tuple[UUID, LoadCounts]:
    """Load offers; return the load's id and what it did."""
    load_id = new_id(unit.tenant, unit.clock.now())
    return load_id, await OfferLoad(unit, load_id, "test").load(_chunk(unit, rows))
