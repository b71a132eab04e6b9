"""The users of a tenant, their roles, invitations and tokens, for those who manage them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from shopwright.identity.deps import guarded_router, needs, unit_of
from shopwright.identity.permissions import PERMISSIONS
from shopwright.identity.routes.auth import Tokens
from shopwright.identity.routes.callers import CallerPrincipal, access_of
from shopwright.identity.routes.schemas import (
    InvitationAnswer,
    InvitationCreatedAnswer,
    NewInvitation,
    NewRole,
    PermissionAnswer,
    RoleAnswer,
    RolePermissions,
    TokenAnswer,
    UserAnswer,
    UserChange,
)
from shopwright.identity.service.roles import RoleService
from shopwright.identity.service.users import UserService
from shopwright.infra.web.conditional import etag, expected_version
from shopwright.infra.web.pages import CursorText, Limit, Page, decode_cursor

router = guarded_router(prefix="/users", tag="users")


async def user_service(request: Request, principal: CallerPrincipal) -> UserService:
    """Build the service of users."""
    return UserService(unit_of(request), access_of(request).cipher, principal)


async def role_service(request: Request, principal: CallerPrincipal) -> RoleService:
    """Build the service of roles."""
    return RoleService(unit_of(request), principal)


Users = Annotated[UserService, Depends(user_service)]
Roles = Annotated[RoleService, Depends(role_service)]


@router.get("", name="list_users")
@needs("users:read")
async def list_users(users: Users, limit: Limit = 50, cursor: CursorText = None) -> Page[UserAnswer]:
    """List the users of the tenant by when they came."""
    after = decode_cursor(cursor, datetime, UUID)
    found = await users.list_users((after[0], after[1]) if after else None, limit)
    return Page(items=[UserAnswer.of(user) for user in found.items], next_cursor=found.next_cursor)


@router.get("/permissions", name="list_permissions")
@needs("users:read")
async def list_permissions() -> list[PermissionAnswer]:
    """List all permissions and what they allow."""
    return [PermissionAnswer(name=name, meaning=meaning) for name, meaning in PERMISSIONS.items()]


@router.get("/roles", name="list_roles")
@needs("users:read")
async def list_roles(roles: Roles) -> list[RoleAnswer]:
    """List the built-in roles, then the tenant's own."""
    return [RoleAnswer.of(role) for role in await roles.list_all()]


@router.post("/roles", name="create_role", status_code=HTTP_201_CREATED)
@needs("users:manage")
async def create_role(body: NewRole, roles: Roles) -> RoleAnswer:
    """Define a role from permissions that one holds oneself."""
    return RoleAnswer.of(await roles.create(body.name, frozenset(body.permissions)))


@router.put("/roles/{role_id}", name="change_role")
@needs("users:manage")
async def change_role(request: Request, role_id: UUID, body: RolePermissions, roles: Roles) -> RoleAnswer:
    """Give a role other permissions, at once for everybody who has it."""
    return RoleAnswer.of(await roles.change(role_id, frozenset(body.permissions), expected_version(request)))


@router.delete("/roles/{role_id}", name="delete_role", status_code=HTTP_204_NO_CONTENT)
@needs("users:manage")
async def delete_role(role_id: UUID, roles: Roles) -> None:
    """Remove a role that nobody has."""
    await roles.delete(role_id)


@router.get("/invitations", name="list_invitations")
@needs("users:read")
async def list_invitations(users: Users) -> list[InvitationAnswer]:
    """List the invitations that can still be accepted."""
    return [InvitationAnswer.of(invitation) for invitation in await users.list_invitations()]


@router.post("/invitations", name="invite_user", status_code=HTTP_201_CREATED)
@needs("users:manage")
async def invite_user(body: NewInvitation, users: Users) -> InvitationCreatedAnswer:
    """Invite somebody. The token is in this answer and nowhere else: send it to the person."""
    invitation, token = await users.invite(body.email, body.role)
    return InvitationCreatedAnswer(**InvitationAnswer.of(invitation).model_dump(), token=token)


@router.delete("/invitations/{invitation_id}", name="revoke_invitation", status_code=HTTP_204_NO_CONTENT)
@needs("users:manage")
async def revoke_invitation(invitation_id: UUID, users: Users) -> None:
    """Take an invitation back."""
    await users.revoke_invitation(invitation_id)


@router.get("/{member_id}", name="get_user")
@needs("users:read")
async def get_user(member_id: UUID, response: Response, users: Users) -> UserAnswer:
    """Return one user."""
    return _tagged(response, UserAnswer.of(await users.get(member_id)))


@router.patch("/{member_id}", name="change_user")
@needs("users:manage")
async def change_user(
    request: Request, member_id: UUID, body: UserChange, response: Response, users: Users
) -> UserAnswer:
    """Give a user another role; put an operator of the installation on call."""
    expected = expected_version(request)
    user = await users.change(member_id, role=body.role, on_call=body.on_call, expected_version=expected)
    return _tagged(response, UserAnswer.of(user))


@router.post("/{member_id}/deactivate", name="deactivate_user")
@needs("users:manage")
async def deactivate_user(member_id: UUID, response: Response, users: Users) -> UserAnswer:
    """Shut a user out at once: sessions and API tokens end with it."""
    return _tagged(response, UserAnswer.of(await users.deactivate(member_id)))


@router.post("/{member_id}/reactivate", name="reactivate_user")
@needs("users:manage")
async def reactivate_user(member_id: UUID, response: Response, users: Users) -> UserAnswer:
    """Let a user in again."""
    return _tagged(response, UserAnswer.of(await users.reactivate(member_id)))


@router.get("/{member_id}/tokens", name="list_user_tokens")
@needs("tokens:manage")
async def list_user_tokens(member_id: UUID, users: Users, tokens: Tokens) -> list[TokenAnswer]:
    """List the API tokens of a user."""
    user = await users.get(member_id)
    return [TokenAnswer.of(token) for token in await tokens.list_of(user.id)]


@router.delete("/{member_id}/tokens/{token_id}", name="revoke_user_token", status_code=HTTP_204_NO_CONTENT)
@needs("tokens:manage")
async def revoke_user_token(member_id: UUID, token_id: UUID, tokens: Tokens) -> None:
    """End an API token of a user."""
    await tokens.revoke(token_id, member_id)


def _tagged(response: Response, user: UserAnswer) -> UserAnswer:
    response.headers["ETag"] = etag(user.version)
    return user
