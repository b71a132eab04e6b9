"""Keeps secrets and personal data out of logs and traces: by the name of a field, and by the look of a text.

Names decide first, since they are certain; patterns catch what was written into a sentence or an address.
"""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

REDACTED: Final = "[redacted]"

_SECRET_WORDS: Final = frozenset(
    "password passwd passphrase secret token authorization cookie credential credentials apikey signature jwt otp dsn "
    "cvv iban".split()
)
_PERSONAL_WORDS: Final = frozenset(
    "email mail phone mobile telephone fax street postcode zipcode birthday birthdate firstname lastname fullname "
    "surname username".split()
)
_PAIRS: Final = frozenset(
    "api_key private_key access_key signing_key encryption_key index_key set_cookie first_name last_name full_name "
    "middle_name display_name customer_name contact_name person_name user_name recipient_name shipping_address "
    "billing_address postal_address home_address postal_code date_birth card_number account_number database_url "
    "redis_url ticket_text message_body".split()
)
_HARMLESS_ENDINGS: Final = frozenset("id ids count kind type seconds hash length lifetime".split())
_OURS: Final = frozenset({"timestamp", "level", "logger", "request_id", "trace_id", "tenant_id", "task_id"})
_PLAIN: Final = (int, float, UUID, date, timedelta, Decimal, Enum, PurePath)
_DEEPEST: Final = 8

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[A-Za-z0-9]+")
_SUSPECT = re.compile(r"[@=]|eyJ|\+\d|(?i:bearer|basic) ")
_PATTERNS: Final = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {REDACTED}"),
    (re.compile(r"://[^/\s@]*:[^/\s]*@"), f"://{REDACTED}@"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?"), REDACTED),
    (
        re.compile(
            r"(?i)\b([\w-]*(?:password|passwd|token|secret|api_?key|signature|credential)|sig|code)=[^&\s\"',;]+"
        ),
        rf"\1={REDACTED}",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), REDACTED),
    (re.compile(r"(?<!\w)\+\d(?:[ ()/-]{0,2}\d){7,14}"), REDACTED),
)


@lru_cache(maxsize=10_000)
def is_sensitive(name: str) -> bool:
    """Tell whether a field of this name holds a secret or personal data. `token_id` and `token_count` do not."""
    words = [word.lower() for word in _WORD.findall(_CAMEL.sub("_", name))]
    if not words or words[-1] in _HARMLESS_ENDINGS:
        return False
    if any(word in _SECRET_WORDS or word in _PERSONAL_WORDS for word in words):
        return True
    return any(f"{first}_{second}" in _PAIRS for first, second in pairwise(words))


def redacted_text(text: str) -> str:
    """Return a text without tokens, passwords in addresses, e-mail addresses and international phone numbers."""
    if _SUSPECT.search(text) is None:
        return text
    for expression, replacement in _PATTERNS:
        text = expression.sub(replacement, text)
    return text


def redacted_value(value: Any, depth: int = 0) -> Any:
    """Return a value of plain types only, without secrets and personal data in it or beneath it."""
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, str):
        return redacted_text(value)
    return REDACTED if depth >= _DEEPEST else _redacted_parts(value, depth)


def _redacted_parts(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {str(key): redacted_field(str(key), inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted_value(inner, depth + 1) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {of.name: redacted_field(of.name, getattr(value, of.name), depth + 1) for of in fields(value)}
    return redacted_text(str(value))


def redacted_field(name: str, value: Any, depth: int = 0) -> Any:
    """Return the value of a named field as it may be shown. Absent values stay visible as absent."""
    if value is not None and is_sensitive(name):
        return REDACTED
    return redacted_value(value, depth)


def redact(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Redact a log entry in place: the last structlog processor before rendering."""
    for name, value in entry.items():
        if name not in _OURS:
            entry[name] = redacted_field(name, value)
    return entry
