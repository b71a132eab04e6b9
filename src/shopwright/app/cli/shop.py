"""What commands that work in a shop share: the opened program, which shop, in whose name, and the options for it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, TextIO, TypeAlias, cast

import typer

from shopwright.app.cli.output import StandardError

if TYPE_CHECKING:
    from shopwright.app.serving import Program
    from shopwright.identity.domain import Principal
    from shopwright.identity.repository.directory import Shop
    from shopwright.identity.tenants import TenantSettings
    from shopwright.infra.db import UnitOfWork
    from shopwright.kit.events import Provenance

ShopOption: TypeAlias = Annotated[
    str | None, typer.Option("--shop", help="Name or id of the shop; not needed where there is only one.")
]
MemberOption: TypeAlias = Annotated[
    str | None, typer.Option("--as", help="E-mail of the user in whose name it is done; the shop's owner without it.")
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


@dataclass(frozen=True, slots=True)
class OpenShop:
    """A shop that a command works in. The journal says that the command line did it, and in which call."""

    program: "Program"
    shop: "Shop"
    by: "Provenance"

    def unit(self, who: "Principal | None" = None) -> "AbstractAsyncContextManager[UnitOfWork]":
        """Open a unit of work of the shop.

        With `who` the journal names the member in whose name it is done; it still says that the program did it, since
        nobody signed in.
        """
        by = self.by if who is None else replace(self.by, actor_id=who.member)
        return self.program.platform.database.unit(self.shop.id, by)

    async def settings(self) -> "TenantSettings":
        """Return the shop's settings."""
        from shopwright.identity.service.tenants import TenantService

        async with self.unit() as unit:
            return (await TenantService(unit).get()).settings

    async def member(self, email: str | None, permission: str) -> "Principal":
        """Return the user in whose name a decision is made. Raises MemberNotFound, PermissionMissing."""
        from shopwright.identity.service.directory import acting_member

        async with self.unit() as unit:
            principal = await acting_member(unit, self.program.access.cipher, email)
        principal.demand(permission)
        return principal


def provenance() -> "Provenance":
    """Return what the journal says of one call of the command line."""
    import secrets

    from shopwright.kit.events import Provenance

    return Provenance(request_id=f"cli-{secrets.token_hex(8)}")


@asynccontextmanager
async def opened() -> AsyncIterator["Program"]:
    """Open the program as the settings say; its log goes to standard error."""
    from shopwright.app.serving import open_program
    from shopwright.infra.settings import load_settings
    from shopwright.infra.telemetry.logs import configure_logging

    settings = load_settings()
    configure_logging(settings.log, cast("TextIO", StandardError()))
    async with open_program(settings) as program:
        yield program


@asynccontextmanager
async def open_shop(name: str | None) -> AsyncIterator[OpenShop]:
    """Open the program and one shop in it. Raises TenantNotFound, ShopNotNamed."""
    from shopwright.identity.service.directory import ShopDirectory
    from shopwright.kit.ids import SYSTEM_TENANT

    async with opened() as program:
        async with program.platform.database.unit(SYSTEM_TENANT) as unit:
            shop = await ShopDirectory(unit).get_shop(name)
        yield OpenShop(program, shop, provenance())
