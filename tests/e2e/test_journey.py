"""One shop's journey through the started program, over HTTP alone, and through a crash."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from drills.running import RunningProgram

pytestmark = pytest.mark.slow

PASSWORD: Final = "correct horse battery"
OLD_PRICE: Final = Decimal(10)
PROBLEM: Final = "application/problem+json"
ASSORTMENT: Final = 5
USER_LIMIT: Final = 400
_MIB: Final = 1024**2


@pytest.fixture(scope="module")
def program() -> Iterator[RunningProgram]:
    """A program that was just installed; the folder lets the account of PostgreSQL pass."""
    folder = Path(tempfile.mkdtemp(prefix="shopwright-tests-")).resolve()
    folder.chmod(0o711)
    running = RunningProgram(folder, SHOPWRIGHT_LIMITS_USER_PER_MINUTE=str(USER_LIMIT))
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Visitor:
    """Somebody with an HTTP client."""

    def __init__(self, program: RunningProgram) -> None:
        self.http = httpx2.Client(base_url=f"{program.address}/api/v1", timeout=30)

    def ask(self, method: str, path: str, status: int = 200, **options: Any) -> httpx2.Response:
        """Send a request that must be answered with this status."""
        answer = self.http.request(method, path, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        if status >= httpx2.codes.BAD_REQUEST:
            assert answer.headers["content-type"] == PROBLEM
            problem = answer.json()
            assert {"code", "detail", "category", "action", "time", "details"} <= set(problem)
            assert problem["status"] == status
            assert problem["request_id"] == answer.headers["x-request-id"]
        return answer

    def enter(self, path: str, **body: str) -> None:
        """Sign in by one of the ways, for all requests that follow."""
        token = self.http.post(path, json={"password": PASSWORD, **body})
        assert token.is_success, token.text
        self.http.headers["authorization"] = f"Bearer {token.json()['access_token']}"


@pytest.fixture
def visitor(program: RunningProgram) -> Iterator[Visitor]:
    made = Visitor(program)
    yield made
    made.http.close()


@pytest.fixture
def owner(visitor: Visitor, request: pytest.FixtureRequest) -> Visitor:
    """The owner of a new shop."""
    visitor.enter("/auth/signup", email=f"{request.node.name}@example.com", name="Ada", shop="Engines")
    return visitor


def stock_up(owner: Visitor) -> list[str]:
    """Create a few products of 10 EUR that cost 5; return their ids."""
    body = {"name": "Mug", "currency": "EUR", "price": "10", "cost": "5", "min_price": "6", "max_price": "20"}
    made = [
        owner.ask("POST", "/catalog/products", 201, json={**body, "sku": f"MUG-{number}"}).json()["id"]
        for number in range(ASSORTMENT)
    ]
    rule = {"fallback": "target_margin", "target_margin_ppm": 420_000}
    owner.ask("POST", "/policies", 201, json={"name": "House", "scope": "tenant", "rules": {"rule": rule}})
    return made


def price_of(owner: Visitor, product: str) -> Decimal:
    return Decimal(owner.ask("GET", f"/catalog/products/{product}").json()["price"])


def propose(owner: Visitor) -> tuple[list[str], Decimal]:
    """Reprice the shop; return the ids of the proposals and the price that they all propose."""
    assert owner.ask("POST", "/prices/optimize", json={}).json()["proposals"] == ASSORTMENT
    items = owner.ask("GET", "/proposals", params={"state": "proposed"}).json()["items"]
    (price,) = {Decimal(item["proposed_price"]) for item in items}
    assert price > OLD_PRICE
    explained = owner.ask("GET", f"/proposals/{items[0]['id']}").json()
    assert explained["reason"]
    assert explained["explanation"]
    return [item["id"] for item in items], price


def test_prices_are_proposed_approved_applied_taken_back_and_survive_a_crash(
    owner: Visitor, program: RunningProgram
) -> None:
    products = stock_up(owner)
    proposals, new_price = propose(owner)
    rejected, kept = proposals[0], proposals[1:]
    owner.ask("POST", f"/proposals/{rejected}/reject", json={"reason": "Not now"})
    assert owner.ask("POST", "/proposals/bulk/approve", json={"ids": kept}).json()["counts"] == {"done": len(kept)}
    applied = owner.ask("POST", "/proposals/bulk/apply", json={"ids": proposals}).json()["counts"]
    assert applied == {"done": len(kept), "wrong_state": 1}
    assert sorted(price_of(owner, product) for product in products) == [OLD_PRICE] + [new_price] * len(kept)
    back = owner.ask("POST", "/proposals/bulk/roll-back", json={"ids": kept[:1]}).json()
    assert back["counts"] == {"done": 1}
    expected = {product: price_of(owner, product) for product in products}
    assert sorted(expected.values()) == [OLD_PRICE] * 2 + [new_price] * (len(kept) - 1)
    told = everything(owner, "/audit")

    program.crash()
    program.start()

    assert {product: price_of(owner, product) for product in products} == expected
    assert everything(owner, "/audit")[-len(told) :] == told
    states = [item["state"] for item in everything(owner, "/proposals")]
    assert {state: states.count(state) for state in set(states)} == {"rejected": 1, "confirmed": 3, "rolled_back": 1}
    happened = {entry["event"] for entry in told}
    assert happened >= {
        "identity.tenant_created", "catalog.product_created", "pricing.policy_created", "pricing.prices_proposed",
        "pricing.proposal_rejected", "pricing.proposal_approved", "pricing.price_confirmed", "pricing.price_rolled_back",
        "catalog.price_changed",
    }  # fmt: skip


def everything(owner: Visitor, path: str) -> list[dict[str, Any]]:
    """Walk a list by cursor, a few rows a page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = owner.ask("GET", path, params={"limit": 2, **cursor}).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def test_lists_are_walked_by_cursor(owner: Visitor) -> None:
    products = stock_up(owner)
    walked = [item["id"] for item in everything(owner, "/catalog/products")]
    assert sorted(walked) == sorted(products)
    assert owner.ask("GET", "/catalog/products", 400, params={"cursor": "x"}).json()["code"] == "invalid_cursor"


def test_reads_and_writes_are_conditional(owner: Visitor) -> None:
    address = f"/catalog/products/{stock_up(owner)[0]}"
    tag = owner.ask("GET", address).headers["etag"]
    assert not owner.ask("GET", address, 304, headers={"if-none-match": tag}).content
    changed = owner.ask("PATCH", address, json={"name": "Cup"}, headers={"if-match": tag})
    assert changed.headers["etag"] != tag
    refused = owner.ask("PATCH", address, 409, json={"name": "Bowl"}, headers={"if-match": tag})
    assert refused.json()["code"] == "changed_since_read"
    assert owner.ask("GET", address, headers={"if-none-match": tag}).json()["name"] == "Cup"


def test_a_write_that_is_sent_twice_happens_once(owner: Visitor) -> None:
    body, key = {"sku": "MUG-1", "name": "Mug", "currency": "EUR"}, {"idempotency-key": "one"}
    first = owner.ask("POST", "/catalog/products", 201, json=body, headers=key)
    again = owner.ask("POST", "/catalog/products", 201, json=body, headers=key)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    assert len(everything(owner, "/catalog/products")) == 1
    other = owner.ask("POST", "/catalog/products", 409, json={**body, "sku": "MUG-2"}, headers=key)
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_request_is_found_by_its_id(owner: Visitor) -> None:
    body = {"sku": "MUG-1", "name": "Mug", "currency": "EUR"}
    answer = owner.ask("POST", "/catalog/products", 201, json=body, headers={"x-request-id": "mine-1"})
    assert answer.headers["x-request-id"] == "mine-1"
    entries = owner.ask("GET", "/audit", params={"request_id": "mine-1"}).json()["items"]
    assert {entry["subject_id"] for entry in entries} == {answer.json()["id"]}
    assert len(owner.ask("GET", "/auth/me").headers["x-request-id"]) == 32


def test_failures_are_problems_that_say_what_to_do(owner: Visitor, visitor: Visitor) -> None:
    assert owner.ask("GET", "/nowhere", 404).json()["code"] == "not_found"
    assert owner.ask("PUT", "/catalog/products", 405).json()["code"] == "method_not_allowed"
    wrong = owner.ask("POST", "/catalog/products", 422, json={"sku": "MUG-1"}).json()
    assert {field["field"] for field in wrong["details"]["fields"]} == {"name", "currency"}
    large = owner.ask("POST", "/catalog/products", 413, json={"name": "x" * _MIB})
    assert large.json()["details"]["limit"] == _MIB
    owner.http.headers.pop("authorization")
    assert visitor.ask("GET", "/catalog/products", 401).headers["www-authenticate"] == "Bearer"


def test_who_asks_too_often_waits(owner: Visitor) -> None:
    answers = (owner.http.get("/catalog/exchange-rates") for _ in range(USER_LIMIT))
    answer = next(answer for answer in answers if not answer.is_success)
    assert answer.status_code == httpx2.codes.TOO_MANY_REQUESTS
    assert answer.json()["code"] == "rate_limited"
    assert answer.json()["retryable"]
    assert int(answer.headers["retry-after"]) >= 1


def test_a_worker_ends_when_it_is_told_to(program: RunningProgram) -> None:
    assert program.work_beside() == 0


def test_the_program_ends_when_it_is_told_to(program: RunningProgram) -> None:
    assert program.stop() == 0
    assert "Traceback" not in program.log


@pytest.fixture
def restarted(program: RunningProgram) -> RunningProgram:
    if not program.lives:
        program.start()
    return program


def test_a_database_that_was_killed_is_started_again(restarted: RunningProgram, owner: Visitor) -> None:
    """Last: the driver writes of connections that it lost, with their stack."""
    product = stock_up(owner)[0]
    os.kill(restarted.database_pid, signal.SIGKILL)
    refused = owner.http.get(f"/catalog/products/{product}")
    assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
    assert refused.headers["content-type"] == PROBLEM
    assert int(refused.headers["retry-after"]) >= 1
    restarted.wait_until_ready()
    assert price_of(owner, product) == OLD_PRICE
