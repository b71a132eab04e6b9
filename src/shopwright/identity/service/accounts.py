"""Accounts: signing up, taking up an invitation, a new password, and the fixed tenants of an installation.

Each method opens short units of work of its own; see `opening`. A person who exists proves to be that person with the
password, so signing up or accepting a second time completes what a break left half done.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shopwright.identity.access import Access
from shopwright.identity.credentials import EndReason, SessionNeeded, SignedIn, SignInRefused, SignUpClosed
from shopwright.identity.domain import Principal
from shopwright.identity.passwords import checked_password
from shopwright.identity.people import (
    AlreadyMember,
    EmailTaken,
    InvitationAccepted,
    InvitationInvalid,
    MemberAdded,
    Membership,
    PasswordChanged,
    Person,
    PersonAdded,
    checked_name,
    normal_email,
)
from shopwright.identity.permissions import permissions_of, ruling_role
from shopwright.identity.personal import EMAIL, INVITED, NAME, email_index
from shopwright.identity.repository.members import InvitationRecord, InvitationRepository, MemberRepository
from shopwright.identity.repository.notices import publish_change
from shopwright.identity.repository.people import PersonRepository
from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.service.opening import Caller, PasswordGate, open_session
from shopwright.identity.tenants import TenantCreated, TenantNotFound, TenantSettings, TenantStatus
from shopwright.identity.tokens import OpaqueKind, OpaqueToken, read_opaque
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.events import ActorKind
from shopwright.kit.ids import SYSTEM_TENANT, TenantId, new_id, new_tenant_id

INSTALLATION: Final = "Installation"
_NOT_GOOD = "This invitation is not good (any more)."


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants an account, or to use theirs in one more tenant."""

    email: str
    password: str
    name: str


class AccountService:
    """How people get accounts and tenants."""

    def __init__(self, access: Access, caller: Caller) -> None:
        self._access = access
        self._caller = caller
        self._gate = PasswordGate(access, caller)

    async def sign_up(self, applicant: Applicant, shop: str, settings: TenantSettings) -> SignedIn:
        """Create a tenant with its owner and open the owner's session.

        With an e-mail that is known the password must be the account's own: that person gets one more tenant. Raises
        EmailTaken, WeakPassword, InvalidEmail, InvalidName, SignInThrottled; SignUpClosed for anybody but those who run
        the installation, where its settings say so.
        """
        if not self._access.policy.sign_up and self._caller.by.actor_kind is not ActorKind.SYSTEM:
            raise SignUpClosed("Shops are opened here by those who run the installation.")
        name = checked_name(shop)
        try:
            person = await self._person(applicant)
        except SignInRefused as error:
            raise EmailTaken("An account exists for this e-mail, with another password.") from error
        tenant = new_tenant_id()
        member = new_id(tenant, self._access.database.clock.now())
        async with self._access.database.unit(tenant, self._caller.known_as(member)) as unit:
            await TenantRepository(unit).add(name, settings, simulated=False)
            unit.publish(TenantCreated(subject_id=str(tenant), tenant_name=name, simulated=False))
            place = Membership(tenant, name, simulated=False, member=member, role=ruling_role(tenant))
            await _place(unit, place, person)
            return await open_session(self._access, unit, place, person)

    async def accept_invitation(self, text: str, password: str, name: str) -> SignedIn:
        """Take up an invitation and open a session in its tenant.

        Who has an account already proves it with its password, and keeps its name. Raises InvitationInvalid,
        AlreadyMember, SignInRefused, SignInThrottled, WeakPassword, InvalidName.
        """
        token = read_opaque(OpaqueKind.INVITATION, text)
        if token is None:
            raise InvitationInvalid(_NOT_GOOD)
        async with self._access.database.unit(token.tenant, self._caller.by) as unit:
            invitation = await _open_invitation(unit, token)
        email = self._access.cipher.decrypt(invitation.email, tenant=token.tenant, field=INVITED)
        person = await self._person(Applicant(email, password, name))
        member = new_id(token.tenant, self._access.database.clock.now())
        async with self._access.database.unit(token.tenant, self._caller.known_as(member)) as unit:
            invitation = await _open_invitation(unit, token)
            tenant = await TenantRepository(unit).find()
            if tenant is None or tenant.status is not TenantStatus.ACTIVE:
                raise InvitationInvalid(_NOT_GOOD)
            place = Membership(token.tenant, tenant.name, tenant.simulated, member, invitation.role)
            await _place(unit, place, person, invitation.id)
            await InvitationRepository(unit).close(invitation.id, accepted=True)
            unit.publish(InvitationAccepted(subject_id=str(invitation.id), member=str(member)))
            return await open_session(self._access, unit, place, person)

    async def change_password(self, principal: Principal, current: str, new: str) -> int:
        """Set a new password and end the person's other sessions in all tenants; return how many.

        Raises SignInRefused for a wrong current one, SignInThrottled, WeakPassword, SessionNeeded, ChangedSinceRead.
        """
        if principal.kind is not ActorKind.PERSON:
            raise SessionNeeded("An API token has no password.")
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            person = await PersonRepository(unit).find(principal.person)
        if person is None:
            raise SignInRefused("This account has no password.")
        email = self._access.cipher.decrypt(person.email, tenant=SYSTEM_TENANT, field=EMAIL)
        text = checked_password(new, email)
        proven = await self._gate.prove(await self._gate.find(email), current)
        password_hash = await self._access.passwords.hash(text)
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            people = PersonRepository(unit)
            if not await people.set_password(proven, password_hash):
                raise ChangedSinceRead("The password was changed at the same time.")
            ended = await people.end_sessions(person.id, principal.credential, EndReason.PASSWORD_CHANGED)
            await publish_change(unit, PasswordChanged(subject_id=str(person.id), sessions_ended=ended))
        return ended

    async def appoint_operator(self, applicant: Applicant) -> UUID:
        """Make somebody an operator of the installation; called from the command line. Returns the member's id.

        Raises AlreadyMember, SignInRefused (a known e-mail with another password), WeakPassword.
        """
        await self.ensure_tenant(SYSTEM_TENANT, INSTALLATION)
        person = await self._person(applicant)
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            member = new_id(SYSTEM_TENANT, unit.clock.now())
            place = Membership(
                SYSTEM_TENANT, INSTALLATION, simulated=False, member=member, role=ruling_role(SYSTEM_TENANT)
            )
            await _place(unit, place, person)
        return member

    async def ensure_tenant(self, tenant: TenantId, name: str, *, simulated: bool = False) -> None:
        """Create one of the fixed tenants (installation, local, demo) unless it exists."""
        async with self._access.database.unit(tenant, self._caller.by) as unit:
            if await TenantRepository(unit).add(name, TenantSettings(), simulated=simulated):
                unit.publish(TenantCreated(subject_id=str(tenant), tenant_name=name, simulated=simulated))

    async def ensure_owner(self, tenant: TenantId, email: str, name: str) -> Principal:
        """Give a fixed tenant an owner without a password unless it has one; return that owner as a principal.

        For local mode and for the demo: whoever may come in is let in without one.
        """
        person = await self._person_without_password(email, name)
        async with self._access.database.unit(tenant, self._caller.by) as unit:
            kept = await TenantRepository(unit).find()
            if kept is None:
                raise TenantNotFound("The tenant does not exist.")
            owners = await MemberRepository(unit).list_with_roles(frozenset({ruling_role(tenant)}), on_call_only=False)
            if owners:
                member, person = owners[0].id, owners[0].person_id
            else:
                member = new_id(tenant, unit.clock.now())
                place = Membership(tenant, kept.name, kept.simulated, member, ruling_role(tenant))
                await _place(unit, place, person)
        role = ruling_role(tenant)
        held = permissions_of(tenant, role, None)
        return Principal(tenant, member, person, ActorKind.PERSON, member, held, role)

    async def _person(self, applicant: Applicant) -> UUID:
        """Return the person of an applicant: the one that exists, if the password is theirs, else a new one."""
        email, name = normal_email(applicant.email), checked_name(applicant.name)
        password = checked_password(applicant.password, email)
        known = await self._gate.find(email)
        if known is not None:
            return (await self._gate.prove(known, applicant.password)).id
        password_hash = await self._access.passwords.hash(password)
        added = await self._add_person(email, name, password_hash)
        if added is None:
            raise EmailTaken("An account for this e-mail was made at the same time.")
        await self._gate.forgive(email)
        return added

    async def _person_without_password(self, email: str, name: str) -> UUID:
        index = email_index(self._access.cipher, email)
        added = await self._add_person(email, name, None)
        if added is not None:
            return added
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            known = await PersonRepository(unit).find_by_email(index)
        if known is None:
            raise EmailTaken("The account is gone.")
        return known.id

    async def _add_person(self, email: str, name: str, password_hash: str | None) -> UUID | None:
        cipher = self._access.cipher
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            person = Person(
                id=new_id(SYSTEM_TENANT, unit.clock.now()),
                email_index=email_index(cipher, email),
                email=cipher.encrypt(email, tenant=SYSTEM_TENANT, field=EMAIL),
                name=cipher.encrypt(name, tenant=SYSTEM_TENANT, field=NAME),
                password_hash=password_hash,
                active=True,
                version=1,
            )
            if not await PersonRepository(unit).add(person):
                return None
            unit.publish(PersonAdded(subject_id=str(person.id)))
        return person.id


async def _place(unit: UnitOfWork, place: Membership, person: UUID, invitation: UUID | None = None) -> None:
    if not await MemberRepository(unit).add(place.member, person, place.role):
        raise AlreadyMember("This person has a place in the tenant already.")
    unit.publish(
        MemberAdded(
            subject_id=str(place.member),
            person=str(person),
            invitation=None if invitation is None else str(invitation),
            after={"role": place.role},
        )
    )


async def _open_invitation(unit: UnitOfWork, token: OpaqueToken) -> InvitationRecord:
    kept = await InvitationRepository(unit).find(token.id, locked=True)
    if kept is None or not token.fits(kept.token_hash) or kept.accepted_at or kept.revoked_at:
        raise InvitationInvalid(_NOT_GOOD)
    if kept.expires_at <= unit.clock.now():
        raise InvitationInvalid(_NOT_GOOD)
    return kept
