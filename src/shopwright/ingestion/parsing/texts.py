"""Texts without their blanks, and words for one of a few things."""

import re
from collections.abc import Mapping

import polars as pl

from shopwright.ingestion.words import BLANK_WORDS

_GUARDED = r"^'([=+\-@\t\r])"
_BLANK = "|".join(re.escape(word) for word in sorted(BLANK_WORDS) if word)
_UNCLEAN = rf"^(?:$|\s|'[=+\-@\t\r]|(?i:{_BLANK})$)|\s$"


def unclean(text: pl.Expr) -> pl.Expr:
    """Tell which texts `cleaned` would change: far cheaper than cleaning them all."""
    return text.str.contains(_UNCLEAN)


def cleaned(text: pl.Expr) -> pl.Expr:
    """Strip a text; null where it says that there is nothing. The guard before a formula ('=1+1) is taken off."""
    bare = text.str.strip_chars().str.replace(_GUARDED, "$1").str.strip_chars()
    blank = bare.str.to_lowercase().is_in(list(BLANK_WORDS))
    return pl.when(~blank).then(bare)


def worded(text: pl.Expr, words: Mapping[str, object], dtype: pl.DataType) -> pl.Expr:
    """Return what a word stands for, null for words that are not known."""
    return text.str.to_lowercase().replace_strict(list(words), list(words.values()), default=None, return_dtype=dtype)
