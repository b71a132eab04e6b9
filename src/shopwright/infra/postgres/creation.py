"""Makes the files of a new cluster, whole or not at all."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from shopwright.infra.postgres import folder
from shopwright.infra.postgres.folder import Account, UnsuitableFolder
from shopwright.infra.postgres.process import PostgresUnavailable, bare_environment

SUPERUSER = "postgres"
_PROPERTIES = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",  # text sorts alike on every machine, whatever libraries it has
    "--locale=C",
    "--no-instructions",
)


def create_cluster(
    binaries: Path, data: Path, password: str, account: Account | None, lock: int, *, fsync: bool
) -> None:
    """Make a cluster that lets nobody in without a password; it gets its name when it is done.

    initdb holds `lock` on when we are killed, so that the next one waits for it before it clears away.
    Raises UnsuitableFolder when something else has the name, PostgresUnavailable with what initdb said.
    """
    if data.exists():
        raise UnsuitableFolder(f"{data} holds something that is no whole cluster: move it away.", folder=str(data))
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for left in data.parent.glob(".initdb.*"):
        left.unlink()
    unfinished.mkdir(mode=0o700)
    # initdb reads the password from a file of its own account, which is gone when it is done.
    secret = folder.write_private(data.with_name(f".initdb.{secrets.token_hex(4)}"), password)
    command = [str(binaries / "initdb"), f"--pgdata={unfinished}", f"--pwfile={secret}", *_PROPERTIES]
    try:
        if account is not None:
            os.chown(unfinished, account.uid, account.gid)
            os.chown(secret, account.uid, account.gid)
        _run(command if fsync else [*command, "--no-sync"], account, lock)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", errors="replace").strip()
        raise PostgresUnavailable(f"The cluster could not be made: {said}") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresUnavailable(f"The cluster could not be made: {error}.") from error
    finally:
        secret.unlink()
    unfinished.rename(data)
    if fsync:
        _write_through(data.parent)


def _run(command: list[str], account: Account | None, lock: int) -> None:
    subprocess.run(  # noqa: S603 - the command is ours
        command,
        check=True,
        capture_output=True,
        cwd="/",
        env=bare_environment(),
        pass_fds=(lock,),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _write_through(parent: Path) -> None:
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
