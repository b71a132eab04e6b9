import unicodedata
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.identity.people import (
    GrantExceedsOwn,
    InvalidEmail,
    InvalidName,
    InvalidRole,
    Invitation,
    RoleExists,
    checked_name,
    checked_role,
    demand_grant,
    normal_email,
)
from shopwright.identity.permissions import PERMISSIONS, SESSIONS_ONLY

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "email"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        ("a.b+c@sub.example.co.uk", "a.b+c@sub.example.co.uk"),
        ("o'hara@example.com", "o'hara@example.com"),
        ("\uff41da@example.com", "ada@example.com"),
        ("owner@localhost", "owner@localhost"),
    ],
)
def test_an_address_is_compared_in_one_spelling(text: str, email: str) -> None:
    assert normal_email(text) == email


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "a b@example.com",
        "a@b@c.com",
        "a@b..c",
        "<a@b.c>",
        "a" * 251 + "@b.c",
        "a@b.c\nbcc:x@y.z",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmail):
        normal_email(text)


@given(st.emails())
def test_the_spelling_of_an_address_is_stable(text: str) -> None:
    try:
        email = normal_email(text)
    except InvalidEmail:
        return  # quoted local parts and the like, which nobody has
    assert normal_email(email) == email


@given(st.text())
def test_a_name_is_short_trimmed_and_printable_or_refused(text: str) -> None:
    try:
        name = checked_name(text)
    except InvalidName:
        return
    assert 0 < len(name) <= 200
    assert name == name.strip()
    assert not any(unicodedata.category(character) == "Cc" for character in name)


@pytest.mark.parametrize("name", ["", "a", "Buyer", "1st", "with space", "x" * 51, "naïve", "a-b"])
def test_a_role_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidRole):
        checked_role(name, (), (), PERMISSIONS)


def test_a_role_has_a_fresh_name_and_permissions_that_can_be_given() -> None:
    checked_role("buyer", {"catalog:read"}, {"owner"}, {"catalog:read"})
    with pytest.raises(RoleExists):
        checked_role("owner", (), {"owner"}, PERMISSIONS)
    with pytest.raises(InvalidRole) as refused:
        checked_role("buyer", {"catalog:read", "system:manage"}, (), {"catalog:read"})
    assert refused.value.details["permissions"] == ["system:manage"]


@given(st.sets(st.sampled_from(sorted(PERMISSIONS))), st.sets(st.sampled_from(sorted(PERMISSIONS))))
def test_nobody_grants_what_they_lack(own: set[str], granted: set[str]) -> None:
    if granted - own - SESSIONS_ONLY:
        with pytest.raises(GrantExceedsOwn):
            demand_grant(own, granted)
    else:
        demand_grant(own, granted)


def test_an_invitation_is_good_once_until_it_expires_or_is_revoked() -> None:
    def invitation(*, accepted: datetime | None = None, revoked: datetime | None = None) -> Invitation:
        return Invitation(uuid4(), "a@b.c", "viewer", None, NOON, NOON + timedelta(days=7), accepted, revoked)

    assert invitation().is_open(NOON)
    assert invitation().is_open(NOON + timedelta(days=7, seconds=-1))
    assert not invitation().is_open(NOON + timedelta(days=7))
    assert not invitation(accepted=NOON).is_open(NOON)
    assert not invitation(revoked=NOON).is_open(NOON)
