import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import openpyxl
import polars as pl
import pytest
from starlette.responses import StreamingResponse

from shopwright.infra.web import exports, workbooks
from shopwright.infra.web.exports import Columns, ExportFormat, export

BERLIN_WINTER = timezone(timedelta(hours=1))
ROW: dict[str, Any] = {
    "text": "plain",
    "formula": "@sum(1)",
    "negative": Decimal("-1.50"),
    "yes": True,
    "moment": datetime(2026, 3, 2, 13, 30, tzinfo=BERLIN_WINTER),
    "day": date(2026, 3, 2),
    "nothing": None,
    "nested": {"a": 1},
}
COLUMNS: Columns[dict[str, Any]] = {name: lambda row, name=name: row[name] for name in ROW}  # type: ignore[misc]


async def batches(*sizes: int) -> AsyncIterator[Sequence[dict[str, Any]]]:
    for size in sizes:
        yield [ROW] * size


async def body(response: StreamingResponse) -> bytes:
    return b"".join([bytes(chunk) async for chunk in response.body_iterator])  # type: ignore[arg-type]


async def test_csv_holds_what_a_person_reads() -> None:
    sent = await export(batches(1), COLUMNS, ExportFormat.CSV, "rows")
    [row] = csv.DictReader(io.StringIO((await body(sent)).decode()))
    assert row == {
        "text": "plain",
        "formula": "'@sum(1)",
        "negative": "-1.50",
        "yes": "true",
        "moment": "2026-03-02T13:30:00+01:00",
        "day": "2026-03-02",
        "nothing": "",
        "nested": '{"a":1}',
    }
    assert sent.headers["content-disposition"] == 'attachment; filename="rows.csv"'


async def test_json_lines_hold_what_a_program_reads() -> None:
    lines = (await body(await export(batches(2, 1), COLUMNS, ExportFormat.JSONL, "rows"))).splitlines()
    assert len(lines) == 3
    assert msgspec.json.decode(lines[0]) == {
        **ROW, "negative": "-1.50", "moment": "2026-03-02T13:30:00+01:00", "day": "2026-03-02",
    }  # fmt: skip


async def test_xlsx_cells_have_types_and_moments_are_in_utc() -> None:
    sent = await body(await export(batches(1), COLUMNS, ExportFormat.XLSX, "rows"))
    [sheet] = openpyxl.load_workbook(io.BytesIO(sent)).worksheets
    header, row = sheet.iter_rows(values_only=True)
    assert dict(zip(header, row, strict=True)) == {
        "text": "plain",
        "formula": "@sum(1)",
        "negative": -1.5,
        "yes": True,
        "moment": datetime(2026, 3, 2, 12, 30),  # noqa: DTZ001 - XLSX knows no zones
        "day": datetime(2026, 3, 2),  # noqa: DTZ001
        "nothing": None,
        "nested": '{"a":1}',
    }


async def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "SHEET_ROWS", 4)
    sent = await body(await export(batches(3, 4), COLUMNS, ExportFormat.XLSX, "rows"))
    sheets = openpyxl.load_workbook(io.BytesIO(sent)).worksheets
    assert [sheet.max_row for sheet in sheets] == [4, 4, 2]
    assert {sheet["A1"].value for sheet in sheets} == {"text"}


async def test_parquet_holds_what_an_analyst_reads() -> None:
    frame = pl.read_parquet(io.BytesIO(await body(await export(batches(2, 1), COLUMNS, ExportFormat.PARQUET, "rows"))))
    assert frame.height == 3
    assert frame.row(0, named=True) == {
        **ROW, "nested": '{"a":1}', "moment": datetime(2026, 3, 2, 12, 30, tzinfo=UTC),
    }  # fmt: skip
    assert frame.schema["negative"] == pl.Decimal(38, 6)


async def test_a_column_of_several_kinds_is_text_in_parquet() -> None:
    async def rows() -> AsyncIterator[Sequence[Any]]:
        yield [1, "one"]

    sent = await body(await export(rows(), {"cell": lambda cell: cell}, ExportFormat.PARQUET, "rows"))
    assert pl.read_parquet(io.BytesIO(sent))["cell"].to_list() == ["1", "one"]


@pytest.mark.parametrize("file_format", list(ExportFormat))
async def test_a_list_of_nothing_is_a_whole_file(file_format: ExportFormat) -> None:
    sent = await body(await export(batches(), COLUMNS, file_format, "rows"))
    assert (sent == b"") == (file_format is ExportFormat.JSONL)


@pytest.mark.parametrize("file_format", list(ExportFormat))
async def test_a_failure_midway_is_an_error_and_not_half_a_file(file_format: ExportFormat) -> None:
    async def breaking() -> AsyncIterator[Sequence[dict[str, Any]]]:
        yield [ROW]
        raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        await export(breaking(), COLUMNS, file_format, "rows")


async def test_large_files_go_through_the_disk_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_IN_MEMORY", 100)
    sent = await body(await export(batches(*[500] * 4), COLUMNS, ExportFormat.CSV, "rows"))
    assert len(sent.splitlines()) == 2_001
