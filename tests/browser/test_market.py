"""A match decided by a key, and the decision taken back."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect


def offers(page: Page, state: str) -> dict[str, Any]:
    """The offers of a match state, with the product that each is."""
    query: dict[str, str | float | bool] = {"state": state, "limit": 500}
    items = page.request.get("/api/v1/market/matches", params=query).json()["items"]
    return {one["id"]: one["product_id"] for one in items}


@pytest.mark.expects("status of 401")
def test_a_decision_on_a_match_by_a_key_is_taken_back(demo: Page) -> None:
    demo.goto("/market?tab=matches&state=unmatched")
    demo.get_by_role("grid", name="Matches").get_by_role("row").nth(1).wait_for()
    before = offers(demo, "unmatched")
    demo.keyboard.press("n")
    expect(demo.get_by_text("Noted: not our product.")).to_be_visible()
    assert len(offers(demo, "rejected").keys() & before.keys()) == 1
    demo.get_by_role("button", name="Undo").press("Enter")
    expect(demo.get_by_text("Taken back: it is as it was.")).to_be_visible()
    assert offers(demo, "unmatched") == before
