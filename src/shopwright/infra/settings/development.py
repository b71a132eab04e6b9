"""Secrets for development: made once, kept in the state folder, recognisable, and refused by production."""

import base64
import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shopwright.infra.settings.secret import EncryptionKey, Secret

MARK: Final = "development"
_OWNER_ONLY = 0o600
_OWNER_ONLY_FOLDER = 0o700
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class DevelopmentSecrets:
    """What a development installation signs and encrypts with. Each carries a mark that production refuses."""

    auth_secret: Secret
    encryption_key: EncryptionKey
    index_key: EncryptionKey


def ensure_development_secrets(state_dir: Path) -> DevelopmentSecrets:
    """Return the development secrets of a state folder, making those that are missing.

    Files belong to the owner alone (0600). Two processes that start together end up with the same secrets.
    Raises OSError where the folder cannot be written.
    """
    folder = state_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(_OWNER_ONLY_FOLDER)
    return DevelopmentSecrets(
        auth_secret=Secret(f"{MARK}-{_keep(folder / 'auth_secret')}"),
        encryption_key=_as_key(_keep(folder / "encryption_key")),
        index_key=_as_key(_keep(folder / "index_key")),
    )


def throwaway_secrets() -> DevelopmentSecrets:
    """Return secrets that live as long as the process: for tests, and to check the other settings."""
    return DevelopmentSecrets(
        auth_secret=Secret(f"{MARK}-{_random_text()}"),
        encryption_key=_as_key(_random_text()),
        index_key=_as_key(_random_text()),
    )


def is_development_secret(secret: Secret | EncryptionKey) -> bool:
    """Tell whether a secret was made here."""
    if isinstance(secret, EncryptionKey):
        return secret.id == MARK
    return secret.reveal().startswith(f"{MARK}-")


def _keep(file: Path) -> str:
    """Write a random text unless the file is there, and return what the file holds."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(_random_text())
        with contextlib.suppress(FileExistsError):  # another process was first: its secret holds
            os.link(draft, file)
        draft.unlink()
    file.chmod(_OWNER_ONLY)
    return file.read_text("ascii")


def _random_text() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")


def _as_key(text: str) -> EncryptionKey:
    return EncryptionKey(MARK, Secret(text))
