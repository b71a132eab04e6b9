"""Passwords: their rules, and Argon2id off the event loop. It keeps nothing and knows nobody."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.argon2 import Argon2Hasher

from shopwright.kit.errors import Invalid

SHORTEST: Final = 10
LONGEST: Final = 200
_FEWEST_CHARACTERS = 5
_THREADS = 2  # each hash takes 64 MiB while it runs; more at once would only be slower
_GUESSED_FIRST = frozenset(
    "1234567890 0123456789 12345678910 123456789a 1q2w3e4r5t 1qaz2wsx3edc abcd1234567 administrator changeme123 "
    "football123 iloveyou123 letmein1234 password12 password123 password1234 passwort123 qwerty1234 qwerty12345 "
    "qwertyuiop shopwright shopwright1 sunshine123 superman123 welcome1234 zaq12wsxcde".split()
)


class WeakPassword(Invalid):
    """The password is too short, too long, or among the first that would be guessed."""

    code = "weak_password"
    action = "Choose a longer one: a few words will do."


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password fits, and a stronger hash to be kept when the old one is weaker than today's."""

    fits: bool
    new_hash: str | None = None


def checked_password(password: str, email: str) -> str:
    """Return the password as it is hashed. Raises WeakPassword."""
    text = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise WeakPassword(f"A password has {SHORTEST} to {LONGEST} characters.")
    lower = text.lower()
    if len(set(text)) < _FEWEST_CHARACTERS or lower in _GUESSED_FIRST or lower in {email, email.partition("@")[0]}:
        raise WeakPassword("This password would be among the first to be guessed.")
    return text


class Passwords:
    """Hashes and verifies in threads of its own, so that nobody else waits."""

    def __init__(self, hasher: HasherProtocol | None = None) -> None:
        self._hasher = hasher or Argon2Hasher()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="passwords")

    async def hash(self, password: str) -> str:
        """Return the Argon2id hash of a checked password."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, password: str, kept: str | None) -> Verdict:
        """Compare a password with the hash that is kept.

        Without a hash (nobody has that e-mail) it takes as long and does not fit: making a hash is the same work.
        """
        text = unicodedata.normalize("NFKC", password[: LONGEST + 1])
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._verify, text, kept)

    def _verify(self, password: str, kept: str | None) -> Verdict:
        if kept is None:
            self._hasher.hash(password)
            return Verdict(fits=False)
        if not self._hasher.verify(password, kept):
            return Verdict(fits=False)
        outdated = self._hasher.check_needs_rehash(kept)
        return Verdict(fits=True, new_hash=self._hasher.hash(password) if outdated else None)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False)
