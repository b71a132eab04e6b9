"""Shadow prices in the database. Every statement names the tenant."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from shopwright.infra.db import UnitOfWork

_COPIED: Final = (
    "policy_id", "product_id", "strategy", "outcome", "currency", "current_price", "live_price", "shadow_price",
    "confidence", "reason", "gain",
)  # fmt: skip
_NAMES: Final = ", ".join(_COPIED)
_REPLACED: Final = ", ".join(f"{name} = excluded.{name}" for name in ("run_id", "at", *_COPIED[2:]))


class ShadowRepository:
    """The questions about shadow prices of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, run_id: UUID, at: datetime, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows by one COPY; those of the same day are replaced.

        A row is policy, product, strategy, outcome, currency, price in force, price decided, price in shadow, confidence,
        reason, gain.
        """
        connection = self._unit.connection
        await connection.execute("create temp table staged_shadow (like shadow_price) on commit drop")
        await connection.execute(
            "alter table staged_shadow alter tenant_id drop not null, alter day drop not null,"
            " alter run_id drop not null, alter at drop not null"
        )
        await connection.copy_records_to_table("staged_shadow", records=rows, columns=list(_COPIED))
        await connection.execute(
            f"""insert into shadow_price (tenant_id, day, run_id, at, {_NAMES})
                select $1, ($3::timestamptz at time zone 'UTC')::date, $2, $3, {_NAMES} from staged_shadow
                on conflict (tenant_id, policy_id, day, product_id) do update
                   set {_REPLACED}""",
            self._unit.tenant,
            run_id,
            at,
        )
        await connection.execute("drop table staged_shadow")

    async def forget(self, before: date) -> None:
        """Remove what is older than a day."""
        await self._unit.connection.execute(
            "delete from shadow_price where tenant_id = $1 and day < $2", self._unit.tenant, before
        )

    async def list_page(
        self,
        policy_id: UUID | None,
        product_id: UUID | None,
        day: date | None,
        after: tuple[date, UUID, UUID] | None,
        limit: int,
    ) -> list[dict[str, Any]]:
        """Return shadow prices with their products, the newest day first, behind (day, policy, product)."""
        last = after or (None, None, None)
        rows = await self._unit.connection.fetch(
            """select s.policy_id, s.day, s.product_id, p.sku, p.name as product_name, s.run_id, s.at, s.strategy,
                      s.outcome, s.currency, s.current_price, s.live_price, s.shadow_price, s.confidence, s.reason, s.gain
                 from shadow_price s join product p on p.tenant_id = s.tenant_id and p.id = s.product_id
                where s.tenant_id = $1 and ($2::uuid is null or s.policy_id = $2)
                  and ($3::uuid is null or s.product_id = $3) and ($4::date is null or s.day = $4)
                  and ($5::date is null or s.day < $5 or (s.day = $5 and (s.policy_id, s.product_id) > ($6, $7::uuid)))
                order by s.day desc, s.policy_id, s.product_id limit $8""",
            self._unit.tenant,
            policy_id,
            product_id,
            day,
            *last,
            limit,
        )
        return [dict(row) for row in rows]
