import pytest

from shopwright.kit.errors import Invalid
from shopwright.pricing.checking import check_settings


def test_every_wrong_setting_is_named_with_what_is_expected() -> None:
    with pytest.raises(Invalid, match="Cannot be meant: a, c") as refused:
        check_settings(Invalid, {"c": (False, "More."), "b": (True, "Any."), "a": (False, "Less.")})
    assert refused.value.details["fields"] == [{"field": "a", "expected": "Less."}, {"field": "c", "expected": "More."}]


def test_settings_that_are_right_pass() -> None:
    check_settings(Invalid, {"a": (True, "Any.")})
