"""Work that a process does for as long as it lives: no error ends it, and none goes unsaid."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shopwright.kit.errors import ShopwrightError

_log = structlog.get_logger(__name__)
_AFTER_ERROR = 1.0


async def keep_on(name: str, step: Callable[[], Awaitable[object]], *, after_error: float = _AFTER_ERROR) -> None:
    """Repeat a step until cancelled; when it raises, say so, wait so many seconds and go on."""
    while True:
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - this is where errors of loops are meant to end
            expected = isinstance(error, ShopwrightError | OSError)
            _log.warning("loop_disturbed", loop=name, error=repr(error), exc_info=None if expected else error)
            await asyncio.sleep(after_error)
