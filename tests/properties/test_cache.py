import asyncio
from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.infra.cache import MemoryStore
from shopwright.infra.cache.memory import ENTRY_OVERHEAD
from shopwright.infra.telemetry.metrics import Metrics

_ROOM = 4
_LIMIT = _ROOM * (ENTRY_OVERHEAD + 10)
_METRICS = Metrics().cache  # counting does not change the law; building it a hundred times does cost

_steps = st.lists(st.tuples(st.sampled_from(["get", "set"]), st.sampled_from("abcdefgh")), max_size=60)


@pytest.mark.property_test(69)
@given(_steps)
def test_at_the_limit_the_least_recently_used_goes_first(steps: list[tuple[str, str]]) -> None:
    store = MemoryStore(_LIMIT, _METRICS)
    model: OrderedDict[str, bytes] = OrderedDict()

    async def run() -> None:
        for number, (step, key) in enumerate(steps):
            if step == "get":
                assert await store.get(key) == model.get(key)
                if key in model:
                    model.move_to_end(key)
            else:
                value = f"{number:010d}".encode()
                await store.set(key, value, 60)
                model.pop(key, None)
                model[key] = value
                if len(model) > _ROOM:
                    model.popitem(last=False)
        assert store._entries == model

    asyncio.run(run())


@pytest.mark.property_test(69)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 2 * _LIMIT)), max_size=40))
def test_whatever_is_kept_stays_within_the_limit(sizes: list[tuple[str, int]]) -> None:
    store = MemoryStore(_LIMIT, _METRICS)

    async def run() -> None:
        for key, size in sizes:
            await store.set(key, bytes(size), 60)
            held = sum(len(value) + ENTRY_OVERHEAD for value in store._entries.values())
            assert held == store._bytes <= _LIMIT

    asyncio.run(run())
