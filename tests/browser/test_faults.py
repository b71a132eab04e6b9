"""What goes wrong on the way is said on the page and mended there: a fault of the program, live updates that are away."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.test_live_pages import elsewhere, most_at_stake

pytestmark = pytest.mark.expects("status of 401")

AWAY: Final = "Live updates are away"
A_POLL: Final = 25_000
"""Milliseconds: pages poll every 15 seconds."""
DETAIL: Final = "Something went wrong that nobody foresaw."
TRACE: Final = "4bf92f3577b34da6a3ce929d0e0e4736"
FAULT: Final = {"status": 500, "code": "internal_error", "detail": DETAIL, "action": "Try again.", "trace_id": TRACE}


def fail(route: Route) -> None:
    route.fulfill(status=500, content_type="application/problem+json", json=FAULT)


class Line:
    """The live connection of a page, which a test can cut and join again."""

    def __init__(self, page: Page) -> None:
        self._cut = False
        self._open: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/api/v1/live"), self._connect)

    def cut(self) -> None:
        self._cut = True
        for socket in self._open:
            socket.close(code=1011)
        self._open.clear()

    def join(self) -> None:
        self._cut = False

    def _connect(self, socket: WebSocketRoute) -> None:
        if self._cut:
            socket.close(code=1011)
        else:
            socket.connect_to_server()
            self._open.append(socket)


def test_without_live_updates_the_page_says_so_polls_and_comes_back(demo: Page) -> None:
    line = Line(demo)
    demo.goto("/proposals")
    demo.get_by_role("article").wait_for()
    line.cut()
    expect(demo.get_by_role("status").filter(has_text=AWAY)).to_be_visible(timeout=10_000)
    listed = most_at_stake(demo)
    row = demo.get_by_role("row").filter(has_text=listed["product_name"])
    expect(row.first).to_be_visible()
    elsewhere(demo, f"/api/v1/proposals/{listed['id']}/reject", reason="Decided in another window")
    expect(row).to_have_count(0, timeout=A_POLL)
    line.join()
    expect(demo.get_by_text(AWAY)).to_have_count(0, timeout=60_000)


@pytest.mark.expects("status of 500", "500 http")
def test_a_list_that_cannot_be_read_says_so_and_is_read_again_on_request(demo: Page) -> None:
    demo.route("**/api/v1/proposals?*", fail)
    demo.goto("/proposals")
    problem = demo.get_by_role("alert").filter(has_text=DETAIL)
    expect(problem).to_contain_text(TRACE)
    demo.unroute("**/api/v1/proposals?*")
    problem.get_by_role("button", name="Try again").press("Enter")
    expect(demo.get_by_role("article")).to_be_visible()
    expect(problem).to_have_count(0)


@pytest.mark.expects("status of 500", "500 http")
def test_a_list_that_was_read_stays_when_reading_it_again_fails(demo: Page) -> None:
    demo.goto("/proposals")
    demo.get_by_role("article").wait_for()
    name = demo.get_by_role("article").get_attribute("aria-label") or ""
    demo.route("**/api/v1/proposals?*", fail)
    listed = most_at_stake(demo, offset=5)
    elsewhere(demo, f"/api/v1/proposals/{listed['id']}/reject", reason="Decided in another window")
    problem = demo.get_by_role("alert").filter(has_text="The list could not be read again")
    expect(problem).to_be_visible(timeout=A_POLL)
    expect(demo.get_by_role("grid").get_by_text(name)).to_be_visible()
    demo.unroute("**/api/v1/proposals?*")
    problem.get_by_role("button", name="Try again").press("Enter")
    expect(problem).to_have_count(0)


@pytest.mark.expects("status of 500", "500 http")
def test_a_decision_that_fails_is_taken_back_and_its_trace_is_told(demo: Page) -> None:
    demo.goto("/proposals")
    demo.get_by_role("article").wait_for()
    name = demo.get_by_role("article").get_attribute("aria-label") or ""
    demo.route("**/proposals/bulk/approve", fail)
    demo.keyboard.press("a")
    expect(demo.get_by_text(TRACE)).to_be_visible()
    expect(demo.get_by_role("grid").get_by_text(name)).to_be_visible()


@pytest.mark.expects("status of 500", "500 http")
@pytest.mark.parametrize("path", ["/", "/catalog", "/market", "/data", "/audit", "/policies"])
def test_every_page_of_work_says_what_it_could_not_read(demo: Page, path: str) -> None:
    demo.route(re.compile(r"/api/v1/(dashboard|catalog|market|imports|audit|policies)"), fail)
    demo.goto(path)
    expect(demo.get_by_role("alert").filter(has_text=DETAIL).first).to_be_visible()
    expect(demo.get_by_role("navigation").first).to_be_visible()
