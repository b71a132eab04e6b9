from uuid import uuid4

from tests.factories.command_line import PASSWORD, CommandLine, OpenedShop, shop_by_command
from tests.factories.identity import caller, make_access

from shopwright.identity.permissions import BUILT_IN_ROLES
from shopwright.identity.service.accounts import AccountService
from shopwright.infra.crypto import FieldCipher
from shopwright.infra.db import Database
from shopwright.infra.settings import load_settings


async def test_a_shop_is_made_and_listed(cli: CommandLine, shop: OpenedShop) -> None:
    listed = await cli("shops", "list", "--json")
    assert {"id": str(shop.id), "name": "Corner Shop", "simulated": False} in listed.json
    assert str(shop.id) in (await cli("shops", "list")).out
    wrong = await cli(
        "shops", "create", "Other", "--email", shop.email, "--password-stdin", stdin="not the right password"
    )
    assert wrong.error is not None
    assert wrong.error.code == "email_taken"


async def test_somebody_is_invited_changed_and_shut_out(cli: CommandLine, shop: OpenedShop, present: Database) -> None:
    here = ("--shop", shop.id)
    email = f"v{uuid4().hex}@example.com"
    invited = await cli("users", "invite", email, "viewer", *here, "--json")
    open_invitations = (await cli("users", "list", *here, "--json")).json["invitations"]
    assert [one["email"] for one in open_invitations] == [email]
    access = make_access(present, cipher=FieldCipher.of(load_settings(cli.env).encryption))
    await AccountService(access, caller()).accept_invitation(invited.json["token"], PASSWORD, "Vera")
    assert (await cli("users", "role", email, "analyst", *here)).code == 0
    listed = await cli("users", "list", *here)
    assert email in listed.out
    assert "analyst" in listed.out
    assert (await cli("users", "deactivate", email, *here)).code == 0
    users = (await cli("users", "list", *here, "--json")).json["users"]
    assert {user["email"]: user["status"] for user in users}[email] == "deactivated"


async def test_who_lacks_the_permission_changes_nobody(cli: CommandLine, shop: OpenedShop, present: Database) -> None:
    email = f"v{uuid4().hex}@example.com"
    invited = await cli("users", "invite", email, "viewer", "--shop", shop.id, "--json")
    access = make_access(present, cipher=FieldCipher.of(load_settings(cli.env).encryption))
    await AccountService(access, caller()).accept_invitation(invited.json["token"], PASSWORD, "Vera")
    refused = await cli("users", "invite", "a@example.com", "viewer", "--shop", shop.id, "--as", email)
    assert refused.code == 6
    assert refused.error is not None
    assert refused.error.code == "permission_missing"
    assert (await cli("users", "list", "--shop", shop.id, "--json")).json["invitations"] == []
    last = await cli("users", "deactivate", shop.email, "--shop", shop.id)
    assert last.error is not None
    assert last.error.code == "last_owner"


async def test_a_token_is_shown_once_listed_and_revoked(cli: CommandLine, shop: OpenedShop) -> None:
    here = ("--shop", shop.id)
    made = await cli("tokens", "create", "report", *here, "--days", "30", "--json")
    assert made.json["token"] not in (await cli("tokens", "list", *here)).out
    assert set(made.json["scopes"]) == {held for held in BUILT_IN_ROLES["owner"] if held.endswith(":read")}
    narrow = await cli("tokens", "create", "prices", "--scope", "prices:read", *here)
    assert len(narrow.out.split()) == 1
    [first, second] = (await cli("tokens", "list", *here, "--json")).json
    assert {first["name"], second["name"]} == {"report", "prices"}
    assert (await cli("tokens", "revoke", made.json["id"], *here)).code == 0
    assert [token["name"] for token in (await cli("tokens", "list", *here, "--json")).json] == ["prices"]
    again = await cli("tokens", "revoke", made.json["id"], *here)
    assert again.code == 4


async def test_keys_rotate_once(fresh_cli: CommandLine) -> None:
    await shop_by_command(fresh_cli)
    keys = load_settings(fresh_cli.env).encryption.keys
    keys_now = ",".join(["k2:" + "B" * 43 + "=", *(f"{key.id}:{key.encoded.reveal()}" for key in keys)])
    newer = CommandLine({**fresh_cli.env, "SHOPWRIGHT_ENCRYPTION_KEYS": keys_now})
    first = await newer("keys", "rotate", "--json")
    assert first.json["rows"] >= 1
    assert (await newer("keys", "rotate", "--json")).json["rows"] == 0
    back = await CommandLine({**fresh_cli.env, "SHOPWRIGHT_ENCRYPTION_KEYS": _turned(keys_now)})(
        "keys", "rotate", "--json"
    )
    assert back.json["rows"] >= first.json["rows"]


def _turned(keys: str) -> str:
    first, _, rest = keys.partition(",")
    return f"{rest},{first}"
