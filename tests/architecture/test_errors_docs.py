import inspect
import re

from tests.architecture.write_docs import import_everything, is_current

from shopwright.kit.errors import ShopwrightError, error_types

_CODE = re.compile(r"[a-z][a-z0-9_]*")


def _ours() -> dict[str, type[ShopwrightError]]:
    import_everything()
    return {code: error for code, error in error_types.items() if error.__module__.startswith("shopwright.")}


def test_the_list_of_errors_is_complete_and_current() -> None:
    assert is_current("docs/errors.md"), "run make docs-write"


def test_every_error_has_a_readable_code_a_meaning_and_a_cure() -> None:
    for code, error in _ours().items():
        assert _CODE.fullmatch(code), code
        assert inspect.cleandoc(error.__dict__.get("__doc__") or "").endswith("."), f"{error.__qualname__}: docstring"
        assert error.action.endswith("."), f"{error.__qualname__}: action"
        assert 400 <= error.status < 600, code


def test_every_error_of_ours_has_a_code_of_its_own() -> None:
    import_everything()
    pending = [ShopwrightError]
    while pending:
        for error in pending.pop().__subclasses__():
            pending.append(error)
            if error.__module__.startswith("shopwright."):
                assert "code" in error.__dict__, f"{error.__module__}.{error.__qualname__} shares the code {error.code}"
