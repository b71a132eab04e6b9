"""People and their places in a tenant: members, invitations, roles, and what may be done with them. Pure."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from shopwright.identity.permissions import SESSIONS_ONLY
from shopwright.kit.errors import Category, Conflict, Forbidden, Invalid, NotFound
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId

INVITATION_LIFETIME: Final = timedelta(days=7)
LONGEST_NAME: Final = 200
_LONGEST_EMAIL = 254  # RFC 5321, path without brackets
_EMAIL = re.compile(r"[^\s@\"(),:;<>\[\\\]]+@[^\s@.]+(\.[^\s@.]+)*")
_ROLE_NAME = re.compile(r"[a-z][a-z0-9_]{1,49}")


class InvalidEmail(Invalid):
    """The text is not an e-mail address."""

    code = "invalid_email"


class InvalidName(Invalid):
    """A name is empty, too long, or holds control characters."""

    code = "invalid_name"


class EmailTaken(Conflict):
    """An account exists for this e-mail, and the password is not its own."""

    code = "email_taken"
    action = "Use the password of the existing account, or sign in."


class MemberNotFound(NotFound):
    """No such user in this tenant."""

    code = "user_not_found"


class InvitationNotFound(NotFound):
    """No such invitation in this tenant."""

    code = "invitation_not_found"


class InvitationInvalid(Forbidden):
    """The invitation is unknown, used, revoked or expired."""

    code = "invitation_invalid"
    action = "Ask for a new invitation."


class AlreadyMember(Conflict):
    """The person has a place in this tenant already."""

    code = "already_member"
    action = "Change the role of the user, or reactivate the user."


class LastOwner(Conflict):
    """A tenant is never left without an active owner, the installation never without an operator."""

    code = "last_owner"
    action = "Make somebody else an owner first."


class RoleNotFound(NotFound):
    """No such role in this tenant."""

    code = "role_not_found"


class RoleExists(Conflict):
    """A role of this name exists."""

    code = "role_exists"
    action = "Choose another name, or change the existing role."


class RoleInUse(Conflict):
    """Users or open invitations have this role."""

    code = "role_in_use"
    action = "Give them another role first."


class InvalidRole(Invalid):
    """The name or the permissions of a role are not admissible."""

    code = "invalid_role"


class GrantExceedsOwn(Forbidden):
    """Nobody grants what they do not hold, nor decides about those who hold more."""

    code = "grant_exceeds_own"
    action = "Ask somebody who holds these permissions."


class OnCallForOperatorsOnly(Invalid):
    """Only operators of the installation are on call."""

    code = "on_call_for_operators_only"
    category = Category.SEMANTIC


class MemberStatus(StrEnum):
    """Whether a member may sign in to the tenant."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Member:
    """A person's place in a tenant, with name and e-mail in clear: handle with care, never log."""

    id: UUID
    person: UUID
    email: str
    name: str
    role: str
    status: MemberStatus
    on_call: bool
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """One of the tenants that a person may enter."""

    tenant: TenantId
    tenant_name: str
    simulated: bool
    member: UUID
    role: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in, as the system tenant knows them."""

    id: UUID
    email_index: bytes
    email: bytes
    name: bytes
    password_hash: str | None
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """An offer of a place in a tenant, good once and for a week."""

    id: UUID
    email: str
    role: str
    invited_by: UUID | None
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can be accepted."""
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Role:
    """A set of permissions with a name; built-in ones have neither id nor version."""

    name: str
    permissions: frozenset[str]
    id: UUID | None = None
    version: int = 1

    @property
    def built_in(self) -> bool:
        """Whether the role is fixed by the program."""
        return self.id is None


def normal_email(text: str) -> str:
    """Return the e-mail address as it is compared: trimmed, NFKC, lower case. Raises InvalidEmail."""
    email = unicodedata.normalize("NFKC", text).strip().lower()
    if len(email) > _LONGEST_EMAIL or _EMAIL.fullmatch(email) is None:
        raise InvalidEmail("This is not an e-mail address.")
    return email


def checked_name(text: str) -> str:
    """Return a display name, trimmed. Raises InvalidName."""
    name = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(name) <= LONGEST_NAME or any(unicodedata.category(character) == "Cc" for character in name):
        raise InvalidName(f"A name has 1 to {LONGEST_NAME} characters and no control characters.")
    return name


def checked_role(name: str, permissions: Collection[str], taken: Collection[str], admitted: Collection[str]) -> None:
    """Hold a role of one's own to the rules: a fresh, plain name and permissions that can be given.

    Raises InvalidRole, or RoleExists for the name of a built-in role.
    """
    if _ROLE_NAME.fullmatch(name) is None:
        raise InvalidRole("A role's name has 2 to 50 lower-case letters, digits and underscores.", found=name)
    if name in taken:
        raise RoleExists(f"The role {name} exists.", name=name)
    wrong = sorted(set(permissions) - set(admitted))
    if wrong:
        raise InvalidRole(f"These permissions cannot be given here: {', '.join(wrong)}.", permissions=wrong)


def demand_grant(own: Collection[str], granted: Collection[str]) -> None:
    """Raise GrantExceedsOwn when `granted` holds permissions that `own` does not.

    What concerns everybody's own account is left out of it: a token holds none of that, and may manage users.
    """
    beyond = sorted(set(granted) - set(own) - SESSIONS_ONLY)
    if beyond:
        raise GrantExceedsOwn("This would grant or take what you do not hold yourself.", permissions=beyond)


@dataclass(frozen=True, kw_only=True)
class PersonAdded(Event, name="identity.person_added", subject="person"):
    """A person can sign in to the installation. Stands in the system tenant's journal."""


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event, name="identity.password_changed", subject="person"):
    """A person has a new password; all other sessions ended. A security event of the system tenant's journal."""

    sessions_ended: int


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Event, name="identity.member_added", subject="member"):
    """A person has a place in the tenant."""

    person: str
    invitation: str | None = None


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(Event, name="identity.member_role_changed", subject="member"):
    """A member has another role: a security event."""


@dataclass(frozen=True, kw_only=True)
class MemberDeactivated(Event, name="identity.member_deactivated", subject="member"):
    """A member may no longer sign in; sessions and tokens ended with it: a security event."""

    sessions_ended: int
    tokens_revoked: int


@dataclass(frozen=True, kw_only=True)
class MemberReactivated(Event, name="identity.member_reactivated", subject="member"):
    """A member may sign in again; tokens stay revoked."""


@dataclass(frozen=True, kw_only=True)
class OnCallChanged(Event, name="identity.on_call_changed", subject="member"):
    """An operator went on call or off."""


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event, name="identity.invitation_sent", subject="invitation"):
    """Somebody was invited."""

    role: str


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event, name="identity.invitation_revoked", subject="invitation"):
    """An invitation was taken back."""


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event, name="identity.invitation_accepted", subject="invitation"):
    """An invitation was taken up."""

    member: str


@dataclass(frozen=True, kw_only=True)
class RoleCreated(Event, name="identity.role_created", subject="role"):
    """The tenant has a role of its own more."""


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event, name="identity.role_changed", subject="role"):
    """A role has other permissions: a security event."""


@dataclass(frozen=True, kw_only=True)
class RoleDeleted(Event, name="identity.role_deleted", subject="role"):
    """A role is gone."""


@dataclass(frozen=True, kw_only=True)
class PersonalFieldsRotated(Event, name="identity.personal_fields_rotated", subject="tenant"):
    """Encrypted names and addresses were written anew under the present key."""

    rows: int
