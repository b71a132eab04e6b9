"""Every page there is, in both themes and at three widths: without a violation, within the window, no figure cut off."""

import re
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations

NOT_SIGNED_IN: Final = "status of 401"
WIDTHS: Final = (1440, 1280, 1024)
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
TABS: Final = {
    "/proposals": ("approved", "live", "closed", "unpriced"),
    "/market": ("matches", "rivals"),
    "/settings": ("shop", "people", "roles", "tokens"),
}
_TOO_WIDE: Final = """() => {
  const [page, content] = [document.documentElement, document.getElementById('content')];
  const beyond = (what, it) => it && it.scrollWidth > it.clientWidth ? [`${what} by ${it.scrollWidth - it.clientWidth}`] : [];
  const higher = content && page.scrollHeight > page.clientHeight ? ['the page is higher than the window'] : [];
  const isCut = it => it.clientWidth > 0 && it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX !== 'visible';
  const figures = [...document.querySelectorAll('td.text-right, .figures')].filter(isCut).map(it => `cut off: ${it.innerText}`);
  return [...beyond('the page', page), ...beyond('the content', content), ...higher, ...figures.slice(0, 3)];
}"""


def destinations(page: Page) -> list[str]:
    """The addresses that the navigation of the shell leads to."""
    links = page.get_by_role("navigation").first.get_by_role("link")
    return [link.get_attribute("href") or "" for link in links.all()]


def first_id(page: Page, path: str) -> str:
    """The id of the first row of a list of the API."""
    rows: list[dict[str, Any]] = page.request.get(f"/api/v1{path}").json()["items"]
    return str(rows[0]["id"])


def brought(page: Page) -> str:
    """The id of an import that waits to be checked: a simulated shop brings none along."""
    file: Any = {"name": "prices.csv", "mimeType": "text/csv", "buffer": b"sku,our price\nMUG-1,8.50\n"}
    origin = re.sub(r"(https?://[^/]+).*", r"\1", page.url)
    headers = {"x-requested-with": "test", "origin": origin}
    answer = page.request.post("/api/v1/imports?kind=products", multipart={"file": file}, headers=headers)
    assert answer.ok, answer.text()
    return str(answer.json()["id"])


def every_page(page: Page) -> list[str]:
    """What the navigation leads to, the tabs of it, and the pages of single things."""
    offered = destinations(page)
    assert len(offered) > 1
    tabs = [f"{path}?tab={tab}" for path, names in TABS.items() for tab in names]
    product, imported = first_id(page, "/catalog/products"), brought(page)
    return [*offered, *tabs, f"/catalog/{product}", f"/data/imports/{imported}", "/nowhere"]


def settled(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("h1, main p").first.wait_for()
    page.wait_for_load_state("networkidle")


def too_wide(page: Page) -> list[str]:
    """What does not fit, once charts have had two seconds to follow the window."""
    wide: list[str] = []
    for _ in range(20):
        wide = page.evaluate(_TOO_WIDE)
        if not wide:
            break
        page.wait_for_timeout(100)
    return wide


@pytest.mark.expects(NOT_SIGNED_IN)
def test_every_page_is_accessible_fits_the_window_and_cuts_no_figure_off(demo: Page) -> None:
    found: dict[str, list[str]] = {}
    for address in every_page(demo):
        demo.set_viewport_size({"width": WIDTHS[0], "height": 800})
        settled(demo, address)
        for theme in THEMES:
            demo.emulate_media(color_scheme=theme)
            expect(demo.locator("html")).to_have_attribute("data-theme", theme)
            if wrong := violations(demo):
                found[f"{address}, {theme}"] = wrong
        for width in WIDTHS:
            demo.set_viewport_size({"width": width, "height": 800})
            if wide := too_wide(demo):
                found[f"{address} at {width}"] = wide
    assert found == {}


def test_a_figure_that_is_cut_off_is_found(page: Page) -> None:
    page.goto("/docs")
    page.set_content(
        "<table style='table-layout: fixed; width: 60px'><tr>"
        "<td class=text-right style='overflow: hidden; white-space: nowrap'><span style='display: block'>1,234,567.89 EUR"
        "</span></td></tr></table>"
    )
    assert page.evaluate(_TOO_WIDE) == ["cut off: 1,234,567.89 EUR"]


@pytest.mark.expects(NOT_SIGNED_IN)
@pytest.mark.parametrize("path", ["/login", "/signup", "/join#some-token"])
@pytest.mark.parametrize("theme", THEMES)
def test_the_ways_in_are_accessible(page: Page, path: str, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(_TOO_WIDE) == []
