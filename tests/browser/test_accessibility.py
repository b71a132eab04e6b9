"""Every page that the navigation offers, in both themes: without a violation, and within the window."""

from typing import Final, Literal

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import violations

NOT_SIGNED_IN: Final = "status of 401"
_WIDER: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def destinations(page: Page) -> list[str]:
    """The addresses that the navigation of the shell leads to."""
    links = page.get_by_role("navigation").first.get_by_role("link")
    return [link.get_attribute("href") or "" for link in links.all()]


@pytest.mark.expects(NOT_SIGNED_IN)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible_and_fit_the_window(demo: Page, theme: Literal["light", "dark"]) -> None:
    demo.emulate_media(color_scheme=theme)
    found: dict[str, list[str]] = {}
    pages = destinations(demo)
    assert len(pages) > 1
    for address in pages:
        demo.goto(address)
        demo.get_by_role("heading").first.wait_for()
        demo.wait_for_load_state("networkidle")
        if wrong := violations(demo):
            found[address] = wrong
        if (pixels := demo.evaluate(_WIDER)) > 0:
            found.setdefault(address, []).append(f"{pixels} pixels wider than the window")
    assert found == {}
