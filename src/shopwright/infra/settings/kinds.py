"""Kinds of setting: what a text must look like, and how it becomes a typed value.

Each kind states in words what it expects, since that sentence is shown in docs/settings.md and in the error for a
wrong value. Kinds look at one text only; rules between settings stand in `rules`.
"""

import base64
import binascii
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from shopwright.infra.settings.secret import EncryptionKey, Secret

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Network = IPv4Network | IPv6Network

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """How to read one text. `read` raises ValueError for whatever is not `expected`."""

    expected: str
    read: Callable[[str], T]
    is_secret: bool = False


def whole(low: int, high: int) -> Kind[int]:
    """Accept a whole number between two bounds, both included. Thousands may be set apart by `_`."""

    def read(text: str) -> int:
        return _within(int(text), low, high)

    return Kind(f"a whole number from {low:,} to {high:,}", read)


def number(low: float, high: float) -> Kind[float]:
    """Accept a finite number between two bounds, both included."""

    def read(text: str) -> float:
        return _within(float(text), low, high)

    return Kind(f"a number from {low:g} to {high:g}", read)


def _within(value: T, low: float, high: float) -> T:
    if not (isinstance(value, int | float) and math.isfinite(value) and low <= value <= high):
        raise ValueError("out of range")
    return value


def switch() -> Kind[bool]:
    """Accept a yes or a no."""

    def read(text: str) -> bool:
        word = text.lower()
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        raise ValueError("neither yes nor no")

    return Kind("true or false", read)


def choice(options: type[E]) -> Kind[E]:
    """Accept one word of an enumeration, in any case."""

    def read(text: str) -> E:
        return options(text.lower())

    return Kind("one of " + ", ".join(options), read)


def path(expected: str = "a path") -> Kind[Path]:
    """Accept a path; a leading `~` is the home folder."""

    def read(text: str) -> Path:
        return Path(text).expanduser()

    return Kind(expected, read)


def pattern(expression: str, expected: str) -> Kind[str]:
    """Accept a text that matches a regular expression whole."""
    compiled = re.compile(expression)

    def read(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise ValueError("does not match")
        return text

    return Kind(expected, read)


def url(*schemes: str) -> Kind[str]:
    """Accept an absolute URL with one of the schemes, without a password."""
    return Kind(_url_text(schemes), lambda text: _checked_url(text, schemes))


def secret_url(*schemes: str) -> Kind[Secret]:
    """Accept an absolute URL with one of the schemes that may carry a password, and is masked for it."""
    return Kind(_url_text(schemes), lambda text: Secret(_checked_url(text, schemes)), is_secret=True)


def _url_text(schemes: tuple[str, ...]) -> str:
    return "a URL that begins with " + " or ".join(f"{scheme}://" for scheme in schemes)


def _checked_url(text: str, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(text)
    if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/") or parts.query):
        raise ValueError("not such a URL")
    return text


def secret(shortest: int = 1) -> Kind[Secret]:
    """Accept a secret of at least so many characters."""

    def read(text: str) -> Secret:
        if len(text) < shortest:
            raise ValueError("too short")
        return Secret(text)

    return Kind(f"at least {shortest} characters" if shortest > 1 else "a secret", read, is_secret=True)


def origins() -> Kind[tuple[str, ...]]:
    """Accept web origins separated by commas, or `*`."""

    def read(text: str) -> tuple[str, ...]:
        found = _words(text)
        for origin in found:
            parts = urlsplit(origin)
            if origin != "*" and (
                parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}"
            ):
                raise ValueError("not an origin")
        return found

    return Kind("origins such as https://shop.example, separated by commas, or *", read)


def networks() -> Kind[tuple[Network, ...]]:
    """Accept addresses or networks separated by commas."""

    def read(text: str) -> tuple[Network, ...]:
        return tuple(ip_network(word, strict=False) for word in _words(text))

    return Kind("addresses or networks such as 10.0.0.0/8, separated by commas", read)


def encryption_keys() -> Kind[tuple[EncryptionKey, ...]]:
    """Accept keys `id:base64` separated by commas, each of 32 bytes, with ids that differ."""

    def read(text: str) -> tuple[EncryptionKey, ...]:
        keys = tuple(_read_key(word) for word in _words(text))
        if not keys or len({key.id for key in keys}) < len(keys):
            raise ValueError("no key, or an id that is used twice")
        return keys

    return Kind("keys as id:base64 of 32 bytes, separated by commas", read, is_secret=True)


def encryption_key() -> Kind[EncryptionKey]:
    """Accept one key `id:base64` of 32 bytes."""
    return Kind("one key as id:base64 of 32 bytes", _read_key, is_secret=True)


def _read_key(word: str) -> EncryptionKey:
    identifier, _, encoded = word.partition(":")
    if _KEY_ID.fullmatch(identifier) is None:
        raise ValueError("no key id")
    try:
        material = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(material) != _KEY_BYTES:
        raise ValueError("not 32 bytes")
    return EncryptionKey(identifier, Secret(encoded))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
