"""A person before the pages: what the journeys do again and again, as people do it. Knows pages, asserts nothing of prices."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect

PASSWORD: Final = "correct horse battery"


class Seller:
    """Somebody who opens a shop, brings files, sets rules and decides, mostly by keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.on("filechooser", lambda _: None)  # from now on a chooser waits for the test instead of being opened

    def sign_up(self, shop: str, name: str, email: str, *, country: str, currency: str, zone: str) -> None:
        """Open a shop, from the sign-in page."""
        self.page.goto("/login")
        self.page.get_by_role("link", name="Create a shop").click()
        typed = {"Name of the shop": shop, "Your name": name, "E-mail": email, "Password": PASSWORD, "Country": country}
        for label, text in {**typed, "Time zone": zone}.items():
            self.page.get_by_label(label, exact=True).fill(text)
        self.page.get_by_label("Currency").select_option(currency)
        self.page.get_by_role("button", name="Create the shop").click()
        expect(self.page.get_by_role("heading", name="Begin with your own data")).to_be_visible()

    def go(self, letter: str, title: str) -> None:
        """Go to a page by its letter."""
        self.page.keyboard.press("g")
        self.page.keyboard.press(letter)
        self.page.get_by_role("heading", name=title, level=1).wait_for()

    def bring(self, file: Path) -> None:
        """Choose a file on the data page and wait for what is made of it."""
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("u")
        chooser.value.set_files(file)
        self.page.get_by_role("heading", name=file.name).wait_for()

    def correct(self, columns: Mapping[str, str]) -> None:
        """Say what columns become whose guess is wrong, and confirm all other guesses that ask."""
        for column, field in columns.items():
            self.page.get_by_label(f"Becomes: {column}", exact=True).select_option(field)
        ask = self.page.get_by_role("button", name=re.compile("^Right: "))
        while ask.count() > 0:
            ask.first.click()

    def check(self) -> Locator:
        """Try the import out; return the panel with what it would do."""
        self.page.keyboard.press("c")
        result = self.page.locator("section").filter(has=self.page.get_by_role("heading", name="Result of the check"))
        result.get_by_role("button", name=re.compile(r"^Import [\d,]+ rows?")).wait_for()
        return result

    def run(self) -> None:
        """Import what was checked."""
        self.page.keyboard.press("i")
        expect(self.page.get_by_role("button", name="Undo the import")).to_be_visible(timeout=60_000)

    def add_policy(self, name: str, typed: Mapping[str, str], chosen: Mapping[str, str]) -> None:
        """Make a policy for the whole shop, on the page of policies; some fields are there when another is chosen so."""
        self.page.get_by_role("button", name="Add policy").click()
        self.page.get_by_label("Name").fill(name)
        self.page.keyboard.press("Enter")
        for label, choice in chosen.items():
            self.page.get_by_label(label, exact=True).select_option(choice)
        for label, text in typed.items():
            self.page.get_by_label(label, exact=True).fill(text)
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_text("Saved. The next run follows it.")).to_be_visible()

    def reads_about(self, event: str, story: list[str]) -> None:
        """Read, on the audit page, all that happened to what the newest entry of a name is about; newest first."""
        self.page.get_by_role("row").filter(has_text=event).first.click()
        self.page.get_by_role("dialog").get_by_role("link", name="All about this subject").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(self.page.get_by_label("Subject id")).not_to_have_value("")
        expect(self.page.locator("[role=grid] tbody tr:not([aria-hidden]) td:nth-child(3)")).to_have_text(story)
