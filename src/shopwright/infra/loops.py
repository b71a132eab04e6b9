"""Work that a process does for as long as it lives: no error ends it, and none goes unsaid."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shopwright.kit.errors import ShopwrightError

_log = structlog.get_logger(__name__)
_AFTER_ERROR = 1.0


async def keep_on(
    name: str,
    step: Callable[[], Awaitable[object]],
    *,
    expected: tuple[type[Exception], ...] = (),
    after_error: float = _AFTER_ERROR,
) -> None:
    """Repeat a step until cancelled; when it raises, say so, wait so many seconds and go on.

    Errors that happen to a sound program, such as a lost server, are logged without their stack: those of the
    domain, of the system, and the `expected` ones.
    """
    while not is_cancelled():
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - this is where errors of loops are meant to end
            usual = isinstance(error, (ShopwrightError, OSError, *expected))
            _log.warning("loop_disturbed", loop=name, error=repr(error), exc_info=None if usual else error)
            await asyncio.sleep(after_error)
    raise asyncio.CancelledError


def is_cancelled() -> bool:
    """Tell whether the present task was cancelled, even if a library below has swallowed the error that says so."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
