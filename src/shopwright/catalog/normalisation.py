"""The one form in which SKUs are compared, whatever marketplace wrote them. Pure."""

import unicodedata


def normalise_sku(sku: str) -> str:
    """Return the upper-case letters and digits of a SKU after NFKC; empty only when it has none."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sku).upper())
    return "".join(character for character in folded if character.isalnum())
