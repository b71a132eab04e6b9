import base64
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shopwright.infra.crypto import DecryptionFailed, FieldCipher
from shopwright.infra.settings import EncryptionKey, Secret
from shopwright.kit.ids import TenantId

_keys = st.binary(min_size=32, max_size=32)
_tenants = st.uuids().map(TenantId)
_fields = st.from_regex(r"[a-z_]{1,20}\.[a-z_]{1,20}", fullmatch=True)
_texts = st.text(max_size=300)
_ascii = st.text(st.characters(max_codepoint=127), max_size=20)  # no two spellings of one text
_INDEX = bytes(range(32))


def key(identifier: str, material: bytes) -> EncryptionKey:
    return EncryptionKey(identifier, Secret(base64.b64encode(material).decode()))


def cipher(*keys: EncryptionKey, index: bytes = _INDEX) -> FieldCipher:
    return FieldCipher(keys or (key("k1", bytes(32)),), key("i1", index))


@given(_texts, _tenants, _fields, _keys)
def test_what_was_encrypted_decrypts_to_itself(text: str, tenant: TenantId, field: str, material: bytes) -> None:
    made = cipher(key("k1", material))
    assert made.decrypt(made.encrypt(text, tenant=tenant, field=field), tenant=tenant, field=field) == text


@given(_texts, _tenants, _fields, st.data())
def test_any_changed_byte_is_noticed(text: str, tenant: TenantId, field: str, data: st.DataObject) -> None:
    made = cipher()
    sealed = bytearray(made.encrypt(text, tenant=tenant, field=field))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DecryptionFailed):
        made.decrypt(bytes(sealed), tenant=tenant, field=field)


@given(_texts, _tenants, _fields, st.data())
def test_a_ciphertext_cut_short_is_noticed(text: str, tenant: TenantId, field: str, data: st.DataObject) -> None:
    made = cipher()
    sealed = made.encrypt(text, tenant=tenant, field=field)
    with pytest.raises(DecryptionFailed):
        made.decrypt(sealed[: data.draw(st.integers(0, len(sealed) - 1))], tenant=tenant, field=field)


@given(st.binary(max_size=100))
def test_what_is_no_ciphertext_is_refused(junk: bytes) -> None:
    with pytest.raises(DecryptionFailed):
        cipher().decrypt(junk, tenant=TenantId(UUID(int=1)), field="a.b")


@pytest.mark.property_test(82)
@given(_texts, _tenants, _tenants, _fields)
def test_another_tenant_cannot_decrypt(text: str, tenant: TenantId, other: TenantId, field: str) -> None:
    assume(tenant != other)
    made = cipher()
    with pytest.raises(DecryptionFailed):
        made.decrypt(made.encrypt(text, tenant=tenant, field=field), tenant=other, field=field)


@given(_texts, _tenants, _fields, _fields)
def test_another_field_cannot_decrypt(text: str, tenant: TenantId, field: str, other: str) -> None:
    assume(field != other)
    made = cipher()
    with pytest.raises(DecryptionFailed):
        made.decrypt(made.encrypt(text, tenant=tenant, field=field), tenant=tenant, field=other)


@given(_texts, _tenants, _keys, _keys)
def test_keys_rotate_without_losing_anything(text: str, tenant: TenantId, old: bytes, new: bytes) -> None:
    before = cipher(key("old", old))
    after = cipher(key("new", new), key("old", old))
    sealed = before.encrypt(text, tenant=tenant, field="a.b")
    assert not before.needs_rotation(sealed)
    assert after.needs_rotation(sealed)
    renewed = after.encrypt(after.decrypt(sealed, tenant=tenant, field="a.b"), tenant=tenant, field="a.b")
    assert not after.needs_rotation(renewed)
    assert after.decrypt(renewed, tenant=tenant, field="a.b") == text
    with pytest.raises(DecryptionFailed) as raised:
        before.decrypt(renewed, tenant=tenant, field="a.b")
    assert raised.value.details == {"key_id": "new"}
    index = before.blind_index(text, tenant=tenant, field="a.b")
    assert after.blind_index(text, tenant=tenant, field="a.b") == index


@given(_ascii, _ascii, _tenants, _tenants, _fields, _fields)
def test_an_index_is_equal_exactly_for_equal_value_tenant_and_field(
    text: str, other_text: str, tenant: TenantId, other_tenant: TenantId, field: str, other_field: str
) -> None:
    made = cipher()
    index = made.blind_index(text, tenant=tenant, field=field)
    assert index == cipher().blind_index(text, tenant=tenant, field=field)
    same = (text, tenant, field) == (other_text, other_tenant, other_field)
    assert (index == made.blind_index(other_text, tenant=other_tenant, field=other_field)) is same
    assert index != cipher(index=bytes(32)).blind_index(text, tenant=tenant, field=field)
