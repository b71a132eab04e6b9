"""The server's folder: who may use it, who holds it, and the passwords that lie in it.

Passwords lie in files that only their owner reads, and nowhere else: not in arguments, not in the environment.
"""

import fcntl
import os
import pwd
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shopwright.kit.errors import Invalid, Unavailable

_ACCOUNTS = ("postgres", "nobody")
_SECRET_BYTES = 24
_PAUSE = 0.01
_OPEN_TO_ALL = 0o001


class UnsuitableFolder(Invalid):
    """The folder cannot hold the server's files."""

    code = "unsuitable_folder"
    action = (
        "Choose another folder for the program's state; as root one that everyone may pass, as /var/lib/shopwright."
    )


class FolderBusy(Unavailable):
    """Another process holds the folder for too long."""

    code = "postgres_folder_busy"


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as when we are root, which it refuses."""

    uid: int
    gid: int


def prepare(root: Path) -> Account | None:
    """Make the folder and return the account that the server needs, None for our own.

    Raises UnsuitableFolder when it cannot be made or the account cannot pass to it.
    """
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
            raise UnsuitableFolder(f"The folder {root} is closed to this user.", folder=str(root))
        if os.geteuid() != 0:
            return None
        root.chmod(root.stat().st_mode | 0o011)
    except OSError as error:
        raise UnsuitableFolder(f"The folder {root} cannot be used: {error.strerror}.", folder=str(root)) from error
    account = _account(root / "data")
    closed = find_closed(root, account)
    if closed is not None:
        raise UnsuitableFolder(
            f"The server cannot run as root, and {closed} is closed to everyone else: choose a folder that every user "
            "may pass through, for example /var/lib/shopwright.",
            folder=str(closed),
        )
    return account


def find_closed(path: Path, account: Account) -> Path | None:
    """Return the topmost folder on the way, the path itself included, that the account may not pass."""
    for folder in (*reversed(path.parents), path):
        status = folder.stat()
        if not status.st_mode & _OPEN_TO_ALL and status.st_uid != account.uid:
            return folder
    return None


def _account(data: Path) -> Account:
    """Return the owner of the cluster that is there, else the first account known here."""
    if data.exists():
        status = data.stat()
        return Account(status.st_uid, status.st_gid)
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise UnsuitableFolder(f"The server cannot run as root, and there is no account {' or '.join(_ACCOUNTS)}.")


@contextmanager
def held(path: Path, deadline: float) -> Iterator[int]:
    """Hold a lock file within the block and yield its descriptor; raise FolderBusy at the monotonic deadline.

    The lock belongs to the open file: a process that inherits the descriptor holds it on.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        while not _taken(descriptor):
            if time.monotonic() >= deadline:
                raise FolderBusy(
                    f"Another process holds {path}: a server that is ending, or one in another container.",
                    retry_after=1,
                )
            time.sleep(_PAUSE)
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def password(root: Path, role: str) -> str:
    """Return the role's password; drawn and written on first use, the same for everyone who asks at once."""
    path = root / f"{role}.password"
    if not path.exists():
        drawn = write_private(root / f".{role}.{secrets.token_hex(4)}", secrets.token_urlsafe(_SECRET_BYTES))
        try:
            path.hardlink_to(drawn)
        except FileExistsError:
            pass
        finally:
            drawn.unlink()
    return path.read_text(encoding="ascii")


def write_private(path: Path, text: str) -> Path:
    """Write a new file that only its owner reads."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    return path
