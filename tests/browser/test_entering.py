"""The ways in: the sign-in page, the demo by one click, an address from elsewhere."""

import json
import re

import pytest
from drills.running import RunningProgram
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations

NOT_SIGNED_IN = "status of 401"


@pytest.mark.expects(NOT_SIGNED_IN)
def test_whoever_is_not_signed_in_is_shown_the_sign_in_page(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/login"))
    expect(page.get_by_label("E-mail")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_planted_fault_is_found(page: Page) -> None:
    page.goto("/docs")
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><button></button><img src='data:,'></main></html>")
    assert {line.split()[0] for line in violations(page)} == {"button-name", "image-alt"}


@pytest.mark.expects(NOT_SIGNED_IN)
def test_one_click_leads_into_the_demo_shop_which_says_that_it_is_simulated(demo: Page) -> None:
    expect(demo).not_to_have_url(re.compile(r"/login"))
    expect(demo.get_by_text(re.compile("simulated", re.IGNORECASE)).first).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in demo.context.cookies()}
    assert cookies["shopwright_session"]["httpOnly"]
    assert "shopwright" not in demo.evaluate("document.cookie")


@pytest.mark.expects(NOT_SIGNED_IN)
def test_an_address_within_works_after_signing_in_and_after_loading_again(demo: Page) -> None:
    demo.goto("/proposals")
    expect(demo).to_have_url(re.compile(r"/proposals"))
    expect(demo.get_by_role("navigation").first).to_be_visible()
    demo.reload()
    expect(demo).to_have_url(re.compile(r"/proposals"))
    expect(demo.get_by_role("navigation").first).to_be_visible()


@pytest.mark.expects(NOT_SIGNED_IN)
def test_a_person_signs_in_with_a_password_and_comes_where_they_wanted(page: Page, program: RunningProgram) -> None:
    login = json.loads((program.state / "demo-logins.json").read_text("utf-8"))[0]
    page.goto("/proposals")
    page.get_by_label("E-mail").fill(login["email"])
    page.get_by_label("Password").fill(login["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/proposals"))
