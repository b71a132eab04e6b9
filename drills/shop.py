"""A shop made over HTTP alone, with at least one object of every kind that an address names."""

from typing import Any, Final

import httpx2

from drills.calling import Caller

PASSWORD: Final = "correct horse battery"
PRODUCTS: Final = 8
PARAMETERS: Final = {
    "product_id": "/catalog/products",
    "offer_id": "/market/offers",
    "competitor_id": "/market/competitors",
    "policy_id": "/policies",
    "proposal_id": "/proposals",
    "import_id": "/imports",
    "entry_id": "/audit",
    "member_id": "/users",
    "session_id": "/auth/sessions",
    "token_id": "/auth/tokens",
    "role_id": "/users/roles",
    "invitation_id": "/users/invitations",
}
"""Name of a parameter -> the list that holds objects of its kind."""

WANTED: Final = "10.26"
"""The price that the policy of these shops wants for a product that costs 5."""
_RULES: Final = {"rule": {"fallback": "target_margin", "target_margin_ppm": 420_000}}
_OFFERS: Final = "competitor,sku,title,price,shipping,currency,availability,seen_at\n"
_SALES: Final = "order_no,sold_at,sku,quantity,revenue\n"


def sign_up(address: str, email: str) -> Caller:
    """Sign a shop up and return its owner."""
    with httpx2.Client(base_url=f"{address}/api/v1", timeout=60) as stranger:
        answer = stranger.post(
            "/auth/signup", json={"email": email, "password": PASSWORD, "name": "Ada", "shop": "Engines"}
        )
        answer.raise_for_status()
    return Caller(address, answer.json()["access_token"])


def furnish(owner: Caller) -> dict[str, list[str]]:
    """Fill a shop; return ids of its objects by the name of the parameter that takes them."""
    for number in range(PRODUCTS):
        owner.ask("POST", "/catalog/products", 201, json=product(f"MUG-{number}"))
    owner.ask("POST", "/policies", 201, json={"name": "House", "scope": "tenant", "rules": _RULES})
    rows = "".join(f"Rival {n % 2},MUG-{n},Mug {n},9.{n}0,0,EUR,in_stock,2026-03-01\n" for n in range(PRODUCTS))
    upload(owner, "competitor_prices", _OFFERS + rows)
    upload(owner, "sales", _SALES + "".join(f"A-{n},2026-02-0{n + 1},MUG-{n},1,9.99\n" for n in range(PRODUCTS)))
    owner.ask("POST", "/prices/optimize", 200, json={})
    owner.ask("POST", "/auth/tokens", 201, json={"name": "Reader", "scopes": ["catalog:read"]})
    owner.ask("POST", "/users/roles", 201, json={"name": "price_reader", "permissions": ["prices:read"]})
    owner.ask("POST", "/users/invitations", 201, json={"email": "bob@example.com", "role": "viewer"})
    return {name: _ids(owner.ask("GET", path, 200).json()) for name, path in PARAMETERS.items()}


def stock_up(owner: Caller, products: int) -> list[str]:
    """Give a shop a policy and so many products at the price that the policy wants; return their ids."""
    owner.ask("POST", "/policies", 201, json={"name": "House", "scope": "tenant", "rules": _RULES})
    head = "sku,name,price,currency,cost,min_price,max_price\n"
    rows = "".join(f"MUG-{n},Mug {n},{WANTED},EUR,5,6,20\n" for n in range(products))
    upload(owner, "products", head + rows)
    return _ids(owner.ask("GET", "/catalog/products", 200, params={"limit": products}).json())


def product(sku: str) -> dict[str, str]:
    """Return the body of a product of 10 EUR that costs 5."""
    return {
        "sku": sku, "name": f"Mug {sku}", "brand": "Nordlicht", "category": "Mugs", "currency": "EUR",
        "price": "10", "cost": "5", "min_price": "6", "max_price": "20",
    }  # fmt: skip


def upload(owner: Caller, kind: str, table: str) -> Any:
    """Import a table of rows that are sound; return what became of it."""
    answer = owner.ask("POST", f"/csv/upload/{kind}", 201, content=table.encode(), params={"file_name": f"{kind}.csv"})
    done = answer.json()
    if done["state"] != "completed":
        raise RuntimeError(f"{kind}: {done}")
    return done


def _ids(listed: Any) -> list[str]:
    items = listed["items"] if isinstance(listed, dict) else listed
    return [str(item["id"]) for item in items if item.get("id")]
