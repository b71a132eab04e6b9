"""Clients that are closed at the end of their test."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from tests.infra.http.calls import OPEN, Calls

from shopwright.infra.settings import OutgoingSettings
from shopwright.kit.time import FixedClock


@pytest.fixture
async def calling(clock: FixedClock) -> AsyncIterator[Callable[..., Calls]]:
    made: list[Calls] = []

    def make(settings: OutgoingSettings = OPEN, **more: Any) -> Calls:
        made.append(Calls(settings, clock, **more))
        return made[-1]

    yield make
    for one in made:
        await one.client.close()
