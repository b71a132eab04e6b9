"""Tables as XLSX workbooks, for `exports`. Loaded by the first export that wants one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Final

import xlsxwriter

from shopwright.infra.web.exports import Cell, as_text

SHEET_ROWS: Final = 1_048_576
"""Rows of a sheet of XLSX, the header's among them."""


class XlsxWriter:
    """A sheet, and another one when it is full. Texts are written as texts, so nothing in them can run; amounts as the numbers that XLSX knows."""

    def __init__(self, file: IO[bytes], names: Sequence[str]) -> None:
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
        self._names = names
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._row = 0
        self.write([list(self._names)])

    def write(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Append rows."""
        for row in rows:
            if self._row == SHEET_ROWS:
                self._begin_sheet()
            for place, cell in enumerate(row):
                self._write_cell(place, cell)
            self._row += 1

    def _write_cell(self, place: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(self._row, place, cell)
        elif isinstance(cell, int | Decimal):
            self._sheet.write_number(self._row, place, cell)
        elif isinstance(cell, datetime):
            self._sheet.write_datetime(self._row, place, cell.astimezone(UTC).replace(tzinfo=None))
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, place, cell)
        else:
            self._sheet.write_string(self._row, place, as_text(cell))

    def close(self) -> None:
        """Finish the file."""
        self._book.close()
