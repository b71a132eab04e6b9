"""What the endpoints of identity take from a request besides their input."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from shopwright.identity.access import Access
from shopwright.identity.addresses import address_of
from shopwright.identity.credentials import SignedIn
from shopwright.identity.deps import principal_of, provenance_of
from shopwright.identity.domain import Principal
from shopwright.identity.routes.schemas import SignedInAnswer
from shopwright.identity.service.opening import Caller


def access_of(request: Request) -> Access:
    """Return what signing in is done with."""
    access: Access = request.app.state.access
    return access


async def caller_principal(request: Request) -> Principal:
    """Return who the request is from; for guarded endpoints only."""
    return principal_of(request)


CallerPrincipal = Annotated[Principal, Depends(caller_principal)]


def stranger(request: Request) -> Caller:
    """Return a caller who has not signed in (yet)."""
    return Caller(address_of(request), provenance_of(request))


def acquaintance(request: Request) -> Caller:
    """Return a caller who has signed in, for services that open units of work of their own."""
    return Caller(address_of(request), provenance_of(request, principal_of(request)))


def answer(request: Request, response: Response, signed_in: SignedIn, *, cookie: bool) -> SignedInAnswer:
    """Hand the tokens over: into cookies that no script reads, or in the body."""
    if cookie:
        access_of(request).cookies.write(response, signed_in)
    return SignedInAnswer.of(signed_in, with_tokens=not cookie)
