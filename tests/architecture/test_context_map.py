"""Holds the map of the contexts to the program."""

from tests.architecture.context_map import imported_contexts, layers
from tests.architecture.sources import PACKAGE
from tests.architecture.write_docs import is_current


def test_the_document_is_current() -> None:
    assert is_current("docs/context-map.md"), "run make docs-write"


def test_every_context_has_its_place() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert {name for line in layers() for name in line} == folders


def test_imports_only_go_down() -> None:
    """What import-linter holds, held once more where the map is drawn: the map shows no arrow that goes up."""
    height = {name: index for index, line in enumerate(layers()) for name in line}
    upward = [
        (name, other)
        for name, others in imported_contexts().items()
        for other in others
        if height[name] >= height[other]
    ]
    assert upward == []
