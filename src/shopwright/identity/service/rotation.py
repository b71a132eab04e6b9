"""Key rotation: what was encrypted under an older key is written anew under the first. Called by the command line."""

from typing import Final

from shopwright.identity.people import PersonalFieldsRotated
from shopwright.identity.personal import EMAIL, INVITED, NAME
from shopwright.identity.repository.people import EncryptedRow, InvitationFields, PersonRepository
from shopwright.infra.crypto import FieldCipher
from shopwright.infra.db import UnitOfWork
from shopwright.kit.ids import SYSTEM_TENANT

BATCH: Final = 500


async def rotate_personal_fields(unit: UnitOfWork, cipher: FieldCipher) -> int:
    """Re-encrypt the people (in the system tenant) and invitations of the unit's tenant; return the rows written.

    To be run for the system tenant and every other one after a new key was put in front; a second run writes nothing.
    Rows under way are locked, so that no change made meanwhile is lost.
    """
    rotated = await _rotate_invitations(unit, cipher)
    if unit.tenant == SYSTEM_TENANT:
        rotated += await _rotate_people(unit, cipher)
    if rotated:
        unit.publish(PersonalFieldsRotated(subject_id=str(unit.tenant), rows=rotated))
    return rotated


async def _rotate_people(unit: UnitOfWork, cipher: FieldCipher) -> int:
    repository, last, rotated = PersonRepository(unit), None, 0
    while rows := await repository.encrypted_after(last, BATCH):
        old = [row for row in rows if cipher.needs_rotation(row.email) or cipher.needs_rotation(row.name)]
        await repository.store_encrypted(
            [
                EncryptedRow(row.id, _anew(unit, cipher, row.email, EMAIL), _anew(unit, cipher, row.name, NAME))
                for row in old
            ]
        )
        last, rotated = rows[-1].id, rotated + len(old)
    return rotated


async def _rotate_invitations(unit: UnitOfWork, cipher: FieldCipher) -> int:
    repository, last, rotated = InvitationFields(unit), None, 0
    while rows := await repository.encrypted_after(last, BATCH):
        old = [(identifier, email) for identifier, email in rows if cipher.needs_rotation(email)]
        await repository.store_encrypted(
            [(identifier, _anew(unit, cipher, email, INVITED)) for identifier, email in old]
        )
        last, rotated = rows[-1][0], rotated + len(old)
    return rotated


def _anew(unit: UnitOfWork, cipher: FieldCipher, value: bytes, field: str) -> bytes:
    return cipher.encrypt(cipher.decrypt(value, tenant=unit.tenant, field=field), tenant=unit.tenant, field=field)
