import asyncio
import time
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pwdlib.hashers.argon2 import Argon2Hasher
from tests.factories.identity import CHEAP, PASSWORD

from shopwright.identity.passwords import LONGEST, SHORTEST, Passwords, WeakPassword, checked_password

EMAIL = "ada@example.com"


@pytest.mark.parametrize(
    "password",
    ["", "a", "short", "a" * 9, "x" * 300, "aaaaaaaaaaaa", "ababababababab", "Password123", "1234567890", "ADA@example.com",
     "qwertyuiop"],
)  # fmt: skip
def test_a_password_that_would_be_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        checked_password(password, EMAIL)


def test_the_part_before_the_at_is_no_password_either() -> None:
    with pytest.raises(WeakPassword):
        checked_password("Ada.Lovelace", "ada.lovelace@example.com")


@given(st.text(min_size=SHORTEST, max_size=LONGEST).filter(lambda text: len(set(text)) > 7))
def test_any_other_text_can_be_a_password_and_is_known_again_however_it_is_typed(text: str) -> None:
    try:
        normal = checked_password(text, EMAIL)
    except WeakPassword:
        return
    assert checked_password(normal, EMAIL) == normal


async def test_a_password_fits_its_hash_and_no_other_does() -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.hash(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert kept != await passwords.hash(PASSWORD)
    assert (await passwords.verify(PASSWORD, kept)).fits
    for wrong in ("", PASSWORD + " ", PASSWORD.upper(), PASSWORD * 100):
        assert not (await passwords.verify(wrong, kept)).fits
    assert not (await passwords.verify(PASSWORD, None)).fits
    passwords.close()


async def test_the_same_letters_typed_in_another_way_fit() -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.hash(checked_password("Stra\u00dfencaf\u00e9 42", EMAIL))
    assert (await passwords.verify("Stra\u00dfencafe\u0301 42", kept)).fits


async def test_a_hash_that_is_weaker_than_todays_is_made_anew() -> None:
    kept = await Passwords(CHEAP).hash(PASSWORD)
    stronger = Passwords(Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1))
    verdict = await stronger.verify(PASSWORD, kept)
    assert verdict.fits
    assert verdict.new_hash is not None
    assert (await stronger.verify(PASSWORD, verdict.new_hash)).new_hash is None
    assert (await stronger.verify("another one", kept)).new_hash is None


async def test_hashing_does_not_hold_up_the_loop() -> None:
    passwords = Passwords(Argon2Hasher(time_cost=3, memory_cost=32_768, parallelism=1))
    hashing = asyncio.create_task(passwords.hash(PASSWORD))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10


async def test_somebody_unknown_takes_as_long_as_a_wrong_password() -> None:
    passwords = Passwords(Argon2Hasher(time_cost=2, memory_cost=8_192, parallelism=1))
    kept = await passwords.hash(PASSWORD)

    async def seconds(hash_: str | None) -> float:
        began = time.perf_counter()
        await passwords.verify("wrong password", hash_)
        return time.perf_counter() - began

    known, unknown = [], []
    for _ in range(9):
        known.append(await seconds(kept))
        unknown.append(await seconds(None))
    assert 0.4 < median(known) / median(unknown) < 2.5
