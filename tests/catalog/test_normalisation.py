"""Identifiers in one spelling."""

import sys

import pytest

from shopwright.catalog.normalisation import GtinFault, gtin_check_digit, normalise_sku, read_gtin


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("abc-123", "ABC123"),
        (" Abc_1 2.3/x ", "ABC123X"),
        ("straße-7", "STRASSE7"),
        ("\uff21\uff22\uff11", "AB1"),
        ("Ω-9", "Ω9"),
        ("ä1", "Ä1"),
        ("a\u0308-1", "Ä1"),
        ("\u0663-x", "3X"),
        ("商品-1", "商品1"),
        ("-- //", ""),
        ("", ""),
    ],
)
def test_a_sku_is_upper_case_letters_and_digits(written: str, normal: str) -> None:
    assert normalise_sku(written) == normal


def test_letters_with_and_without_marks_stay_apart() -> None:
    assert normalise_sku("Ä1") != normalise_sku("A1")


@pytest.mark.property_test(4)
def test_every_letter_and_digit_of_unicode_survives_and_is_its_own_normal_form() -> None:
    signs = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    for sign in signs:
        normal = normalise_sku(sign)
        assert normalise_sku(normal) == normal, hex(ord(sign))
        assert bool(normal) or not sign.isalnum(), hex(ord(sign))
        assert normal == normal.upper(), hex(ord(sign))


@pytest.mark.parametrize(
    ("written", "gtin"),
    [
        ("4006381333931", "4006381333931"),
        (" 4006381-333931 ", "4006381333931"),
        ("4006381333931.0", "4006381333931"),
        ("793795525420", "0793795525420"),
        ("27242903654", "0027242903654"),
        ("96385074", "0000096385074"),
        ("10614141000415", "10614141000415"),
        ("00027242903654", "0027242903654"),
    ],
)
def test_a_gtin_is_read_in_thirteen_digits_with_its_lost_zeros(written: str, gtin: str) -> None:
    assert read_gtin(written).gtin == gtin


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("7.94E+11", GtinFault.DAMAGED),
        ("7,94e+11", GtinFault.DAMAGED),
        ("503,321,914,260,050,000,000,000", GtinFault.DAMAGED),
        ("4006381333932", GtinFault.CHECK_DIGIT),
        ("794000000000", GtinFault.CHECK_DIGIT),
        ("1234567", GtinFault.MALFORMED),
        ("B00C78VIUE", GtinFault.MALFORMED),
        ("000000000000", GtinFault.MALFORMED),
        ("818389012855 818389012886", GtinFault.MALFORMED),
        ("", GtinFault.MALFORMED),
        ("\u0664006381333931", GtinFault.MALFORMED),
    ],
)
def test_what_is_no_gtin_is_named(written: str, fault: GtinFault) -> None:
    reading = read_gtin(written)
    assert reading.gtin is None
    assert reading.fault is fault


def test_every_single_wrong_digit_breaks_the_check() -> None:
    good = "4006381333931"
    for place in range(len(good)):
        for digit in "0123456789":
            if digit != good[place]:
                assert read_gtin(good[:place] + digit + good[place + 1 :]).gtin is None


def test_the_check_digit_of_an_empty_body_is_zero() -> None:
    assert gtin_check_digit("") == 0
