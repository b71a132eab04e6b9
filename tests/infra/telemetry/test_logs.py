import asyncio
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog

from shopwright.infra.settings import LogFormat, LogLevel, LogSettings
from shopwright.infra.telemetry.logs import configure_logging, log_context

TENANT = UUID(int=7)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A stream that takes the logs, in a process whose logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def configure(stream: io.StringIO, form: LogFormat = LogFormat.JSON, level: LogLevel = LogLevel.INFO) -> Any:
    configure_logging(LogSettings(level=level, format=form), stream)
    return structlog.get_logger("shopwright.test")


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_and_the_ids_of_its_work(stream: io.StringIO) -> None:
    log = configure(stream)
    with log_context(request_id="r1", trace_id="t1"), log_context(tenant_id=TENANT, task_id="k1"):
        log.info("orders imported", rows=3)
    log.info("after")
    first, second = lines(stream)
    assert first["event"] == "orders imported"
    assert first["rows"] == 3
    assert (first["level"], first["timestamp"][-1]) == ("info", "Z")
    assert (first["request_id"], first["trace_id"]) == ("r1", "t1")
    assert (first["tenant_id"], first["task_id"]) == (str(TENANT), "k1")
    assert "request_id" not in second


async def test_tasks_inherit_the_ids_and_keep_their_own(stream: io.StringIO) -> None:
    log = configure(stream)

    async def work(task: str) -> None:
        with log_context(task_id=task):
            await asyncio.sleep(0)
            log.info("worked", of=task)

    with log_context(request_id="r1"):
        await asyncio.gather(work("a"), work("b"))
    assert [(line["of"], line["task_id"], line["request_id"]) for line in lines(stream)] == [
        ("a", "a", "r1"),
        ("b", "b", "r1"),
    ]


def test_secrets_and_personal_data_do_not_reach_the_stream(stream: io.StringIO) -> None:
    log = configure(stream)
    log.warning("login failed for ann@mail.example", password="hunter2", headers={"authorization": "hunter2"})
    logging.getLogger("library").warning("called https://api.example/?api_key=%s", "hunter2", extra={"email": "a@b.c"})
    assert "hunter2" not in stream.getvalue()
    assert "ann@" not in stream.getvalue()
    assert len(lines(stream)) == 2


def test_libraries_that_use_the_standard_library_take_the_same_way(stream: io.StringIO) -> None:
    configure(stream)
    with log_context(request_id="r2"):
        logging.getLogger("library.part").error("broke %s", "here")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old way", DeprecationWarning, stacklevel=1)
    line, warning = lines(stream)
    assert (line["event"], line["level"], line["logger"], line["request_id"]) == (
        "broke here",
        "error",
        "library.part",
        "r2",
    )
    assert "old way" in warning["event"]


def test_an_exception_is_logged_whole_but_without_local_variables(stream: io.StringIO) -> None:
    log = configure(stream)

    def fail(card: str) -> None:
        raise ValueError(f"refused {len(card)}")

    try:
        fail("4111-hidden")
    except ValueError:
        log.exception("payment failed")
    (line,) = lines(stream)
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert line["exception"][0]["frames"][-1]["name"] == "fail"
    assert "4111-hidden" not in stream.getvalue()


def test_the_level_holds_for_both_ways(stream: io.StringIO) -> None:
    log = configure(stream, level=LogLevel.WARNING)
    log.info("quiet")
    logging.getLogger("library").info("quiet")
    logging.getLogger("httpx2").info("quiet")
    log.warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_people_read_text(stream: io.StringIO) -> None:
    log = configure(stream, LogFormat.CONSOLE)
    log.info("orders imported", rows=3, password="hunter2")
    try:
        int("bad")
    except ValueError:
        log.exception("failed")
    text = stream.getvalue()
    assert "orders imported" in text
    assert "rows=3" in text
    assert "hunter2" not in text
    assert "ValueError: invalid literal" in text
