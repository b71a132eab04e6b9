"""Encryption of single fields: personal data and credentials of connectors, as they stand in the database.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. Tenant and field are authenticated with each value, so a
ciphertext copied to another tenant's row or another column does not decrypt. Keys rotate: the first one encrypts, all
decrypt. With one key at most 2^32 values should be encrypted (random nonces); rotate long before.

Layout: version (1 byte) | length of key id (1) | key id | nonce (12) | ciphertext and tag (16).
"""

import hmac
import os
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shopwright.infra.settings import EncryptionKey, EncryptionSettings
from shopwright.kit.errors import Category, Unavailable
from shopwright.kit.ids import TenantId

_VERSION: Final = 1
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_KEY_BYTES: Final = 32
_HEAD_BYTES: Final = 2


class DecryptionFailed(Unavailable):
    """A stored secret cannot be read: its key is missing, or it was changed or moved."""

    code = "decryption_failed"
    status = 500
    category = Category.SECURITY
    action = "Put the key that the details name back into SHOPWRIGHT_ENCRYPTION_KEYS; if it is there, restore the row."


class FieldCipher:
    """Encrypts and decrypts fields. `random` returns so many unpredictable bytes."""

    def __init__(
        self, keys: tuple[EncryptionKey, ...], index_key: EncryptionKey, random: Callable[[int], bytes] = os.urandom
    ) -> None:
        if not keys:
            raise ValueError("a cipher needs a key")
        self._current = keys[0].id
        self._ciphers = {key.id: AESGCM(key.reveal()) for key in keys}
        self._index_key = index_key.reveal()
        self._index_keys: dict[str, bytes] = {}
        self._random = random

    @classmethod
    def of(cls, settings: EncryptionSettings) -> "FieldCipher":
        """Return the cipher of the settings."""
        return cls(settings.keys, settings.index_key)

    def encrypt(self, plaintext: str, *, tenant: TenantId, field: str) -> bytes:
        """Encrypt a text under the first key. `field` is the column's name as `table.column`; it never changes."""
        key_id, nonce = self._current.encode("ascii"), self._random(_NONCE_BYTES)
        head = bytes((_VERSION, len(key_id))) + key_id
        sealed = self._ciphers[self._current].encrypt(nonce, plaintext.encode(), _context(head, tenant, field))
        return head + nonce + sealed

    def decrypt(self, ciphertext: bytes, *, tenant: TenantId, field: str) -> str:
        """Return the text. Raises DecryptionFailed: unknown key, changed bytes, other tenant or field than encrypted."""
        key_id, head, nonce, sealed = _taken_apart(ciphertext)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise DecryptionFailed("A stored secret was encrypted with a key that is missing.", key_id=key_id)
        try:
            return cipher.decrypt(nonce, sealed, _context(head, tenant, field)).decode()
        except InvalidTag as error:
            raise DecryptionFailed("A stored secret was changed or moved.", key_id=key_id) from error

    def needs_rotation(self, ciphertext: bytes) -> bool:
        """Tell whether a value was encrypted with another key than the first one."""
        return _taken_apart(ciphertext)[0] != self._current

    def blind_index(self, value: str, *, tenant: TenantId, field: str) -> bytes:
        """Return 32 bytes that are equal for equal values of one tenant and field, to look a value up without reading it.

        HMAC-SHA256 under a key derived for the field (HKDF, RFC 5869) from the index key, which outlives rotations.
        The caller brings values into one form first (an e-mail address in lower case); Unicode is normalised here.
        Equal values show as equal to whoever reads the database: index only what must be found.
        """
        key = self._index_keys.get(field)
        if key is None:
            derive = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"shopwright blind index\x00" + field.encode())
            key = self._index_keys[field] = derive.derive(self._index_key)
        return hmac.digest(key, tenant.bytes + unicodedata.normalize("NFC", value).encode(), sha256)


def _context(head: bytes, tenant: TenantId, field: str) -> bytes:
    """Return what is authenticated beside the text. The tenant has a fixed length, so no two contexts coincide."""
    return head + tenant.bytes + field.encode()


def _taken_apart(ciphertext: bytes) -> tuple[str, bytes, bytes, bytes]:
    """Return key id, head, nonce, and sealed text. Raises DecryptionFailed for what was never a ciphertext."""
    length = ciphertext[1] if len(ciphertext) > 1 else 0
    start = _HEAD_BYTES + length
    if len(ciphertext) < start + _NONCE_BYTES + _TAG_BYTES or ciphertext[0] != _VERSION or length == 0:
        raise DecryptionFailed("A stored secret is no ciphertext.")
    head = ciphertext[:start]
    key_id = head[_HEAD_BYTES:].decode("ascii", "replace")
    return key_id, head, ciphertext[start : start + _NONCE_BYTES], ciphertext[start + _NONCE_BYTES :]
