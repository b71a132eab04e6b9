"""Real files through the commands that a person types: imported, repriced, approved, applied and rolled back.

After each journey the journal, the price history and the price itself are held against what the commands said.
"""

import csv
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx2
import polars as pl
import pytest
from drills.running import RunningProgram, no_limits
from tests.electronics import cut
from tests.factories.command_line import PASSWORD, CommandLine
from tests.shared_data import shared_data

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

POLICY: Final = {
    "name": "House",
    "scope": "tenant",
    "rules": {
        "rule": {"position": "average", "fallback": "target_margin", "target_margin_ppm": 320_000},
        # The sightings are of 2017 and 2018.
        "comparability": {"max_age_hours": 24 * 365 * 30},
    },
}
IMPORTING: Final = Path(__file__).resolve().parents[2] / "docs" / "importing.md"
LONGEST_WAIT: Final = 60.0
_CENT: Final = Decimal("0.01")


@pytest.fixture(scope="module")
def program() -> Iterator[RunningProgram]:
    """A program that was just installed; the folder lets the account of PostgreSQL pass."""
    folder = Path(tempfile.mkdtemp(prefix="shopwright-tests-")).resolve()
    folder.chmod(0o711)
    running = RunningProgram(folder, **no_limits())
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Seller:
    """The owner of a shop: types commands, and looks at what they did over HTTP.

    The commands run in this process, as `tests.factories.command_line` has it: each one starts a second faster.
    """

    program: RunningProgram
    command: CommandLine
    shop: str
    http: httpx2.Client

    async def types(self, *words: object) -> Any:
        """Run a command for the shop; it must succeed. Return what it tells a script."""
        done = await self.command(*words, "--shop", self.shop, "--json")
        assert done.code == 0, done.err
        return done.json

    def get(self, path: str, **query: Any) -> Any:
        answer = self.http.get(path, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def rows(self, path: str, **query: Any) -> list[Any]:
        """Return all rows of a list."""
        found: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, limit=200, **cursor, **query)
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = {"cursor": page["next_cursor"]}

    def journal(self, **query: str) -> list[Any]:
        """Return what the journal has, in the order in which it happened."""
        return self.rows("/audit", **query)[::-1]


@contextmanager
def open_shop(program: RunningProgram, shop: str, currency: str, country: str, zone: str) -> Iterator[Seller]:
    email = f"{shop.replace(' ', '').lower()}@example.com"
    place = ("--currency", currency, "--country", country, "--time-zone", zone)
    made = program.command("shops", "create", shop, "--email", email, *place, "--password-stdin", stdin=PASSWORD)
    assert made.returncode == 0, made.stderr
    with httpx2.Client(base_url=f"{program.address}/api/v1", timeout=60) as http:
        token = http.post("/auth/login", json={"email": email, "password": PASSWORD}).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield Seller(program, CommandLine(program.settings), shop, http)


@pytest.fixture
def gifts(program: RunningProgram) -> Iterator[Seller]:
    with open_shop(program, "Gifts", "GBP", "GB", "Europe/London") as seller:
        yield seller


@pytest.fixture
def juice(program: RunningProgram) -> Iterator[Seller]:
    with open_shop(program, "Juice", "USD", "US", "America/Chicago") as seller:
        yield seller


@pytest.fixture
def electronics(program: RunningProgram) -> Iterator[Seller]:
    with open_shop(program, "Electronics", "USD", "US", "America/Chicago") as seller:
        yield seller


def tabled(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write a file as a person keeps it in a spreadsheet."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def calculated(seller: Seller, products: int, path: Path, *, with_cost: bool) -> Path:
    """Calculate cost and bounds of the dearest products from their prices: what a seller adds to data without them."""
    priced = [one for one in seller.rows("/catalog/products") if one["price"] is not None]
    priced.sort(key=lambda one: (-Decimal(one["price"]), one["sku"]))
    rows: list[dict[str, object]] = []
    for one in priced[:products]:
        price = Decimal(one["price"])
        bounds = {"min_price": (price * 75 / 100).quantize(_CENT), "max_price": (price * 2).quantize(_CENT)}
        cost = {"cost": (price * 70 / 100).quantize(_CENT)} if with_cost else {}
        rows.append({"sku": one["sku"], **cost, **bounds})
    return tabled(path, rows)


async def reprice_and_take_back(seller: Seller, priced: int) -> None:
    """Reprice, approve one price, apply it, roll it back; hold journal, history and price against each other."""
    created = seller.http.post("/policies", json=POLICY)
    assert created.status_code == httpx2.codes.CREATED, created.text
    run = await seller.types("reprice")
    proposals = await seller.types("proposals", "list", "--limit", "10000")
    assert run["run"]["state"] == "completed"
    assert {proposal["id"] for proposal in proposals} == set(run["proposals"])
    assert 0 < len(proposals) <= priced
    proposal = min(proposals, key=lambda each: str(each["sku"]))
    sku, old, new = proposal["sku"], Decimal(proposal["current_price"]), Decimal(proposal["proposed_price"])
    assert old != new
    address = f"/catalog/products/{proposal['product_id']}"
    in_force = [Decimal(seller.get(address)["price"])]
    for decision in ("approve", "apply", "roll-back"):
        assert (await seller.types("proposals", decision, sku))["counts"] == {"done": 1}
        in_force.append(Decimal(seller.get(address)["price"]))
    assert in_force == [old, old, new, old]
    proven(seller, run["run"]["id"], proposal)


def proven(seller: Seller, run: str, proposal: dict[str, Any]) -> None:
    """Read in the journal and in the price history what a price went through, each step with before and after."""
    old, new, owner = proposal["current_price"], proposal["proposed_price"], seller.get("/auth/me")["member_id"]
    steps = seller.journal(subject_kind="proposal", subject_id=proposal["id"])
    told = [(step["event"], amount(step["before"]), amount(step["after"])) for step in steps]
    assert told == [
        ("pricing.proposal_approved", "proposed", "approved"),
        ("pricing.price_sent", Decimal(old), Decimal(new)),
        ("pricing.price_confirmed", Decimal(old), Decimal(new)),
        ("pricing.price_rolled_back", Decimal(new), Decimal(old)),
    ]
    assert {step["actor_id"] for step in steps} == {owner}
    calls = [step["request_id"] for step in steps]
    assert all(call.startswith("cli-") for call in calls)
    assert (len(set(calls)), calls[1]) == (3, calls[2])
    changes = seller.journal(event="catalog.price_changed", subject_id=proposal["product_id"])
    moves = [(amount(change["before"]), amount(change["after"])) for change in changes]
    assert moves == [(Decimal(old), Decimal(new)), (Decimal(new), Decimal(old))]
    history = seller.rows(f"/catalog/products/{proposal['product_id']}/prices")
    assert [Decimal(point["price"]) for point in history[:3]] == [Decimal(old), Decimal(new), Decimal(old)]
    assert [point["proposal_id"] for point in history[:2]] == [proposal["id"]] * 2
    runs = seller.journal(subject_kind="pricing_run", subject_id=run)
    assert {entry["event"] for entry in runs} == {"pricing.repricing_finished", "pricing.prices_proposed"}
    named = [one for entry in runs for one in entry["details"].get("proposals", ())]
    assert proposal["id"] in named


def amount(side: dict[str, Any]) -> object:
    """Return the price of one side of a change, or the state where it is about that."""
    return Decimal(side["price"]) if "price" in side else side["state"]


def why(run: dict[str, Any], outcome: str) -> dict[str, int]:
    """Return the reasons of an outcome with the number of products."""
    return {hold["reason"]: hold["products"] for hold in run["holds"] if hold["outcome"] == outcome}


def rejected(done: dict[str, Any]) -> dict[str, int]:
    """Count broken rules; a row can break several."""
    return {group["rule"]: group["rows"] for group in done["reject_groups"]}


def figures(done: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return how many rows were read, new, superseded by newer ones, and rejected."""
    counts = done["counts"]
    return counts["read"], counts["new"], counts["superseded"], counts["rejected"]


async def test_online_retail(gifts: Seller, tmp_path: Path) -> None:
    """431,673 lines of a wholesaler in pounds; its products are made from them, its costs come in a file."""
    path = shared_data("sales/online_retail/transactions.parquet")
    rejects = tmp_path / "rejects.csv"
    [sales] = await gifts.types("import", path, "--create-products", "--rejects", rejects)
    assert figures(sales) == (431_673, 428_138, 0, 3_535)
    assert rejected(sales) == {"not_an_item": 2_366, "stock_correction": 1_169, "sign": 2, "range": 2}
    lines = pl.read_csv(rejects, infer_schema=False)
    assert (lines.height, lines["reason"].null_count()) == (3_535, 0)
    assert sales["created_products"] == 3_790
    totals = monthly_totals(gifts)
    back = sum(Decimal(month["units_cancelled"]) for month in totals)
    sold = sum(Decimal(month["units"]) for month in totals)
    assert (back, sold) == (176_150, 4_565_035)
    assert sum(Decimal(month["revenue_net"]) for month in totals) == Decimal("8204572.74") - Decimal("279651.88")
    returned = gifts.get("/sales/lines", kind="cancellation", limit=1)["items"][0]
    assert returned["order_ref"].startswith("C")
    before = await gifts.types("reprice")
    assert before["run"]["counts"] == {"proposed": 0, "held": 0, "no_price": 3_790}
    assert why(before, "no_price")["cost_missing"] == 3_790
    [costs] = await gifts.types("import", calculated(gifts, 200, tmp_path / "costs.csv", with_cost=True))
    assert (costs["kind"], costs["counts"]["changed"], costs["counts"]["rejected"]) == ("products", 200, 0)
    await reprice_and_take_back(gifts, 200)
    received, completed = gifts.journal(subject_kind="import", subject_id=sales["id"])
    assert (received["event"], completed["event"]) == ("ingestion.import_received", "ingestion.import_completed")
    assert received["details"]["file_name"] == path.name
    assert completed["details"]["counts"] == sales["counts"]


def monthly_totals(seller: Seller) -> list[Any]:
    """Return the totals by month, as soon as the program has made them: it does so when it hears of the import."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not (totals := seller.rows("/sales/totals", grain="month")):
        assert time.monotonic() < deadline, seller.program.log[-5000:]
        time.sleep(0.2)
    return totals


def orange_juice_mapping(path: Path) -> Path:
    """Write the mapping that the documentation shows."""
    _, _, shown = IMPORTING.read_text("utf-8").partition("```json\n")
    path.write_text(shown.partition("```")[0], encoding="utf-8")
    return path


async def test_orange_juice(juice: Seller, tmp_path: Path) -> None:
    """34,969 weeks of 11 brands in 35 stores; their costs come with the sales, bounds in a file for nine of them."""
    path = shared_data("sales/orange_juice/weekly_sales.parquet")
    mapping = orange_juice_mapping(tmp_path / "mapping.json")
    [sales] = await juice.types("import", path, "--mapping", mapping, "--create-products")
    assert (figures(sales), sales["created_products"]) == ((34_969, 34_969, 0, 0), 11)
    before = await juice.types("reprice")
    assert before["run"]["counts"] == {"proposed": 0, "held": 0, "no_price": 11}
    assert why(before, "no_price") == {"min_price_missing": 11, "max_price_missing": 11}
    [bounds] = await juice.types("import", calculated(juice, 9, tmp_path / "bounds.csv", with_cost=False))
    assert bounds["counts"]["changed"] == 9
    await reprice_and_take_back(juice, 9)


async def test_electronics(electronics: Seller, tmp_path: Path) -> None:
    """4,994 price observations: one merchant is the shop, the others are its competitors; costs come in a file."""
    own, rivals = cut(tmp_path, own=True), cut(tmp_path, own=False)
    [products] = await electronics.types("import", own, "--kind", "products", "--map", "updated_at=prices.dateSeen")
    assert figures(products) == (2_002, 555, 1_447, 0)
    [offers] = await electronics.types("import", rivals)
    assert (offers["kind"], figures(offers)) == ("competitor_prices", (2_992, 1_607, 1_385, 0))
    assert offers["unmatched"] == 27
    before = await electronics.types("reprice")
    assert before["run"]["counts"] == {"proposed": 0, "held": 0, "no_price": 555}
    assert why(before, "no_price")["cost_missing"] == 555
    [costs] = await electronics.types("import", calculated(electronics, 150, tmp_path / "costs.csv", with_cost=True))
    assert costs["counts"]["changed"] == 150
    await reprice_and_take_back(electronics, 150)
