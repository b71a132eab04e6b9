"""Holds what people wrote by hand to what is there: links lead somewhere, commands exist."""

import re
from pathlib import Path

import pytest
from tests.architecture.sources import ROOT

DOCUMENTS = sorted(path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")] if path.is_file())
_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
_MAKE = re.compile(r"^make ([a-z0-9-]+)|`make ([a-z0-9-]+)`", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_exist(document: Path) -> None:
    broken = [link for link in _LINK.findall(document.read_text("utf-8")) if not (document.parent / link).exists()]
    assert broken == []


def test_commands_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for path in DOCUMENTS for pair in _MAKE.findall(path.read_text("utf-8")) for name in pair if name}
    assert {"demo", "test", "check"} <= named
    assert named - targets == set()


def test_every_decision_stands_in_the_list() -> None:
    records = {path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")}
    listed = set(
        re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8"))
    )
    assert listed == records
