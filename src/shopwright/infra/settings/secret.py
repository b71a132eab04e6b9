"""Secrets that do not print themselves. `reveal()` is the one way to the text, so a search finds every use."""

import base64
from dataclasses import dataclass
from typing import Final

MASK: Final = "********"


class Secret:
    """A secret text. `repr`, `str`, formatting and every encoder see the mask, never the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one place that needs it."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A key of 32 bytes, kept as base64, and the name by which ciphertexts refer to it."""

    id: str
    encoded: Secret

    def reveal(self) -> bytes:
        """Return the 32 bytes, for the one place that needs them."""
        return base64.b64decode(self.encoded.reveal())
