"""Which encoding a text file has: marks first, then what decodes, then frequency of letters (charset-normalizer)."""

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = [
    "cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp1251", "koi8_r", "cp1253", "cp1254", "cp850", "cp437", "mac_roman",
    "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp1255", "cp1256", "cp1257", "cp1258", "tis_620",
]  # fmt: skip
_EXAMINED = 1 << 16
_NUL_SHARE = 0.2
_UNSURE, _GUESSED, _LIKELY = 0.5, 0.7, 0.85
_WESTERN = "cp1252"
_WESTERN_LETTERS = frozenset("äöüÄÖÜßéèêëàâçñóòôúùíìîáåæøœÉÈÀÇÑÅÆØ€£°\u2019\u201c\u201d\u2013…«»§µ²³®™©")


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """An encoding that Python knows, and how sure it is (0 to 1)."""

    name: str
    certainty: float


def guess_encoding(sample: bytes) -> EncodingGuess:
    """Guess from a sample that begins where the file begins; it may end inside a character."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return EncodingGuess(name, 1.0)
    wide = _wide(sample)
    if wide is not None:
        return wide
    if _decodes(sample, "utf-8"):
        return EncodingGuess("utf-8", 1.0)
    return _eight_bit(sample)


def _wide(sample: bytes) -> EncodingGuess | None:
    """Recognise UTF-16 without a mark: every other byte is NUL."""
    pairs = max(1, len(sample) // 2)
    even, odd = sample[::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if odd > _NUL_SHARE and even < _NUL_SHARE / 4:
        return EncodingGuess("utf-16-le", _LIKELY)
    if even > _NUL_SHARE and odd < _NUL_SHARE / 4:
        return EncodingGuess("utf-16-be", _LIKELY)
    return None


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _eight_bit(sample: bytes) -> EncodingGuess:
    """Tell the encodings of one or two bytes a character apart by their letters.

    Western European text is tried first: a file with a few umlauts is too little for frequencies.
    """
    lines = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())[:_EXAMINED]
    western = _western_share(lines)
    if western == 1.0:
        return EncodingGuess(_WESTERN, _LIKELY)
    best = from_bytes(lines, cp_isolation=_CANDIDATES).best()
    if best is None:
        return EncodingGuess(_WESTERN, _UNSURE)
    return EncodingGuess(best.encoding, _GUESSED if best.chaos < 0.1 else _UNSURE)  # noqa: PLR2004 - tenth of odd signs


def _western_share(lines: bytes) -> float:
    if not _decodes(lines, _WESTERN):
        return 0.0
    letters = [sign for sign in lines.decode(_WESTERN) if not sign.isascii()]
    return sum(sign in _WESTERN_LETTERS or sign == "\u00a0" for sign in letters) / max(1, len(letters))
