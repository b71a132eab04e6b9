"""How a settings group declares its fields: default, kind, meaning, usual names. Read back by loading and docs."""

from dataclasses import MISSING, Field, dataclass, field
from typing import Any, TypeVar, cast

from shopwright.infra.settings.kinds import Kind

T = TypeVar("T")

PREFIX = "SHOPWRIGHT"
_METADATA = "declaration"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a group says about one of its fields. `also` are the names other programs use for the same thing."""

    kind: Kind[Any]
    meaning: str
    also: tuple[str, ...] = ()
    default_words: str | None = None
    cure: str | None = None


def setting(default: T, kind: Kind[T], meaning: str, **more: Any) -> T:
    """Declare a setting with a default."""
    return field(default=default, metadata={_METADATA: Declaration(kind, meaning, **more)})


def optional(kind: Kind[T], meaning: str, **more: Any) -> T | None:
    """Declare a setting that may be missing."""
    return cast("T | None", field(default=None, metadata={_METADATA: Declaration(kind, meaning, **more)}))


def computed(kind: Kind[T], meaning: str, *, default_words: str, **more: Any) -> T:
    """Declare a setting whose default depends on others: loading fills it in; `default_words` say with what."""
    declaration = Declaration(kind, meaning, default_words=default_words, **more)
    return cast("T", field(metadata={_METADATA: declaration}))


def declaration_of(of: "Field[Any]") -> Declaration | None:
    """Return what a dataclass field declares, or None for a field that is a group."""
    return of.metadata.get(_METADATA)


def has_default(of: "Field[Any]") -> bool:
    """Tell whether a field has a default of its own."""
    return of.default is not MISSING


def variable_name(group: str | None, name: str) -> str:
    """Return the environment variable of a field: SHOPWRIGHT_HTTP_PORT."""
    return "_".join(part for part in (PREFIX, group, name) if part).upper()
