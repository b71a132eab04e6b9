"""Coming in, staying in, and going elsewhere: log in, refresh, change tenant, enter the demo."""

from dataclasses import replace
from uuid import UUID

from shopwright.identity.access import Access
from shopwright.identity.credentials import (
    EndReason,
    NoMembership,
    RefreshRefused,
    RefreshTokenReused,
    SessionNeeded,
    SignedIn,
    TenantChoiceNeeded,
)
from shopwright.identity.domain import Principal
from shopwright.identity.people import Membership
from shopwright.identity.repository.members import MemberRepository
from shopwright.identity.repository.notices import publish_change
from shopwright.identity.repository.people import PersonRepository
from shopwright.identity.repository.sessions import RefreshRecord, SessionRepository
from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.service.opening import Caller, PasswordGate, issue, open_session, session_ended
from shopwright.identity.tenants import DEMO_TENANT, TenantNotFound
from shopwright.identity.tokens import OpaqueKind, OpaqueToken, read_opaque
from shopwright.infra.db import UnitOfWork
from shopwright.kit.events import ActorKind
from shopwright.kit.ids import SYSTEM_TENANT, TenantId


class SignInService:
    """The ways in for people who have a place. Each opens short units of work of its own; see `opening`."""

    def __init__(self, access: Access, caller: Caller) -> None:
        self._access = access
        self._caller = caller

    async def log_in(self, email: str, password: str, tenant: UUID | None = None) -> SignedIn:
        """Open a session in a tenant; without one named, in the only one that the person has.

        Raises SignInRefused, SignInThrottled, NoMembership, TenantChoiceNeeded, InvalidEmail.
        """
        gate = PasswordGate(self._access, self._caller)
        person = await gate.prove(await gate.find(email), password)
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            places = await PersonRepository(unit).memberships(person.id)
        return await self._enter(_chosen(places, tenant), person.id)

    async def refresh(self, text: str) -> SignedIn:
        """Exchange a refresh token for a new pair; the old one is worth nothing afterwards.

        One that was exchanged before ends its session: one of the two who hold it is a thief. Raises RefreshRefused.
        """
        token = read_opaque(OpaqueKind.REFRESH, text)
        if token is None:
            raise RefreshRefused("This is not a refresh token.")
        async with self._access.database.unit(token.tenant, self._caller.by) as unit:
            kept = await SessionRepository(unit).find_refresh(token.id)
            signed_in = None if kept is None or not token.fits(kept.digest) else await self._exchange(unit, token, kept)
        if signed_in is None:
            raise RefreshRefused("The session has ended.")
        return signed_in

    async def switch(self, principal: Principal, tenant: UUID) -> SignedIn:
        """Open a session in another tenant of the same person, and end the one that the caller came from.

        Raises NoMembership, SessionNeeded.
        """
        if principal.kind is not ActorKind.PERSON:
            raise SessionNeeded("An API token belongs to one tenant.")
        async with self._access.database.unit(principal.tenant, self._caller.by) as unit:
            places = await PersonRepository(unit).memberships(principal.person)
        signed_in = await self._enter(_chosen(places, tenant), principal.person)
        async with self._access.database.unit(principal.tenant, self._caller.by) as unit:
            if await SessionRepository(unit).end(principal.credential, principal.member, EndReason.SWITCHED):
                await publish_change(unit, session_ended(principal.credential, principal.member, EndReason.SWITCHED))
        return signed_in

    async def enter_demo(self) -> SignedIn:
        """Open a session of the demo tenant's owner, for anybody, where the settings allow it. Raises TenantNotFound."""
        refused = TenantNotFound("There is no demo here.")
        if not self._access.policy.open_demo:
            raise refused
        async with self._access.database.unit(DEMO_TENANT, self._caller.by) as unit:
            tenant = await TenantRepository(unit).find()
            owners = await MemberRepository(unit).list_with_roles(frozenset({"owner"}), on_call_only=False)
        if tenant is None or not owners:
            raise refused
        owner = owners[0]
        place = Membership(DEMO_TENANT, tenant.name, tenant.simulated, owner.id, owner.role)
        return await self._enter(place, owner.person_id)

    async def _enter(self, place: Membership, person: UUID) -> SignedIn:
        async with self._access.database.unit(place.tenant, self._caller.known_as(place.member)) as unit:
            return await open_session(self._access, unit, place, person)

    async def _exchange(self, unit: UnitOfWork, token: OpaqueToken, kept: RefreshRecord) -> SignedIn | None:
        unit.by = self._caller.known_as(kept.member)
        if kept.rotated:
            await self._end_stolen(unit, kept)
            return None
        now = unit.clock.now()
        if kept.ended or not kept.admitted or kept.expires_at <= now:
            return None
        repository = SessionRepository(unit)
        await repository.rotate(token.id, kept.session, now + self._access.policy.refresh_lifetime)
        place = Membership(unit.tenant, kept.tenant_name, kept.simulated, kept.member, kept.role)
        return await issue(self._access, unit, place, kept.person, kept.session)

    async def _end_stolen(self, unit: UnitOfWork, kept: RefreshRecord) -> None:
        unit.by = replace(self._caller.by, actor_kind=ActorKind.ANONYMOUS, actor_id=None)
        if await SessionRepository(unit).end(kept.session, kept.member, EndReason.REFRESH_REUSED):
            unit.publish(session_ended(kept.session, kept.member, EndReason.REFRESH_REUSED))
        await publish_change(unit, RefreshTokenReused(subject_id=str(kept.session), member=str(kept.member)))


def _chosen(places: list[Membership], tenant: UUID | None) -> Membership:
    if tenant is not None:
        places = [place for place in places if place.tenant == TenantId(tenant)]
    if not places:
        raise NoMembership("You have no place in this tenant." if tenant else "You have no place in any tenant.")
    if len(places) > 1:
        named = [{"tenant": str(one.tenant), "name": one.tenant_name, "simulated": one.simulated} for one in places]
        raise TenantChoiceNeeded("You belong to several tenants.", tenants=named)
    return places[0]
