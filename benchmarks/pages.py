"""The web pages of a shop of 10,000 products in a real browser, each visit with an empty cache.

Measured by the browser's own performance API on the machine of the program: the network costs nothing, the processor is
shared with the program. The ratio is that of the figure that comes closest to its limit.
"""

import asyncio
import statistics
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from drills.chromium import MISSING, find_chromium
from drills.running import RunningProgram, no_limits

from benchmarks.application import ACCOUNT, PRODUCTS
from benchmarks.measuring import Context, Place, Result, Skipped
from benchmarks.shop import fill_shop
from shopwright.app.pages.building import STATIC, ensure_pages
from shopwright.kit.ids import TenantId

MOST_SCRIPT: Final = 180.0
"""kB of scripts as they are sent, for one page."""
SLOWEST_PAINT: Final = 800.0
SLOWEST_CLICK: Final = 400.0
PAGES: Final = (
    "/", "/proposals", "/catalog", "/market", "/accuracy", "/policies", "/experiments", "/data", "/audit", "/settings", "/system",
)  # fmt: skip
LISTS: Final = ("/proposals", "/catalog")


async def run(context: Context) -> Result:
    """Visit every page as often as there are rounds; medians count. Raises Skipped without a browser or pages."""
    chromium = find_chromium()
    if chromium is None:
        raise Skipped(MISSING)
    if find_spec("playwright") is None:
        raise Skipped("Playwright is not installed (the group `browser`; `make bench` installs it).")
    said: list[str] = []
    await asyncio.to_thread(ensure_pages, said.append)
    if not (STATIC / "index.html").exists():
        raise Skipped(" ".join(said) or "There are no web pages here.")
    products = context.sized(PRODUCTS)
    place = await context.database()
    with tempfile.TemporaryDirectory(prefix="shopwright-pages-") as folder:
        program = RunningProgram(Path(folder), **_settings(place))
        try:
            await asyncio.to_thread(program.start)
            figures = await _measured(context, place, program.address, chromium, products)
        finally:
            await asyncio.to_thread(program.stop)
    limits = {name: _limit(name) for name in figures if _limit(name) < float("inf")}
    return Result(
        name="pages",
        ratio=min(limits[name] / figures[name] for name in limits if limits[name] > 0),
        bar=1.0,
        figures=figures,
        note=f"pages of a shop of {products} products in a browser, cold; the figure closest to its limit counts",
        limits=limits,
    )


async def _measured(context: Context, place: Place, address: str, chromium: str, products: int) -> dict[str, float]:
    async def fill(tenant: str) -> None:
        await fill_shop(place, TenantId(tenant), products)

    browsing = import_module("benchmarks.browsing")
    figures: dict[str, float] = {}
    async with browsing.visiting(chromium, address, ACCOUNT, fill) as visitor:
        await visitor.open("/")  # the program has its own first time
        for page in PAGES:
            visits = [await visitor.open(page) for _ in range(context.rounds)]
            figures[f"kB of scripts, {page}"] = visits[0][0]
            figures[f"ms to first paint, {page}"] = statistics.median(visit[1] for visit in visits)
        for page in LISTS:
            clicks = [await visitor.click(page) for _ in range(context.rounds)]
            figures[f"ms from click to first row, {page}"] = statistics.median(clicks)
        figures |= _scrolling([await visitor.scroll("/catalog", products) for _ in range(context.rounds)])
    return figures


def _scrolling(rounds: list[dict[str, Any]]) -> dict[str, float]:
    """Of all rounds the worst: a blank frame is seen however often others are not."""
    lengths = sorted(length for seen in rounds for length in seen["slow"])
    return {
        "frames scrolled, a screen in each": min(seen["frames"] for seen in rounds),
        "blank frames": max(seen["blank"] for seen in rounds),
        "frames with a gap": max(seen["gaps"] for seen in rounds),
        "rows in the document at once": max(seen["rows"] for seen in rounds),
        "ms a frame, median": statistics.median(lengths),
        "ms a frame, 95th of 100": lengths[len(lengths) * 95 // 100],
    }


def _limit(figure: str) -> float:
    """Return what a figure must not exceed."""
    limits = {
        "kB of scripts": MOST_SCRIPT,
        "ms to first paint": SLOWEST_PAINT,
        "ms from click to first row": SLOWEST_CLICK,
        "blank frames": 0.0,
        "frames with a gap": 0.0,
    }
    return limits.get(figure.partition(",")[0], float("inf"))


def _settings(place: Place) -> dict[str, str]:
    return {**no_limits(), "SHOPWRIGHT_DATABASE_URL": place.app, "SHOPWRIGHT_DATABASE_ADMIN_URL": place.owner}
