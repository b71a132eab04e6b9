"""Becomes the server, as the right account, and makes it end with the process that asked for it.

Runs as a script in a bare interpreter, so it imports nothing but the standard library. On Linux the kernel
signals the server when the thread that started it ends; elsewhere this process stays and waits for the end of
its standard input, which the owner holds open for as long as it lives, whatever ends it.
Arguments: `signal` or `watch`, the owner's process id, account and group (-1: as we are), then the command.
"""

import ctypes
import os
import select
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
_LOOKS_EACH = 0.5


def main(manner: str, owner: int, uid: int, gid: int, command: list[str]) -> None:
    """Turn into the server, or watch it until its end."""
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.chdir("/")
    if manner == "watch":
        sys.exit(_watch(command))
    # After the change of account, which clears it; SIGINT is the server's fast shutdown.
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGINT)
    if os.getppid() == owner:
        os.execv(command[0], command)  # noqa: S606 - the command is ours


def _watch(command: list[str]) -> int:
    nothing = os.open(os.devnull, os.O_RDONLY)
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    server = os.posix_spawn(command[0], command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 0)])
    while True:
        ended, status = os.waitpid(server, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if select.select([0], [], [], _LOOKS_EACH)[0]:
            os.kill(server, signal.SIGINT)
            return os.waitstatus_to_exitcode(os.waitpid(server, 0)[1])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])
