"""What happens elsewhere shows on an open page: a decision of somebody else, the end of the session."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

NOT_SIGNED_IN: Final = "status of 401"


def elsewhere(page: Page, address: str, **body: str) -> None:
    """Act as the same person does in another window: with the same session, past the page."""
    origin = re.sub(r"(https?://[^/]+).*", r"\1", page.url)
    answer = page.request.post(address, data=body, headers={"x-requested-with": "test", "origin": origin})
    assert answer.ok, answer.text()


@pytest.mark.expects(NOT_SIGNED_IN)
def test_a_decision_made_elsewhere_shows_without_loading_again(demo: Page) -> None:
    demo.goto("/proposals")
    query: dict[str, str | float | bool] = {"state": "proposed", "order": "stake", "limit": 1}
    (listed,) = demo.request.get("/api/v1/proposals", params=query).json()["items"]
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
