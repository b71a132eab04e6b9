"""Signing up and in, staying in, going elsewhere, and one's own sessions and API tokens."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from shopwright.identity.cookies import REFRESH_COOKIE
from shopwright.identity.credentials import RefreshRefused
from shopwright.identity.deps import guarded_router, needs, open_to_all, unit_of
from shopwright.identity.routes.callers import CallerPrincipal, access_of, acquaintance, answer, stranger
from shopwright.identity.routes.schemas import (
    AcceptInvitation,
    Demo,
    LogIn,
    Me,
    NewPassword,
    NewToken,
    Refresh,
    SessionAnswer,
    SessionsEnded,
    SignedInAnswer,
    SignInOptions,
    SignUp,
    Switch,
    TenantBrief,
    TokenAnswer,
    TokenCreatedAnswer,
)
from shopwright.identity.service.accounts import AccountService, Applicant
from shopwright.identity.service.api_tokens import TokenService
from shopwright.identity.service.sessions import SessionService
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.service.users import UserService
from shopwright.identity.tenants import TenantSettings

router = guarded_router(prefix="/auth", tag="auth")


async def session_service(request: Request, principal: CallerPrincipal) -> SessionService:
    """Build the service of one's own sessions."""
    return SessionService(unit_of(request), principal)


async def token_service(request: Request, principal: CallerPrincipal) -> TokenService:
    """Build the service of API tokens."""
    return TokenService(unit_of(request), principal)


Sessions = Annotated[SessionService, Depends(session_service)]
Tokens = Annotated[TokenService, Depends(token_service)]


@router.get("/options", name="get_sign_in_options")
@open_to_all
async def get_sign_in_options(request: Request) -> SignInOptions:
    """Say what the sign-in page may offer."""
    policy = access_of(request).policy
    return SignInOptions(sign_in=policy.sign_in, demo=policy.open_demo)


@router.post("/signup", name="sign_up", status_code=HTTP_201_CREATED)
@open_to_all
async def sign_up(request: Request, response: Response, body: SignUp) -> SignedInAnswer:
    """Create a tenant with its owner, and sign the owner in.

    With an e-mail that is known, the password must be the account's own: that person gets one more tenant.
    """
    access_of(request).cookies.demand_origin(request, needed=False)
    settings = TenantSettings.at_home(body.currency, body.country, body.time_zone)
    applicant = Applicant(body.email, body.password, body.name)
    signed_in = await AccountService(access_of(request), stranger(request)).sign_up(applicant, body.shop, settings)
    return answer(request, response, signed_in, cookie=body.cookie)


@router.post("/login", name="log_in")
@open_to_all
async def log_in(request: Request, response: Response, body: LogIn) -> SignedInAnswer:
    """Sign in. Who belongs to several tenants is told which, and names one."""
    access_of(request).cookies.demand_origin(request, needed=False)
    service = SignInService(access_of(request), stranger(request))
    signed_in = await service.log_in(body.email, body.password, body.tenant)
    return answer(request, response, signed_in, cookie=body.cookie)


@router.post("/demo", name="enter_demo")
@open_to_all
async def enter_demo(request: Request, response: Response, body: Demo) -> SignedInAnswer:
    """Enter the simulated tenant, where the installation offers it."""
    access_of(request).cookies.demand_origin(request, needed=False)
    signed_in = await SignInService(access_of(request), stranger(request)).enter_demo()
    return answer(request, response, signed_in, cookie=body.cookie)


@router.post("/invitations/accept", name="accept_invitation", status_code=HTTP_201_CREATED)
@open_to_all
async def accept_invitation(request: Request, response: Response, body: AcceptInvitation) -> SignedInAnswer:
    """Take up an invitation, and sign in to its tenant."""
    access_of(request).cookies.demand_origin(request, needed=False)
    service = AccountService(access_of(request), stranger(request))
    signed_in = await service.accept_invitation(body.token, body.password, body.name)
    return answer(request, response, signed_in, cookie=body.cookie)


@router.post("/refresh", name="refresh_session")
@open_to_all
async def refresh_session(request: Request, response: Response, body: Refresh) -> SignedInAnswer:
    """Exchange the refresh token, from the body or the cookie, for a new pair. The old one is used up."""
    text, cookie = body.refresh_token, body.refresh_token is None
    if text is None:
        text = request.cookies.get(REFRESH_COOKIE)
        access_of(request).cookies.demand_own_page(request)
    if not text:
        raise RefreshRefused("There is no refresh token.")
    signed_in = await SignInService(access_of(request), stranger(request)).refresh(text)
    return answer(request, response, signed_in, cookie=cookie)


@router.post("/logout", name="log_out", status_code=HTTP_204_NO_CONTENT)
@needs("account:own")
async def log_out(request: Request, response: Response, sessions: Sessions) -> None:
    """End this session: its tokens are refused from the next request on."""
    await sessions.log_out()
    access_of(request).cookies.clear(response)


@router.get("/me", name="get_me")
@needs("account:read")
async def get_me(request: Request, principal: CallerPrincipal) -> Me:
    """Say who the caller is, where, and what the caller may do."""
    user = await UserService(unit_of(request), access_of(request).cipher, principal).get(principal.member)
    tenant = await TenantService(unit_of(request)).get()
    return Me(
        person_id=principal.person,
        member_id=principal.member,
        name=user.name,
        email=user.email,
        role=principal.role,
        permissions=sorted(principal.permissions),
        credential=principal.kind.value,
        tenant=TenantBrief(id=tenant.id, name=tenant.name, simulated=tenant.simulated),
        tenant_status=tenant.status,
    )


@router.post("/switch", name="switch_tenant")
@needs("account:own", in_unit=False)
async def switch_tenant(
    request: Request, response: Response, body: Switch, principal: CallerPrincipal
) -> SignedInAnswer:
    """Go to another tenant of one's own: a new session there, and the end of this one."""
    signed_in = await SignInService(access_of(request), acquaintance(request)).switch(principal, body.tenant)
    return answer(request, response, signed_in, cookie=body.cookie)


@router.post("/password", name="change_password")
@needs("account:own", in_unit=False)
async def change_password(request: Request, body: NewPassword, principal: CallerPrincipal) -> SessionsEnded:
    """Set a new password. All other sessions of the person end, in every tenant."""
    service = AccountService(access_of(request), acquaintance(request))
    return SessionsEnded(sessions_ended=await service.change_password(principal, body.current, body.new))


@router.get("/sessions", name="list_sessions")
@needs("account:own")
async def list_sessions(principal: CallerPrincipal, sessions: Sessions) -> list[SessionAnswer]:
    """List one's own open sessions in this tenant."""
    return [SessionAnswer.of(session, principal.credential) for session in await sessions.list_own()]


@router.delete("/sessions", name="end_other_sessions")
@needs("account:own")
async def end_other_sessions(sessions: Sessions) -> SessionsEnded:
    """End all of one's sessions in this tenant but this one."""
    return SessionsEnded(sessions_ended=await sessions.end_others())


@router.delete("/sessions/{session_id}", name="end_session", status_code=HTTP_204_NO_CONTENT)
@needs("account:own")
async def end_session(session_id: UUID, sessions: Sessions) -> None:
    """End one of one's own sessions."""
    await sessions.end(session_id)


@router.get("/tokens", name="list_own_tokens")
@needs("tokens:own")
async def list_own_tokens(principal: CallerPrincipal, tokens: Tokens) -> list[TokenAnswer]:
    """List one's own API tokens."""
    return [TokenAnswer.of(token) for token in await tokens.list_of(principal.member)]


@router.post("/tokens", name="create_token", status_code=HTTP_201_CREATED)
@needs("tokens:own")
async def create_token(body: NewToken, tokens: Tokens) -> TokenCreatedAnswer:
    """Make an API token. Its text is in this answer and nowhere else."""
    token, text = await tokens.create(body.name, body.scopes, body.expires_at)
    return TokenCreatedAnswer(**TokenAnswer.of(token).model_dump(), token=text)


@router.delete("/tokens/{token_id}", name="revoke_own_token", status_code=HTTP_204_NO_CONTENT)
@needs("tokens:own")
async def revoke_own_token(token_id: UUID, principal: CallerPrincipal, tokens: Tokens) -> None:
    """End one of one's own API tokens."""
    await tokens.revoke(token_id, principal.member)
