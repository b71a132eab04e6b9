"""Personal fields of identity: under which names they are encrypted, and how an e-mail is found without reading any."""

from typing import Final

from shopwright.infra.crypto import FieldCipher
from shopwright.kit.ids import SYSTEM_TENANT

EMAIL: Final = "person.email"
NAME: Final = "person.name"
INVITED: Final = "invitation.email"
_ADDRESS: Final = "login_failure.address"


def email_index(cipher: FieldCipher, email: str) -> bytes:
    """Return what finds a person by a normal e-mail; people belong to the installation, so it is one for all tenants."""
    return cipher.blind_index(email, tenant=SYSTEM_TENANT, field=EMAIL)


def address_index(cipher: FieldCipher, address: str) -> bytes:
    """Return what counts the attempts from an address, which itself is kept nowhere."""
    return cipher.blind_index(address, tenant=SYSTEM_TENANT, field=_ADDRESS)
