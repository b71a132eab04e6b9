"""Building the pages: when it happens, with which Node, and what is said when it cannot be."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shopwright.app.pages.building import Node, Outcome, ensure_pages, find_node, fingerprint, is_fit

NPM = """
import pathlib, sys
log = pathlib.Path("npm.log.test.txt")
log.write_text((log.read_text() if log.exists() else "") + sys.argv[1] + "\\n")
if sys.argv[1] == "ci":
    pathlib.Path("node_modules").mkdir(exist_ok=True)
elif pathlib.Path("src/page.tsx").read_text() == "broken":
    print("page.tsx: this is no page")
    sys.exit(1)
else:
    static = pathlib.Path("../static")
    static.mkdir(exist_ok=True)
    (static / "index.html").write_text(pathlib.Path("src/page.tsx").read_text())
"""


class Checkout:
    """Sources of pages, with an npm that copies."""

    def __init__(self, folder: Path) -> None:
        self.web, self.static = folder / "web", folder / "static"
        (self.web / "src").mkdir(parents=True)
        self.write("package.json", "{}")
        self.write("package-lock.json", "{}")
        self.write("src/page.tsx", "one")
        npm = folder / "npm.py"
        npm.write_text(NPM)
        self.node: Node | None = Node(folder, (sys.executable, str(npm)))
        self.said: list[str] = []

    def write(self, name: str, text: str) -> None:
        file = self.web / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def ensure(self) -> Outcome:
        return ensure_pages(self.said.append, self.web, self.static, node=lambda: self.node)

    @property
    def page(self) -> str:
        return (self.static / "index.html").read_text()

    @property
    def steps(self) -> list[str]:
        return (self.web / "npm.log.test.txt").read_text().split()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_pages_are_built_when_their_sources_have_changed_and_not_otherwise(checkout: Checkout) -> None:
    assert checkout.ensure() is Outcome.BUILT
    assert checkout.ensure() is Outcome.CURRENT
    checkout.write("src/page.tsx", "two")
    assert checkout.ensure() is Outcome.BUILT
    assert checkout.page == "two"
    assert checkout.steps == ["ci", "run", "run"]
    checkout.write("package-lock.json", '{"new": 1}')
    assert checkout.ensure() is Outcome.BUILT
    assert checkout.steps == ["ci", "run", "run", "ci", "run"]


def test_what_is_installed_and_what_only_tests_or_tells_types_is_no_source(checkout: Checkout) -> None:
    before = fingerprint(checkout.web)
    for name in (
        "node_modules/a.js",
        "tests/a.ts",
        "src/testing/setup.ts",
        "src/page.test.tsx",
        "src/api.d.ts",
        ".building",
    ):
        checkout.write(name, "x")
    assert fingerprint(checkout.web) == before
    checkout.write("src/deep/new.ts", "")
    renamed = fingerprint(checkout.web)
    assert renamed != before
    (checkout.web / "src/deep/new.ts").rename(checkout.web / "src/deep/newer.ts")
    assert fingerprint(checkout.web) != renamed


def test_processes_that_start_together_build_once(checkout: Checkout) -> None:
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: checkout.ensure(), range(4)))
    assert sorted(outcome.value for outcome in outcomes) == ["built", "current", "current", "current"]
    assert checkout.steps == ["ci", "run"]


def test_without_node_one_sentence_says_what_to_do(checkout: Checkout) -> None:
    checkout.node = None
    assert checkout.ensure() is Outcome.NO_NODE
    (sentence,) = checkout.said
    assert "shopwright[web-build]" in sentence
    assert not checkout.static.exists()


def test_a_build_that_fails_says_what_it_said_and_is_tried_again(checkout: Checkout) -> None:
    checkout.write("src/page.tsx", "broken")
    assert checkout.ensure() is Outcome.FAILED
    assert "page.tsx: this is no page" in checkout.said[-1]
    checkout.write("src/page.tsx", "mended")
    assert checkout.ensure() is Outcome.BUILT


def test_an_npm_that_is_not_there_fails_the_build_and_nothing_else(checkout: Checkout, tmp_path: Path) -> None:
    checkout.node = Node(tmp_path, (str(tmp_path / "nowhere"),))
    assert checkout.ensure() is Outcome.FAILED


def test_a_wheel_has_nothing_to_build(tmp_path: Path) -> None:
    assert ensure_pages(pytest.fail, tmp_path / "web", tmp_path / "static") is Outcome.NO_SOURCES


@pytest.mark.parametrize(
    ("version", "fit"),
    [
        ("v18.20.4", False), ("v20.18.9", False), ("v20.19.0", True), ("v20.20.2", True), ("v21.9.0", False),
        ("v22.11.0", False), ("v22.12.0", True), ("v24.1.0\n", True), ("", False), ("node", False), ("v22", False),
    ],
)  # fmt: skip
def test_versions_of_node(version: str, fit: bool) -> None:
    assert is_fit(version) is fit


def test_the_node_of_the_path_is_taken_when_it_is_fit(tmp_path: Path) -> None:
    for name, version in (("old", "v18.20.4"), ("new", "v22.12.0")):
        folder = tmp_path / name
        folder.mkdir()
        for tool in ("node", "npm"):
            (folder / tool).write_text(f"#!/bin/sh\necho {version}\n")
            (folder / tool).chmod(0o755)
    assert find_node(str(tmp_path / "new")) == Node(tmp_path / "new", (str(tmp_path / "new" / "npm"),))
    other = find_node(str(tmp_path / "old"))
    assert other == find_node(str(tmp_path))
    assert other is None or other.folder != tmp_path / "old"
