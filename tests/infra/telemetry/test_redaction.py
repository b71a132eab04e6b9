from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.infra.settings import Secret
from shopwright.infra.telemetry.redaction import REDACTED, is_sensitive, redacted_field, redacted_text, redacted_value


@pytest.mark.parametrize(
    "name",
    [
        "password", "new_password", "Authorization", "set-cookie", "access_token", "accessToken", "refresh_token",
        "api_key", "apiKey", "X-Api-Key", "client_secret", "email", "customer_email", "phone", "phone_number",
        "customer_name", "firstName", "full_name", "shipping_address", "credentials", "database_url", "signature",
    ],
)  # fmt: skip
def test_secrets_and_personal_data_are_known_by_name(name: str) -> None:
    assert redacted_field(name, "value") == REDACTED


@pytest.mark.parametrize(
    "name",
    ["token_id", "token_count", "input_tokens", "product_name", "sku", "status", "route", "keyword", "email_count",
     "monkey", "price", "customer_id"],
)  # fmt: skip
def test_what_only_looks_alike_is_kept(name: str) -> None:
    assert not is_sensitive(name)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("sent Authorization: Bearer abcdef123456789", "abcdef123456789"),
        ("cannot reach postgresql://shop:hunter2@db/x", "hunter2"),
        ("cannot reach redis://:hunter2@cache", "hunter2"),
        ("GET https://shop.example/feed?sku=1&access_token=hunter2&x=1", "hunter2"),
        ("password=hunter2 was refused", "hunter2"),
        ("token eyJhbGciOiJI.eyJzdWIiOiI.c2lnbmF0dXJl", "eyJzdWIiOiI"),
        ("mail to ann.lee+shop@mail.example.com bounced", "ann.lee"),
        ("call +49 (0)151 2345 6789 back", "2345"),
    ],
)
def test_secrets_and_personal_data_are_known_by_their_look(text: str, hidden: str) -> None:
    assert hidden not in redacted_text(text)
    assert REDACTED in redacted_text(text)


@pytest.mark.parametrize("text", ["price 10.00 EUR + 5 %", "a=b", "3 rows in 0.2 s", "https://shop.example/a?page=2"])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert redacted_text(text) == text


def test_nested_values_are_redacted_and_typed_ones_kept() -> None:
    @dataclass
    class Person:
        email: str
        orders: int

    moment, number = datetime(2026, 1, 1, tzinfo=UTC), UUID(int=1)
    cleaned = redacted_value(
        {
            "people": [Person("a@b.example", 3)],
            "headers": {"Cookie": "x", "accept": "*/*"},
            "at": moment,
            "id": number,
            "price": Decimal("1.10"),
            "secret_setting": None,
            "wrapped": Secret("hunter2"),
        }
    )
    assert cleaned == {
        "people": [{"email": REDACTED, "orders": 3}],
        "headers": {"Cookie": REDACTED, "accept": "*/*"},
        "at": moment,
        "id": number,
        "price": Decimal("1.10"),
        "secret_setting": None,
        "wrapped": "********",
    }


def test_a_value_that_holds_itself_ends() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert REDACTED in repr(redacted_value(endless))


_nested = st.recursive(
    st.none() | st.integers() | st.text() | st.just("s3cr3t-value"),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["password", "note", "email"]), inner),
)


@given(_nested)
def test_nothing_under_a_sensitive_name_comes_through(value: object) -> None:
    assert redacted_value({"password": value})["password"] in {None, REDACTED}
    assert redacted_value(redacted_value(value)) == redacted_value(value)
