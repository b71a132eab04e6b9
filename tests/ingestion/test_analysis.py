from pathlib import Path

import pytest

from shopwright.ingestion.analysis import analyse
from shopwright.ingestion.files.faults import EmptyFile


def write(folder: Path, content: str) -> Path:
    path = folder / "table.csv"
    path.write_text(content)
    return path


def test_columns_are_measured_over_the_whole_table(tmp_path: Path) -> None:
    rows = "".join(f"S-{n};{n},50;{1 + n % 28:02d}.03.2026;{'rot' if n % 2 else ''};\n" for n in range(1, 61))
    found = analyse(write(tmp_path, "Artikel;Preis;Datum;Farbe;Leer\n" + rows), "Europe/Berlin")
    columns = {column.name: column for column in found.columns}
    assert (found.rows, found.torn_rows, found.repeated_rows, found.delimiter) == (60, 0, 0, ";")
    price = columns["Preis"]
    assert (price.type, price.smallest, price.largest, price.mean) == ("number", "1.500000", "60.500000", "31.000000")
    assert (columns["Datum"].type, columns["Datum"].smallest) == ("day", "2026-02-28 23:00:00+00:00")
    assert (columns["Farbe"].missing, columns["Farbe"].filled) == (30, 30)
    assert columns["Leer"].type == "empty"
    assert "'Farbe' is missing in 30 of 60 rows." in found.findings
    assert "The column 'Leer' is empty." in found.findings


def test_repeated_torn_and_odd_rows_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"S-{n},{n}.5\n" for n in range(30))
    found = analyse(write(tmp_path, "sku,price\n" + rows + "S-1,1.5\nS-1,1.5\nS-9\nS-x,what\n"), "UTC")
    assert (found.rows, found.torn_rows, found.repeated_rows) == (34, 1, 2)
    (price,) = [column for column in found.columns if column.name == "price"]
    assert (price.filled, price.unreadable) == (33, 1)
    assert "2 of 34 rows are equal to an earlier one." in found.findings


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile):
        analyse(write(tmp_path, ""), "UTC")
