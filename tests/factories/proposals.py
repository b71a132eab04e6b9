"""Products and proposals of a shop, straight in the database."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from shopwright.infra.db import UnitOfWork
from shopwright.kit.ids import new_id
from shopwright.pricing.proposals import ProposalState
from shopwright.pricing.repository import NewProposal, ProposalRepository


async def product(unit: UnitOfWork, sku: str, **columns: Any) -> UUID:
    """Insert a product that may be priced: cost 5, bounds 6 to 20, price 10 EUR."""
    values: dict[str, Any] = {
        "name": f"Product {sku}", "currency": "EUR", "tax_basis": "gross", "price": Decimal(10), "cost": Decimal(5),
        "min_price": Decimal(6), "max_price": Decimal(20), "category": None, "brand": None, **columns,
    }  # fmt: skip
    identifier = new_id(unit.tenant, unit.clock.now())
    names = ", ".join(values)
    places = ", ".join(f"${n}" for n in range(4, 4 + len(values)))
    await unit.connection.execute(
        f"insert into product (tenant_id, id, sku, normalised_sku, {names}) values ($1, $2, $3, upper($3), {places})",
        unit.tenant, identifier, sku, *values.values(),
    )  # fmt: skip
    return identifier


def new_proposal(unit: UnitOfWork, product_id: UUID, **changes: Any) -> NewProposal:
    """A proposal from 10.00 to 9.50 EUR for a product."""
    values: dict[str, Any] = {
        "id": new_id(unit.tenant, unit.clock.now()), "product_id": product_id, "policy_id": None,
        "state": ProposalState.PROPOSED, "current_price": Decimal(10), "proposed_price": Decimal("9.50"),
        "currency": "EUR", "tax_basis": "gross", "margin_ppm": 300_000, "expected": None, "strategy": "rule_based",
        "binding": ("max_daily_change",), "confidence": 80, "reason": "Two rivals are cheaper.", "explanation": {},
        "approvals_needed": 1, "decided_at": None, "apply_at": None, "product_version": 1,
        "expires_at": unit.clock.now() + timedelta(hours=72), **changes,
    }  # fmt: skip
    return NewProposal(**values)


async def proposals(unit: UnitOfWork, count: int, **changes: Any) -> list[UUID]:
    """Insert products with a proposal each; return the proposals' ids."""
    rows = [new_proposal(unit, await product(unit, f"P-{n}"), **changes) for n in range(count)]
    await ProposalRepository(unit).add_all(new_id(unit.tenant, unit.clock.now()), rows)
    return [row.id for row in rows]
