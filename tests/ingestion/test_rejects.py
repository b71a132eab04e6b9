"""The file of rejected rows: readable, safe to open, good to import again."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.reading import read_batches
from shopwright.ingestion.guessing import guess_mapping
from shopwright.ingestion.rejects import RejectsFile, grouped
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.validation import validate_batch

TERMS = ShopTerms("UTC", "EUR", datetime(2026, 3, 2, 12, tzinfo=UTC))
GOOD = "".join(f"G{n},good,{n}.50\n" for n in range(1, 6))


def imported(path: Path, rejects: Path) -> list[dict[str, str]]:
    profile = detect(path)
    mapping = guess_mapping(profile, Kind.PRODUCTS)
    with RejectsFile(rejects, profile.names) as file:
        for batch in read_batches(path, profile):
            file.add(validate_batch(batch, mapping, TERMS))
    with rejects.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_rejected_row_comes_back_whole_with_its_reasons(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku,name,price\n" + GOOD + '!!,"a ""b""","12,5"\nB,b,-1\nC,c\n', encoding="utf-8")
    lines = imported(path, tmp_path / "r.csv")
    assert [
        (line["sku"], line["name"], line["price"], line["row"], line["column"], line["found"]) for line in lines
    ] == [
        ("!!", 'a "b"', "12,5", "7", "sku", "!!"),
        ("B", "b", "-1", "8", "price", "-1"),
        ("C", "c", "", "9", "", "C,c"),
    ]
    assert lines[0]["reason"] == (
        "sku: found !!, expected an item number with a letter or digit; price: found 12,5, expected an amount such as 1234.5"
    )
    assert lines[2]["reason"] == "row: found C,c, expected as many fields as the header has"


@pytest.mark.parametrize(
    "formula", ["=cmd|'/c calc'!A1", "+1+cmd()", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']
)
def test_formulas_are_guarded_and_the_guard_is_taken_off_again(tmp_path: Path, formula: str) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["sku", "name", "price"], ["G1", "good", "1.50"], ["A1", formula, "free"]])
    lines = imported(path, tmp_path / "r.csv")
    assert lines[0]["name"] == "'" + formula
    corrected = tmp_path / "c.csv"
    corrected.write_text(
        (tmp_path / "r.csv").read_text(encoding="utf-8-sig").replace(",free,", ",9.90,"), encoding="utf-8"
    )
    profile = detect(corrected)
    outcome = validate_batch(next(iter(read_batches(corrected, profile))), guess_mapping(profile, Kind.PRODUCTS), TERMS)
    assert outcome.valid["name"].to_list() == [formula.strip() if formula.startswith("\t") else formula]


def test_names_that_the_file_has_already_are_not_used_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku,row,reason,price\nA,1,x,1.5\nB,2,y,dear\n")
    (line,) = imported(path, tmp_path / "r.csv")
    assert (line["row"], line["reason"], line["row (rejected)"]) == ("2", "y", "3")
    assert "dear" in line["reason (rejected)"]


def test_rejects_are_grouped_by_what_repairs_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku|price\n" + "".join(f"A{n}|{n}.5\n" for n in range(20)) + "B|7,90\nC|8,90\n!!|1.5\n")
    profile = detect(path)
    outcome = validate_batch(next(iter(read_batches(path, profile))), guess_mapping(profile, Kind.PRODUCTS), TERMS)
    assert grouped(outcome.rejects).select("column", "rule", "rows", "example", "first_row").rows() == [
        ("price", "decimal_mark", 2, "7,90", 22),
        ("sku", "sku", 1, "!!", 24),
    ]


def test_writing_outside_the_context_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku,price\nA,1.5\nB,x\n")
    profile = detect(path)
    outcome = validate_batch(next(iter(read_batches(path, profile))), guess_mapping(profile, Kind.PRODUCTS), TERMS)
    with pytest.raises(ValueError, match="not open"):
        RejectsFile(tmp_path / "r.csv", profile.names).add(outcome)
