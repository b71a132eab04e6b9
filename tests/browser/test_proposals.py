"""Deciding on prices as people do it: by keyboard, with undo, and while somebody else decides too."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.expects("status of 401", "status of 409")

SHOWN = """() => {
  const list = document.querySelector('[data-part=scroller]');
  const active = list.querySelector('[data-active]')?.getBoundingClientRect();
  const box = list.getBoundingClientRect();
  return {top: list.scrollTop, seen: !!active && active.top >= box.top && active.bottom <= box.bottom + 1};
}"""

AT_ONCE = """async (keys) => {
  for (const key of keys) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))
    await new Promise((done) => setTimeout(done))
  }
}"""


@pytest.fixture
def proposals(demo: Page) -> Page:
    """The page with its list and the open proposal."""
    demo.goto("/proposals")
    demo.get_by_role("article").wait_for()
    return demo


def waiting(page: Page) -> int:
    """Return how many proposals wait, as the tab says once the totals are there."""
    tab = page.get_by_role("tab", name="Waiting")
    expect(tab).to_contain_text(re.compile(r"\d"))
    return int(re.sub(r"\D", "", tab.inner_text()))


def test_two_prices_are_approved_by_keyboard_and_taken_back(proposals: Page) -> None:
    before = waiting(proposals)
    for key in ("x", "j", "x"):
        proposals.keyboard.press(key)
    expect(proposals.get_by_text("2 proposals selected")).to_be_visible()
    proposals.keyboard.press("a")
    expect(proposals.get_by_text("2 proposals approved")).to_be_visible()
    expect(proposals.get_by_text(re.compile(r"live at \d\d:\d\d"))).to_be_visible()
    expect(proposals.get_by_role("tab", name="Waiting")).to_contain_text(f"{before - 2:,}")
    proposals.keyboard.press("z")
    expect(proposals.get_by_text("2 proposals back to waiting")).to_be_visible()
    expect(proposals.get_by_role("tab", name="Waiting")).to_contain_text(f"{before:,}")


def test_keys_that_follow_at_once_are_about_the_row_that_the_one_before_led_to(proposals: Page) -> None:
    proposals.evaluate(AT_ONCE, "jjx")
    grid = proposals.get_by_role("grid")
    expect(grid.get_by_role("row", selected=True)).to_have_count(1)
    expect(grid.get_by_role("row").nth(3)).to_have_attribute("aria-selected", "true")


def test_a_decision_that_somebody_else_forestalled_is_taken_back_and_said_so(proposals: Page) -> None:
    name = proposals.get_by_role("article").get_attribute("aria-label") or ""
    refusal: dict[str, Any] = {"status": 409, "code": "wrong_state", "detail": "Decided meanwhile."}

    def refuse(route: Route) -> None:
        route.fulfill(status=409, content_type="application/problem+json", json=refusal)

    proposals.route("**/proposals/bulk/approve", refuse)
    proposals.keyboard.press("a")
    expect(proposals.get_by_text("Changed meanwhile")).to_be_visible()
    expect(proposals.get_by_role("grid").get_by_text(name)).to_be_visible()


def test_a_price_beyond_the_limits_is_refused_beside_its_field(proposals: Page) -> None:
    proposals.keyboard.press("e")
    field = proposals.get_by_label(re.compile("New price"))
    expect(field).to_be_focused()
    field.fill("0.01")
    field.press("Enter")
    expect(proposals.get_by_text(re.compile("This price would break: .*Cost"))).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")


def test_the_keyboard_moves_through_the_list_and_the_list_follows(proposals: Page) -> None:
    proposals.get_by_role("grid").focus()
    proposals.keyboard.press("End")
    proposals.wait_for_function(f"() => {{ const now = ({SHOWN})(); return now.top > 0 && now.seen }}")
    proposals.keyboard.press("Home")
    proposals.wait_for_function(f"() => {{ const now = ({SHOWN})(); return now.top === 0 && now.seen }}")
    expect(proposals).to_have_url(re.compile(r"open="))


def test_filters_are_in_the_address(demo: Page) -> None:
    demo.goto("/proposals?move=up&q=zzzz-nothing")
    expect(demo.get_by_text("No proposal matches.")).to_be_visible()
    expect(demo.get_by_role("combobox", name="Price")).to_have_value("up")
    demo.get_by_role("button", name="Clear filters").first.click()
    expect(demo.get_by_role("article")).to_be_visible()
    expect(demo).not_to_have_url(re.compile("zzzz"))


def test_the_kill_switch_is_seen_where_prices_are_decided(demo: Page) -> None:
    demo.goto("/policies")
    demo.get_by_role("button", name="Halt all pricing").click()
    demo.get_by_label("Why").fill("A rehearsal")
    demo.get_by_role("button", name="Halt all pricing").last.click()
    expect(demo.get_by_text("Pricing is halted").first).to_be_visible()
    demo.goto("/proposals")
    expect(demo.get_by_text("Pricing is halted: A rehearsal")).to_be_visible()
    demo.goto("/policies")
    demo.get_by_role("button", name="Release").click()
    demo.get_by_label("Why").fill("It is over")
    demo.get_by_role("button", name="Release").last.click()
    expect(demo.get_by_role("button", name="Halt all pricing")).to_be_visible()
