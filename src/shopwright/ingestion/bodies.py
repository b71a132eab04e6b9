"""What the routes of imports take and give."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shopwright.catalog.loading import Precedence
from shopwright.infra.bulk import UndoCounts
from shopwright.ingestion.domain import Import, ImportOptions, ImportState, UnknownSkus
from shopwright.ingestion.mapping import Mapping, MappingInvalid
from shopwright.ingestion.schemas import SCHEMAS, Kind
from shopwright.ingestion.service import Preview
from shopwright.ingestion.transforms import columns_of
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.money import Currency, TaxBasis


def _known_currency(code: str) -> str:
    try:
        return Currency(code).code
    except ShopwrightError as error:
        raise ValueError(error.message) from None


class OptionsBody(BaseModel):
    """What the importer decides; what is left out is the shop's own."""

    model_config = ConfigDict(extra="forbid")

    precedence: Precedence = Field(
        default=Precedence.FILE, description="Who wins where both the shop and the file have a value."
    )
    unknown_skus: UnknownSkus = Field(
        default=UnknownSkus.REJECT, description="What is done with rows whose SKU is not known."
    )
    until_break: bool = Field(default=False, description="Import a file that is broken off up to the break.")
    currency: Annotated[str, AfterValidator(_known_currency)] | None = None
    tax_basis: TaxBasis | None = None
    time_zone: str | None = Field(default=None, max_length=60, examples=["Europe/Berlin"])
    marketplace: str | None = Field(default=None, min_length=1, max_length=100)

    def options(self) -> ImportOptions:
        """Return the options as the service takes them."""
        return ImportOptions(**self.model_dump())


class UploadQuery(OptionsBody):
    """How an upload is taken in."""

    file_name: str = Field(default="upload", max_length=200, description="Name of a raw body; a form brings its own.")

    def options(self) -> ImportOptions:
        """Return the options as the service takes them."""
        return ImportOptions(**self.model_dump(exclude={"file_name", "kind"}))


class CreationQuery(UploadQuery):
    """How an upload is taken in whose kind may be left to a guess.

    The kind stands here and not beside the model: a model that refuses what it does not know would refuse it.
    """

    kind: Kind | None = None


class MappingBody(BaseModel):
    """A mapping, as `mapping` of GET /imports/{id}/mapping shows it, and the options that go with it."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, Any] = Field(
        examples=[
            {
                "kind": "products",
                "fields": {
                    field: {"source": {"transform": "column", "column": column}, "certainty": 1.0, "why": "chosen"}
                    for field, column in (("sku", "Artikelnummer"), ("name", "Bezeichnung"))
                },
            }
        ]
    )
    options: OptionsBody = OptionsBody()
    keep: bool = Field(default=False, description="Use it for every file of the same make from now on.")

    def chosen(self) -> Mapping:
        """Return the mapping. Raises MappingInvalid."""
        try:
            return msgspec.convert(self.mapping, Mapping)
        except msgspec.ValidationError as error:
            raise MappingInvalid(f"This is no mapping: {error}.", reason=str(error)) from None


class CountsAnswer(BaseModel):
    """What became of the rows; before a check or run they are all zero."""

    read: int
    new: int
    changed: int
    unchanged: int
    superseded: int
    rejected: int


class RejectGroupAnswer(BaseModel):
    """Rejected rows that one repair would cure."""

    column: str
    field: str
    rule: str
    expected: str
    rows: int
    example: str | None
    first_row: int


class HandledAnswer(BaseModel):
    """Values that were filled in or set aside; no `rows` means in every row."""

    field: str
    strategy: str
    reason: str
    rows: int | None
    example_row: int | None


class ReportAnswer(BaseModel):
    """What was found beside the counts."""

    reject_groups: list[RejectGroupAnswer]
    handled: list[HandledAnswer]
    duplicates: dict[str, int]
    doubled_lines: int
    products: int
    created_products: int
    unmatched: int
    first_day: date | None
    last_day: date | None
    notes: list[str]
    seconds: float


class ImportAnswer(BaseModel):
    """One import."""

    id: UUID
    kind: Kind
    file_name: str
    checksum: str
    bytes: int
    source: str
    state: ImportState
    stage: str | None
    options: OptionsBody
    counts: CountsAnswer
    report: ReportAnswer
    error: dict[str, Any] | None
    created_by: UUID | None
    created_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    version: int


class ColumnAnswer(BaseModel):
    """A column of the file with what it would become; `doubtful` columns should be confirmed by a person."""

    name: str
    samples: list[str]
    filled: float
    becomes: list[str]
    certainty: float | None
    why: str | None
    doubtful: bool


class FieldAnswer(BaseModel):
    """A field that the kind of table has."""

    name: str
    type: str
    required: bool


class PreviewAnswer(BaseModel):
    """A file and its mapping."""

    import_id: UUID
    kind: Kind
    kind_certainty: float
    columns: list[ColumnAnswer]
    fields: list[FieldAnswer]
    mapping: dict[str, Any]
    missing: list[str]
    doubtful: list[str]
    unused: list[str]
    same_as: UUID | None
    notes: list[str]


class UndoAnswer(BaseModel):
    """What taking an import back did."""

    import_: ImportAnswer = Field(alias="import")
    removed: int
    restored: int
    kept: int


def import_content(import_: Import) -> dict[str, Any]:
    """Return an import as its answer has it."""
    content: dict[str, Any] = msgspec.to_builtins(import_)
    for name in ("mapping", "profile", "raw_key", "rejects_key"):
        del content[name]
    return content


def undo_content(import_: Import, counts: UndoCounts) -> dict[str, Any]:
    """Return an undo as its answer has it."""
    return {"import": import_content(import_), **msgspec.to_builtins(counts)}


def preview_content(preview: Preview) -> dict[str, Any]:
    """Return a preview as its answer has it."""
    mapping = preview.import_.mapping
    return {
        "import_id": preview.import_.id,
        "kind": mapping.kind,
        "kind_certainty": mapping.kind_certainty,
        "columns": [_column(preview, place) for place in range(len(preview.profile.columns))],
        "fields": [{"name": f.name, "type": f.type, "required": f.required} for f in SCHEMAS[mapping.kind].fields],
        "mapping": msgspec.to_builtins(mapping),
        "missing": preview.missing,
        "doubtful": preview.doubtful,
        "unused": preview.unused,
        "same_as": preview.same_as,
        "notes": preview.profile.notes,
    }


def _column(preview: Preview, place: int) -> dict[str, Any]:
    column = preview.profile.columns[place]
    made = {
        name: source
        for name, source in preview.import_.mapping.fields.items()
        if column.name in columns_of(source.source)
    }
    first = next(iter(made.values()), None)
    return {
        "name": column.name,
        "samples": column.samples,
        "filled": column.filled,
        "becomes": list(made),
        "certainty": first.certainty if first else None,
        "why": first.why if first else None,
        "doubtful": any(name in preview.doubtful for name in made),
    }


class StepAnswer(BaseModel):
    """How one field of a row was made: from which cells, by what, and what was filled in or set aside."""

    field: str
    cells: dict[str, str | None]
    transform: dict[str, Any] | None
    value: Any
    handled: str | None


class TracedRowAnswer(BaseModel):
    """A row of a file, and what became of each of its fields."""

    import_id: UUID
    kind: Kind
    file_name: str
    checksum: str
    source: str
    received_at: datetime
    row: int
    cells: dict[str, str | None]
    raw: str | None
    steps: list[StepAnswer]
    rejected: list[str]


class OverwrittenAnswer(BaseModel):
    """What a stored row was before an import replaced it."""

    import_id: UUID
    before: dict[str, Any]
    at: datetime | None


class LineageAnswer(BaseModel):
    """A stored row, where it came from, and what it was before."""

    kind: Kind
    stored: dict[str, Any]
    origin: TracedRowAnswer | None
    overwritten: list[OverwrittenAnswer]


class ColumnAnalysisAnswer(BaseModel):
    """One column of an analysed table."""

    name: str
    type: str
    filled: int
    missing: int
    unreadable: int
    smallest: str | None
    largest: str | None
    mean: str | None
    distinct_share: float
    samples: list[str]


class FileAnalysisAnswer(BaseModel):
    """What a table holds."""

    format: str
    encoding: str
    delimiter: str
    rows: int
    torn_rows: int
    repeated_rows: int
    columns: list[ColumnAnalysisAnswer]
    likely_kind: str
    kind_certainty: float
    findings: list[str]
