"""How imports read on a terminal: what was stored, what was not and why, and what to do about it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from shopwright.app.cli.output import print_table, say

if TYPE_CHECKING:
    from shopwright.ingestion.domain import Import
    from shopwright.ingestion.mapping import Mapping

_SHOWN: Final = 5
_COLUMNS: Final = ("file", "kind", "read", "new", "changed", "unchanged", "superseded", "rejected", "id")


def tell(done: "Sequence[Import]", *, dry_run: bool) -> None:
    """Write what became of the files: a table of counts, the rejected rows and the values set aside by reason."""
    counts = [(import_, import_.counts) for import_ in done]
    rows = [
        (one.file_name, one.kind.value, f"{of.read:,}", f"{of.new:,}", f"{of.changed:,}", f"{of.unchanged:,}",
         f"{of.superseded:,}", f"{of.rejected:,}", one.id)
        for one, of in counts
    ]  # fmt: skip
    print_table("Nothing was stored: a dry run" if dry_run else "", _COLUMNS, rows, right=range(2, 8))
    _rejected(done)
    _set_aside(done)
    for import_ in done:
        for sentence in _sentences(import_):
            say(f"{import_.file_name}: {sentence}")


def results(done: "Sequence[Import]") -> list[dict[str, Any]]:
    """Return what became of the files, for a script."""
    return [
        {
            "id": import_.id,
            "file": import_.file_name,
            "kind": import_.kind,
            "state": import_.state,
            "counts": import_.counts,
            "created_products": import_.report.created_products,
            "unmatched": import_.report.unmatched,
            "reject_groups": import_.report.reject_groups,
            "handled": import_.report.handled,
            "seconds": import_.report.seconds,
            "error": import_.error,
        }
        for import_ in done
    ]


def doubts(file_name: str, mapping: "Mapping") -> None:
    """Say what was guessed without being sure, and how to correct it."""
    taken = f"taken for {mapping.kind.value}"
    if missing := mapping.missing():
        say(
            f"{file_name}: {taken}, but no column looks like {missing[0]}. --kind says what the file is, "
            "--map role=column what a column becomes, --mapping FILE all of it (--write-mapping writes one to correct)."
        )
    elif doubtful := mapping.doubtful():
        columns = ", ".join(f"{role} from {mapping.fields[role].label!r}" for role in doubtful)
        say(f"{file_name}: {taken}; not sure of {columns}. --map role=column corrects it.")


def written(mapping: "Mapping") -> bytes:
    """Return a mapping as JSON that a person can read and correct."""
    import msgspec

    return msgspec.json.format(mapping.to_json(), indent=2) + b"\n"


def _rejected(done: "Sequence[Import]") -> None:
    reasons = [
        (one.file_name, f"{group.rows:,}", group.column, group.rule, group.example, group.expected)
        for one in done
        for group in one.report.reject_groups[:_SHOWN]
    ]
    if reasons:
        print_table("\nRejected", ("file", "rows", "column", "rule", "found", "expected"), reasons, right=(1,))


def _set_aside(done: "Sequence[Import]") -> None:
    """Tell which values were left out of rows that were stored."""
    values = [
        (one.file_name, f"{handled.rows or 0:,}", handled.field, handled.reason)
        for one in done
        for handled in [each for each in one.report.handled if each.strategy == "set_aside"][:_SHOWN]
    ]
    if values:
        print_table("\nStored without these values", ("file", "rows", "field", "why"), values, right=(1,))


def _sentences(import_: "Import") -> list[str]:
    report, sentences = import_.report, []
    if report.created_products:
        sentences.append(f"{report.created_products:,} products were made from its lines.")
    if report.unmatched:
        sentences.append(f"{report.unmatched:,} offers are of no product that the shop has.")
    unknown = sum(group.rows for group in report.reject_groups if group.rule == "unknown_sku")
    if unknown:
        sentences.append(
            f"{unknown:,} rows name products that the shop does not have: import a file of products first, "
            "or give --create-products to make them from these rows."
        )
    if import_.error is not None:
        sentences.append(f"{import_.error['message']} Nothing of it was stored. {import_.error['action']}")
    return sentences
