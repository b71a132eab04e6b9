"""Logs: JSON lines (or text for people) with request, trace, tenant and task ids, redacted, on one stream.

Modules write `_log = structlog.get_logger(__name__)` and `_log.info("orders imported", rows=3)`. What libraries say
through the standard library takes the same way. Nothing else of the program configures logging.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO
from uuid import UUID

import msgspec
import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import Processor

from shopwright.infra.settings import LogFormat, LogSettings
from shopwright.infra.telemetry.redaction import redact

_CHATTY: Final = ("httpx2", "httpcore2", "asyncio", "uvicorn.access", "pgqueuer", "alembic", "cashews", "fsspec")
_OWN_HANDLERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic")


def configure_logging(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Send every log of this process to `stream` (standard error by default). Called once, at start."""
    out = stream or sys.stderr
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared = _shared_processors(settings.format)
    last = _renderers(settings.format, colours=out.isatty())
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    for name in _OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


@contextmanager
def log_context(
    *,
    request_id: str | None = None,
    trace_id: str | None = None,
    tenant_id: UUID | None = None,
    task_id: str | UUID | None = None,
) -> Iterator[None]:
    """Put ids into every log line of the block, tasks that it starts included. Missing ids stay as they were."""
    given = {"request_id": request_id, "trace_id": trace_id, "tenant_id": tenant_id, "task_id": task_id}
    bound = {name: str(value) for name, value in given.items() if value is not None}
    tokens = structlog.contextvars.bind_contextvars(**bound)
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**tokens)


def _shared_processors(form: LogFormat) -> list[Processor]:
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if form is LogFormat.JSON:  # without local variables: they hold whatever the function was given
        transform = ExceptionDictTransformer(show_locals=False)
        processors.append(structlog.processors.ExceptionRenderer(transform))
    return processors


def _renderers(form: LogFormat, *, colours: bool) -> list[Processor]:
    if form is LogFormat.JSON:
        return [redact, _as_json]
    plain = structlog.dev.plain_traceback
    return [redact, structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]


_encoder = msgspec.json.Encoder(enc_hook=str)


def _as_json(_logger: Any, _method: str, entry: Any) -> str:
    return _encoder.encode(entry).decode()
