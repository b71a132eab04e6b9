"""The one long way through the pages, as somebody goes it who has just heard of Shopwright: from nothing to a new price."""

import re
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.seller import Seller
from tests.electronics import COST, HIGHEST, LOWEST, cut, cut_with_costs

pytestmark = [pytest.mark.shared_data, pytest.mark.expects("status of 401")]

PRICED: Final = 150
AGE_OF_THE_DATA: Final = str(24 * 365 * 30)
"""In hours: the sightings are of 2017 and 2018."""
GRACE: Final = "1"
LONGEST_GRACE: Final = 180_000


@pytest.fixture
def seller(page: Page) -> Seller:
    return Seller(page)


def test_from_signing_up_to_a_price_in_force_that_the_audit_proves(seller: Seller, tmp_path: Path) -> None:
    """Real sightings of prices: one merchant's are the shop's, the others' are its rivals'."""
    page = seller.page
    own, rivals = cut_with_costs(tmp_path, PRICED), cut(tmp_path, own=False)
    seller.sign_up(
        "Circuits",
        "Ada Lovelace",
        f"ada-{uuid4().hex[:8]}@circuits.example",
        country="US",
        currency="USD",
        zone="America/Chicago",
    )
    import_products(seller, own)
    import_rivals(seller, rivals)
    reprice(seller)
    kept, undone = approve_two_and_undo_one(seller)
    expect(page.get_by_role("status").filter(has_text="Live now.")).to_be_visible(timeout=LONGEST_GRACE)
    expect(page.get_by_role("article", name=kept)).to_be_visible()
    expect(page.get_by_role("tab", name=re.compile("^Live 1$"))).to_be_visible()
    new_price = page.get_by_role("article").locator("header p").first.inner_text().split("→")[1].strip()
    audit_shows_both(seller)
    is_in_force(seller, kept, new_price)
    seller.go("p", "Proposals")
    expect(page.get_by_role("grid").get_by_text(undone)).to_be_visible()


def import_products(seller: Seller, own: Path) -> None:
    """The kind is guessed wrongly, two columns are not guessed at all: the person says what they are."""
    page = seller.page
    page.get_by_role("link", name="Bring products").click()
    page.get_by_role("heading", name="Data", level=1).wait_for()
    seller.bring(own)
    expect(page.get_by_label("Rows are")).to_have_value("competitor_prices")
    page.get_by_label("Rows are").select_option("products")
    expect(page.get_by_label(f"Becomes: {COST}", exact=True)).to_have_value("cost")
    expect(page.get_by_label(f"Becomes: {LOWEST}", exact=True)).to_have_value("")
    seller.correct({LOWEST: "min_price", HIGHEST: "max_price"})
    result = seller.check()
    expect(result.get_by_role("definition").first).to_have_text("555")
    expect(result.get_by_text("No row was rejected.")).to_be_visible()
    expect(result.get_by_role("button", name="Import 555 rows")).to_be_enabled()
    seller.go("c", "Catalog")
    expect(page.get_by_text("No products yet")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Import 555 rows").wait_for()
    seller.run()


def import_rivals(seller: Seller, rivals: Path) -> None:
    seller.go("i", "Data")
    seller.bring(rivals)
    expect(seller.page.get_by_label("Rows are")).to_have_value("competitor_prices")
    seller.correct({})
    expect(seller.check().get_by_role("definition").first).to_have_text("1,607")
    seller.run()


def reprice(seller: Seller) -> None:
    """A policy that takes old offers, and the first run."""
    page = seller.page
    seller.go("l", "Policies")
    seller.add_policy(
        "House",
        {"Offers not older than": AGE_OF_THE_DATA, "Undo possible for": GRACE, "Target margin": "32"},
        {"Without rivals": "target_margin"},
    )
    page.get_by_role("button", name="Compute prices now").click()
    expect(page.get_by_text(re.compile(r"\d+ prices? proposed"))).to_be_visible(timeout=60_000)


def approve_two_and_undo_one(seller: Seller) -> tuple[str, str]:
    """Read why, decide by keys alone. Return the names of the product whose price stays, and of the other."""
    page = seller.page
    seller.go("p", "Proposals")
    why = page.get_by_role("article")
    page.get_by_label("Product, SKU or reason").press("Escape")
    page.keyboard.press("Escape")
    expect(why.get_by_text(re.compile("^What decided:"))).to_be_visible()
    for part in ("Prices", "Limits", "Where it comes from"):
        expect(why.get_by_role("heading", name=part, exact=True)).to_be_visible()
    first = why.get_attribute("aria-label") or ""
    page.keyboard.press("x")
    page.keyboard.press("j")
    expect(why).not_to_have_attribute("aria-label", first)
    second = why.get_attribute("aria-label") or ""
    page.keyboard.press("x")
    page.keyboard.press("a")
    expect(page.get_by_text("2 proposals approved")).to_be_visible()
    page.get_by_role("tab", name="Going live").press("Enter")
    expect(page.get_by_role("tab", name="Going live")).to_contain_text("2")
    expect(why.get_by_text(re.compile("Until then it can be undone"))).to_be_visible()
    undone = why.get_attribute("aria-label") or ""
    page.keyboard.press("u")
    expect(page.get_by_text("1 proposal back to waiting")).to_be_visible()
    kept = second if undone == first else first
    expect(why).to_have_attribute("aria-label", kept)
    return kept, undone


def audit_shows_both(seller: Seller) -> None:
    """Each of the two with its whole story, and who it was."""
    page = seller.page
    seller.go("a", "Audit")
    expect(page.get_by_role("row").filter(has_text="Proposal approved")).to_have_count(2)
    seller.reads_about("Approval undone", ["Approval undone", "Proposal approved"])
    expect(page.get_by_role("row").filter(has_text="Ada Lovelace")).to_have_count(2)
    seller.go("a", "Audit")
    expect(page.get_by_label("Subject id")).to_have_value("")
    seller.reads_about("Price confirmed", ["Price confirmed", "Price sent", "Proposal approved"])


def is_in_force(seller: Seller, name: str, price: str) -> None:
    """The product's own page has the price."""
    page = seller.page
    page.keyboard.press("Control+k")
    page.get_by_placeholder("Type a page").fill(name[:30])
    page.get_by_role("option").filter(has_text=name[:30]).first.click()
    page.get_by_role("heading", name=name, level=1).wait_for()
    expect(page.get_by_role("main").get_by_text(price).first).to_be_visible()
