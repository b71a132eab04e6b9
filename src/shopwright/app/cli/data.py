"""The command import: files into a shop, with their progress, their rejected rows, and a way back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from shopwright.app.cli.import_text import doubts, results, tell, written
from shopwright.app.cli.output import print_json, print_table, say
from shopwright.app.cli.shop import JsonOption, OpenShop, ShopOption, open_shop

if TYPE_CHECKING:
    from shopwright.infra.storage import TenantStorage
    from shopwright.ingestion.domain import Import
    from shopwright.ingestion.mapping import Mapping
    from shopwright.ingestion.tally import Tally

_LOOK_EVERY: Final = 0.2


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_files)


def import_files(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="Files, taken in this order.", exists=True, dir_okay=False),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="products, sales, competitor_prices, ...; guessed from the file without it.")
    ] = None,
    shop: ShopOption = None,
    columns: Annotated[
        list[str] | None, typer.Option("--map", help="role=column: what a column becomes (repeatable).")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="JSON file that says what every column becomes.", exists=True, dir_okay=False),
    ] = None,
    write_mapping: Annotated[
        Path | None,
        typer.Option(help="File to write what the columns become to, as JSON: correct it and give it as --mapping."),
    ] = None,
    create_products: Annotated[
        bool, typer.Option("--create-products", help="Make products for SKUs that no product has.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be done, and do none of it.")] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="File for the rows that were rejected, each with the reason.", dir_okay=False)
    ] = None,
    undo: Annotated[UUID | None, typer.Option(help="Take this import back, in place of importing files.")] = None,
    json: JsonOption = False,
) -> None:
    """Import files into a shop. Exits with the code of its error when one could not be imported; the others stay."""
    if (undo is None) == (not files):
        raise typer.BadParameter("give files, or --undo with the id of an import")
    if undo is not None:
        asyncio.run(_undo(undo, shop, json=json))
        return
    wanted = _Wanted(
        kind, columns or (), mapping, create_products=create_products, dry_run=dry_run, rejects=rejects,
        write_mapping=write_mapping,
    )  # fmt: skip
    if write_mapping is not None and len(files or ()) > 1:
        raise typer.BadParameter("--write-mapping takes one file at a time")
    done = asyncio.run(_import_all(files or (), shop, wanted))
    if json:
        print_json(results(done))
    else:
        tell(done, dry_run=dry_run)
    failed = [import_ for import_ in done if import_.error is not None]
    if failed:
        raise typer.Exit(_exit_code(failed[0].error or {}))


class _Wanted:
    """How files are to be imported, as the options say."""

    def __init__(
        self,
        kind: str | None,
        columns: Sequence[str],
        mapping: Path | None,
        *,
        create_products: bool,
        dry_run: bool,
        rejects: Path | None,
        write_mapping: Path | None,
    ) -> None:
        from shopwright.ingestion.domain import ImportOptions, UnknownSkus
        from shopwright.ingestion.mapping import Mapping
        from shopwright.ingestion.schemas import Kind

        if kind is not None and kind not in set(Kind):
            raise typer.BadParameter(f"there is no kind {kind!r}; the kinds are {', '.join(Kind)}")
        pairs = [text.partition("=") for text in columns]
        if any(not (role and sign and column) for role, sign, column in pairs):
            raise typer.BadParameter("--map takes role=column")
        self.kind: Kind | None = None if kind is None else Kind(kind)
        self.columns = {role.strip(): column.strip() for role, _, column in pairs}
        self.mapping: Mapping | None = None if mapping is None else Mapping.from_json(mapping.read_bytes())
        self.options = ImportOptions(unknown_skus=UnknownSkus.CREATE if create_products else UnknownSkus.REJECT)
        self.dry_run = dry_run
        self.rejects = rejects
        self.write_mapping = write_mapping


async def _import_all(files: Sequence[Path], shop: str | None, wanted: _Wanted) -> "list[Import]":
    from shopwright.infra.storage import TenantStorage

    async with open_shop(shop) as place:
        storage = TenantStorage(place.program.platform.storage, place.shop.id)
        done = [await _import(place, storage, path, wanted) for path in files]
        if wanted.rejects is not None:
            await _write_rejects(place, storage, done, wanted.rejects)
        if wanted.dry_run:
            await _forget(place, storage, done)
    return done


async def _import(place: OpenShop, storage: "TenantStorage", path: Path, wanted: _Wanted) -> "Import":
    """Receive a file, correct what was guessed, and load or only check it."""
    from shopwright.ingestion.service import ImportService
    from shopwright.ingestion.tally import Tally
    from shopwright.ingestion.uploads import local_upload

    upload = await asyncio.to_thread(local_upload, path)
    async with place.unit() as unit:
        service = ImportService(unit, storage)
        kind = wanted.mapping.kind if wanted.mapping else wanted.kind
        received = await service.receive(upload, kind=kind, source="command line", options=wanted.options)
        mapping = _corrected(received, wanted)
        if mapping is not received.mapping:
            await service.choose_mapping(received.id, mapping, wanted.options)
    if wanted.write_mapping is not None:
        await asyncio.to_thread(wanted.write_mapping.write_bytes, written(mapping))
    doubts(path.name, mapping)
    tally = Tally()
    async with _progress(path.name, tally), place.unit() as unit:
        service = ImportService(unit, storage)
        if wanted.dry_run:
            return await service.check(received.id, path=path)
        return await service.run(received.id, path=path, tally=tally)


def _corrected(received: "Import", wanted: _Wanted) -> "Mapping":
    """Return the mapping of the options: the given one or the guessed one, with the columns that were named."""
    import msgspec

    from shopwright.ingestion.guessing import source_for
    from shopwright.ingestion.mapping import MappingInvalid
    from shopwright.ingestion.service import profile_of

    mapping = wanted.mapping or received.mapping
    if not wanted.columns:
        return mapping
    profile = profile_of(received)
    absent = sorted(set(wanted.columns.values()) - set(profile.names))
    if absent:
        raise MappingInvalid(f"The file has no column {absent[0]!r}.", absent_columns=absent, columns=profile.names)
    unknown = sorted(set(wanted.columns) - set(mapping.schema.names))
    if unknown:
        names = mapping.schema.names
        raise MappingInvalid(f"{mapping.kind} has no field {unknown[0]!r}.", unknown_fields=unknown, fields=names)
    named = {role: source_for(profile, mapping.kind, role, column) for role, column in wanted.columns.items()}
    return msgspec.structs.replace(mapping, fields={**mapping.fields, **named})


@asynccontextmanager
async def _progress(name: str, tally: "Tally") -> AsyncIterator[None]:
    """Show rows, rows a second and rejected rows on standard error while the block runs."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        async def show() -> None:
            while True:
                rate = tally.read / (bar.tasks[0].elapsed or 1)
                told = f"{name}: {tally.stage}, {tally.read:,} rows, {rate:,.0f} a second, {tally.rejected:,} rejected"
                bar.update(task, description=told)
                await asyncio.sleep(_LOOK_EVERY)

        showing = asyncio.create_task(show())
        try:
            yield
        finally:
            showing.cancel()
            await asyncio.wait([showing])


async def _write_rejects(place: OpenShop, storage: "TenantStorage", done: "Sequence[Import]", target: Path) -> None:
    """Write the rejected rows; of several files each into a file of its own beside the target."""
    from shopwright.ingestion.service import ImportService

    rejected = [import_ for import_ in done if import_.rejects_key is not None]
    for import_ in rejected:
        path = target if len(rejected) == 1 else target.with_name(f"{target.stem}-{import_.id}{target.suffix}")
        async with place.unit() as unit:
            pieces = await ImportService(unit, storage).rejects(import_.id)
            content = b"".join([piece async for piece in pieces])
        await asyncio.to_thread(path.write_bytes, content)
        say(f"{import_.counts.rejected:,} rejected rows of {import_.file_name} are in {path}.")


async def _forget(place: OpenShop, storage: "TenantStorage", done: "Sequence[Import]") -> None:
    """Delete what a dry run received."""
    from shopwright.ingestion.service import ImportService

    for import_ in done:
        async with place.unit() as unit:
            await ImportService(unit, storage).delete(import_.id)


async def _undo(import_id: UUID, shop: str | None, *, json: bool) -> None:
    from shopwright.infra.storage import TenantStorage
    from shopwright.ingestion.service import ImportService

    async with open_shop(shop) as place, place.unit() as unit:
        storage = TenantStorage(place.program.platform.storage, place.shop.id)
        undone, rows = await ImportService(unit, storage).undo(import_id)
    if json:
        print_json({"id": undone.id, "removed": rows.removed, "restored": rows.restored, "kept": rows.kept})
    else:
        counts = (undone.file_name, rows.removed, rows.restored, rows.kept)
        print_table(
            place.shop.name, ("file", "removed", "restored", "kept as changed since"), [counts], right=(1, 2, 3)
        )


def _exit_code(error: dict[str, Any]) -> int:
    from shopwright.kit.errors import ShopwrightError, error_types

    return error_types.get(error.get("code", ""), ShopwrightError).exit_code
