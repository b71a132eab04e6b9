"""Words as bits: what goes in comes out, and every word for people is there."""

import pytest

from shopwright.pricing.codes import CAPS, FLOORS, BitWord, LimitKind, Outcome, Reason, union
from shopwright.pricing.comparability import Exclusion
from shopwright.pricing.words import EXCLUSION_WORDS, LIMIT_SOURCES, LIMIT_WORDS, REASON_SENTENCES


@pytest.mark.parametrize("words", [Reason, LimitKind, Exclusion, Outcome])
def test_each_word_has_its_own_bit_within_an_int64(words: type[BitWord]) -> None:
    bits = [word.bit for word in words]
    assert len(set(bits)) == len(bits)
    assert max(bits) < 2**62
    assert all(words.read(word.bit) == (word,) for word in words)


def test_several_words_are_read_in_the_order_of_the_list() -> None:
    assert Reason.read(union(Reason.UNCHANGED, Reason.COST_MISSING)) == (Reason.COST_MISSING, Reason.UNCHANGED)
    assert Reason.read(0) == ()


def test_every_limit_is_a_floor_or_a_cap() -> None:
    assert {*FLOORS, *CAPS} == set(LimitKind)
    assert LimitKind.MAP.is_floor
    assert not LimitKind.MAXIMUM_PRICE.is_floor


def test_every_word_has_words_for_people() -> None:
    assert set(REASON_SENTENCES) == set(Reason)
    assert set(LIMIT_WORDS) == set(LIMIT_SOURCES) == set(LimitKind)
    assert set(EXCLUSION_WORDS) == set(Exclusion)
