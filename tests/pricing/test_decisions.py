from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.factories import proposals as made

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.time import FixedClock
from shopwright.pricing.decisions import ApplyTimeInPast, DecisionService, TooManyRows
from shopwright.pricing.proposals import (
    Outcome,
    ProposalExpired,
    ProposalFilter,
    ProposalNotFound,
    ProposalOrder,
    ProposalState,
    SecondPersonNeeded,
    WrongState,
)
from shopwright.pricing.repository import ProposalRepository

GRACE = timedelta(minutes=10)
ANNA, BORIS = uuid4(), uuid4()


async def journal_names(database: Database, tenant: TenantId) -> list[str]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch("select name from journal where tenant_id = $1 order by id", tenant)
    return [row["name"] for row in rows]


async def test_an_approved_price_goes_live_after_the_grace_time(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        [proposal] = await made.proposals(unit, 1)
        approved = await DecisionService(unit, ANNA).approve(proposal)
        assert await ProposalRepository(unit).list_due(unit.clock.now() + GRACE, 10) == [proposal]
        assert await ProposalRepository(unit).list_due(unit.clock.now(), 10) == []
    assert (approved.state, approved.apply_at) == (ProposalState.APPROVED, database.clock.now() + GRACE)
    assert await journal_names(database, tenant) == ["pricing.proposal_approved"]


async def test_a_large_change_waits_for_a_second_person(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        [proposal] = await made.proposals(unit, 1, approvals_needed=2)
        first = await DecisionService(unit, ANNA).approve(proposal)
        assert first.state is ProposalState.PROPOSED
        with pytest.raises(SecondPersonNeeded):
            await DecisionService(unit, ANNA).approve(proposal)
        second = await DecisionService(unit, BORIS).approve(proposal)
    assert second.state is ProposalState.APPROVED
    assert [approval.member for approval in second.approvals] == [ANNA, BORIS]


async def test_an_expired_proposal_is_not_approved(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    async with database.unit(tenant) as unit:
        [proposal] = await made.proposals(unit, 1)
    clock.advance(timedelta(hours=73))
    with pytest.raises(ProposalExpired):
        async with database.unit(tenant) as unit:
            await DecisionService(unit, ANNA).approve(proposal)
    assert await journal_names(database, tenant) == []


async def test_a_rejected_proposal_keeps_the_reason_and_stays_rejected(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        service = DecisionService(unit, ANNA)
        [proposal] = await made.proposals(unit, 1)
        await service.reject(proposal, "Too cheap for the brand")
        with pytest.raises(WrongState):
            await service.approve(proposal)
        kept = await ProposalRepository(unit).get(proposal)
    assert (kept.state, kept.decision_reason) == (ProposalState.REJECTED, "Too cheap for the brand")


async def test_an_approval_is_undone_before_it_is_live(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        service = DecisionService(unit, ANNA)
        approved, untouched = await made.proposals(unit, 2)
        await service.approve(approved)
        undone = await service.undo_many([approved, untouched])
        kept = await ProposalRepository(unit).get(approved)
    assert undone.counts == {"done": 1, "wrong_state": 1}
    assert (kept.state, kept.approvals, kept.apply_at) == (ProposalState.PROPOSED, (), None)


async def test_a_bulk_decision_says_what_it_left_alone(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        service = DecisionService(unit, ANNA)
        one, two, three = await made.proposals(unit, 3)
        await service.reject(two, "no")
        gone = new_id(tenant, unit.clock.now())
        outcome = await service.approve_many([one, two, gone, three, one])
    assert {row.id: row.outcome for row in outcome.rows} == {
        one: Outcome.DONE, two: Outcome.WRONG_STATE, gone: Outcome.NOT_FOUND, three: Outcome.DONE,
    }  # fmt: skip
    names = await journal_names(database, tenant)
    assert names.count("pricing.proposal_approved") == 2


async def test_a_time_to_go_live_lies_in_the_future(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        [proposal] = await made.proposals(unit, 1)
        with pytest.raises(ApplyTimeInPast):
            await DecisionService(unit, ANNA).approve(proposal, apply_at=unit.clock.now() - timedelta(seconds=1))
        with pytest.raises(TooManyRows):
            await DecisionService(unit, ANNA).approve_many([UUID(int=n) for n in range(10_001)])


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_and_decides_nothing(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    async with database.unit(tenant) as unit:
        [proposal] = await made.proposals(unit, 1)
    async with database.unit(other_tenant) as unit:
        assert await ProposalRepository(unit).list_page(ProposalFilter(), ProposalOrder.NEWEST, None, 10) == []
        with pytest.raises(ProposalNotFound):
            await DecisionService(unit, BORIS).approve(proposal)
        outcome = await DecisionService(unit, BORIS).reject_many([proposal], "mine")
        assert outcome.counts == {"not_found": 1}
    async with database.unit(tenant) as unit:
        assert (await ProposalRepository(unit).get(proposal)).state is ProposalState.PROPOSED


async def test_a_new_run_supersedes_what_nobody_decided(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        repository = ProposalRepository(unit)
        product = await made.product(unit, "X")
        old, new = made.new_proposal(unit, product), made.new_proposal(unit, product)
        await repository.add_all(new_id(tenant, unit.clock.now()), [old])
        await repository.add_all(new_id(tenant, unit.clock.now()), [new])
        assert (await repository.get(old.id)).state is ProposalState.SUPERSEDED
        open_ones = await repository.list_page(
            ProposalFilter(states=(ProposalState.PROPOSED,)), ProposalOrder.NEWEST, None, 10
        )
    assert [proposal.id for proposal in open_ones] == [new.id]
