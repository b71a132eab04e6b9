"""What the columns of a file become: a mapping can be guessed, corrected by a person, stored as JSON, and used again."""

from typing import Self

import msgspec

from shopwright.ingestion.files.profile import Notation
from shopwright.ingestion.schemas import SCHEMAS, Kind, Missing, Schema
from shopwright.ingestion.transforms import Transform, columns_of
from shopwright.ingestion.words import NON_PRODUCT_SKUS
from shopwright.kit.errors import Invalid

ASK_BELOW = 0.85
"""Columns mapped with less certainty than this are shown to the user as questions."""


class MappingInvalid(Invalid):
    """A stored or sent mapping does not say what a mapping says, or names fields or columns that are not there."""

    code = "mapping_invalid"


class MappingIncomplete(Invalid):
    """A field that every row needs has no column."""

    code = "mapping_incomplete"
    action = "Choose a column, a constant or a transform for the fields named in the details."


class FieldSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field comes from, how its values are written, how sure the guess is (0 to 1), and why."""

    source: Transform
    notation: Notation = Notation()
    certainty: float = 1.0
    why: str = ""

    @property
    def label(self) -> str:
        """The columns behind it, as a person knows them."""
        return " + ".join(dict.fromkeys(columns_of(self.source))) or "constant"


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind, and a source for each field that the file has.

    Order lines whose reference begins with `cancellation_prefix` are cancellations; lines of `excluded_skus` (normalised
    SKUs of postage, fees, corrections) are rejected as no goods. With `keep_attributes` the columns of a product file that
    became no field are kept as the product's attributes.
    """

    kind: Kind
    fields: dict[str, FieldSource]
    kind_certainty: float = 1.0
    cancellation_prefix: str = ""
    excluded_skus: tuple[str, ...] = NON_PRODUCT_SKUS
    keep_attributes: bool = True

    @property
    def schema(self) -> Schema:
        """The schema of the kind."""
        return SCHEMAS[self.kind]

    def to_json(self) -> bytes:
        """Return the mapping as JSON, `from_json` makes it again."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Make a mapping from JSON; MappingInvalid if it is none."""
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.MsgspecError as error:
            raise MappingInvalid(f"This is no mapping: {error}.", reason=str(error)) from None

    def missing(self) -> tuple[str, ...]:
        """Name the fields that need a source and have none; of a group of which one is needed, 'revenue or unit_price'."""
        single = [f.name for f in self.schema.fields if f.missing is Missing.REJECT and f.name not in self.fields]
        interpolated = [
            f.name for f in self.schema.fields if f.missing is Missing.INTERPOLATE and f.name not in self.fields
        ]
        groups = [" or ".join(group) for group in self.schema.one_of if not set(group) & set(self.fields)]
        return (*single, *interpolated, *groups)

    def doubtful(self) -> tuple[str, ...]:
        """Name the fields whose source a person should confirm."""
        return tuple(name for name, source in self.fields.items() if source.certainty < ASK_BELOW)

    def check(self, columns: tuple[str, ...]) -> None:
        """Raise MappingInvalid for unknown fields and columns, MappingIncomplete for what is missing."""
        unknown = sorted(set(self.fields) - set(self.schema.names))
        if unknown:
            raise MappingInvalid(f"{self.kind} has no field {unknown[0]!r}.", unknown_fields=unknown)
        used = {column for source in self.fields.values() for column in columns_of(source.source)}
        absent = sorted(used - set(columns))
        if absent:
            raise MappingInvalid(f"The file has no column {absent[0]!r}.", absent_columns=absent)
        if missing := self.missing():
            raise MappingIncomplete(f"Nothing becomes {missing[0]}.", missing_fields=list(missing))

    def unused(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Name the columns that become nothing."""
        used = {column for source in self.fields.values() for column in columns_of(source.source)}
        return tuple(column for column in columns if column not in used)
