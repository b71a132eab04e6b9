import re

import pytest
from tests.architecture.write_docs import ROOT, is_current

from shopwright.infra.settings import describe_settings, load_settings


@pytest.mark.parametrize("name", ["docs/settings.md", ".env.example"])
def test_the_document_is_complete_and_current(name: str) -> None:
    assert is_current(name), f"{name} is out of date: run make docs-write"


def test_every_default_of_the_example_is_accepted_and_changes_nothing() -> None:
    lines = re.findall(r"^#(SHOPWRIGHT_\w+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    example = dict(lines)
    assert len(example) == len(describe_settings())
    filled = load_settings(example | {"SHOPWRIGHT_ENVIRONMENT": "test"})
    assert filled.jobs == load_settings({"SHOPWRIGHT_ENVIRONMENT": "test"}).jobs
    assert filled.outgoing == load_settings({"SHOPWRIGHT_ENVIRONMENT": "test"}).outgoing


def test_every_setting_says_what_it_means_and_expects() -> None:
    for one in describe_settings():
        assert one.meaning.endswith("."), one.name
        assert one.expected, one.name


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "src" / "shopwright").rglob("*.py")
        if re.search(r"os\.environ\b|os\.getenv\b|\bgetenv\(", file.read_text("utf-8"))
    ]
    assert sorted(readers) == [
        "src/shopwright/app/pages/building.py",  # hands it on to npm, and reads no setting
        "src/shopwright/infra/settings/loading.py",
    ]
