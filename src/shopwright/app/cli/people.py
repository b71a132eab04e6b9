"""Commands for who may come in: shops, users, API tokens, and the keys that personal data are encrypted with."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias
from uuid import UUID

import typer

from shopwright.app.cli.output import print_json, print_table, say, write
from shopwright.app.cli.shop import JsonOption, MemberOption, OpenShop, ShopOption, open_shop, opened, provenance

if TYPE_CHECKING:
    from datetime import datetime

    from shopwright.identity.domain import Principal
    from shopwright.identity.people import Member
    from shopwright.identity.service.users import UserService

_PAGE: Final = 500

shops: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The shops of this installation.")
users: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The users of a shop.")
tokens: Final = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="API tokens, for scripts and MCP clients."
)
keys: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Keys of encrypted data.")

Email: TypeAlias = Annotated[str, typer.Argument(help="E-mail of the user.")]
Role: TypeAlias = Annotated[str, typer.Argument(help="owner, admin, analyst, operator, viewer, or a role of the shop.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for group, name in ((shops, "shops"), (users, "users"), (tokens, "tokens"), (keys, "keys")):
        app.add_typer(group, name=name)


@shops.command("list")
def list_shops(json: JsonOption = False) -> None:
    """List the shops that are served."""

    async def run() -> None:
        from shopwright.identity.service.directory import ShopDirectory
        from shopwright.kit.ids import SYSTEM_TENANT

        async with opened() as program, program.platform.database.unit(SYSTEM_TENANT) as unit:
            found = await ShopDirectory(unit).list_shops()
        if json:
            print_json(found)
        else:
            rows = [(shop.name, "simulated" if shop.simulated else "", shop.id) for shop in found]
            print_table("", ("shop", "", "id"), rows)

    asyncio.run(run())


@shops.command("create")
def create_shop(
    name: Annotated[str, typer.Argument(help="Name of the shop.")],
    email: Annotated[str, typer.Option(help="E-mail of its owner, who is new or has an account already.")],
    person: Annotated[str, typer.Option(help="Name of the owner.")] = "Owner",
    currency: Annotated[str, typer.Option(help="ISO 4217 code of the currency that the shop counts in.")] = "EUR",
    country: Annotated[str, typer.Option(help="ISO 3166 code of its country; it decides the tax rate.")] = "DE",
    time_zone: Annotated[str, typer.Option(help="IANA name of its time zone; it decides the business day.")] = "UTC",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the owner's password from standard input; do not ask.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Create a shop with its owner. An owner who has an account proves it with its password."""
    password = _password(from_stdin=password_stdin)

    async def run() -> None:
        from shopwright.identity.service.accounts import AccountService, Applicant
        from shopwright.identity.service.opening import Caller
        from shopwright.identity.tenants import TenantSettings

        async with opened() as program:
            by = provenance()
            # Each call counts as an address of its own: who runs the installation may make many shops in a row.
            accounts = AccountService(program.access, Caller(by.request_id or "", by))
            settings = TenantSettings.at_home(currency.upper(), country.upper(), time_zone)
            made = await accounts.sign_up(Applicant(email, password, person), name, settings)
        if json:
            print_json({"id": made.tenant, "name": made.tenant_name, "owner": made.member})
        else:
            write(f"{made.tenant_name} ({made.tenant})")

    asyncio.run(run())


@users.command("list")
def list_users(shop: ShopOption = None, member: MemberOption = None, json: JsonOption = False) -> None:
    """List the users of a shop, and invitations that are open."""

    async def run() -> None:
        from shopwright.identity.service.users import UserService

        async with open_shop(shop) as place:
            who = await place.member(member, "users:read")
            async with place.unit(who) as unit:
                service = UserService(unit, place.program.access.cipher, who)
                found, invited = await _all_users(service), await service.list_invitations()
        if json:
            print_json({"users": found, "invitations": invited})
            return
        rows = [(user.email, user.name, user.role, user.status.value, f"{user.created_at:%Y-%m-%d}") for user in found]
        rows += [(one.email, "", one.role, "invited", f"{one.created_at:%Y-%m-%d}") for one in invited]
        print_table(place.shop.name, ("e-mail", "name", "role", "status", "since"), rows)

    asyncio.run(run())


@users.command()
def invite(
    email: Email, role: Role, shop: ShopOption = None, member: MemberOption = None, json: JsonOption = False
) -> None:
    """Invite somebody into a shop; prints the token of the invitation, this once."""

    async def run() -> None:
        from shopwright.identity.service.users import UserService

        async with open_shop(shop) as place:
            who = await place.member(member, "users:manage")
            async with place.unit(who) as unit:
                invitation, token = await UserService(unit, place.program.access.cipher, who).invite(email, role)
        if json:
            print_json({"invitation": invitation.id, "expires_at": invitation.expires_at, "token": token})
        else:
            say(f"Whoever has this token becomes {role} of {place.shop.name}, until {invitation.expires_at:%Y-%m-%d}:")
            write(token)

    asyncio.run(run())


@users.command()
def deactivate(email: Email, shop: ShopOption = None, member: MemberOption = None) -> None:
    """Shut a user out of a shop: sessions and API tokens end at once."""

    async def run() -> None:
        from shopwright.identity.service.users import UserService

        async with open_shop(shop) as place:
            who = await place.member(member, "users:manage")
            whom = await _user(place, email)
            async with place.unit(who) as unit:
                await UserService(unit, place.program.access.cipher, who).deactivate(whom.member)
        say(f"{email} is shut out of {place.shop.name}.")

    asyncio.run(run())


@users.command("role")
def change_role(email: Email, role: Role, shop: ShopOption = None, member: MemberOption = None) -> None:
    """Give a user of a shop another role, from the next request on."""

    async def run() -> None:
        from shopwright.identity.service.users import UserService

        async with open_shop(shop) as place:
            who = await place.member(member, "users:manage")
            whom = await _user(place, email)
            async with place.unit(who) as unit:
                await UserService(unit, place.program.access.cipher, who).change(whom.member, role=role)
        say(f"{email} is {role} of {place.shop.name} now.")

    asyncio.run(run())


@tokens.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="What the token is for, as lists will show it.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(help="Permission that the token has (repeatable); without it, all that only read."),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it ends; without it, it does not end.")] = None,
    shop: ShopOption = None,
    member: MemberOption = None,
    json: JsonOption = False,
) -> None:
    """Make an API token of a user; prints it, this once."""

    async def run() -> None:
        from datetime import timedelta

        from shopwright.identity.service.api_tokens import TokenService

        async with open_shop(shop) as place:
            who = await place.member(member, "tokens:own")
            scopes = scope or [held for held in who.permissions if held.endswith(":read")]
            async with place.unit(who) as unit:
                until = None if days is None else unit.clock.now() + timedelta(days=days)
                made, text = await TokenService(unit, who).create(name, scopes, until)
        if json:
            print_json({"id": made.id, "scopes": sorted(made.scopes), "expires_at": made.expires_at, "token": text})
        else:
            say(f"Token {made.id} for {place.shop.name}. It is shown this once:")
            write(text)

    asyncio.run(run())


@tokens.command("list")
def list_tokens(shop: ShopOption = None, member: MemberOption = None, json: JsonOption = False) -> None:
    """List the API tokens of a user that are not revoked."""

    async def run() -> None:
        from shopwright.identity.service.api_tokens import TokenService

        async with open_shop(shop) as place:
            who = await place.member(member, "tokens:own")
            async with place.unit(who) as unit:
                found = await TokenService(unit, who).list_of(who.member)
        if json:
            print_json(found)
            return
        rows = [
            (one.name, ", ".join(sorted(one.scopes)), one.last_used_at and f"{one.last_used_at:%Y-%m-%d %H:%M}", one.id)
            for one in found
        ]
        print_table(place.shop.name, ("name", "scopes", "last used", "id"), rows)

    asyncio.run(run())


@tokens.command("revoke")
def revoke_token(
    token: Annotated[UUID, typer.Argument(help="Id of the token, as `tokens list` shows it.")],
    shop: ShopOption = None,
    member: MemberOption = None,
) -> None:
    """End an API token: it is refused from the next request on."""

    async def run() -> None:
        from shopwright.identity.service.api_tokens import TokenService

        async with open_shop(shop) as place:
            who = await place.member(member, "tokens:own")
            async with place.unit(who) as unit:
                await TokenService(unit, who).revoke(token, who.member)
        say(f"The token {token} is revoked.")

    asyncio.run(run())


@keys.command()
def rotate(json: JsonOption = False) -> None:
    """Write personal data anew under the first of SHOPWRIGHT_ENCRYPTION_KEYS; a second run writes nothing."""

    async def run() -> None:
        from shopwright.identity.service.directory import ShopDirectory
        from shopwright.identity.service.rotation import rotate_personal_fields
        from shopwright.kit.ids import SYSTEM_TENANT

        rows, by = 0, provenance()
        async with opened() as program:
            database, cipher = program.platform.database, program.access.cipher
            async with database.unit(SYSTEM_TENANT) as unit:
                tenants = [SYSTEM_TENANT, *(shop.id for shop in await ShopDirectory(unit).list_shops())]
            for tenant in tenants:
                async with database.unit(tenant, by) as unit:
                    rows += await rotate_personal_fields(unit, cipher)
        if json:
            print_json({"tenants": len(tenants), "rows": rows})
        else:
            write(f"{rows} rows of {len(tenants)} tenants written anew.")

    asyncio.run(run())


async def _all_users(service: "UserService") -> "list[Member]":
    found: list[Member] = []
    while page := (await service.list_users(_key(found), _PAGE)).items:
        found += page
    return found


def _key(found: "list[Member]") -> "tuple[datetime, UUID] | None":
    return (found[-1].created_at, found[-1].id) if found else None


async def _user(place: OpenShop, email: str) -> "Principal":
    from shopwright.identity.service.directory import acting_member

    async with place.unit() as unit:
        return await acting_member(unit, place.program.access.cipher, email)


def _password(*, from_stdin: bool) -> str:
    """Return a password that is asked for without an echo, or the first line of standard input."""
    if from_stdin:
        return typer.get_text_stream("stdin").readline().rstrip("\r\n")
    asked: str = typer.prompt("Password of the owner", hide_input=True, err=True)
    return asked
