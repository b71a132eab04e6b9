import asyncio

import pytest
import structlog

from shopwright.infra.loops import keep_on
from shopwright.kit.errors import Unavailable


async def test_no_error_ends_a_loop_and_none_goes_unsaid() -> None:
    calls = 0

    async def step() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise Unavailable("away")
        if calls == 2:
            raise ZeroDivisionError
        await asyncio.sleep(3600)

    with structlog.testing.capture_logs() as said:
        task = asyncio.create_task(keep_on("a loop", step, after_error=0))
        async with asyncio.timeout(5):
            while calls < 3:  # noqa: ASYNC110 - the loop counts in another task
                await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [line["loop"] for line in said] == ["a loop", "a loop"]
    assert said[0]["exc_info"] is None
    assert isinstance(said[1]["exc_info"], ZeroDivisionError)


async def test_a_loop_ends_though_its_step_swallows_the_cancellation() -> None:
    begun = asyncio.Event()

    async def step() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            return

    task = asyncio.create_task(keep_on("a loop", step))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()
