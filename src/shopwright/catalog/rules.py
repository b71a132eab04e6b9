"""The rules that hold within one product, as sentences for whoever breaks them. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

_LARGEST: Final = Decimal(10) ** 12
_SMALLEST: Final = Decimal("0.000001")
_GTIN_LENGTHS: Final = (8, 12, 13, 14)
_SEPARATORS: Final = {ord(" "): None, ord("-"): None}
AMOUNTS: Final = ("price", "cost", "min_price", "max_price", "map_price")
"""The fields of a product that are money."""
MOST_TAGS: Final = 50
"""Tags that a product may have."""
_MAY_BE_ZERO: Final = frozenset({"cost"})  # goods can be free to us; the guardrails then refuse to price them


def is_gtin(text: str) -> bool:
    """Tell whether a text is a GTIN-8, -12, -13 or -14 with a right check digit (GS1 General Specifications 7.9)."""
    digits = text.translate(_SEPARATORS)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in _GTIN_LENGTHS:
        return False
    weighted = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(weighted) % 10 == 0


def broken_rules(content: Mapping[str, Any], given: frozenset[str]) -> list[dict[str, str]]:
    """List the rules that the fields of a product break, as {field, rule}. `given` names the fields just given."""
    amounts = list(_broken_amounts(content))
    bounds = [] if amounts else list(_broken_bounds(content, given))
    found = [*_broken_texts(content), *amounts, *bounds]
    return [{"field": field, "rule": rule} for field, rule in found]


def _broken_texts(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    sku: str = content["sku"]
    if not content["normalised_sku"] or not sku.isprintable() or sku != sku.strip():
        yield "sku", "needs a letter or digit, no control characters and no space around it"
    if not content["name"].strip():
        yield "name", "is blank"
    if not content["marketplace"]:
        yield "marketplace", "is blank"
    if content["gtin"] is not None and not is_gtin(content["gtin"]):
        yield "gtin", "is no GTIN: 8, 12, 13 or 14 digits with a right check digit"
    if len(content["tags"]) > MOST_TAGS:
        yield "tags", f"are more than {MOST_TAGS}"


def _broken_amounts(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in AMOUNTS:
        amount: Decimal | None = content[name]
        if amount is None:
            continue
        if not amount.is_finite() or abs(amount) >= _LARGEST or amount != amount.quantize(_SMALLEST):
            yield name, "is not an amount below 10^12 with at most six decimals"
        elif amount < 0:
            yield name, "is negative"
        elif amount == 0 and name not in _MAY_BE_ZERO:
            yield name, "must be above zero"


def _broken_bounds(content: Mapping[str, Any], given: frozenset[str]) -> Iterator[tuple[str, str]]:
    price, lowest, highest = content["price"], content["min_price"], content["max_price"]
    if lowest is not None and highest is not None and lowest > highest:
        yield "max_price", "is below min_price"
    # A price that lies outside since before stays until somebody prices the product anew; a new one may not.
    if "price" not in given or price is None:
        return
    if lowest is not None and price < lowest:
        yield "price", "is below min_price"
    if highest is not None and price > highest:
        yield "price", "is above max_price"
