"""What an unknown file is, by its content."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from shopwright.ingestion.files import faults
from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.profile import Compression, FileProfile, Format, Look, Notation

GERMAN = "Artikel;Bezeichnung;Preis;Datum\nA-1;Müsli-Schale;1.234,50;03.04.2026\nA-2;Tasse;9,90;17.04.2026\n"


def written(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def profile_of(folder: Path, content: bytes | str, name: str = "file.csv") -> FileProfile:
    return detect(written(folder, content, name))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_encoding_delimiter_and_notation_of_a_german_file(tmp_path: Path, encoding: str) -> None:
    profile = profile_of(tmp_path, GERMAN.encode(encoding))
    assert profile.names == ("Artikel", "Bezeichnung", "Preis", "Datum")
    assert profile.delimiter == ";"
    assert profile.column("Bezeichnung").samples[0] == "Müsli-Schale"
    assert profile.column("Preis").notation == Notation(decimal=",", thousands=".")
    assert profile.column("Datum").notation.date_format == "%d.%m.%Y"
    assert profile.column("Datum").date_certainty == 1.0


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("cp1251", "артикул;название;цена\nA1;Чашка белая фарфоровая большая;10,50\nA2;Чайник синий эмалированный;20,00\n"),
     ("shift_jis", "品番;品名;値段\nA1;白い磁器のカップとソーサーのセット;1050\nA2;青いほうろうのやかん、大きいサイズ;2000\n")],
)  # fmt: skip
def test_other_encodings_are_told_by_their_letters(tmp_path: Path, encoding: str, text: str) -> None:
    profile = profile_of(tmp_path, (text * 20).encode(encoding))
    assert profile.columns[1].samples[0] in text
    assert profile.encoding_certainty < 1


def test_letters_beyond_ascii_far_into_the_file_decide_the_encoding(tmp_path: Path) -> None:
    plain = "sku,name\n" + "".join(f"A{n},plain name\n" for n in range(100_000))
    assert profile_of(tmp_path, plain.encode() + "B1,Käse\n".encode("cp1252")).encoding == "cp1252"
    assert profile_of(tmp_path, plain.encode() + "B1,Käse\n".encode()).encoding == "utf-8"


@pytest.mark.parametrize(("mark", "name"), [(",", "a.csv"), (";", "a.txt"), ("\t", "a.tsv"), ("|", "a")])
def test_the_delimiter_is_found_whatever_the_ending(tmp_path: Path, mark: str, name: str) -> None:
    rows = [["sku", "name", "price"], ["A1", "cup, white; large", "9.90"], ["A2", "pot | lid", "19.90"]]
    text = "\n".join(mark.join(f'"{cell}"' if len(cell) > 6 else cell for cell in row) for row in rows)
    profile = profile_of(tmp_path, text + "\n", name)
    assert (profile.delimiter, profile.names) == (mark, ("sku", "name", "price"))


@pytest.mark.parametrize(("end", "found"), [("\n", "\n"), ("\r\n", "\r\n"), ("\r", "\r")])
def test_line_ends(tmp_path: Path, end: str, found: str) -> None:
    assert profile_of(tmp_path, end.join(["a,b", "1,2", "3,4", ""])).line_end == found
    assert profile_of(tmp_path, "a,b\n1,2\r\n3,4\r5,6\n").line_end == "mixed"


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "Sales report\n\nsku,quantity,price\nA1,3,9.90\nA2,4,8.90\n")
    assert profile.header_row == 3
    assert profile.names == ("sku", "quantity", "price")
    assert any("above the header" in note for note in profile.notes)


def test_a_file_without_header_has_numbered_columns(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "A1,3,9.90\nA2,4,8.90\nA3,5,7.90\n")
    assert profile.header_row == 0
    assert profile.names == ("column 1", "column 2", "column 3")


def test_names_become_distinct_and_leave_the_readers_own_alone(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "price,price,,_row\n1.5,2.5,x,y\n1.7,2.7,x,z\n")
    assert profile.names == ("price", "price (2)", "column 3", "_row (2)")


@pytest.mark.parametrize(
    ("dates", "expected", "least", "most"),
    [
        (["03/04/2026", "17/04/2026"], "%d/%m/%Y", 1, 1),
        (["03/04/2026", "04/17/2026"], "%m/%d/%Y", 1, 1),
        (["03/04/2026", "05/04/2026", "01/05/2026"], "%d/%m/%Y", 0.9, 0.9),
        (["04/03/2026", "04/05/2026", "05/01/2026"], "%m/%d/%Y", 0.9, 0.9),
        (["01/05/2026", "01/02/2026", "01/09/2026", "01/03/2026"], "%d/%m/%Y", 0.9, 0.9),
        (["03/04/2026", "03/04/2026"], "%d/%m/%Y", 0, 0.7),
        (["03.04.2026", "03.04.2026"], "%d.%m.%Y", 0.7, 0.9),
        (["2026-04-03", "2026-04-17"], "%Y-%m-%d", 1, 1),
        (["03.11.26", "17.11.26"], "%d.%m.%y", 1, 1),
        (["2026-04-03T10:11:12Z", "2026-04-17T10:11:12+02:00"], "%Y-%m-%dT%H:%M:%S%#z", 1, 1),
        (["4/17/2026 8:26 PM", "4/3/2026 8:26 AM"], "%m/%d/%Y %I:%M %p", 1, 1),
        (["17/4/2026 8:26", "3/4/2026 18:26"], "%d/%m/%Y %H:%M", 1, 1),
        (["20260403", "20260417"], "%Y%m%d", 0.9, 0.9),
        (["Apr 3, 2026", "Apr 17, 2026"], "%b %d, %Y", 1, 1),
        (["1775200000", "1775300000"], "epoch_seconds", 0.5, 0.9),
        (["46083.52", "46084"], "excel_serial", 0.5, 0.9),
    ],
)  # fmt: skip
def test_date_formats_by_evidence(tmp_path: Path, dates: list[str], expected: str, least: float, most: float) -> None:
    profile = profile_of(tmp_path, "sku;date\n" + "".join(f'A{n};"{day}"\n' for n, day in enumerate(dates)))
    column = profile.column("date")
    assert column.notation.date_format == expected
    assert least <= column.date_certainty <= most


@pytest.mark.parametrize(
    ("numbers", "decimal", "thousands", "certain"),
    [
        (["1.234,56", "7,5"], ",", ".", True),
        (["1,234.56", "7.5"], ".", ",", True),
        (["1'234.50", "12.5"], ".", "'", True),
        (["1\u00a0234,50", "12,5"], ",", "\u00a0", True),
        (["1.234", "2.500"], ".", "", False),
        (["1.234.567", "12.345"], ",", ".", True),
        (["12", "13"], ".", "", True),
        (["0.125", "3.125"], ".", "", True),
        (["€ 9,90", "12,50 €"], ",", "", True),
    ],
)
def test_decimal_marks_by_evidence(
    tmp_path: Path, numbers: list[str], decimal: str, thousands: str, certain: bool
) -> None:
    profile = profile_of(tmp_path, "sku|price\n" + "".join(f"A{n}|{number}\n" for n, number in enumerate(numbers)))
    column = profile.column("price")
    assert column.notation == Notation(decimal, thousands)
    assert (column.number_certainty == 1.0) is certain


def test_a_column_that_leaves_its_mark_open_follows_the_others(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "sku|cost|price\nA|1.500|9,90\nB|2.500|8,90\n")
    assert profile.column("cost").notation.decimal == ","
    assert profile.column("cost").number_certainty < 1


def test_the_whole_file_is_sampled_for_dates(tmp_path: Path) -> None:
    days = [f"{day:02d}/{month:02d}/2025" for month in range(1, 13) for day in range(1, 13)]
    rows = "".join(f"A{n},{day},{'x' * 400}\n" for n, day in enumerate([*days * 40, *["25/12/2025"] * 500]))
    assert profile_of(tmp_path, "sku,date,note\n" + rows).column("date").date_certainty == 1.0


def test_looks(tmp_path: Path) -> None:
    text = "ean,cur,ok,link\n4006381333931,EUR,yes,https://x.example/a\n793795525420,USD,no,http://y.example/b\n"
    profile = profile_of(tmp_path, text)
    for name, look in (("ean", Look.GTIN), ("cur", Look.CURRENCY), ("ok", Look.FLAG), ("link", Look.URL)):
        assert profile.column(name).share(look) == 1.0


def test_json_lines_gzip_parquet(tmp_path: Path) -> None:
    lines = '{"sku":"A1","price":9.90}\n{"sku":"A2","price":8.5,"brand":"Acme"}\n'
    found = profile_of(tmp_path, lines, "a.jsonl")
    assert (found.format, found.names) == (Format.JSON_LINES, ("sku", "price", "brand"))
    packed = profile_of(tmp_path, gzip.compress(GERMAN.encode("cp1252")), "a.csv.gz")
    assert (packed.compression, packed.encoding, packed.delimiter) == (Compression.GZIP, "cp1252", ";")
    pl.DataFrame({"sku": ["A"], "price": [1.5], "tags": [["x"]]}).write_parquet(tmp_path / "a.parquet")
    parquet = detect(tmp_path / "a.parquet")
    assert (parquet.format, parquet.names) == (Format.PARQUET, ("sku", "price"))
    assert "tags" in parquet.notes[0]


def test_files_of_one_make_share_their_signature(tmp_path: Path) -> None:
    one = profile_of(tmp_path, GERMAN, "a.csv")
    other = profile_of(tmp_path, GERMAN.replace("A-1", "A-9"), "b.csv")
    different = profile_of(tmp_path, GERMAN.replace("Preis", "Kosten"), "c.csv")
    assert one.signature == other.signature != different.signature


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", faults.EmptyFile),
        (b"sku,price\n", faults.EmptyFile),
        (b"%PDF-1.7 ...", faults.UnknownFormat),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, faults.UnknownFormat),
        (b"PK\x03\x04" + b"x" * 100, faults.DamagedFile),
        (b"PAR1" + b"x" * 100, faults.DamagedFile),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 100, faults.DamagedFile),
        (b"sku,\0price\nA,1\n" * 50, faults.BinaryContent),
        (b'[{"sku": "A"}]', faults.UnknownFormat),
        (b'{"sku": \n{bad\n', faults.UnknownFormat),
        (b"x," * 3_000 + b"\n1,2\n", faults.TooManyColumns),
        (b"x," * 1_000_000 + b"\n", faults.TooManyColumns),
        (b"x" * 3_000_000, faults.LineTooLong),
    ],
)
def test_files_that_cannot_be_read_say_what_is_wrong_and_what_was_expected(
    tmp_path: Path, content: bytes, fault: type[faults.FileFault]
) -> None:
    with pytest.raises(fault) as raised:
        profile_of(tmp_path, content)
    assert raised.value.details["expected"]
    assert raised.value.details["rows_kept"] == 0
    assert raised.value.status == 400
