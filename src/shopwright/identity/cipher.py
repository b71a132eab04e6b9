"""What identity asks of the cipher of personal fields; the real one stands in infra."""

from typing import Final, Protocol
from uuid import UUID

EMAIL: Final = "person.email"
NAME: Final = "person.name"
INVITED: Final = "invitation.email"
ADDRESS: Final = "login_failure.address"


class PersonalCipher(Protocol):
    """Encrypts personal fields under the first key of the settings, and decrypts under any of them.

    A value is bound to its tenant and field: moved elsewhere it does not decrypt.
    """

    def encrypt(self, plaintext: str, *, tenant: UUID, field: str) -> bytes:
        """Return the value as it is kept."""
        ...

    def decrypt(self, ciphertext: bytes, *, tenant: UUID, field: str) -> str:
        """Return the value in clear."""
        ...

    def needs_rotation(self, ciphertext: bytes) -> bool:
        """Tell whether the value was encrypted under another key than the first."""
        ...

    def blind_index(self, value: str, field: str) -> bytes:
        """Return a keyed hash by which equal values are found; it outlives rotations."""
        ...
