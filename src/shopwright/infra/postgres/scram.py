"""What PostgreSQL stores of a password (RFC 5802, RFC 7677), made here so that the password never leaves us."""

import base64
import hashlib
import hmac
import re

from shopwright.kit.errors import Invalid

ITERATIONS = 4096
"""The server's own number; more only slows the logins of a password that is drawn at random."""

_STORED = re.compile(r"SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$")


class UnusablePassword(Invalid):
    """The password holds characters that clients and servers prepare differently."""

    code = "unusable_password"
    action = "Use printable ASCII characters."


def verifier(password: str, salt: bytes, iterations: int = ITERATIONS) -> str:
    """Return SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>, for ALTER ROLE; raises UnusablePassword."""
    if not password or not password.isascii() or not password.isprintable():
        raise UnusablePassword("A database password holds printable ASCII characters only, and at least one.")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (base64.b64encode(part).decode("ascii") for part in (salt, stored, server))
    return f"SCRAM-SHA-256${iterations}:{salt_text}${stored_text}:{server_text}"


def opens(password: str, stored: str) -> bool:
    """Tell whether the password fits what the server stores; False for any other kind of secret."""
    found = _STORED.match(stored)
    if found is None:
        return False
    return hmac.compare_digest(verifier(password, base64.b64decode(found[2]), int(found[1])), stored)
