"""Holds every error to a test that meets it, by its class or by its code."""

import ast
import re
import sys
from collections.abc import Iterator
from typing import Final

import pytest
from tests.architecture.sources import Source, sources

KINDS: Final = {"conflict", "exhausted", "forbidden", "insufficient_data", "invalid", "unauthenticated", "unavailable"}
"""The kinds of kit/errors: what is raised is one of their subclasses, which has a code of its own."""

NOT_MET_YET: Final[dict[str, str]] = {}
"""Codes without a test, and why that may be so for now."""


def declared() -> Iterator[tuple[str, str]]:
    """Go through the error classes of the program: name and code."""
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef) and (code := _code(node)):
                yield node.name, code


def _code(node: ast.ClassDef) -> str | None:
    for line in node.body:
        match line:
            case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                return code
    return None


def _words(source: Source) -> set[str]:
    """Return the names and the texts of a test, without its imports: importing an error is not meeting it."""
    words: set[str] = set()
    for node in ast.walk(source.tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word):
                words.add(word)
            case ast.Constant(value=str(text)):
                words.update(re.findall(r"\w+", text))
    return words


def not_met() -> dict[str, str]:
    """Return the codes that no test names, with their classes."""
    tests = [source for source in sources("tests") if source.name != "tests/architecture/test_error_codes.py"]
    words = set[str]().union(*(_words(source) for source in tests))
    return {code: name for name, code in declared() if code not in KINDS and not {name, code} & words}


def test_every_error_is_met_by_a_test(capsys: pytest.CaptureFixture[str]) -> None:
    missing = not_met()
    with capsys.disabled():
        sys.stdout.write(f"\nerror codes without a test: {', '.join(sorted(missing)) or 'none'}\n")
    assert sorted(set(missing) - set(NOT_MET_YET)) == []


def test_the_list_of_exceptions_holds_no_code_that_has_a_test_by_now() -> None:
    assert set(NOT_MET_YET) - set(not_met()) == set()


def test_the_list_is_found() -> None:
    codes = [code for _, code in declared()]
    assert len(codes) > 40
    assert len(codes) == len(set(codes))
