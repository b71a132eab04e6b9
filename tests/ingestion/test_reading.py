"""Rows of good and of broken files: what is whole is read, what is broken is told, row by row where that is possible."""

import gzip
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from shopwright.ingestion.files import bytestream, faults, workbook
from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.profile import FAULT, RAW, ROW
from shopwright.ingestion.files.reading import read_batches


def read(folder: Path, content: bytes | str, name: str = "file.csv", batch_rows: int = 1000) -> pl.DataFrame:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return pl.concat(list(read_batches(path, detect(path), batch_rows)))


def rows(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return frame.drop(RAW).rows()


HEADER = "sku,name,price\n"


def test_rows_carry_their_number_and_empty_cells_are_null(tmp_path: Path) -> None:
    frame = read(tmp_path, HEADER + 'A,"cup, white",1.5\r\nB,,2\n"C ""x""","two\nlines",3')
    assert rows(frame) == [
        (2, "A", "cup, white", "1.5", None),
        (3, "B", None, "2", None),
        (4, 'C "x"', "two\nlines", "3", None),
    ]


def test_ragged_rows_are_faulty_rows_and_the_others_are_read(tmp_path: Path) -> None:
    frame = read(tmp_path, HEADER + 'A,a,1\nB,b\nC,c,3,extra\n\nD,"d,d",4\nE\n,,\nF,f,6\n')
    assert rows(frame) == [
        (2, "A", "a", "1", None),
        (3, "B", "b", None, "too_few_fields"),
        (4, "C", "c", "3", "too_many_fields"),
        (6, "D", "d,d", "4", None),
        (7, "E", None, None, "too_few_fields"),
        (9, "F", "f", "6", None),
    ]
    assert frame.filter(pl.col(ROW) == 4)[RAW].item() == "C,c,3,extra"


def test_a_stray_quote_costs_its_row_only(tmp_path: Path) -> None:
    frame = read(tmp_path, HEADER + 'A,27" screen,1\nB,"never closed,2\nC,c,3\nD,"two\nlines",4\nE,"x"y,5\nF,f,6\n')
    assert rows(frame) == [
        (2, "A", '27" screen', "1", None),
        (3, None, None, None, "bad_quotes"),
        (4, "C", "c", "3", None),
        (5, "D", "two\nlines", "4", None),
        (6, None, None, None, "bad_quotes"),
        (7, "F", "f", "6", None),
    ]


def test_a_file_of_inches_reads_whole_over_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytestream, "PIECE", 1 << 12)
    monkeypatch.setattr(bytestream.utf8_pieces, "__defaults__", (1 << 12,))
    body = "".join(f'A{n},{n}" tube,{n}\n' if n % 3 else f'A{n},"quoted\nname {n}",{n}\n' for n in range(5_000))
    frame = read(tmp_path, HEADER + body)
    assert frame.height == 5_000
    assert frame[FAULT].null_count() == 5_000
    assert frame[ROW].to_list() == list(range(2, 5_002))
    assert frame["sku"].to_list() == [f"A{n}" for n in range(5_000)]
    assert frame["price"].to_list() == [str(n) for n in range(5_000)]


def test_blocks_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "".join(f'A{n},"näme, ""{n}""\nx",{n}\r\n' for n in range(3_000))
    whole = read(tmp_path, HEADER + body)
    for size in (257, 1 << 10, 9_973):
        monkeypatch.setattr(bytestream.utf8_pieces, "__defaults__", (size,))
        assert read(tmp_path, HEADER + body).equals(whole)
        assert read(tmp_path, gzip.compress((HEADER + body).encode()), "x.csv.gz").equals(whole)
        assert read(tmp_path, (HEADER + body).encode("utf-16"), "x16.csv").equals(whole)


@pytest.mark.parametrize("ends", [("\r",), ("\r\n",), ("\n", "\r\n", "\r")])
def test_every_line_end_and_a_mixture_of_them(tmp_path: Path, ends: tuple[str, ...]) -> None:
    lines = ["sku,name,price", *(f"A{n},a,{n}" for n in range(30))]
    text = "".join(line + ends[n % len(ends)] for n, line in enumerate(lines))
    frame = read(tmp_path, text)
    assert frame[ROW].to_list() == list(range(2, 32))
    assert frame["price"].to_list() == [str(n) for n in range(30)]


def test_a_nul_byte_or_foreign_bytes_cost_their_row_only(tmp_path: Path) -> None:
    plain = "".join(f"A{n},näme,{n}\n" for n in range(100_000)).encode()
    frame = read(tmp_path, HEADER.encode() + plain + b"B1,x\0y,1\nB2,K\xe4se,2\nB3,b,3\n")
    assert frame.filter(pl.col(FAULT).is_not_null()).select(ROW, FAULT).rows() == [
        (100_002, "nul_byte"),
        (100_003, "bad_bytes"),
    ]
    assert frame.height == 100_003
    assert "\0" not in frame.filter(pl.col(ROW) == 100_002)[RAW].item()


def test_batches_are_as_small_as_asked_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "".join(f"A{n},a,{n}\n" for n in range(2_500)))
    batches = list(read_batches(path, detect(path), 1_000))
    assert [batch.height for batch in batches] == [1_000, 1_000, 500]
    assert pl.concat(batches)[ROW].to_list() == list(range(2, 2_502))


def test_a_truncated_gzip_gives_its_rows_and_then_says_so(tmp_path: Path) -> None:
    body = "".join(f"A{n},name {n * 7919 % 104_729},{n}\n" for n in range(200_000)).encode()
    packed = gzip.compress(HEADER.encode() + body)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed[: len(packed) // 2])
    kept = 0
    with pytest.raises(faults.TruncatedFile) as raised:
        for batch in read_batches(path, detect(path)):
            kept += batch.height
    assert raised.value.details["rows_kept"] == kept > 10_000
    assert f"{kept:,} rows" in raised.value.message


def test_several_gzip_members_with_padding_are_one_file(tmp_path: Path) -> None:
    content = gzip.compress((HEADER + "A,a,1\n").encode()) + b"\0" * 512 + gzip.compress(b"B,b,2\n") + b"\0" * 100
    assert read(tmp_path, content, "a.csv.gz")["sku"].to_list() == ["A", "B"]


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(HEADER.encode() + b"A,aaaaaaaaaaaaaaaaaaaaaaaa,1\n" * 8_000_000, compresslevel=9))
    with pytest.raises(faults.ExpandsTooFar) as raised:
        for _ in read_batches(path, detect(path)):
            pass
    assert raised.value.details["limit_bytes"] == 300 * path.stat().st_size


def test_a_line_that_never_ends_stops_the_reading_after_the_rows_before(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(HEADER.encode() + b"A,a,1\n" * 300_000 + b"x" * (20 << 20))
    kept = 0
    with pytest.raises(faults.LineTooLong) as raised:
        for batch in read_batches(path, detect(path)):
            kept += batch.height
    assert kept == raised.value.details["rows_kept"] == 300_000


def test_a_row_beyond_a_megabyte_is_a_faulty_row(tmp_path: Path) -> None:
    frame = read(tmp_path, HEADER + "A,a,1\n" + f"B,{'x' * (1 << 21)},2\n" + "C,c,3\n")
    assert frame.select(ROW, FAULT).rows() == [(2, None), (3, "too_long"), (4, None)]


def test_json_lines_keep_their_digits_and_bad_lines_are_faulty(tmp_path: Path) -> None:
    text = (
        '{"sku":"A","price":19.99,"n":12345678901234567.25}\n'
        "not json\n"
        "\n"
        '{"price":"1,5","sku":"B","tags":["x",1],"ok":true}\n'
        '[1,2]\n{"sku":"C\\u0000","price":1}\n{"sku":"D","price":null}'
    )
    frame = read(tmp_path, text, "a.jsonl")
    assert frame.columns == [ROW, "sku", "price", "n", "tags", "ok", FAULT, RAW]
    assert rows(frame) == [
        (1, "A", "19.99", "12345678901234567.25", None, None, None),
        (2, None, None, None, None, None, "bad_json"),
        (4, "B", "1,5", None, '["x", "1"]', "true", None),
        (5, None, None, None, None, None, "bad_json"),
        (6, None, None, None, None, None, "nul_byte"),
        (7, "D", None, None, None, None, None),
    ]


def test_json_lines_without_surprises_go_the_fast_way_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f'{{"sku":"Ä{n}","price":{n}.5,"on":{str(n % 2 == 0).lower()}}}\n' for n in range(2_000))
    fast = read(tmp_path, text, "a.jsonl")
    monkeypatch.setattr(bytestream.utf8_pieces, "__defaults__", (1 << 10,))
    assert read(tmp_path, text, "a.jsonl").equals(fast)
    slow = read(tmp_path, text + "oops\n", "b.jsonl")
    assert slow.head(2_000).equals(fast)


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    pl.DataFrame({"sku": ["A", None], "price": [1.5, None]}).write_parquet(tmp_path / "a.parquet")
    batches = list(read_batches(tmp_path / "a.parquet", detect(tmp_path / "a.parquet")))
    assert batches[0].schema["price"] == pl.Float64
    assert rows(batches[0]) == [(1, "A", 1.5, None)]


def test_a_truncated_parquet_is_damaged(tmp_path: Path) -> None:
    pl.DataFrame({"sku": ["A"] * 1000}).write_parquet(tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(faults.DamagedFile):
        detect(tmp_path / "b.parquet")


def make_workbook(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Empty")
    sheet = book.add_worksheet("Prices & more")
    sheet.write_row(2, 1, ["sku", "price", "date"])
    sheet.write_row(3, 1, ["A", 19.99])
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_datetime(3, 3, pl.select(pl.datetime(2026, 3, 2, 12, 30)).item(), moment)
    sheet.write_string(4, 1, "B")
    sheet.write_formula(4, 2, "=1+2", None, 3.5)
    sheet.write_string(5, 1, "C")
    sheet.write_formula(5, 2, "=1/0", None, "#DIV/0!")
    sheet.write_row(7, 1, ["D", 4006381333931])
    book.close()


def test_a_workbook_gives_saved_values_and_says_what_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    make_workbook(path)
    profile = detect(path)
    assert (profile.sheet, profile.sheets, profile.header_row) == ("Prices & more", ("Empty", "Prices & more"), 3)
    frame = pl.concat(list(read_batches(path, profile)))
    assert rows(frame) == [
        (4, "A", "19.99", "2026-03-02 12:30:00", None),
        (5, "B", "3.5", None, None),
        (6, "C", "#DIV/0!", None, None),
        (8, "D", "4006381333931", None, None),
    ]


def make_long_workbook(path: Path) -> None:
    """Write a sheet that begins in the second column and third row, with dates, errors, formulas and blank rows."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Long")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(2, 1, ["sku", "price", "date", "note"])
    for row in range(3, 400):
        if row % 50 < 3:
            continue
        sheet.write_string(row, 1, f"SKU-{row:04d}")
        sheet.write_number(row, 2, row / 4)
        sheet.write_datetime(row, 3, datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(days=row), day)
        if row % 7 == 0:
            sheet.write_formula(row, 4, "=1/0", None, "#DIV/0!")
    sheet.write_string(401, 4, "the last row has a note alone")
    book.close()


@pytest.mark.parametrize("size", [100, 1_500, 10_000])
def test_a_sheet_means_the_same_in_slices_as_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    path = tmp_path / "a.xlsx"
    make_long_workbook(path)
    profile = detect(path)
    whole = list(read_batches(path, profile))
    monkeypatch.setattr(workbook, "SLICE_BYTES", size)
    monkeypatch.setattr(workbook, "_PIECE", 100)
    sliced = list(read_batches(path, profile, 50))
    assert len(whole) == 1
    assert all(0 < batch.height <= 50 for batch in sliced)
    cells = pl.concat(whole)
    assert pl.concat(sliced).equals(cells)
    assert detect(path).names == profile.names == ("sku", "price", "date", "note")
    assert cells.row(0) == (4, "SKU-0003", "0.75", "2026-01-04 00:00:00", None, None, None)
    assert cells.row(-1)[:5] == (402, None, None, None, "the last row has a note alone")
    assert cells.filter(pl.col("note") == "#DIV/0!").height > 40


def test_a_sheet_whose_rows_have_no_numbers_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_long_workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as given, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as bare:
        for part in given.namelist():
            bare.writestr(part, re.sub(rb'<row r="\d+"', b"<row", given.read(part)))
    monkeypatch.setattr(workbook, "SLICE_BYTES", 1_000)
    profile = detect(tmp_path / "b.xlsx")
    (batch,) = read_batches(tmp_path / "b.xlsx", profile)
    assert (profile.names, batch.height) == (("sku", "price", "date", "note"), 377)


def test_a_sheet_that_breaks_off_is_refused(tmp_path: Path) -> None:
    make_long_workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as given, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as broken:
        for part in given.namelist():
            content = given.read(part)
            broken.writestr(part, content[: len(content) // 2] if part.endswith("sheet1.xml") else content)
    with pytest.raises(faults.DamagedFile):
        detect(tmp_path / "b.xlsx")


def test_a_formula_without_saved_value_is_not_an_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (["sku", "price"], ["A", 1.5], ["B", "=C1*2"]):
        sheet.append(line)
    book.save(tmp_path / "a.xlsx")
    frame = pl.concat(list(read_batches(tmp_path / "a.xlsx", detect(tmp_path / "a.xlsx"))))
    assert frame["price"].to_list() == ["1.5", "=C1*2"]


def test_broken_workbooks_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    make_workbook(path)
    whole = path.read_bytes()
    for name, content, fault in (
        ("half.xlsx", whole[: len(whole) // 2], faults.DamagedFile),
        (
            "flipped.xlsx",
            whole[:1200] + bytes(255 - byte for byte in whole[1200:1260]) + whole[1260:],
            faults.DamagedFile,
        ),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(fault):
            detect(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.csv", "sku\nA\n")
    with pytest.raises(faults.UnknownFormat):
        detect(tmp_path / "other.zip")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (100 << 20))
    assert (tmp_path / "bomb.xlsx").stat().st_size < 200_000
    with pytest.raises(faults.ExpandsTooFar) as raised:
        detect(tmp_path / "bomb.xlsx")
    assert raised.value.details["limit_bytes"] == 32 << 20
    with zipfile.ZipFile(tmp_path / "strange.xlsx", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(faults.DamagedFile):
        detect(tmp_path / "strange.xlsx")
    with pytest.raises(faults.UnknownFormat):
        detect(path, sheet="absent")
    monkeypatch.setattr(workbook, "MAX_COLUMNS", 2)
    with pytest.raises(faults.TooManyColumns):
        detect(path)


def test_every_fault_of_a_row_says_what_was_expected() -> None:
    assert set(faults.ROW_FAULTS) == set(faults.RowFault)


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytestream.utf8_pieces, "__defaults__", (1 << 16,))
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "".join(f"A{n},a,{n}\n" for n in range(100_000)))
    assert max(batch.height for batch in read_batches(path, detect(path))) < 10_000
