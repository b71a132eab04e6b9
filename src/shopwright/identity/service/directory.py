"""Shops and their members as whoever runs the installation names them: from the command line, never in a request."""

from shopwright.identity.domain import Principal
from shopwright.identity.people import MemberNotFound, MemberStatus, normal_email
from shopwright.identity.permissions import permissions_of, ruling_role
from shopwright.identity.personal import email_index
from shopwright.identity.repository.directory import Shop, list_shops
from shopwright.identity.repository.members import MemberRecord, MemberRepository, RoleRepository
from shopwright.identity.tenants import TenantNotFound
from shopwright.infra.crypto import FieldCipher
from shopwright.infra.db import UnitOfWork
from shopwright.kit.errors import Invalid
from shopwright.kit.events import ActorKind

_PAGE = 500


class ShopNotNamed(Invalid):
    """There are several shops, and none was named."""

    code = "shop_not_named"
    action = "Name one of the shops in the details with --shop."


class ShopDirectory:
    """The shops of the installation; `unit` is the system tenant's."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def list_shops(self) -> list[Shop]:
        """Return the active shops by name."""
        return sorted(await list_shops(self._unit), key=lambda shop: (shop.name.lower(), shop.id))

    async def get_shop(self, wanted: str | None) -> Shop:
        """Return the shop of a name (whatever its case) or id; without one, the only shop that there is.

        Raises TenantNotFound, and ShopNotNamed where several would do.
        """
        shops = await self.list_shops()
        found = [shop for shop in shops if wanted is None or _is_called(shop, wanted)]
        told = [f"{shop.name} ({shop.id})" for shop in found or shops]
        if not shops:
            raise TenantNotFound("There is no shop yet: `shopwright shops create` or `shopwright demo` makes one.")
        if not found:
            raise TenantNotFound(f"There is no shop {wanted!r}.", shops=told)
        if len(found) > 1:
            raise ShopNotNamed("There are several shops.", shops=told)
        return found[0]


async def acting_member(unit: UnitOfWork, cipher: FieldCipher, email: str | None) -> Principal:
    """Return the active member of the unit's tenant with this e-mail, or its first owner. Raises MemberNotFound."""
    member = await _member(unit, cipher, email)
    if member is None:
        who = "owner" if email is None else "active user with this e-mail"
        raise MemberNotFound(f"The shop has no {who}.")
    custom = await RoleRepository(unit).find_by_name(member.role)
    held = permissions_of(unit.tenant, member.role, custom.permissions if custom else None)
    return Principal(unit.tenant, member.id, member.person_id, ActorKind.PERSON, member.id, held, member.role)


async def _member(unit: UnitOfWork, cipher: FieldCipher, email: str | None) -> MemberRecord | None:
    members = MemberRepository(unit)
    if email is None:
        rulers = await members.list_with_roles(frozenset({ruling_role(unit.tenant)}), on_call_only=False)
        return rulers[0] if rulers else None
    index, after = email_index(cipher, normal_email(email)), None
    while page := await members.list_page(after, _PAGE):
        for member in page:
            if member.email_index == index and member.status is MemberStatus.ACTIVE:
                return member
        after = (page[-1].created_at, page[-1].id)
    return None


def _is_called(shop: Shop, wanted: str) -> bool:
    return wanted.strip().lower() in {shop.name.lower(), str(shop.id)}
