"""What a browser says of a page by its own performance API: what was sent, when it painted, how it scrolls.

A visit begins cold: a context of its own, with nothing in its cache. Requires the group `browser` and a Chromium.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from drills.chromium import arguments
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

_WINDOW: Final[Any] = {"width": 1440, "height": 900}
_PATIENCE: Final = 60_000.0

_SENT: Final = """() => {
  const scripts = performance.getEntriesByType('resource').filter(it => new URL(it.name).pathname.endsWith('.js'));
  return scripts.reduce((sum, it) => sum + it.encodedBodySize, 0);
}"""
_PAINTED: Final = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"

# From the click to the frame in which the first row is painted: the frame after the one that finds it in the document.
_CLICKED: Final = """(address) => new Promise(resolve => {
  const link = document.querySelector(`nav a[href="${address}"]`);
  const started = performance.now();
  const look = () => document.querySelector('[role=grid] tbody tr[aria-rowindex]')
    ? requestAnimationFrame(() => resolve(performance.now() - started))
    : requestAnimationFrame(look);
  link.click();
  requestAnimationFrame(look);
})"""

_ALL_THERE: Final = """rows => {
  const [scroller, row] = ['[data-part=scroller]', 'tbody tr[aria-rowindex]'].map(it => document.querySelector(it));
  return row && scroller.scrollHeight >= rows * row.offsetHeight;
}"""

# A screen further in every frame. What was painted is looked at in a task of its own, which runs after the frame; a frame
# is blank where the area of the rows shows none of them, and has a gap where a part as high as a row shows none.
_SCROLLED: Final = """() => new Promise(resolve => {
  const scroller = document.querySelector('[data-part=scroller]');
  const head = scroller.querySelector('thead').offsetHeight;
  const step = scroller.clientHeight - head;
  const end = scroller.scrollHeight - scroller.clientHeight;
  const seen = { frames: 0, blank: 0, gaps: 0, rows: 0, slow: [] };
  const channel = new MessageChannel();
  let before = performance.now();
  channel.port1.onmessage = () => {
    const area = scroller.getBoundingClientRect();
    const [top, bottom] = [area.top + head, area.top + scroller.clientHeight];
    const shown = [...scroller.querySelectorAll('tbody tr[aria-rowindex]')]
      .map(row => row.getBoundingClientRect()).filter(row => row.bottom > top && row.top < bottom);
    const covered = shown.reduce((sum, row) => sum + Math.min(row.bottom, bottom) - Math.max(row.top, top), 0);
    const height = shown[0]?.height ?? 0;
    seen.frames += 1;
    seen.rows = Math.max(seen.rows, scroller.querySelectorAll('tbody tr[aria-rowindex]').length);
    if (shown.length === 0) seen.blank += 1;
    else if (bottom - top - covered > height) seen.gaps += 1;
    if (scroller.scrollTop >= end) resolve({ ...seen, slow: seen.slow.toSorted((a, b) => a - b) });
    else requestAnimationFrame(move);
  };
  const move = now => {
    seen.slow.push(now - before);
    before = now;
    scroller.scrollTop = Math.min(end, scroller.scrollTop + step);
    channel.port2.postMessage(null);
  };
  requestAnimationFrame(move);
})"""


class Visitor:
    """Somebody who is signed in, and comes each time as for the first time."""

    def __init__(self, browser: Browser, address: str, cookies: Any) -> None:
        self._browser = browser
        self._address = address
        self._cookies = cookies

    async def open(self, path: str) -> tuple[float, float]:
        """Open a page cold; return the kB of scripts that were sent for it and milliseconds to its first content."""
        async with self._page() as page:
            await page.goto(path)
            await page.wait_for_load_state("networkidle")
            painted = await page.wait_for_function(_PAINTED)
            return await page.evaluate(_SENT) / 1_000, await painted.json_value()

    async def click(self, path: str) -> float:
        """Come to the dashboard cold, then go to a page by a click; return milliseconds until its first row shows."""
        async with self._page() as page:
            await page.goto("/")
            await page.wait_for_load_state("networkidle")
            milliseconds: float = await page.evaluate(_CLICKED, path)
            return milliseconds

    async def scroll(self, path: str, rows: int) -> dict[str, Any]:
        """Scroll through a whole list; return frames, blank ones, those with gaps, rows at once and lengths of frames."""
        async with self._page() as page:
            await page.goto(path)
            await page.locator(f'[role=grid][aria-rowcount="{rows + 1}"]').wait_for()
            await page.wait_for_function(_ALL_THERE, arg=rows)
            seen: dict[str, Any] = await page.evaluate(_SCROLLED)
            return seen

    @asynccontextmanager
    async def _page(self) -> AsyncIterator[Page]:
        context = await self._browser.new_context(base_url=self._address, viewport=_WINDOW, locale="en-GB")
        try:
            context.set_default_timeout(_PATIENCE)
            await context.add_cookies(self._cookies)
            yield await context.new_page()
        finally:
            await context.close()


@asynccontextmanager
async def visiting(
    chromium: str, address: str, account: dict[str, str], fill: Callable[[str], Awaitable[None]]
) -> AsyncIterator[Visitor]:
    """Open a shop in a browser, have it filled by its tenant's id, compute its prices; give who is signed in."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=arguments())
        try:
            context = await browser.new_context(base_url=address)
            signed_up = await _post(context, address, "/api/v1/auth/signup", {**account, "cookie": True})
            await fill(signed_up["tenant"]["id"])
            await _post(context, address, "/api/v1/prices/optimize", {})
            yield Visitor(browser, address, await context.cookies())
        finally:
            await browser.close()


async def _post(context: BrowserContext, address: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"x-requested-with": "benchmark", "origin": address}
    answer = await context.request.post(path, data=body, headers=headers, timeout=_PATIENCE)
    if not answer.ok:
        raise RuntimeError(await answer.text())
    return await answer.json()
