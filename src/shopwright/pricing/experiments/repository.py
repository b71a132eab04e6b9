"""Experiments with their clusters and products in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from shopwright.infra.db import UnitOfWork
from shopwright.pricing.experiments.assignment import Assignment, Clusters
from shopwright.pricing.experiments.domain import Experiment, ExperimentNotFound, State
from shopwright.pricing.experiments.protocol import Protocol

_COLUMNS: Final = """id, name, state, protocol, category, brand, control_policy, treatment_policy, seed, currency,
  started_on, ended_at, end_reason, report, created_at, version"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cluster as it was drawn, with the number of its products."""

    number: int
    name: str
    pair: int
    arms: list[int]
    products: int


class ExperimentRepository:
    """The questions that the service asks about experiments of one tenant."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def add(self, experiment: Experiment) -> None:
        """Insert a draft."""
        await self._unit.connection.execute(
            """insert into experiment (tenant_id, id, name, state, protocol, category, brand, control_policy,
                                       treatment_policy, seed, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
            self._unit.tenant,
            experiment.id,
            experiment.name,
            experiment.state.value,
            msgspec.to_builtins(experiment.protocol),
            experiment.category,
            experiment.brand,
            experiment.control_policy,
            experiment.treatment_policy,
            experiment.seed,
            experiment.created_at,
        )

    async def save(self, experiment: Experiment) -> None:
        """Write what changes over the life of an experiment that was read locked."""
        await self._unit.connection.execute(
            """update experiment set state = $3, currency = $4, started_on = $5, ended_at = $6, end_reason = $7,
                      report = $8, version = $9
                where tenant_id = $1 and id = $2""",
            self._unit.tenant,
            experiment.id,
            experiment.state.value,
            experiment.currency,
            experiment.started_on,
            experiment.ended_at,
            experiment.end_reason,
            experiment.report,
            experiment.version,
        )

    async def get(self, experiment_id: UUID, *, locked: bool = False) -> Experiment:
        """Return one experiment. Raises ExperimentNotFound."""
        lock = "for update" if locked else ""
        row = await self._unit.connection.fetchrow(
            f"select {_COLUMNS} from experiment where tenant_id = $1 and id = $2 {lock}",
            self._unit.tenant,
            experiment_id,
        )
        if row is None:
            raise ExperimentNotFound("There is no such experiment.", id=str(experiment_id))
        return _experiment(row)

    async def list_page(self, state: State | None, after: UUID | None, limit: int) -> list[Experiment]:
        """Return experiments, newest first, behind the one with id `after`."""
        rows = await self._unit.connection.fetch(
            f"""select {_COLUMNS} from experiment
                 where tenant_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or id < $3)
                 order by id desc limit $4""",
            self._unit.tenant,
            None if state is None else state.value,
            after,
            limit,
        )
        return [_experiment(row) for row in rows]

    async def list_running(self) -> list[Experiment]:
        """Return the experiments that have a say in prices, oldest first."""
        rows = await self._unit.connection.fetch(
            f"select {_COLUMNS} from experiment where tenant_id = $1 and state = 'running' order by id",
            self._unit.tenant,
        )
        return [_experiment(row) for row in rows]

    async def draw(
        self, experiment_id: UUID, clusters: Clusters, assignment: Assignment, products: Sequence[UUID]
    ) -> None:
        """Keep the arms of clusters and which products they hold, in the order of `clusters.of`."""
        connection, tenant = self._unit.connection, self._unit.tenant
        await connection.execute(
            """insert into experiment_cluster (tenant_id, experiment_id, number, name, pair, arms)
               select $1, $2, n.number, n.name, n.pair, n.arms
                 from jsonb_to_recordset($3) as n(number integer, name text, pair integer, arms smallint[])""",
            tenant,
            experiment_id,
            [
                {"number": number, "name": name, "pair": pair, "arms": arms}
                for number, (name, pair, arms) in enumerate(
                    zip(clusters.names, assignment.pair.tolist(), assignment.arms.tolist(), strict=True)
                )
            ],
        )
        await connection.execute(
            """insert into experiment_product (tenant_id, experiment_id, product_id, cluster)
               select $1, $2, n.product_id, n.cluster from unnest($3::uuid[], $4::integer[]) as n(product_id, cluster)""",
            tenant,
            experiment_id,
            list(products),
            clusters.of.tolist(),
        )

    async def clusters(self, experiment_id: UUID) -> list[Drawn]:
        """Return the clusters of an experiment with their arms, none for a draft."""
        rows = await self._unit.connection.fetch(
            """select c.number, c.name, c.pair, c.arms, count(p.product_id)::integer as products
                 from experiment_cluster c
                 left join experiment_product p
                   on p.tenant_id = c.tenant_id and p.experiment_id = c.experiment_id and p.cluster = c.number
                where c.tenant_id = $1 and c.experiment_id = $2
                group by c.number, c.name, c.pair, c.arms order by c.number""",
            self._unit.tenant,
            experiment_id,
        )
        return [Drawn(**dict(row)) for row in rows]

    async def products(self, experiment_id: UUID) -> list[tuple[UUID, list[int]]]:
        """Return the products of an experiment with the arms of their cluster by block."""
        rows = await self._unit.connection.fetch(
            """select p.product_id, c.arms from experiment_product p
                 join experiment_cluster c
                   on c.tenant_id = p.tenant_id and c.experiment_id = p.experiment_id and c.number = p.cluster
                where p.tenant_id = $1 and p.experiment_id = $2""",
            self._unit.tenant,
            experiment_id,
        )
        return [(row["product_id"], row["arms"]) for row in rows]

    async def cluster_of(self, experiment_id: UUID) -> dict[UUID, int]:
        """Return the cluster of each product of an experiment."""
        rows = await self._unit.connection.fetch(
            "select product_id, cluster from experiment_product where tenant_id = $1 and experiment_id = $2",
            self._unit.tenant,
            experiment_id,
        )
        return {row["product_id"]: row["cluster"] for row in rows}

    async def lock_starts(self) -> None:
        """Let nobody else start an experiment in this shop until the transaction ends: both could take the same products."""
        await self._unit.connection.execute(
            "select pg_advisory_xact_lock(hashtextextended('experiments:' || $1::uuid::text, 0))", self._unit.tenant
        )

    async def taken(self, products: Sequence[UUID]) -> int:
        """Count those of the products that take part in a running experiment."""
        count: int = await self._unit.connection.fetchval(
            """select count(*) from experiment_product p
                 join experiment e on e.tenant_id = p.tenant_id and e.id = p.experiment_id and e.state = 'running'
                 join experiment_cluster c
                   on c.tenant_id = p.tenant_id and c.experiment_id = p.experiment_id and c.number = p.cluster
                where p.tenant_id = $1 and p.product_id = any($2) and c.pair >= 0""",
            self._unit.tenant,
            list(products),
        )
        return count

    async def withdraw(self, products: Sequence[UUID], since: datetime) -> None:
        """Supersede proposals for products since a moment that are not in force yet: what made them has ended."""
        await self._unit.connection.execute(
            """update proposal set state = 'superseded', version = version + 1
                where tenant_id = $1 and product_id = any($2) and state in ('approved', 'proposed') and created_at >= $3""",
            self._unit.tenant,
            list(products),
            since,
        )

    async def count_applied(self, experiment_id: UUID, since: datetime) -> int:
        """Count the prices of an experiment's products that went into force since a moment, put back or not."""
        count: int = await self._unit.connection.fetchval(
            """select count(*) from proposal p
                 join experiment_product e on e.tenant_id = p.tenant_id and e.product_id = p.product_id
                where p.tenant_id = $1 and e.experiment_id = $2 and p.confirmed_at >= $3""",
            self._unit.tenant,
            experiment_id,
            since,
        )
        return count

    async def applied(self, products: Sequence[UUID], since: datetime) -> list[UUID]:
        """Return the proposals of products that went into force since a moment and still are the last word, newest last."""
        rows = await self._unit.connection.fetch(
            """select id from proposal
                where tenant_id = $1 and product_id = any($2) and state = 'confirmed' and confirmed_at >= $3
                order by product_version""",
            self._unit.tenant,
            list(products),
            since,
        )
        return [row["id"] for row in rows]


def _experiment(row: Any) -> Experiment:
    values = dict(row)
    protocol = msgspec.convert(values.pop("protocol"), Protocol)
    return Experiment(**{**values, "protocol": protocol, "state": State(values["state"])})
