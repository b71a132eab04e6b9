"""Hearing from other processes whose credentials are to be verified anew."""

from shopwright.identity.verified import CHANNEL, VerifiedCredentials
from shopwright.infra.notifications import Listener


def identity_listener(dsn: str, verified: VerifiedCredentials) -> Listener:
    """Return the listener that keeps the cache true; its `run()` belongs into the life of the process.

    While it is not connected the cache is off, and every request is verified against the database.
    """
    return Listener(dsn, CHANNEL, heard=verified.heard, connected=verified.trust)
