"""How settings of a policy are refused: every one that is wrong, with what is expected of it. Pure."""

from collections.abc import Mapping

from shopwright.kit.errors import Invalid


def check_settings(error: type[Invalid], checks: Mapping[str, tuple[bool, str]]) -> None:
    """Raise `error` if a setting is wrong. `checks` say of each by its name whether it is right, and what is expected.

    The error's `details.fields` hold `{"field", "expected"}` of each wrong setting, in the order of their names.
    """
    wrong = [{"field": name, "expected": expected} for name, (right, expected) in sorted(checks.items()) if not right]
    if wrong:
        raise error(f"Cannot be meant: {', '.join(one['field'] for one in wrong)}.", fields=wrong)
