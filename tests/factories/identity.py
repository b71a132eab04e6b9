"""People who have signed up: `shop` gives an owner with a tenant and tokens, `colleague` somebody beside the owner."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from pwdlib.hashers.argon2 import Argon2Hasher

from shopwright.identity.access import Access, AccessPolicy
from shopwright.identity.cookies import Cookies
from shopwright.identity.credentials import SignedIn
from shopwright.identity.domain import Principal
from shopwright.identity.passwords import Passwords
from shopwright.identity.permissions import PERMISSIONS, permissions_of
from shopwright.identity.service.accounts import AccountService, Applicant
from shopwright.identity.service.opening import Caller
from shopwright.identity.service.users import UserService
from shopwright.identity.tenants import TenantSettings
from shopwright.identity.tokens import AccessTokens
from shopwright.infra.crypto import FieldCipher
from shopwright.infra.db import Database
from shopwright.infra.settings.secret import EncryptionKey, Secret
from shopwright.kit.events import ActorKind, Provenance
from shopwright.kit.ids import TenantId

SECRET = "a secret of tests, longer than 32 characters"
PASSWORD = "correct horse battery"
CHEAP = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
_passwords = Passwords(CHEAP)


def cipher_of(*names: str) -> FieldCipher:
    """The program's cipher with keys that are made of their names; the first one encrypts."""
    keys = tuple(EncryptionKey(name, Secret(_key(name))) for name in names or ("first",))
    return FieldCipher(keys, EncryptionKey("index", Secret(_key("index"))))


def _key(name: str) -> str:
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who has signed in."""

    tenant: TenantId
    member: UUID
    person: UUID
    session: UUID
    role: str
    email: str
    password: str
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        """What signs a request."""
        return {"authorization": f"Bearer {self.access_token}"}

    @property
    def principal(self) -> Principal:
        """Who the account is once authenticated; for services that are called directly."""
        return principal(self.tenant, role=self.role, member=self.member, person=self.person, credential=self.session)

    @classmethod
    def of(cls, signed_in: SignedIn, email: str, password: str) -> "Account":
        return cls(
            signed_in.tenant, signed_in.member, signed_in.person, signed_in.session, signed_in.role, email, password,
            signed_in.access_token, signed_in.refresh_token,
        )  # fmt: skip


def make_access(
    database: Database,
    *,
    policy: AccessPolicy | None = None,
    cipher: FieldCipher | None = None,
    signing: Sequence[str] = (SECRET,),
    origins: Sequence[str] = (),
) -> Access:
    """What signing in needs, with a password hash that takes no time."""
    return Access(
        database=database,
        cipher=cipher or cipher_of(),
        passwords=_passwords,
        tokens=AccessTokens(signing, timedelta(minutes=15), database.clock),
        cookies=Cookies(origins, secure=False),
        policy=policy or AccessPolicy(),
    )


def caller(address: str | None = None) -> Caller:
    """Somebody at an address that nobody else has."""
    return Caller(address or uuid4().hex, Provenance(ActorKind.ANONYMOUS, request_id=uuid4().hex))


def fresh_email() -> str:
    """An address that no other test has: people are shared by all tenants."""
    return f"p{uuid4().hex}@example.com"


async def sign_up(
    database: Database,
    *,
    email: str | None = None,
    password: str = PASSWORD,
    shop_name: str = "Corner shop",
    settings: TenantSettings | None = None,
    access: Access | None = None,
) -> Account:
    """Sign somebody up with a tenant of their own; return the owner, signed in."""
    address = email or fresh_email()
    service = AccountService(access or make_access(database), caller())
    applicant = Applicant(address, password, "Ada Lovelace")
    signed_in = await service.sign_up(applicant, shop_name, settings or TenantSettings())
    return Account.of(signed_in, address, password)


shop = sign_up


async def colleague(
    database: Database, owner: Account, role: str = "viewer", *, email: str | None = None, access: Access | None = None
) -> Account:
    """Invite somebody into the owner's tenant and let them accept; return them, signed in."""
    access = access or make_access(database)
    address = email or fresh_email()
    async with database.unit(owner.tenant, owner_of(owner)) as unit:
        _, token = await UserService(unit, access.cipher, owner.principal).invite(address, role)
    signed_in = await AccountService(access, caller()).accept_invitation(token, PASSWORD, "Charles Babbage")
    return Account.of(signed_in, address, PASSWORD)


def owner_of(account: Account) -> Provenance:
    """The provenance of what an account does."""
    return Provenance(ActorKind.PERSON, account.member)


def principal(
    tenant: TenantId,
    permissions: Iterable[str] | None = None,
    *,
    role: str = "owner",
    kind: ActorKind = ActorKind.PERSON,
    member: UUID | None = None,
    person: UUID | None = None,
    credential: UUID | None = None,
) -> Principal:
    """Somebody of a tenant; with every permission of the role, or exactly those that are given."""
    held = permissions_of(tenant, role, None) if permissions is None else frozenset(permissions)
    return Principal(tenant, member or uuid4(), person or uuid4(), kind, credential or uuid4(), held, role)


ALL_PERMISSIONS = frozenset(PERMISSIONS)
