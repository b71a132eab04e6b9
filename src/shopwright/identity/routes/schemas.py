"""Bodies and answers of signing in and of users over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shopwright.identity.credentials import ApiToken, Session, SignedIn
from shopwright.identity.people import Invitation, Member, Role
from shopwright.identity.tenants import TenantStatus

Email = Annotated[str, Field(min_length=3, max_length=254, examples=["ada@example.com"])]
Password = Annotated[str, Field(min_length=1, max_length=500, json_schema_extra={"format": "password"})]
Name = Annotated[str, Field(min_length=1, max_length=500, examples=["Ada Lovelace"])]
Permission = Annotated[str, Field(max_length=60, examples=["prices:approve"])]
AsCookie = Annotated[bool, Field(description="Put the tokens into cookies that scripts cannot read, for browsers.")]


class Body(BaseModel):
    """A request body: unknown fields are refused, since they are misspelt ones."""

    model_config = ConfigDict(extra="forbid")


class TenantBrief(BaseModel):
    """A tenant in a list."""

    id: UUID
    name: str
    simulated: bool


class SignedInAnswer(BaseModel):
    """A session. The tokens are null when they went into cookies."""

    token_type: str = "bearer"  # noqa: S105 - the scheme, not a secret
    access_token: str | None
    expires_in: int = Field(description="Seconds that the access token is good for.")
    refresh_token: str | None
    tenant: TenantBrief
    member_id: UUID
    person_id: UUID
    session_id: UUID
    role: str

    @classmethod
    def of(cls, signed_in: SignedIn, *, with_tokens: bool) -> "SignedInAnswer":
        """Render, with or without the tokens."""
        return cls(
            access_token=signed_in.access_token if with_tokens else None,
            expires_in=signed_in.access_seconds,
            refresh_token=signed_in.refresh_token if with_tokens else None,
            tenant=TenantBrief(id=signed_in.tenant, name=signed_in.tenant_name, simulated=signed_in.simulated),
            member_id=signed_in.member,
            person_id=signed_in.person,
            session_id=signed_in.session,
            role=signed_in.role,
        )


class SignUp(Body):
    """A new tenant with its owner."""

    email: Email
    password: Password
    name: Name
    shop: Annotated[str, Field(min_length=1, max_length=500, examples=["Ada's Analytical Engines"])]
    currency: str = "EUR"
    country: str = "DE"
    time_zone: str = "Europe/Berlin"
    cookie: AsCookie = False


class LogIn(Body):
    """E-mail and password; `tenant` where the person belongs to several."""

    email: Email
    password: Password
    tenant: UUID | None = None
    cookie: AsCookie = False


class Refresh(Body):
    """The refresh token; left out by browsers, whose cookie holds it."""

    refresh_token: str | None = Field(default=None, max_length=500, examples=["swr_0198f0c1"])


class Demo(Body):
    """How the demo's session is handed over."""

    cookie: AsCookie = False


class Switch(Body):
    """The tenant to go to."""

    tenant: UUID
    cookie: AsCookie = False


class NewPassword(Body):
    """The present password and the next."""

    current: Password
    new: Password


class SessionsEnded(BaseModel):
    """How many sessions ended."""

    sessions_ended: int


class AcceptInvitation(Body):
    """The invitation's token. Who has an account sends its password and keeps its name."""

    token: str = Field(max_length=500, examples=["The token of the invitation"])
    password: Password
    name: Name
    cookie: AsCookie = False


class SignInOptions(BaseModel):
    """What the sign-in page offers."""

    sign_in: bool = Field(description="False when the program runs for one person on this machine.")
    demo: bool = Field(description="Whether the demo can be entered with one click.")


class Me(BaseModel):
    """Who the caller is, where, and what the caller may do."""

    person_id: UUID
    member_id: UUID
    name: str
    email: str
    role: str
    permissions: list[Permission]
    credential: str = Field(description="`person` for a session, `token` for an API token.")
    tenant: TenantBrief
    tenant_status: TenantStatus


class SessionAnswer(BaseModel):
    """One of the caller's sessions."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool

    @classmethod
    def of(cls, session: Session, current: UUID) -> "SessionAnswer":
        """Render."""
        return cls(
            id=session.id,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            current=session.id == current,
        )


class TokenAnswer(BaseModel):
    """A personal API token, without its secret."""

    id: UUID
    name: str
    scopes: list[Permission]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> "TokenAnswer":
        """Render."""
        return cls(
            id=token.id,
            name=token.name,
            scopes=sorted(token.scopes),
            created_at=token.created_at,
            last_used_at=token.last_used_at,
            expires_at=token.expires_at,
        )


class NewToken(Body):
    """A token to be made: some of one's own permissions."""

    name: Name
    scopes: list[Permission] = Field(min_length=1, max_length=100)
    expires_at: datetime | None = None


class TokenCreatedAnswer(TokenAnswer):
    """A new token with its text, which is shown this once."""

    token: str


class UserAnswer(BaseModel):
    """A user of the tenant."""

    id: UUID
    name: str
    email: str
    role: str
    status: str
    on_call: bool
    created_at: datetime
    version: int

    @classmethod
    def of(cls, member: Member) -> "UserAnswer":
        """Render."""
        return cls(
            id=member.id,
            name=member.name,
            email=member.email,
            role=member.role,
            status=member.status.value,
            on_call=member.on_call,
            created_at=member.created_at,
            version=member.version,
        )


class UserChange(Body):
    """What is to be changed of a user."""

    role: str | None = Field(default=None, max_length=60, examples=["analyst"])
    on_call: bool | None = Field(default=None, examples=[True])


class NewInvitation(Body):
    """Whom to invite, as what."""

    email: Email
    role: str = Field(max_length=60, examples=["analyst"])


class InvitationAnswer(BaseModel):
    """An invitation that can still be accepted."""

    id: UUID
    email: str
    role: str
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationAnswer":
        """Render."""
        return cls(
            id=invitation.id,
            email=invitation.email,
            role=invitation.role,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
        )


class InvitationCreatedAnswer(InvitationAnswer):
    """A new invitation with its token, which is shown this once: send it to the person."""

    token: str


class NewRole(Body):
    """A role to be defined."""

    name: str = Field(max_length=60, examples=["price_approver"])
    permissions: list[Permission] = Field(max_length=100)


class RolePermissions(Body):
    """The permissions that a role is to have."""

    permissions: list[Permission] = Field(max_length=100)


class RoleAnswer(BaseModel):
    """A role. Built-in ones have no id and cannot be changed."""

    id: UUID | None
    name: str
    built_in: bool
    permissions: list[Permission]
    version: int

    @classmethod
    def of(cls, role: Role) -> "RoleAnswer":
        """Render."""
        held = sorted(role.permissions)
        return cls(id=role.id, name=role.name, built_in=role.built_in, permissions=held, version=role.version)


class PermissionAnswer(BaseModel):
    """A permission and what it allows."""

    name: Permission
    meaning: str
