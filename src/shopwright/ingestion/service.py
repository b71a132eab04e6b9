"""The use cases of imports: receive, look, correct the mapping, check, run, take back. Nothing here commits.

The raw bytes of every import are kept as they came, so that any stored row can be traced to its line.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from shopwright.identity.service.tenants import TenantService
from shopwright.infra.bulk import UndoCounts
from shopwright.infra.db import UnitOfWork
from shopwright.infra.storage import TenantStorage
from shopwright.infra.web.pages import Slice, decode_cursor, page_of
from shopwright.ingestion.domain import (
    OPEN,
    RUNNABLE,
    Import,
    ImportChecked,
    ImportCompleted,
    ImportDeleted,
    ImportFailed,
    ImportMappingChosen,
    ImportOptions,
    ImportReceived,
    ImportState,
    ImportUndone,
    RejectsNotFound,
    UnknownSkus,
)
from shopwright.ingestion.fetching import fetched
from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.profile import FileProfile
from shopwright.ingestion.guessing import guess, guess_mapping
from shopwright.ingestion.making import reading_of
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.pipeline import Job, Outcome, load
from shopwright.ingestion.repository import ImportRepository
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.sources import BATCH_ROWS, FileSource
from shopwright.ingestion.tally import Tally
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.undoing import undo_load
from shopwright.ingestion.uploads import Upload
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.ids import new_id

_FOLDER: Final = "imports"
_OWN: Final = "own"
_BATCH_ROWS: Final = {Kind.TRAFFIC: 250_000}
"""Missing sessions are interpolated within a batch, so the days of an item should lie in one."""


class _OnlyLooking(Exception):
    """Ends a dry run; no error."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A received file as a person looks at it: its columns with samples, and what they would become.

    `same_as` is a completed import of the same bytes: importing them again would change nothing.
    """

    import_: Import
    profile: FileProfile
    missing: tuple[str, ...]
    doubtful: tuple[str, ...]
    unused: tuple[str, ...]
    same_as: UUID | None


class ImportService:
    """The imports of one tenant."""

    def __init__(self, unit: UnitOfWork, storage: TenantStorage) -> None:
        self._unit = unit
        self._storage = storage
        self._imports = ImportRepository(unit)

    async def receive(
        self, upload: Upload, *, kind: Kind | None = None, source: str = "upload", options: ImportOptions | None = None
    ) -> Import:
        """Keep a file as it is and guess what it holds; a mapping saved for files of its make is taken instead.

        Raises FileFault when it is no table that can be read.
        """
        profile = await asyncio.to_thread(detect, upload.path)
        saved = await self._imports.find_mapping(profile.signature, kind)
        mapping = saved or (guess(profile) if kind is None else guess_mapping(profile, kind))
        now = self._unit.clock.now()
        import_id = new_id(self._unit.tenant, now)
        import_ = Import(
            id=import_id,
            kind=mapping.kind,
            file_name=upload.file_name,
            checksum=upload.checksum,
            bytes=upload.bytes,
            source=source,
            mapping=mapping,
            state=ImportState.RECEIVED,
            raw_key=f"{_FOLDER}/{import_id}/raw",
            created_at=now,
            options=options or ImportOptions(),
            profile=msgspec.to_builtins(profile),
            created_by=self._unit.by.actor_id,
        )
        await self._storage.put(import_.raw_key, upload.path)
        await self._imports.add(import_)
        self._unit.publish(
            ImportReceived(
                subject_id=str(import_id), kind=mapping.kind, file_name=upload.file_name, checksum=upload.checksum,
                bytes=upload.bytes, source=source,
            )
        )  # fmt: skip
        return import_

    async def get_import(self, import_id: UUID) -> Import:
        """Return an import. Raises ImportNotFound."""
        return await self._imports.get(import_id)

    async def list_imports(
        self,
        *,
        kind: Kind | None = None,
        state: ImportState | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Slice[Import]:
        """Return a page of imports, newest first. Raises InvalidCursor."""
        decoded = decode_cursor(cursor, UUID)
        rows = await self._imports.list_page(kind, state, decoded[0] if decoded else None, limit + 1)
        return page_of(rows, limit, lambda import_: (import_.id,))

    async def preview(self, import_id: UUID) -> Preview:
        """Return what a file holds and what its columns would become. Raises ImportNotFound."""
        import_ = await self._imports.get(import_id)
        profile, mapping = profile_of(import_), import_.mapping
        same = await self._imports.find_same(import_.checksum, import_id)
        return Preview(import_, profile, mapping.missing(), mapping.doubtful(), mapping.unused(profile.names), same)

    async def choose_mapping(
        self, import_id: UUID, mapping: Mapping, options: ImportOptions, *, keep: bool = False
    ) -> Import:
        """Say what the columns become, and keep it for files of the same make if asked.

        Raises ImportNotFound, ImportStateRefused, MappingInvalid, MappingIncomplete.
        """
        before = await self._imports.get(import_id)
        profile = profile_of(before)
        mapping.check(profile.names)
        after = await self._imports.save(before.with_mapping(mapping, options))
        if keep:
            await self._imports.save_mapping(profile.signature, mapping)
        self._unit.publish(
            ImportMappingChosen(
                subject_id=str(import_id), kind=mapping.kind,
                before={"mapping": msgspec.to_builtins(before.mapping)}, after={"mapping": msgspec.to_builtins(mapping)},
            )
        )  # fmt: skip
        return after

    async def check(self, import_id: UUID, *, path: Path | None = None) -> Import:
        """Tell what running the import would do, by doing it and taking it back.

        `path` is the raw file where it lies on this machine already. Raises what is wrong with file or mapping.
        """
        import_ = await self._imports.get(import_id)
        import_.demand(*OPEN)
        outcome, rejects_key = await self._load(import_, path, Tally(), keep=False)
        checked = await self._imports.save(import_.checked(outcome.counts, outcome.report, rejects_key))
        self._unit.publish(ImportChecked(subject_id=str(import_id), kind=import_.kind, counts=asdict(outcome.counts)))
        return checked

    async def run(self, import_id: UUID, *, path: Path | None = None, tally: Tally | None = None) -> Import:
        """Load the rows, all or nothing. What is wrong with file or mapping ends as a failed import, not as an error.

        Raises ImportNotFound, ImportStateRefused, and what a repetition can cure.
        """
        import_ = await self._imports.get(import_id)
        import_.demand(*RUNNABLE)
        now = self._unit.clock.now()
        try:
            outcome, rejects_key = await self._load(import_, path, tally or Tally(), keep=True)
        except ShopwrightError as error:
            if error.retryable:
                raise
            return await self._failed(import_, error)
        done = await self._imports.save(import_.completed(outcome.counts, outcome.report, rejects_key, now))
        self._unit.publish(_completed(done))
        return done

    async def queue(self, import_id: UUID) -> Import:
        """Note that a worker will run the import. Raises ImportNotFound, ImportStateRefused."""
        return await self._imports.save((await self._imports.get(import_id)).queued())

    async def undo(self, import_id: UUID) -> tuple[Import, UndoCounts]:
        """Take a completed import back; what somebody changed since stays. Raises ImportNotFound, ImportStateRefused."""
        await self._imports.take_turn()
        import_ = await self._imports.get(import_id)
        undone = import_.undone(self._unit.clock.now())
        rows, products = await undo_load(self._unit, import_)
        saved = await self._imports.save(undone)
        self._unit.publish(
            ImportUndone(
                subject_id=str(import_id), kind=import_.kind, removed=rows.removed, restored=rows.restored, kept=rows.kept,
                removed_products=products.removed, first_day=import_.report.first_day, last_day=import_.report.last_day,
            )
        )  # fmt: skip
        return saved, rows

    async def rejects(self, import_id: UUID) -> AsyncIterator[bytes]:
        """Return the file of rejected rows of the last check or run. Raises ImportNotFound, RejectsNotFound."""
        import_ = await self._imports.get(import_id)
        if import_.rejects_key is None:
            raise RejectsNotFound("No row of this import was rejected.", id=str(import_id))
        return self._storage.stream(import_.rejects_key)

    async def delete(self, import_id: UUID) -> None:
        """Delete an import and its raw file; the journal keeps what it was.

        Raises ImportNotFound, and ImportStateRefused while stored rows stem from it.
        """
        import_ = await self._imports.get(import_id)
        import_.demand(*(OPEN | {ImportState.UNDONE}))
        await self._imports.delete(import_id)
        await self._storage.delete_beneath(f"{_FOLDER}/{import_id}")
        told = {
            "kind": import_.kind.value, "file_name": import_.file_name, "checksum": import_.checksum,
            "state": import_.state.value, "counts": asdict(import_.counts),
        }  # fmt: skip
        self._unit.publish(ImportDeleted(subject_id=str(import_id), before=told))

    async def _load(
        self, import_: Import, path: Path | None, tally: Tally, *, keep: bool
    ) -> tuple[Outcome, str | None]:
        """Load within a savepoint; without `keep` everything is taken back. Return the key of the rejects, if any."""
        await self._imports.take_turn()
        terms = await shop_terms(self._unit, import_.options)
        with tempfile.TemporaryDirectory(prefix="shopwright-import-") as folder:
            raw = path or await fetched(self._storage, import_.raw_key, Path(folder) / "raw")
            rejects = Path(folder) / "rejects.csv"
            profile, mapping = profile_of(import_), import_.mapping
            job = Job(
                import_.id, FileSource(raw, profile, _BATCH_ROWS.get(mapping.kind, BATCH_ROWS)), mapping, terms, import_.source, import_.options,
                _reading(profile, import_),
            )  # fmt: skip
            async with self._savepoint(keep=keep):
                outcome = await load(self._unit, job, rejects, tally)
            if not outcome.counts.rejected:
                return outcome, None
            rejects_key = f"{_FOLDER}/{import_.id}/rejects.csv"
            await self._storage.put(rejects_key, rejects)
        return outcome, rejects_key

    @asynccontextmanager
    async def _savepoint(self, *, keep: bool) -> AsyncIterator[None]:
        with contextlib.suppress(_OnlyLooking):
            async with self._unit.savepoint():
                yield
                if not keep:
                    raise _OnlyLooking

    async def _failed(self, import_: Import, error: ShopwrightError) -> Import:
        failed = await self._imports.save(import_.failed(error, self._unit.clock.now()))
        self._unit.publish(
            ImportFailed(subject_id=str(import_.id), kind=import_.kind, source=import_.source, code=error.code)
        )
        return failed


async def shop_terms(unit: UnitOfWork, options: ImportOptions) -> ShopTerms:
    """Return the shop's own terms, or what the importer says instead."""
    shop = (await TenantService(unit).get()).settings
    return ShopTerms(
        time_zone=options.time_zone or shop.time_zone,
        currency=options.currency or shop.currency,
        now=unit.clock.now(),
        tax_basis=options.tax_basis or shop.tax_basis,
        marketplace=options.marketplace or _OWN,
    )


def profile_of(import_: Import) -> FileProfile:
    """Return what was detected of an import's file."""
    return msgspec.convert(import_.profile, FileProfile)


def _reading(profile: FileProfile, import_: Import) -> Mapping | None:
    """Map the same columns to products, for those that rows are to make; the SKU is where the rows have it."""
    if import_.options.unknown_skus is not UnknownSkus.CREATE or "sku" not in import_.mapping.fields:
        return None
    guessed = guess_mapping(profile, Kind.PRODUCTS)
    fields = {**guessed.fields, "sku": import_.mapping.fields["sku"]}
    return reading_of(msgspec.structs.replace(guessed, fields=fields))


def _completed(import_: Import) -> ImportCompleted:
    report = import_.report
    return ImportCompleted(
        subject_id=str(import_.id),
        kind=import_.kind,
        source=import_.source,
        counts=asdict(import_.counts),
        products=report.products,
        created_products=report.created_products,
        first_day=report.first_day,
        last_day=report.last_day,
    )
