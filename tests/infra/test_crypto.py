import base64
from uuid import UUID

import pytest

from shopwright.infra.crypto import FieldCipher
from shopwright.infra.settings import EncryptionKey, Secret, load_settings
from shopwright.kit.ids import TenantId


@pytest.fixture
def cipher() -> FieldCipher:
    return FieldCipher.of(load_settings({"SHOPWRIGHT_ENVIRONMENT": "test"}).encryption)


def test_the_same_text_never_looks_the_same(cipher: FieldCipher, tenant: TenantId) -> None:
    sealed = {cipher.encrypt("ann@mail.example", tenant=tenant, field="customers.email") for _ in range(50)}
    assert len(sealed) == 50
    assert all(b"ann" not in one for one in sealed)


def test_a_ciphertext_is_short(cipher: FieldCipher, tenant: TenantId) -> None:
    sealed = cipher.encrypt("x" * 100, tenant=tenant, field="a.b")
    assert len(sealed) == 100 + 2 + len("development") + 12 + 16


def test_an_index_does_not_depend_on_how_an_accent_is_written(cipher: FieldCipher, tenant: TenantId) -> None:
    composed = cipher.blind_index("Zo\u00eb", tenant=tenant, field="a.b")
    assert cipher.blind_index("Zoe\u0308", tenant=tenant, field="a.b") == composed


def test_the_layout_stays_readable_for_later_versions() -> None:
    key = EncryptionKey("k1", Secret(base64.b64encode(bytes(range(32))).decode()))
    tenant = TenantId(UUID(int=42))
    fixed = FieldCipher((key,), key, random=lambda size: b"\x07" * size)
    sealed = fixed.encrypt("secret", tenant=tenant, field="connectors.token")
    assert sealed.hex() == "01026b310707070707070707070707077c0fc52e0a7bbf2de6131a91b5c11df819ee7b3f737e"
    assert (
        fixed.blind_index("secret", tenant=tenant, field="connectors.token").hex()
        == "9782a578f3ac996cd8a1556f07f332a40543bd2c606b6b4b5e85b1061b6f915e"
    )


def test_a_cipher_needs_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        FieldCipher((), EncryptionKey("i", Secret("")))
