"""The nouns of imports: what was received, where it stands, what became of its rows, and what can go wrong.

An import moves received -> checked -> queued -> running -> completed -> undone, or fails and may be run again. What a
load writes is written in one transaction, so a failed import has changed nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shopwright.catalog.loading import Precedence
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.schemas import Kind
from shopwright.kit.errors import Category, Conflict, Invalid, NotFound, ShopwrightError
from shopwright.kit.events import Event


class ImportNotFound(NotFound):
    """No such import in this shop."""

    code = "import_not_found"


class RejectsNotFound(NotFound):
    """No row of the import was rejected, or it was neither checked nor run."""

    code = "import_rejects_not_found"


class ImportRowNotFound(NotFound):
    """The file of the import has no such row."""

    code = "import_row_not_found"


class StoredRowNotFound(NotFound):
    """There is no such stored row, or it came from no import."""

    code = "stored_row_not_found"


class ImportStateRefused(Conflict):
    """The import is in a state that does not admit this."""

    code = "import_state_refused"


class KindNotImported(Invalid):
    """Tables of this kind are recognised, but nothing stores them."""

    code = "import_kind_not_stored"
    action = "Import one of the kinds that the details name."


class ImportCrashed(ShopwrightError):
    """A fault of the program ended an import; nothing was stored."""

    code = "import_crashed"


class ProductsChangedMeanwhile(Conflict):
    """Somebody added products that this import was about to add."""

    code = "products_changed_meanwhile"
    category = Category.TRANSIENT
    action = "Run the import again; nothing was changed."


class ImportState(StrEnum):
    """Where an import stands."""

    RECEIVED = "received"
    CHECKED = "checked"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    UNDONE = "undone"


RUNNABLE: Final = frozenset(
    {ImportState.RECEIVED, ImportState.CHECKED, ImportState.QUEUED, ImportState.RUNNING, ImportState.FAILED}
)
"""States from which an import can be run; from `running` too, since whoever ran it may have died."""
OPEN: Final = RUNNABLE - {ImportState.QUEUED, ImportState.RUNNING}
"""States in which the mapping can be changed and the import checked."""


class UnknownSkus(StrEnum):
    """What is done with rows whose SKU names no product: rejected, or a product is made from them."""

    REJECT = "reject"
    CREATE = "create"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the importer decides. What is None is the shop's own (currency, tax basis, time zone, marketplace).

    With `until_break` a file that is broken off is imported up to the break; else it is refused whole.
    """

    precedence: Precedence = Precedence.FILE
    unknown_skus: UnknownSkus = UnknownSkus.REJECT
    until_break: bool = False
    currency: str | None = None
    tax_basis: str | None = None
    time_zone: str | None = None
    marketplace: str | None = None


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """Rejected rows that one repair would cure, with an example."""

    column: str
    field: str
    rule: str
    expected: str
    rows: int
    example: str | None
    first_row: int


@dataclass(frozen=True, slots=True)
class Handled:
    """Values that were filled in or set aside by a field's strategy; no `rows` means in every row."""

    field: str
    strategy: str
    reason: str
    rows: int | None
    example_row: int | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was found and done beside the plain counts. `duplicates` counts rows dropped for a newer or repeated one.

    `doubled_lines` are order lines that look like another one of the same order; they are kept, since two equal lines
    can be two sales. `products` is how many products the load touched, `created_products` how many it made.
    """

    reject_groups: tuple[RejectGroup, ...] = ()
    handled: tuple[Handled, ...] = ()
    duplicates: dict[str, int] = field(default_factory=dict)
    doubled_lines: int = 0
    products: int = 0
    created_products: int = 0
    unmatched: int = 0
    first_day: date | None = None
    last_day: date | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What became of the rows of a file."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    rejected: int = 0

    @property
    def written(self) -> int:
        """The stored rows that carry the import's id."""
        return self.new + self.changed


@dataclass(frozen=True, slots=True)
class Import:
    """One file, or one fetch of a connector, and what became of it."""

    id: UUID
    kind: Kind
    file_name: str
    checksum: str
    bytes: int
    source: str
    mapping: Mapping
    state: ImportState
    raw_key: str
    created_at: datetime
    options: ImportOptions = ImportOptions()
    profile: dict[str, Any] = field(default_factory=dict)
    stage: str | None = None
    counts: RowCounts = RowCounts()
    report: ImportReport = ImportReport()
    error: dict[str, Any] | None = None
    rejects_key: str | None = None
    created_by: UUID | None = None
    finished_at: datetime | None = None
    undone_at: datetime | None = None
    version: int = 1

    def demand(self, *states: ImportState) -> None:
        """Raise ImportStateRefused unless the import is in one of these states."""
        if self.state not in states:
            raise ImportStateRefused(
                f"The import is {self.state}.", state=self.state.value, admitted=sorted(s.value for s in states)
            )

    def with_mapping(self, mapping: Mapping, options: ImportOptions) -> "Import":
        """Return the import with another mapping; what was checked has to be checked again."""
        self.demand(*OPEN)
        return replace(
            self, kind=mapping.kind, mapping=mapping, options=options, state=ImportState.RECEIVED, error=None
        )

    def checked(self, counts: RowCounts, report: ImportReport, rejects_key: str | None) -> "Import":
        """Return the import as a dry run found it."""
        self.demand(*OPEN)
        return replace(
            self,
            state=ImportState.CHECKED,
            counts=counts,
            report=report,
            rejects_key=rejects_key,
            stage=None,
            error=None,
        )

    def queued(self) -> "Import":
        """Return the import waiting for a worker."""
        self.demand(*OPEN)
        return replace(self, state=ImportState.QUEUED, stage="waiting", error=None)

    def completed(self, counts: RowCounts, report: ImportReport, rejects_key: str | None, now: datetime) -> "Import":
        """Return the import with its rows stored."""
        self.demand(*RUNNABLE)
        return replace(
            self, state=ImportState.COMPLETED, counts=counts, report=report, rejects_key=rejects_key, stage=None,
            error=None, finished_at=now,
        )  # fmt: skip

    def failed(self, error: ShopwrightError, now: datetime) -> "Import":
        """Return the import as one that stored nothing, with the reason."""
        self.demand(*RUNNABLE)
        told = {"code": error.code, "message": error.message, "action": error.action, "details": error.details}
        return replace(self, state=ImportState.FAILED, stage=None, error=told, finished_at=now)

    def undone(self, now: datetime) -> "Import":
        """Return the import taken back."""
        self.demand(ImportState.COMPLETED)
        return replace(self, state=ImportState.UNDONE, undone_at=now)


@dataclass(frozen=True, kw_only=True)
class ImportReceived(Event, name="ingestion.import_received", subject="import"):
    """A file was received and kept as it is."""

    kind: str
    file_name: str
    checksum: str
    bytes: int
    source: str


@dataclass(frozen=True, kw_only=True)
class ImportMappingChosen(Event, name="ingestion.import_mapping_chosen", subject="import"):
    """A person said what the columns of a file become; the old mapping is kept in `before`."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class ImportChecked(Event, name="ingestion.import_checked", subject="import"):
    """A dry run told what an import would do; nothing was stored."""

    kind: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ImportCompleted(Event, name="ingestion.import_completed", subject="import"):
    """The rows of an import are stored. The days are those that its rows lie on, where they have any."""

    kind: str
    source: str
    counts: dict[str, int]
    products: int
    created_products: int
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class ImportFailed(Event, name="ingestion.import_failed", subject="import"):
    """An import could not be stored; nothing was changed."""

    kind: str
    source: str
    code: str


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event, name="ingestion.import_undone", subject="import"):
    """An import was taken back: so many rows removed, restored to what they were, and left since others changed them."""

    kind: str
    removed: int
    restored: int
    kept: int
    removed_products: int
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class ImportDeleted(Event, name="ingestion.import_deleted", subject="import"):
    """An import and its raw file were deleted; `before` tells what it was."""
