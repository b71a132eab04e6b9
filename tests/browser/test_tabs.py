"""The tabs behind the pages of the navigation, and a product: without a violation, and within the window."""

from typing import Final, Literal

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import violations

TABS: Final = (
    "/proposals?tab=approved", "/proposals?tab=unpriced", "/market?tab=rivals", "/market?state=unmatched",
    "/accuracy", "/accuracy?period=90d", "/experiments", "/settings?tab=tokens", "/settings?tab=shop", "/settings?tab=people", "/settings?tab=roles",
)  # fmt: skip
OF_A_PRODUCT: Final = ("prices", "stock", "sales", "forecast", "elasticity", "reviews", "decisions")
_WIDER: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.expects("status of 401")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tabs_are_accessible_and_fit_the_window(demo: Page, theme: Literal["light", "dark"]) -> None:
    demo.emulate_media(color_scheme=theme)
    demo.goto("/catalog")
    product = demo.get_by_role("row").nth(1).get_by_role("link").first.get_attribute("href")
    found: dict[str, list[str]] = {}
    for address in (*TABS, *(f"{product}?tab={tab}" for tab in OF_A_PRODUCT)):
        demo.goto(address)
        demo.get_by_role("heading").first.wait_for()
        demo.wait_for_load_state("networkidle")
        if wrong := violations(demo):
            found[address] = wrong
        if (pixels := demo.evaluate(_WIDER)) > 0:
            found.setdefault(address, []).append(f"{pixels} pixels wider than the window")
    assert found == {}
