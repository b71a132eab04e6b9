"""What several ways in have in common: counting attempts, proving a password, opening a session.

Signing in crosses tenants (the person is a row of the system tenant, the session one of the shop's), and looking at a
password takes a while. So it runs in short transactions, one after another, never one within another; each order was
chosen so that a break between two of them leaves nothing that a second try does not put right.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from shopwright.identity.access import Access
from shopwright.identity.credentials import (
    Attempts,
    EndReason,
    SessionEnded,
    SessionStarted,
    SignedIn,
    SignInBlocked,
    SignInFailed,
    SignInRefused,
)
from shopwright.identity.people import Membership, Person, normal_email
from shopwright.identity.personal import address_index, email_index
from shopwright.identity.repository.attempts import AttemptRepository
from shopwright.identity.repository.people import PersonRepository
from shopwright.identity.repository.sessions import SessionRepository
from shopwright.identity.tokens import AccessClaims, OpaqueKind, make_opaque
from shopwright.infra.db import UnitOfWork
from shopwright.kit.events import ActorKind, Provenance
from shopwright.kit.ids import SYSTEM_TENANT, new_id

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who wants to come in: the address for limits, and what the journal says of the request."""

    address: str
    by: Provenance

    def known_as(self, member: UUID) -> Provenance:
        """Return the provenance of a change once it is clear who makes it."""
        return replace(self.by, actor_kind=ActorKind.PERSON, actor_id=member)


class PasswordGate:
    """Proves that a caller knows a person's password, counting each attempt before it is looked at."""

    def __init__(self, access: Access, caller: Caller) -> None:
        self._access = access
        self._caller = caller

    async def find(self, email: str) -> Person | None:
        """Count an attempt and return the person of an address. Raises SignInThrottled, InvalidEmail."""
        account = email_index(self._access.cipher, normal_email(email))
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            person = await PersonRepository(unit).find_by_email(account)
            await self._count(unit, account, _subject(person))
        return person

    async def prove(self, person: Person | None, password: str) -> Person:
        """Compare the password, and clear the counters when it fits. Raises SignInRefused.

        Takes as long for somebody unknown. A hash of weaker parameters than today's is made anew.
        """
        kept = person.password_hash if person is not None and person.active else None
        verdict = await self._access.passwords.verify(password, kept)
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            if person is None or not verdict.fits:
                unit.publish(SignInFailed(subject_id=_subject(person)))
            else:
                await self._clear(unit, person.email_index)
                if verdict.new_hash is not None and await PersonRepository(unit).set_password(person, verdict.new_hash):
                    person = replace(person, password_hash=verdict.new_hash, version=person.version + 1)
        if person is None or not verdict.fits:
            raise SignInRefused("E-mail or password is wrong.")
        return person

    async def forgive(self, email: str) -> None:
        """Clear the account's counter after an attempt that turned out to be a new account; its address stays counted."""
        async with self._access.database.unit(SYSTEM_TENANT, self._caller.by) as unit:
            account = email_index(self._access.cipher, normal_email(email))
            repository = AttemptRepository(unit)
            await repository.lock((account,))
            await repository.store({account: Attempts(0, unit.clock.now())})

    async def _count(self, unit: UnitOfWork, account: bytes, subject: str) -> None:
        policy, repository = self._access.policy, AttemptRepository(unit)
        counted: dict[bytes, Attempts] = {}
        for key, kept in (await repository.lock((account, self._address()))).items():
            counted[key] = kept.counted(unit.clock.now(), policy.free_attempts, policy.attempts_window)
            if counted[key].blocked_until is not None:
                unit.publish(SignInBlocked(subject_id=subject, by="account" if key == account else "address"))
        await repository.store(counted)

    async def _clear(self, unit: UnitOfWork, account: bytes) -> None:
        repository = AttemptRepository(unit)
        kept = await repository.lock((account, self._address()))
        fresh = Attempts(0, unit.clock.now())
        await repository.store({key: fresh if key == account else one.succeeded() for key, one in kept.items()})

    def _address(self) -> bytes:
        return address_index(self._access.cipher, self._caller.address)


async def open_session(access: Access, unit: UnitOfWork, place: Membership, person: UUID) -> SignedIn:
    """Start a session of a member in the unit's tenant and make its tokens."""
    now = unit.clock.now()
    session = new_id(unit.tenant, now)
    repository = SessionRepository(unit)
    await repository.start(session, place.member, person, now + access.policy.refresh_lifetime)
    unit.publish(SessionStarted(subject_id=str(session), member=str(place.member)))
    return await issue(access, unit, place, person, session)


async def issue(access: Access, unit: UnitOfWork, place: Membership, person: UUID, session: UUID) -> SignedIn:
    """Make the next pair of tokens of a session."""
    refresh = make_opaque(OpaqueKind.REFRESH, unit.tenant, new_id(unit.tenant, unit.clock.now()))
    await SessionRepository(unit).add_refresh(refresh.id, session, refresh.digest)
    return SignedIn(
        tenant=unit.tenant,
        tenant_name=place.tenant_name,
        simulated=place.simulated,
        member=place.member,
        person=person,
        session=session,
        role=place.role,
        access_token=access.tokens.sign(AccessClaims(unit.tenant, place.member, person, session)),
        access_seconds=int(access.tokens.lifetime.total_seconds()),
        refresh_token=refresh.text,
        refresh_seconds=int(access.policy.refresh_lifetime.total_seconds()),
    )


def session_ended(session: UUID, member: UUID, why: EndReason) -> SessionEnded:
    """Return the event of a session's end."""
    return SessionEnded(subject_id=str(session), member=str(member), why=why)


def _subject(person: Person | None) -> str:
    return _UNKNOWN if person is None else str(person.id)
