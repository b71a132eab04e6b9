"""A shop at work over HTTP: edits of prices, repricing and applying, imports small and large, all at once.

Whatever was acknowledged is remembered. What was sent without an answer is sent again, with the same key, when the
program is back: it must then be there once.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx2

from drills.calling import Caller

SMALL: Final = 300
LARGE: Final = 60_000  # lines: more bytes than a request imports by itself, so that a worker does
_DAYS: Final = 360
_EDITED: Final = 16
_REPEATED: Final = frozenset({429, 503})
_PATIENCE: Final = 60.0


@dataclass
class Ledger:
    """What the program acknowledged, and what it was asked without an answer."""

    prices: list[str] = field(default_factory=list)
    orders: dict[str, int] = field(default_factory=dict)
    open: list[tuple[str, str, dict[str, Any], Callable[[], None]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    applied: int = 0


class Busyness:
    """Several people at work until they are told to stop."""

    def __init__(self, owner: Caller, products: list[str], seed: int) -> None:
        self.ledger = Ledger()
        self._owner = owner
        self._products = products
        self._edited = products
        self._chance = random.Random(seed)  # noqa: S311 - nothing secret
        self._numbers = iter(range(1, 10**9))
        self._turn = threading.Lock()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, *, large: bool, shift: int = 0) -> None:
        """Begin to work; `large` adds an import that a worker runs. Each shift edits other products.

        A price that is moved up and down is held as a price war soon, and a run in which most of a catalog moves is
        refused: few products a shift, and new ones in the next, keep prices going live.
        """
        self._stopped.clear()
        first = shift * _EDITED % len(self._products)
        self._edited = self._products[first : first + _EDITED]
        works = [self._edit, self._reprice, self._import_small, *([self._import_large] if large else [])]
        self._threads = [threading.Thread(target=self._keep_on, args=(work,), daemon=True) for work in works]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End all work; requests under way are waited for."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(_PATIENCE)
            if thread.is_alive():
                raise RuntimeError("a request was not answered within a minute")

    def finish(self) -> None:
        """Send again what was left without an answer."""
        for method, path, options, done in self.ledger.open:
            deadline = time.monotonic() + _PATIENCE
            while not self._was_done(method, path, options, done):
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{method} {path} is not answered any more")
                time.sleep(0.2)
        self.ledger.open.clear()

    def _keep_on(self, work: Callable[[], None]) -> None:
        while not self._stopped.is_set():
            work()

    def _number(self) -> int:
        with self._turn:
            return next(self._numbers)

    def _edit(self) -> None:
        """Give a product a price that no other edit gives."""
        product = self._chance.choice(self._edited)
        price = f"{10 + self._number() / 100_000:f}".rstrip("0")
        body = {"json": {"price": price}}
        self._write("PATCH", f"/catalog/products/{product}", body, lambda: self.ledger.prices.append(price))

    def _reprice(self) -> None:
        try:
            self._owner.http.post("/prices/optimize", json={})
            listed = self._owner.http.get("/proposals", params={"state": "proposed", "limit": 100})
            ids = [item["id"] for item in listed.json()["items"]] if listed.is_success else []
            if ids:
                self._owner.http.post("/proposals/bulk/approve", json={"ids": ids})
                done = self._owner.http.post("/proposals/bulk/apply", json={"ids": ids})
                self.ledger.applied += done.json()["counts"].get("done", 0) if done.is_success else 0
        except httpx2.TransportError:
            time.sleep(0.05)

    def _import_small(self) -> None:
        self._import(SMALL)
        self._stopped.wait(0.3)

    def _import_large(self) -> None:
        self._import(LARGE)
        self._stopped.wait(_PATIENCE)

    def _import(self, lines: int) -> None:
        number = self._number()
        batch, day = f"B{number}", date(2025, 1, 1) + timedelta(days=number % _DAYS)
        rows = (f"{batch}-{n},{day},MUG-{n % len(self._products)},{n % 3 + 1},9.99\n" for n in range(lines))
        table = "order_no,sold_at,sku,quantity,revenue\n" + "".join(rows)
        sent = {"content": table.encode(), "params": {"file_name": f"{batch}.csv"}}

        def done() -> None:
            self.ledger.orders[batch] = lines

        self._write("POST", "/csv/upload/sales", sent, done)

    def _write(self, method: str, path: str, options: dict[str, Any], done: Callable[[], None]) -> None:
        options = {**options, "headers": {"idempotency-key": uuid4().hex}}
        if not self._was_done(method, path, options, done):
            with self._turn:
                self.ledger.open.append((method, path, options, done))
            time.sleep(0.05)

    def _was_done(self, method: str, path: str, options: dict[str, Any], done: Callable[[], None]) -> bool:
        """Send once; tell whether an answer came that stands."""
        try:
            answer = self._owner.http.request(method, path, **options)
        except httpx2.TransportError:
            return False
        if answer.is_success:
            done()
        elif answer.status_code in _REPEATED:
            return False
        else:
            self.ledger.refused.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return True
