"""A real browser before the running demo. These tests are a run of their own: `make e2e`, or `pytest tests/browser`.

A test fails on whatever a person would not see but the browser does: an error in its console, an exception of a page,
an answer of 500 and above. `@pytest.mark.expects("409")` names the one that a test brings about on purpose.

`make browser` gives a test that failed one more try and names it: what fails once in many runs is to be looked into, and
what fails twice is broken.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from drills.chromium import MISSING, arguments, find_chromium
from drills.running import RunningProgram
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, expect

from shopwright.app.pages.building import STATIC, Outcome, ensure_pages

_SEEDING: Final = 600.0
_FAULT: Final = 500
_PATIENCE_MS: Final = 15_000
_UNLIMITED: Final = "100000"

expect.set_options(timeout=_PATIENCE_MS)  # a machine that builds many things at once is slow, not broken


def _missing(reason: str) -> None:
    """Skip for want of something; where CI promises it, fail."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = find_chromium()
    if found is None:
        _missing(MISSING)
    return {**browser_type_launch_args, "executable_path": found, "args": arguments()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "locale": "en-GB",
        "timezone_id": "Europe/Berlin",
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest) -> Iterator[RunningProgram]:
    """The demo as `shopwright demo` starts it, with the pages of this checkout, on a folder of its own."""
    if request.config.getoption("base_url"):
        pytest.skip("This needs the folder of a program of its own.")
    said: list[str] = []
    outcome = ensure_pages(said.append)
    if outcome is Outcome.NO_SOURCES and not (STATIC / "index.html").exists():
        pytest.skip("There are no web pages here.")
    if outcome in {Outcome.NO_NODE, Outcome.FAILED}:
        _missing(said[-1])
    folder = Path(tempfile.mkdtemp(prefix="shopwright-browser-")).resolve()
    folder.chmod(0o711)  # the account of PostgreSQL passes through it
    limits = {f"SHOPWRIGHT_LIMITS_{of}_PER_MINUTE": _UNLIMITED for of in ("ADDRESS", "USER", "TENANT")}
    running = RunningProgram(folder, **limits)
    try:
        running.start("demo", patience=_SEEDING)
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest) -> str:
    """The address that `page.goto("/login")` begins with: of the demo, or of a program that runs already.

    `pytest tests/browser --base-url http://127.0.0.1:8000` saves the start of a demo while one works on a page.
    """
    given: str | None = request.config.getoption("base_url")
    return given or request.getfixturevalue("program").address


def _watch(page: Page, faults: list[str]) -> Page:
    """Note what goes wrong on a page."""

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"{message.text} ({message.location.get('url', '')})")

    def answered(response: Response) -> None:
        if response.status >= _FAULT:
            faults.append(f"{response.status} {response.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", answered)
    return page


@pytest.fixture
def faults(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What went wrong on the pages of a test; more than it expects fails it."""
    faults: list[str] = []
    yield faults
    marker = request.node.get_closest_marker("expects")
    expected = marker.args if marker else ()
    assert [fault for fault in faults if not any(part in fault for part in expected)] == []


@pytest.fixture
def page(page: Page, faults: list[str]) -> Page:
    """A page whose faults fail the test."""
    return _watch(page, faults)


@pytest.fixture
def beside(context: BrowserContext, faults: list[str]) -> Page:
    """A second tab of the same person."""
    return _watch(context.new_page(), faults)


@pytest.fixture
def demo(page: Page) -> Page:
    """A page that has entered the demo shop by the one click of the sign-in page."""
    page.goto("/login")
    page.get_by_role("button", name="Look at the").click()
    page.get_by_role("navigation").first.wait_for()
    return page
