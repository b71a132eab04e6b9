"""Holds the list of laws to the tests that name them."""

import ast
import sys

import pytest
from tests.architecture.laws import BY_NUMBER, HELD_NOW, MARK, TESTS, holders_of, property_tests
from tests.architecture.write_docs import is_current

FEWEST_EXAMPLES = 100


def test_the_laws_are_numbered_without_a_gap() -> None:
    assert list(BY_NUMBER) == list(range(1, 86))


@pytest.mark.parametrize("number", sorted(HELD_NOW))
def test_a_law_of_what_exists_has_a_test(number: int) -> None:
    assert holders_of(number, property_tests()), f"no test is marked property_test({number}): {BY_NUMBER[number]}"


def test_no_test_names_a_law_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    held = {number for test in property_tests() for number in test.numbers}
    assert held - set(BY_NUMBER) == set()
    with capsys.disabled():
        sys.stdout.write(f"\nlaws without a test yet: {sorted(set(BY_NUMBER) - held)}\n")
        sys.stdout.write(f"laws that could join HELD_NOW: {sorted(held - HELD_NOW)}\n")


def test_every_mark_names_its_numbers_where_they_can_be_read() -> None:
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(f"mark.{MARK}"):
                literal = [a for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, int)]
                assert node.args, f"{path}:{node.lineno}"
                assert len(literal) == len(node.args), f"{path}:{node.lineno}"
                assert not node.keywords, f"{path}:{node.lineno}"


def test_random_laws_run_a_hundred_examples_or_more() -> None:
    files = {test.file for test in property_tests()}
    for file in files:
        for node in ast.walk(ast.parse((TESTS.parent / file).read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "max_examples":
                assert isinstance(node.value, ast.Constant), f"{file}:{node.value.lineno}"
                assert isinstance(node.value.value, int), f"{file}:{node.value.lineno}"
                assert node.value.value >= FEWEST_EXAMPLES, f"{file}:{node.value.lineno}"


def test_the_document_is_current() -> None:
    assert is_current("docs/properties.md"), "run make docs-write"
