"""What the columns of an unknown file most likely are: by their names, their values, and what is left over.

A guess is a proposal for a person: it says how sure it is and why. Columns that look like nothing stay unmapped.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from shopwright.catalog.normalisation import read_gtin
from shopwright.ingestion.files.notation import date_notation
from shopwright.ingestion.files.profile import ColumnProfile, FileProfile, Look, Notation
from shopwright.ingestion.mapping import FieldSource, Mapping
from shopwright.ingestion.schemas import SCHEMAS, Field, FieldType, Kind, Missing
from shopwright.ingestion.synonyms import names_of, spelled
from shopwright.ingestion.transforms import Column, Part, Transform
from shopwright.ingestion.words import SALE_WORDS, TAX_BASIS_WORDS

_LEAST = 0.4
_SIMILAR = 88
_SHORTEST_FUZZY = 5
_CANCELLATION_PREFIXES = ("C", "CN")
_TIMES = frozenset({FieldType.MOMENT, FieldType.DAY})
_NUMBERS = frozenset({FieldType.MONEY, FieldType.QUANTITY, FieldType.COUNT, FieldType.RATING})
_TELLING: dict[FieldType, tuple[Look, ...]] = {
    FieldType.MONEY: (Look.NUMBER,),
    FieldType.QUANTITY: (Look.NUMBER,),
    FieldType.COUNT: (Look.INTEGER,),
    FieldType.RATING: (Look.RATING,),
    FieldType.MOMENT: (Look.MOMENT, Look.DAY),
    FieldType.DAY: (Look.DAY, Look.MOMENT),
    FieldType.FLAG: (Look.FLAG,),
    FieldType.GTIN: (Look.GTIN,),
    FieldType.CURRENCY: (Look.CURRENCY,),
    FieldType.AVAILABILITY: (Look.AVAILABILITY,),
    FieldType.CONDITION: (Look.CONDITION,),
}
_BY_VALUES_ALONE: dict[FieldType, float] = {
    FieldType.GTIN: 0.6,
    FieldType.CURRENCY: 0.7,
    FieldType.MOMENT: 0.5,
    FieldType.DAY: 0.5,
}


_TYPICAL: dict[Kind, list[tuple[str, ...]]] = {
    Kind.PRODUCTS: [("name",), ("price", "cost", "inventory_level", "brand", "category")],
    Kind.CUSTOMERS: [("name", "email", "phone")],
    Kind.STOCK_LEVELS: [("warehouse", "counted_at")],
}
"""What a table of the kind has although no row needs it."""
_COLUMNS_COUNTED = 10
_VAGUE = frozenset({"id", "amount", "source", "data", "type", "reference", "asin", "asins", "content", "art"})
_ONE_ROW_EACH = {Kind.PRODUCTS: "sku", Kind.CUSTOMERS: "customer_ref"}
"""Kinds whose tables have one row for each thing: a column full of repetitions speaks against them."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    field: Field
    column: ColumnProfile
    source: FieldSource

    @property
    def certainty(self) -> float:
        return self.source.certainty


def guess_mapping(profile: FileProfile, kind: Kind) -> Mapping:
    """Propose a source for every field of the kind that some column seems to hold. Each column is used once at most."""
    candidates = sorted(_candidates(profile, kind), key=lambda candidate: -candidate.certainty)
    fields: dict[str, FieldSource] = {}
    used: set[str] = set()
    for candidate in candidates:
        if candidate.field.name not in fields and candidate.column.name not in used and candidate.certainty >= _LEAST:
            fields[candidate.field.name] = candidate.source
            used.add(candidate.column.name)
    for candidate in _by_values(profile, kind, used):
        if candidate.field.name not in fields and candidate.column.name not in used:
            fields[candidate.field.name] = candidate.source
            used.add(candidate.column.name)
    ordered = {name: fields[name] for name in SCHEMAS[kind].names if name in fields}
    return Mapping(kind, ordered, cancellation_prefix=_cancellation_prefix(profile, ordered))


def source_for(profile: FileProfile, kind: Kind, role: str, column: str) -> FieldSource:
    """Return how a column that a person named for a field is read, as if it had been guessed: with lists in its cells.

    Raises KeyError where kind or file do not have them.
    """
    field, found = SCHEMAS[kind].field(role), profile.column(column)
    read = next(_sources(field, found, 1.0, ""), None)
    source, notation = (read.source.source, read.source.notation) if read else (Column(column), found.notation)
    return FieldSource(source, notation, why="as a person said")


def guess_kind(profile: FileProfile) -> tuple[tuple[Kind, float], ...]:
    """Rate every kind from 0 to 1, the likeliest first."""
    rated = [(kind, _rate(guess_mapping(profile, kind), profile)) for kind in Kind]
    return tuple((kind, round(min(1.0, score), 2)) for kind, score in sorted(rated, key=lambda pair: -pair[1]))


def guess(profile: FileProfile) -> Mapping:
    """Guess the kind, and the mapping for it."""
    ranking = guess_kind(profile)
    (kind, best), (_, second) = ranking[0], ranking[1]
    mapping = guess_mapping(profile, kind)
    sure = best * (1 if best - second > 0.1 else 0.7)  # noqa: PLR2004 - two kinds that fit alike need a person
    return Mapping(kind, mapping.fields, round(sure, 2), mapping.cancellation_prefix)


def _candidates(profile: FileProfile, kind: Kind) -> Iterator[_Candidate]:
    for field in SCHEMAS[kind].fields:
        names = names_of(kind, field.name)
        for column in profile.columns:
            likeness, why = _likeness(spelled(column.name), names)
            if likeness:
                yield from _sources(field, column, likeness, why)


def _sources(field: Field, column: ColumnProfile, likeness: float, why: str) -> Iterator[_Candidate]:
    fit = _fit(field, column)
    listed = _list_of(field, column)
    if fit is not None and not (listed and field.type is FieldType.GTIN):
        certainty = likeness * (0.4 + 0.6 * fit) * _notation_certainty(field, column)
        yield _Candidate(field, column, FieldSource(Column(column.name), column.notation, round(certainty, 2), why))
        return
    if listed is not None:
        transform, notation = listed
        certainty = round(likeness * 0.8, 2)
        yield _Candidate(field, column, FieldSource(transform, notation, certainty, f"{why}; a list in each cell"))


def _likeness(name: str, names: tuple[str, ...]) -> tuple[float, str]:
    """Compare a column's name with the usual ones: the same, nearly the same, or containing one."""
    if name in _VAGUE and name in names:
        return 0.75, "by its name, which says little"
    if name in names:
        return max(0.9, 1.0 - 0.005 * names.index(name)), "by its name"
    squeezed = name.replace(" ", "")
    best, why = 0.0, ""
    words = set(name.split())
    for place, usual in enumerate(names):
        rank = 1.0 - 0.002 * min(place, 50)
        if squeezed == usual.replace(" ", ""):
            return 0.95 * rank, f"like {usual!r}"
        if len(usual) >= _SHORTEST_FUZZY and (ratio := fuzz.ratio(name, usual)) >= _SIMILAR:
            best, why = max((best, why), (0.85 * ratio / 100 * rank, f"nearly {usual!r}"))
        elif len(usual) > 2 and set(usual.split()) < words:  # noqa: PLR2004 - 'at' and 'ek' are in too many names
            share = len(usual.split()) / len(words)
            best, why = max((best, why), ((0.5 + 0.25 * share) * rank, f"contains {usual!r}"))
    return best, why


def _fit(field: Field, column: ColumnProfile) -> float | None:
    """Say how well the values fit the field's type; None where they cannot be of it."""
    if not column.filled:
        return 0.3
    if field.type in _TELLING:
        share = max(column.share(look) for look in _TELLING[field.type])
        return _repairable(field, column, share)
    if field.type is FieldType.SALE_KIND:
        return _word_share(column, SALE_WORDS)
    if field.type is FieldType.TAX_BASIS:
        return _word_share(column, TAX_BASIS_WORDS)
    return _text_fit(field, column)


def _repairable(field: Field, column: ColumnProfile, share: float) -> float | None:
    if field.type is FieldType.GTIN and column.share(Look.NUMBER) > 0.5:  # noqa: PLR2004 - damaged by a spreadsheet
        return max(share, 0.2)
    if field.name == "shipping":
        return max(share, 0.3)
    return share if share > 0.3 else None  # noqa: PLR2004 - fewer are chance


def _text_fit(field: Field, column: ColumnProfile) -> float | None:
    dated = max(column.share(Look.DAY), column.share(Look.MOMENT))
    if dated > 0.8:  # noqa: PLR2004 - a column of dates is no text
        return None
    if field.name == "url":
        return column.share(Look.URL) or None
    if field.name == "email":
        return column.share(Look.EMAIL) or None
    if field.type is FieldType.SKU:
        return max(0.0, 1 - column.share(Look.SENTENCE)) or None
    if field.name in {"name", "title", "text", "brand"}:
        return max(0.1, 1 - column.share(Look.NUMBER))
    return 1.0


def _word_share(column: ColumnProfile, words: dict[str, str]) -> float | None:
    known = sum(sample.lower() in words for sample in column.samples) / max(1, len(column.samples))
    return known if known > 0.5 else None  # noqa: PLR2004 - most of the values must be known


def _notation_certainty(field: Field, column: ColumnProfile) -> float:
    if field.type in _TIMES:
        return column.date_certainty
    return column.number_certainty if field.type in _NUMBERS else 1.0


def _list_of(field: Field, column: ColumnProfile) -> tuple[Transform, Notation] | None:
    """Recognise cells that hold several values: of dates the newest is taken, of GTINs the first."""
    if field.type is FieldType.GTIN:
        for separator in (" ", ","):
            lists = [sample.split(separator) for sample in column.samples if separator in sample]
            if any(len(parts) > 1 and all(read_gtin(part).gtin for part in parts[:-1]) for parts in lists):
                return Part(column.name, separator, "first"), column.notation
    if field.type not in _TIMES:
        return None
    parts = [part.strip() for sample in column.samples for part in sample.split(",")[:-1] or [sample]]
    found = date_notation(parts)
    if not found.format.startswith("%Y-%m-%d"):
        return None
    return Part(column.name, ",", "greatest"), Notation(date_format=found.format)


def _by_values(profile: FileProfile, kind: Kind, used: set[str]) -> Iterator[_Candidate]:
    """Propose columns whose names say nothing by values that can hardly be anything else."""
    for field in SCHEMAS[kind].fields:
        certainty = _BY_VALUES_ALONE.get(field.type)
        if certainty is None or (field.type in _TIMES and not field.required):
            continue
        fitting = [
            column
            for column in profile.columns
            if column.name not in used and max(column.share(look) for look in _TELLING[field.type]) > 0.9  # noqa: PLR2004
        ]
        if len(fitting) == 1:
            column = fitting[0]
            sure = round(certainty * _notation_certainty(field, column), 2)
            yield _Candidate(field, column, FieldSource(Column(column.name), column.notation, sure, "by its values"))


def _rate(mapping: Mapping, profile: FileProfile) -> float:
    """Rate a kind by how surely its needed fields were found, and by how many of the columns it explains."""
    schema = SCHEMAS[mapping.kind]
    needed = [(f.name,) for f in schema.fields if f.missing in {Missing.REJECT, Missing.INTERPOLATE}] + list(
        schema.one_of
    )
    needed += _TYPICAL.get(mapping.kind, [])
    found = [max((mapping.fields[n].certainty for n in group if n in mapping.fields), default=0.0) for group in needed]
    complete = sum(found) / len(needed) * (1 if all(found) else 0.6)
    counted = min(len(profile.columns), _COLUMNS_COUNTED)
    explained = min(1.0, sum(source.certainty for source in mapping.fields.values()) / counted)
    score = 0.6 * complete + 0.4 * explained
    key = mapping.fields.get(_ONE_ROW_EACH.get(mapping.kind, ""))
    if key is not None and isinstance(key.source, Column):
        score *= 0.5 + 0.5 * profile.column(key.source.column).distinct
    return score


def _cancellation_prefix(profile: FileProfile, fields: dict[str, FieldSource]) -> str:
    source = fields.get("order_ref")
    if source is None or not isinstance(source.source, Column):
        return ""
    prefixes = profile.column(source.source.column).prefixes
    return next((prefix for prefix in _CANCELLATION_PREFIXES if prefix in prefixes and "" in prefixes), "")
