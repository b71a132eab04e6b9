"""The users of a tenant, as its owner and administrators manage them; in the system tenant, the operators."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from shopwright.identity.credentials import EndReason
from shopwright.identity.domain import Principal
from shopwright.identity.people import (
    INVITATION_LIFETIME,
    AlreadyMember,
    Invitation,
    InvitationNotFound,
    InvitationRevoked,
    InvitationSent,
    LastOwner,
    Member,
    MemberDeactivated,
    MemberNotFound,
    MemberReactivated,
    MemberRoleChanged,
    MemberStatus,
    OnCallChanged,
    OnCallForOperatorsOnly,
    RoleNotFound,
    demand_grant,
    normal_email,
)
from shopwright.identity.permissions import built_in_roles, permissions_of, ruling_role
from shopwright.identity.personal import EMAIL, INVITED, NAME, email_index
from shopwright.identity.repository.api_tokens import TokenRepository
from shopwright.identity.repository.members import (
    InvitationRecord,
    InvitationRepository,
    MemberRecord,
    MemberRepository,
    RoleRepository,
)
from shopwright.identity.repository.notices import publish_change
from shopwright.identity.repository.sessions import SessionRepository
from shopwright.identity.tokens import OpaqueKind, make_opaque
from shopwright.infra.crypto import FieldCipher
from shopwright.infra.db import UnitOfWork
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.infra.web.pages import Slice, page_of
from shopwright.kit.ids import SYSTEM_TENANT, new_id


class UserService:
    """What may be done with users. Nobody grants what they lack, and the last owner stays."""

    def __init__(self, unit: UnitOfWork, cipher: FieldCipher, principal: Principal) -> None:
        self._unit = unit
        self._cipher = cipher
        self._principal = principal
        self._members = MemberRepository(unit)
        self._invitations = InvitationRepository(unit)
        self._rulers: set[UUID] = set()

    async def list_users(self, after: tuple[datetime, UUID] | None, limit: int) -> Slice[Member]:
        """List users by when they came."""
        rows = await self._members.list_page(after, limit + 1)
        return page_of([self._clear(row) for row in rows], limit, lambda user: (user.created_at, user.id))

    async def get(self, member: UUID) -> Member:
        """Return one user. Raises MemberNotFound."""
        return self._clear(await self._record(member, locked=False))

    async def invite(self, email: str, role: str) -> tuple[Invitation, str]:
        """Invite somebody; return the invitation and its token, which is told this once and never again.

        Raises AlreadyMember, RoleNotFound, GrantExceedsOwn, InvalidEmail.
        """
        address = normal_email(email)
        index = email_index(self._cipher, address)
        demand_grant(self._principal.permissions, await self._granted_by(role))
        if await self._members.has_email(index):
            raise AlreadyMember("This person has a place in the tenant already.")
        now = self._unit.clock.now()
        token = make_opaque(OpaqueKind.INVITATION, self._unit.tenant, new_id(self._unit.tenant, now))
        record = InvitationRecord(
            id=token.id,
            email_index=index,
            email=self._cipher.encrypt(address, tenant=self._unit.tenant, field=INVITED),
            role=role,
            token_hash=token.digest,
            invited_by=self._principal.member,
            created_at=now,
            expires_at=now + INVITATION_LIFETIME,
        )
        await self._invitations.add(record)
        self._unit.publish(InvitationSent(subject_id=str(record.id), role=role))
        return self._invitation(record), token.text

    async def list_invitations(self) -> list[Invitation]:
        """List the invitations that can still be accepted, newest first."""
        return [self._invitation(record) for record in await self._invitations.list_open()]

    async def revoke_invitation(self, invitation: UUID) -> None:
        """Take an invitation back. Raises InvitationNotFound when it is not open."""
        record = await self._invitations.find(invitation, locked=True)
        if record is None or not self._invitation(record).is_open(self._unit.clock.now()):
            raise InvitationNotFound("There is no such open invitation.")
        await self._invitations.close(invitation, accepted=False)
        self._unit.publish(InvitationRevoked(subject_id=str(invitation)))

    async def change(
        self,
        member: UUID,
        *,
        role: str | None = None,
        on_call: bool | None = None,
        expected_version: int | None = None,
    ) -> Member:
        """Give a user another role, from the next request on; put an operator on call, or off.

        Raises MemberNotFound, RoleNotFound, GrantExceedsOwn, LastOwner, OnCallForOperatorsOnly, ChangedSinceRead.
        """
        record = await self._changeable(member, expected_version)
        if role is not None and role != record.role:
            await self._change_role(record, role)
        if on_call is not None and on_call != record.on_call:
            await self._set_on_call(record, on_call=on_call)
        return await self.get(member)

    async def deactivate(self, member: UUID) -> Member:
        """Shut a user out: sessions and API tokens end now, tokens for good.

        Raises MemberNotFound, GrantExceedsOwn, LastOwner.
        """
        record = await self._changeable(member, None)
        if record.status is MemberStatus.DEACTIVATED:
            return self._clear(record)
        self._keep_a_ruler(record)
        await self._members.change(member, status=MemberStatus.DEACTIVATED)
        sessions = await SessionRepository(self._unit).end_all(member, EndReason.MEMBER_DEACTIVATED)
        tokens = await TokenRepository(self._unit).revoke_all(member)
        event = MemberDeactivated(
            subject_id=str(member),
            before={"status": record.status.value},
            after={"status": MemberStatus.DEACTIVATED.value},
            sessions_ended=len(sessions),
            tokens_revoked=len(tokens),
        )
        await publish_change(self._unit, event)
        return await self.get(member)

    async def reactivate(self, member: UUID) -> Member:
        """Let a user in again. Raises MemberNotFound, GrantExceedsOwn."""
        record = await self._changeable(member, None)
        if record.status is MemberStatus.DEACTIVATED:
            await self._members.change(member, status=MemberStatus.ACTIVE)
            before, after = {"status": record.status.value}, {"status": MemberStatus.ACTIVE.value}
            self._unit.publish(MemberReactivated(subject_id=str(member), before=before, after=after))
        return await self.get(member)

    async def _change_role(self, record: MemberRecord, role: str) -> None:
        demand_grant(self._principal.permissions, await self._granted_by(role))
        self._keep_a_ruler(record)
        await self._members.change(record.id, role=role)
        event = MemberRoleChanged(subject_id=str(record.id), before={"role": record.role}, after={"role": role})
        await publish_change(self._unit, event)

    async def _set_on_call(self, record: MemberRecord, *, on_call: bool) -> None:
        if self._unit.tenant != SYSTEM_TENANT:
            raise OnCallForOperatorsOnly("Only operators of the installation are on call.")
        await self._members.change(record.id, on_call=on_call)
        before, after = {"on_call": record.on_call}, {"on_call": on_call}
        self._unit.publish(OnCallChanged(subject_id=str(record.id), before=before, after=after))

    async def _changeable(self, member: UUID, expected_version: int | None) -> MemberRecord:
        """Return a user whom the caller may decide about: one who holds nothing that the caller does not.

        Owners are locked first, in one order, whoever is to be changed: so two who decide at once wait in line.
        """
        self._rulers = await self._members.lock_rulers(ruling_role(self._unit.tenant))
        record = await self._record(member, locked=True)
        if expected_version is not None and record.version != expected_version:
            raise ChangedSinceRead("The user was changed since it was read.", version=record.version)
        custom = await RoleRepository(self._unit).find_by_name(record.role)
        held = permissions_of(self._unit.tenant, record.role, custom.permissions if custom else None)
        demand_grant(self._principal.permissions, held)
        return record

    async def _record(self, member: UUID, *, locked: bool) -> MemberRecord:
        record = await self._members.find(member, locked=locked)
        if record is None:
            raise MemberNotFound("There is no such user.")
        return record

    async def _granted_by(self, role: str) -> frozenset[str]:
        built_in: Mapping[str, frozenset[str]] = built_in_roles(self._unit.tenant)
        if role in built_in:
            return built_in[role]
        custom = await RoleRepository(self._unit).find_by_name(role)
        if custom is None:
            raise RoleNotFound(f"There is no role {role}.", role=role)
        return custom.permissions

    def _keep_a_ruler(self, record: MemberRecord) -> None:
        if self._rulers == {record.id}:
            raise LastOwner("Somebody must remain who can manage everything.")

    def _clear(self, record: MemberRecord) -> Member:
        return in_clear(record, self._cipher)

    def _invitation(self, record: InvitationRecord) -> Invitation:
        return Invitation(
            id=record.id,
            email=self._cipher.decrypt(record.email, tenant=self._unit.tenant, field=INVITED),
            role=record.role,
            invited_by=record.invited_by,
            created_at=record.created_at,
            expires_at=record.expires_at,
            accepted_at=record.accepted_at,
            revoked_at=record.revoked_at,
        )


class ContactService:
    """Whom to tell: for alerts and notices. Addresses leave it in clear, so they go to a sink and nowhere else."""

    def __init__(self, unit: UnitOfWork, cipher: FieldCipher) -> None:
        self._unit = unit
        self._cipher = cipher

    async def list_administrators(self) -> list[Member]:
        """List the active users of the tenant who manage it: owners and administrators, or operators."""
        roles = frozenset({"owner", "admin"}) if self._unit.tenant != SYSTEM_TENANT else built_in_roles(SYSTEM_TENANT)
        return await self._list(frozenset(roles), on_call_only=False)

    async def list_on_call(self) -> list[Member]:
        """List the operators on call, all of them when nobody is; the unit is the system tenant's."""
        operators = frozenset(built_in_roles(SYSTEM_TENANT))
        return await self._list(operators, on_call_only=True) or await self._list(operators, on_call_only=False)

    async def _list(self, roles: frozenset[str], *, on_call_only: bool) -> list[Member]:
        records = await MemberRepository(self._unit).list_with_roles(roles, on_call_only=on_call_only)
        return [in_clear(record, self._cipher) for record in records]


def in_clear(record: MemberRecord, cipher: FieldCipher) -> Member:
    """Return a member with name and e-mail decrypted."""
    return Member(
        id=record.id,
        person=record.person_id,
        email=cipher.decrypt(record.email, tenant=SYSTEM_TENANT, field=EMAIL),
        name=cipher.decrypt(record.name, tenant=SYSTEM_TENANT, field=NAME),
        role=record.role,
        status=record.status,
        on_call=record.on_call,
        version=record.version,
        created_at=record.created_at,
    )
