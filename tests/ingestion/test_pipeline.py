import asyncio
import threading
import time
from collections.abc import Iterator

import polars as pl
import pytest

from shopwright.ingestion.pipeline import in_thread
from shopwright.ingestion.tally import Tally
from shopwright.ingestion.validation import Validated


class Producer:
    """Counts what was drawn from it, in which thread."""

    def __init__(self, items: int, fails_at: int | None = None) -> None:
        self.items = items
        self.fails_at = fails_at
        self.drawn = 0
        self.threads: set[int] = set()
        self.working = False

    def __iter__(self) -> Iterator[int]:
        for item in range(self.items):
            self.working = True
            self.threads.add(threading.get_ident())
            time.sleep(0.01)
            if item == self.fails_at:
                raise ValueError("no more")
            self.drawn += 1
            self.working = False
            yield item


async def test_items_come_in_order_from_one_other_thread() -> None:
    producer = Producer(20)
    async with in_thread(iter(producer)) as items:
        assert [item async for item in items] == list(range(20))
    assert len(producer.threads) == 1
    assert producer.threads != {threading.get_ident()}


async def test_at_most_two_items_wait() -> None:
    producer = Producer(20)
    async with in_thread(iter(producer)) as items:
        async for item in items:
            await asyncio.sleep(0.1)
            assert producer.drawn <= item + 3
            if item == 3:
                break


@pytest.mark.parametrize("fails_at", [0, 5])
async def test_what_goes_wrong_in_the_thread_is_raised_where_items_are_taken(fails_at: int) -> None:
    taken = []
    with pytest.raises(ValueError, match="no more"):
        async with in_thread(iter(Producer(20, fails_at))) as items:
            async for item in items:
                taken.append(item)  # noqa: PERF401 - what came before the failure counts
    assert taken == list(range(fails_at))


async def test_the_thread_has_stopped_when_the_block_is_left() -> None:
    producer = Producer(1_000)
    with pytest.raises(LookupError):
        async with in_thread(iter(producer)) as items:
            async for _ in items:
                raise LookupError
    drawn = producer.drawn
    assert not producer.working
    await asyncio.sleep(0.05)
    assert producer.drawn == drawn


def outcome(rejects: list[tuple[int, str]], handled: list[tuple[int | None, str]]) -> Validated:
    empty = pl.DataFrame(schema={"_row": pl.Int64})
    return Validated(
        valid=empty,
        rejects=pl.DataFrame(
            [(row, "Price", "price", "x", "an amount", rule) for row, rule in rejects],
            schema=["row", "column", "field", "found", "expected", "rule"],
            orient="row",
        ),
        rejected_rows=pl.DataFrame({"_row": [row for row, _ in rejects]}).unique(),
        handled=pl.DataFrame(
            [(row, name, "default", "EUR", "the shop's own") for row, name in handled],
            schema={
                "row": pl.Int64, "field": pl.String, "strategy": pl.String, "value": pl.String, "reason": pl.String,
            },
            orient="row",
        ),
    )  # fmt: skip


def test_a_tally_adds_batches_up() -> None:
    tally = Tally()
    dropped = pl.DataFrame({"row": [7], "kept_row": [9], "reason": ["older"]})
    tally.add(10, outcome([(3, "number"), (4, "number"), (4, "range")], [(1, "currency"), (2, "currency")]), dropped)
    tally.add(10, outcome([(13, "number")], [(11, "currency"), (None, "tax_basis")]), dropped)
    assert (tally.read, tally.rejected, tally.duplicates) == (20, 3, {"older": 2})
    assert [(group.rule, group.rows, group.first_row) for group in tally.reject_groups] == [
        ("number", 3, 3),
        ("range", 1, 4),
    ]
    assert [(each.field, each.rows) for each in tally.handled] == [("currency", 3), ("tax_basis", None)]
