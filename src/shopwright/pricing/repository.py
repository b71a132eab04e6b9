"""Proposals, runs and holds in the database. Bulk rows enter by COPY into a staging table, then one INSERT."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from shopwright.infra.db import UnitOfWork
from shopwright.pricing.expectation import Expectation
from shopwright.pricing.proposals import (
    Approval,
    Proposal,
    ProposalFilter,
    ProposalNotFound,
    ProposalOrder,
    ProposalState,
    ProposalTotal,
)

_COLUMNS: Final = """
  p.id, p.run_id, p.product_id, p.policy_id, p.state, p.current_price, p.proposed_price, p.currency, p.tax_basis,
  p.margin_ppm, p.expected, p.strategy, p.binding, p.confidence, p.reason, p.explanation, p.approvals,
  p.approvals_needed, p.decided_by, p.decided_at, p.decision_reason, p.apply_at, p.sent_at, p.confirmed_at,
  p.failure, p.product_version, p.created_at, p.expires_at, p.version, c.sku, c.name as product_name
"""
_FROM: Final = "from proposal p join product c on c.tenant_id = p.tenant_id and c.id = p.product_id"
_STAGED: Final = (
    "id", "run_id", "product_id", "policy_id", "state", "current_price", "proposed_price", "currency", "tax_basis",
    "margin_ppm", "expected", "strategy", "binding", "confidence", "reason", "explanation", "approvals_needed",
    "decided_at", "apply_at", "product_version", "created_at", "expires_at",
)  # fmt: skip
_ORDERS: Final = {
    ProposalOrder.NEWEST: ("p.id < $8", "p.id desc"),
    ProposalOrder.STAKE: ("(p.stake, p.id) < ($8, $9)", "p.stake desc, p.id desc"),
}


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A proposal as a run makes it. The explanation is written as JSON as it is: whatever msgspec can encode."""

    id: UUID
    product_id: UUID
    policy_id: UUID | None
    state: ProposalState
    current_price: Decimal
    proposed_price: Decimal
    currency: str
    tax_basis: str
    margin_ppm: int | None
    expected: Expectation | None
    strategy: str
    binding: tuple[str, ...]
    confidence: int
    reason: str
    explanation: object
    approvals_needed: int
    decided_at: datetime | None
    apply_at: datetime | None
    product_version: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewHold:
    """A product that a run gave no price, with the reasons."""

    product_id: UUID
    outcome: str
    reasons: tuple[str, ...]
    explanation: object


class ProposalRepository:
    """The questions that the services ask about proposals of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def get(self, proposal_id: UUID, *, locked: bool = False) -> Proposal:
        """Return one proposal, locked for change if asked. Raises ProposalNotFound."""
        lock = "for update of p" if locked else ""
        row = await self._unit.connection.fetchrow(
            f"select {_COLUMNS} {_FROM} where p.tenant_id = $1 and p.id = $2 {lock}", self._unit.tenant, proposal_id
        )
        if row is None:
            raise ProposalNotFound("There is no such proposal.", id=str(proposal_id))
        return _proposal(row)

    async def list_locked(self, ids: Sequence[UUID]) -> list[Proposal]:
        """Return those of the proposals that exist, locked in a fixed order so that two callers cannot deadlock."""
        rows = await self._unit.connection.fetch(
            f"select {_COLUMNS} {_FROM} where p.tenant_id = $1 and p.id = any($2) order by p.id for update of p",
            self._unit.tenant,
            list(ids),
        )
        return [_proposal(row) for row in rows]

    async def list_page(
        self, wanted: ProposalFilter, order: ProposalOrder, after: tuple[Any, ...] | None, limit: int
    ) -> list[Proposal]:
        """Return up to `limit` proposals behind `after`: an id, or a stake and an id, as the order has it."""
        behind, ordered = _ORDERS[order]
        rows = await self._unit.connection.fetch(
            f"""select {_COLUMNS} {_FROM}
                 where p.tenant_id = $1
                   and ($2::text[] is null or p.state = any($2))
                   and ($3::uuid is null or p.run_id = $3)
                   and ($4::uuid is null or p.product_id = $4)
                   and ($5::text is null or c.category = $5)
                   and ($6::int is null or p.confidence >= $6)
                   {"" if after is None else f"and {behind}"}
                 order by {ordered}
                 limit $7""",
            self._unit.tenant,
            None if wanted.states is None else [state.value for state in wanted.states],
            wanted.run_id,
            wanted.product_id,
            wanted.category,
            wanted.min_confidence,
            limit,
            *(after or ()),
        )
        return [_proposal(row) for row in rows]

    async def totals(self) -> list[ProposalTotal]:
        """Return the totals of proposals by state and currency."""
        rows = await self._unit.connection.fetch(
            """select state, currency, count(*) as proposals, count(expected #>> '{gain,1}') as expected,
                      coalesce(sum((expected #>> '{gain,0}')::numeric), 0) as low,
                      coalesce(sum((expected #>> '{gain,1}')::numeric), 0) as middle,
                      coalesce(sum((expected #>> '{gain,2}')::numeric), 0) as high
                 from proposal where tenant_id = $1 group by state, currency order by state, currency""",
            self._unit.tenant,
        )
        return [
            ProposalTotal(
                ProposalState(row["state"]), row["currency"], row["proposals"], row["expected"],
                (row["low"], row["middle"], row["high"]),
            )
            for row in rows
        ]  # fmt: skip

    async def list_due(self, now: datetime, limit: int) -> list[UUID]:
        """Return approved proposals whose time to go live has come, oldest first."""
        rows = await self._unit.connection.fetch(
            """select id from proposal
                where tenant_id = $1 and state = 'approved' and apply_at <= $2 order by apply_at, id limit $3""",
            self._unit.tenant,
            now,
            limit,
        )
        return [row["id"] for row in rows]

    async def save(self, changed: Sequence[Proposal]) -> None:
        """Write the deciding fields of proposals that were read locked, in one statement."""
        if not changed:
            return
        await self._unit.connection.execute(
            """update proposal p set
                 state = n.state, proposed_price = n.proposed_price, approvals = n.approvals, decided_by = n.decided_by,
                 decided_at = n.decided_at, decision_reason = n.decision_reason, apply_at = n.apply_at,
                 sent_at = n.sent_at, confirmed_at = n.confirmed_at, failure = n.failure,
                 explanation = n.explanation, margin_ppm = n.margin_ppm, binding = n.binding,
                 approvals_needed = n.approvals_needed, reason = n.reason, expected = n.expected, version = p.version + 1
               from jsonb_to_recordset($2) as n(
                 id uuid, state text, proposed_price numeric, approvals jsonb, decided_by uuid, decided_at timestamptz,
                 decision_reason text, apply_at timestamptz, sent_at timestamptz, confirmed_at timestamptz,
                 failure text, explanation jsonb, margin_ppm bigint, binding text[], approvals_needed smallint,
                 reason text, expected jsonb)
               where p.tenant_id = $1 and p.id = n.id""",
            self._unit.tenant,
            [_as_json(proposal) for proposal in changed],
        )

    async def add_all(self, run_id: UUID, rows: Sequence[NewProposal]) -> None:
        """Insert the proposals of a run by COPY, superseding older ones that nobody decided."""
        connection, tenant, now = self._unit.connection, self._unit.tenant, self._unit.clock.now()
        await connection.execute(
            """update proposal set state = 'superseded', version = version + 1
                where tenant_id = $1 and state = 'proposed' and product_id = any($2)""",
            tenant,
            [row.product_id for row in rows],
        )
        await connection.execute("create temp table staged_proposal (like proposal including defaults) on commit drop")
        await connection.execute("alter table staged_proposal alter tenant_id drop not null")
        await connection.copy_records_to_table(
            "staged_proposal", records=(_staged(run_id, row, now) for row in rows), columns=_STAGED
        )
        columns = ", ".join(_STAGED)
        await connection.execute(
            f"insert into proposal (tenant_id, {columns}) select $1, {columns} from staged_proposal", tenant
        )
        await connection.execute("drop table staged_proposal")

    async def replace_holds(self, run_id: UUID, rows: Sequence[NewHold], priced: Sequence[UUID]) -> None:
        """Keep the newest reason for each product without a price; forget those that have one now."""
        connection, tenant = self._unit.connection, self._unit.tenant
        await connection.execute(
            "delete from price_hold where tenant_id = $1 and product_id = any($2)", tenant, list(priced)
        )
        await connection.execute(
            """insert into price_hold (tenant_id, product_id, run_id, outcome, reasons, explanation, at)
               select $1, n.product_id, $2, n.outcome, n.reasons, n.explanation, $3
                 from jsonb_to_recordset($4) as n(product_id uuid, outcome text, reasons text[], explanation jsonb)
               on conflict (tenant_id, product_id) do update set
                 run_id = excluded.run_id, outcome = excluded.outcome, reasons = excluded.reasons,
                 explanation = excluded.explanation, at = excluded.at""",
            tenant,
            run_id,
            self._unit.clock.now(),
            [
                {"product_id": row.product_id, "outcome": row.outcome, "reasons": row.reasons,
                 "explanation": row.explanation}
                for row in rows
            ],
        )  # fmt: skip

    async def list_holds(
        self, outcome: str | None, reason: str | None, after: UUID | None, limit: int
    ) -> list[dict[str, Any]]:
        """Return products without a new price behind the one with id `after`, in the order of their ids."""
        rows = await self._unit.connection.fetch(
            """select h.product_id, c.sku, c.name as product_name, h.outcome, h.reasons, h.explanation, h.at
                 from price_hold h join product c on c.tenant_id = h.tenant_id and c.id = h.product_id
                where h.tenant_id = $1
                  and ($2::text is null or h.outcome = $2)
                  and ($3::text is null or $3 = any(h.reasons))
                  and ($4::uuid is null or h.product_id > $4)
                order by h.product_id
                limit $5""",
            self._unit.tenant,
            outcome,
            reason,
            after,
            limit,
        )
        return [dict(row) for row in rows]

    async def list_prices(self, after: UUID | None, limit: int) -> list[dict[str, Any]]:
        """Return products with their price and their open proposal, if any, in the order of their ids."""
        rows = await self._unit.connection.fetch(
            """select c.id as product_id, c.sku, c.name as product_name, c.currency, c.price, p.proposed_price,
                      p.id as proposal_id, p.state, p.reason, c.updated_at
                 from product c
                 left join proposal p on p.tenant_id = c.tenant_id and p.product_id = c.id
                      and p.state in ('proposed', 'approved', 'sent', 'unknown')
                where c.tenant_id = $1 and c.status = 'active' and ($2::uuid is null or c.id > $2)
                order by c.id
                limit $3""",
            self._unit.tenant,
            after,
            limit,
        )
        return [dict(row) for row in rows]

    async def products_in_flight(self) -> set[UUID]:
        """Return products with an approved or unconfirmed price: no next one is computed for them."""
        rows = await self._unit.connection.fetch(
            "select product_id from proposal where tenant_id = $1 and state in ('approved', 'sent', 'unknown')",
            self._unit.tenant,
        )
        return {row["product_id"] for row in rows}

    async def applied_since(self, since: datetime) -> int:
        """Count the prices that were sent since a moment."""
        count: int = await self._unit.connection.fetchval(
            "select count(*) from proposal where tenant_id = $1 and sent_at >= $2", self._unit.tenant, since
        )
        return count

    async def expire(self, now: datetime) -> list[UUID]:
        """Close the proposals that nobody decided in time; return them."""
        rows = await self._unit.connection.fetch(
            """update proposal set state = 'expired', version = version + 1
                where tenant_id = $1 and state = 'proposed' and expires_at <= $2 returning id""",
            self._unit.tenant,
            now,
        )
        return [row["id"] for row in rows]


def _staged(run_id: UUID, row: NewProposal, now: datetime) -> tuple[Any, ...]:
    return (
        row.id, run_id, row.product_id, row.policy_id, row.state.value, row.current_price, row.proposed_price,
        row.currency, row.tax_basis, row.margin_ppm, row.expected, row.strategy, list(row.binding), row.confidence,
        row.reason, row.explanation, row.approvals_needed, row.decided_at, row.apply_at, row.product_version, now,
        row.expires_at,
    )  # fmt: skip


def _as_json(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "state": proposal.state.value,
        "proposed_price": str(proposal.proposed_price),
        "approvals": [{"member": str(a.member), "at": a.at.isoformat()} for a in proposal.approvals],
        "decided_by": proposal.decided_by,
        "decided_at": proposal.decided_at,
        "decision_reason": proposal.decision_reason,
        "apply_at": proposal.apply_at,
        "sent_at": proposal.sent_at,
        "confirmed_at": proposal.confirmed_at,
        "failure": proposal.failure,
        "explanation": proposal.explanation,
        "margin_ppm": proposal.margin_ppm,
        "binding": proposal.binding,
        "approvals_needed": proposal.approvals_needed,
        "reason": proposal.reason,
        "expected": proposal.expected,
    }


def _proposal(row: Any) -> Proposal:
    return Proposal(
        id=row["id"],
        run_id=row["run_id"],
        product_id=row["product_id"],
        sku=row["sku"],
        product_name=row["product_name"],
        policy_id=row["policy_id"],
        state=ProposalState(row["state"]),
        current_price=row["current_price"],
        proposed_price=row["proposed_price"],
        currency=row["currency"],
        tax_basis=row["tax_basis"],
        margin_ppm=row["margin_ppm"],
        expected=None if row["expected"] is None else msgspec.convert(row["expected"], Expectation),
        strategy=row["strategy"],
        binding=tuple(row["binding"]),
        confidence=row["confidence"],
        reason=row["reason"],
        explanation=row["explanation"],
        approvals=tuple(
            Approval(UUID(item["member"]), datetime.fromisoformat(item["at"])) for item in row["approvals"]
        ),
        approvals_needed=row["approvals_needed"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        decision_reason=row["decision_reason"],
        apply_at=row["apply_at"],
        sent_at=row["sent_at"],
        confirmed_at=row["confirmed_at"],
        failure=row["failure"],
        product_version=row["product_version"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        version=row["version"],
    )
