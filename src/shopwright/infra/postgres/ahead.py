"""Starts the embedded server while the program that needs it is still being loaded. Knows nothing of either."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from shopwright.infra.postgres.cluster import EmbeddedPostgres
from shopwright.infra.settings import DatabaseSettings
from shopwright.kit.errors import ShopwrightError


@contextmanager
def started_ahead(settings: DatabaseSettings) -> Iterator[None]:
    """Start the server of the settings, if it is embedded, in a thread; end it with the block if it was started here.

    Whoever opens the database within the block adopts the server, or meets the same error and tells it.
    """
    if settings.url is not None:
        yield
        return
    server = EmbeddedPostgres(settings.state_dir / "postgres", binaries=settings.postgres_bin_dir)
    starting = Thread(target=_start, args=(server,), name="postgres-ahead")
    starting.start()
    try:
        yield
    finally:
        starting.join()
        server.stop()


def _start(server: EmbeddedPostgres) -> None:
    with suppress(ShopwrightError, OSError):
        server.start()
