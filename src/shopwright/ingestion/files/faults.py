"""What can be wrong with a file as a whole. What is wrong with a row is that row's fault, not the file's."""

from enum import StrEnum
from typing import ClassVar

from shopwright.kit.errors import Category, Invalid


class FileFault(Invalid):
    """A file cannot be read, or not to its end. Says what is wrong, what was expected and which rows were kept."""

    code: ClassVar[str] = "file_unreadable"
    category = Category.DATA_QUALITY
    action = "Correct or export the file again as the details say."

    def __init__(self, wrong: str, *, expected: str, rows_kept: int = 0, **more: object) -> None:
        kept = f"{rows_kept:,} rows before it were read" if rows_kept else "nothing was read"
        super().__init__(f"{wrong} Expected {expected}; {kept}.", retry_after=None, **more)
        self.details |= {"wrong": wrong, "expected": expected, "rows_kept": rows_kept}
        self.wrong = wrong
        self.expected = expected
        self.more = more

    def after(self, rows_kept: int) -> "FileFault":
        """Return the same fault, met after `rows_kept` rows."""
        return type(self)(self.wrong, expected=self.expected, rows_kept=rows_kept, **self.more)


class EmptyFile(FileFault):
    """There is nothing in the file, or nothing but a header."""

    code = "file_empty"


class UnknownFormat(FileFault):
    """The content is of a kind that is not imported (PDF, old Excel, a picture, an archive)."""

    code = "file_format_unknown"
    action = "Save the table as CSV, XLSX, JSON lines or Parquet."


class BinaryContent(FileFault):
    """A file that should be text has NUL bytes in its beginning."""

    code = "file_binary"


class TruncatedFile(FileFault):
    """The file ends in the middle: a broken download or upload."""

    code = "file_truncated"
    action = "Transfer the file again, or import the rows before the break."


class DamagedFile(FileFault):
    """The container (gzip, workbook, Parquet) contradicts itself."""

    code = "file_damaged"


class TooManyColumns(FileFault):
    """The table is wider than any table of goods."""

    code = "file_too_many_columns"


class LineTooLong(FileFault):
    """A record does not end within the limit, so it is hardly a table."""

    code = "file_line_too_long"


class ExpandsTooFar(FileFault):
    """Unpacked, the file grows beyond all measure: damaged, or an attack."""

    code = "file_expands_too_far"


class RowFault(StrEnum):
    """Why a single row is not a row of the table. These are the values of the column `reading.FAULT`."""

    TOO_FEW_FIELDS = "too_few_fields"
    TOO_MANY_FIELDS = "too_many_fields"
    BAD_QUOTES = "bad_quotes"
    BAD_BYTES = "bad_bytes"
    NUL_BYTE = "nul_byte"
    TOO_LONG = "too_long"
    BAD_JSON = "bad_json"


ROW_FAULTS: dict[RowFault, str] = {
    RowFault.TOO_FEW_FIELDS: "as many fields as the header has",
    RowFault.TOO_MANY_FIELDS: "as many fields as the header has",
    RowFault.BAD_QUOTES: "every quote that opens a field to close it",
    RowFault.BAD_BYTES: "text in the encoding of the file",
    RowFault.NUL_BYTE: "text without NUL bytes",
    RowFault.TOO_LONG: "a row of at most a megabyte",
    RowFault.BAD_JSON: "one JSON object in a line",
}
"""What was expected instead, for the rejected row."""
