"""What happens elsewhere shows on an open page: a decision of somebody else, the end of the session."""

import re
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

NOT_SIGNED_IN: Final = "status of 401"


def elsewhere(page: Page, address: str, **body: str) -> None:
    """Act as the same person does in another window: with the same session, past the page."""
    origin = re.sub(r"(https?://[^/]+).*", r"\1", page.url)
    answer = page.request.post(address, data=body, headers={"x-requested-with": "test", "origin": origin})
    assert answer.ok, answer.text()


def most_at_stake(page: Page, offset: int = 0) -> dict[str, Any]:
    """Return the proposal that waits with the most at stake, or one that comes after it."""
    query: dict[str, str | float | bool] = {"state": "proposed", "order": "stake", "limit": offset + 1}
    listed: list[dict[str, Any]] = page.request.get("/api/v1/proposals", params=query).json()["items"]
    return listed[offset]


@pytest.mark.expects(NOT_SIGNED_IN)
def test_a_decision_made_elsewhere_shows_without_loading_again(demo: Page) -> None:
    demo.goto("/proposals")
    listed = most_at_stake(demo)
    row = demo.get_by_role("row").filter(has_text=listed["product_name"])
    expect(row.first).to_be_visible()
    elsewhere(demo, f"/api/v1/proposals/{listed['id']}/reject", reason="Decided in another window")
    expect(row).to_have_count(0)


@pytest.mark.expects(NOT_SIGNED_IN)
def test_a_page_whose_session_ends_elsewhere_asks_to_sign_in(demo: Page) -> None:
    demo.goto("/proposals")
    demo.get_by_role("row").nth(1).wait_for()
    elsewhere(demo, "/api/v1/auth/logout")
    expect(demo).to_have_url(re.compile(r"/login"))


@pytest.mark.expects(NOT_SIGNED_IN)
def test_a_second_tab_is_told_that_its_proposal_was_approved_meanwhile(demo: Page, beside: Page) -> None:
    chosen = most_at_stake(demo, offset=2)
    for tab in (demo, beside):
        tab.goto(f"/proposals?open={chosen['id']}")
        tab.get_by_role("article", name=chosen["product_name"]).wait_for()
    demo.keyboard.press("a")
    expect(demo.get_by_text("1 proposal approved")).to_be_visible()
    expect(beside.get_by_role("status").filter(has_text="Approved meanwhile")).to_be_visible()
    expect(beside.get_by_role("article", name=chosen["product_name"])).to_be_visible()
    expect(beside.get_by_role("button", name="Approve", exact=True)).to_be_disabled()
    beside.keyboard.press("j")
    expect(beside.get_by_role("button", name="Approve", exact=True)).to_be_enabled()
    expect(beside.get_by_text("Approved meanwhile")).to_have_count(0)


@pytest.mark.expects(NOT_SIGNED_IN)
def test_a_second_tab_that_has_not_heard_of_it_is_told_when_it_approves_too(demo: Page, beside: Page) -> None:
    chosen = most_at_stake(demo, offset=2)
    beside.route_web_socket(re.compile("/api/v1/live"), lambda _: None)  # opened, and silent
    beside.goto(f"/proposals?open={chosen['id']}")
    beside.get_by_role("article", name=chosen["product_name"]).wait_for()
    elsewhere(demo, f"/api/v1/proposals/{chosen['id']}/approve")
    beside.keyboard.press("a")
    expect(beside.get_by_text("None approved")).to_be_visible()
    expect(beside.get_by_text("1 changed meanwhile")).to_be_visible()
