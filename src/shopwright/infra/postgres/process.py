"""The server as a process: telling it from others, starting it so that it ends with us, ending what it left.

A process id alone proves nothing: it is the server only if it is alive and runs on this very data folder.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shopwright.infra.postgres.folder import Account
from shopwright.kit.errors import Unavailable

_LAUNCHER = Path(__file__).with_name("launcher.py")
_PROC = Path("/proc")
_LINES_WITH_PORT = 4
_LINES_WITH_STATE = 8
KERNEL_SIGNALS = sys.platform == "linux"
"""Whether the kernel ends a process with its parent; elsewhere the launcher stays and watches."""


class PostgresUnavailable(Unavailable):
    """The embedded server does not run, or not yet."""

    code = "postgres_unavailable"
    action = "Look into postgres.log in the server's folder."


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A live server's first process. `state` is its own word: starting, ready, stopping."""

    pid: int
    port: int
    state: str


def find_postmaster(data: Path) -> Postmaster | None:
    """Return the live server of a data folder, None when there is none: a dead, reused or zombie pid counts as none."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, PermissionError):
        return None
    if len(lines) < _LINES_WITH_PORT or not lines[0].isdigit() or not lines[3].isdigit():
        return None
    pid = int(lines[0])
    if not _serves(pid, data):
        return None
    state = lines[_LINES_WITH_STATE - 1].strip() if len(lines) >= _LINES_WITH_STATE else "starting"
    return Postmaster(pid, int(lines[3]), state)


def _serves(pid: int, data: Path) -> bool:
    if not _PROC.joinpath("self", "stat").exists():
        return _serves_by_ps(pid, data)
    try:
        state = _PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        arguments = _PROC.joinpath(str(pid), "cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
    if state.split()[0] in {"Z", "X"}:
        return False
    return Path(os.fsdecode(arguments[0])).name == "postgres" and os.fsencode(data) in arguments


def _serves_by_ps(pid: int, data: Path) -> bool:
    """Ask ps, where there is no /proc."""
    asked = ["/bin/ps", "-ww", "-o", "stat=,command=", "-p", str(pid)]
    answer = subprocess.run(asked, check=False, capture_output=True, text=True, env={"LC_ALL": "C"})  # noqa: S603
    state, _, arguments = answer.stdout.strip().partition(" ")
    program, _, rest = arguments.strip().partition(" -D ")
    return not state.startswith("Z") and program.endswith("postgres") and rest.startswith(f"{data} ")


def end_orphans(data: Path) -> None:
    """End the backends that a killed server left, stuck ones too: they hold its lock and its memory.

    Those of a server that lives in another container, which `find_postmaster` cannot know, are left alone.
    Without /proc orphans are waited for.
    """
    orphans = [pid for pid, title in _inside(data) if title.startswith(b"postgres: ")]
    # Looked for after them: a server that is just coming up was there before its backends.
    if orphans and not any(title.endswith(b"/postgres") for _, title in _inside(data)):
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _inside(data: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the processes at work in a folder with the first of their arguments.

    The folder is compared by what it is: another container's has the same name, and is another one.
    """
    for entry in _PROC.glob("[0-9]*"):
        try:
            if entry.joinpath("cwd").samefile(data):
                yield int(entry.name), entry.joinpath("cmdline").read_bytes().partition(b"\0")[0]
        except OSError:
            continue


class Keeper:
    """Starts the server and stays its parent: the kernel signals it when the *thread* that started it ends."""

    def __init__(self, command: list[str], account: Account | None, log: Path, lock: int) -> None:
        self._command = command
        self._account = account or Account(-1, -1)
        self._log = log
        self._lock = lock
        self._owner = os.getpid()
        self._thread = threading.Thread(target=self._keep, name="postgres-keeper", daemon=True)
        self._tried = threading.Event()
        self._failure: OSError | None = None

    def launch(self) -> None:
        """Start the process and return; it may end at once, `lives` tells."""
        self._thread.start()
        self._tried.wait()
        if self._failure is not None:
            raise PostgresUnavailable(f"The server could not be started: {self._failure}.") from self._failure

    @property
    def lives(self) -> bool:
        """Whether the server runs and is ours: not after a fork, in the child."""
        return self._owner == os.getpid() and self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait for the server's end and tell whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _keep(self) -> None:
        try:
            process = self._start()
        except OSError as error:
            self._failure = error
            return
        finally:
            self._tried.set()
        process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        manner = "signal" if KERNEL_SIGNALS else "watch"
        who = [str(self._owner), str(self._account.uid), str(self._account.gid)]
        log = os.open(self._log, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            return subprocess.Popen(  # noqa: S603 - the command is ours
                [sys.executable, "-I", "-S", str(_LAUNCHER), manner, *who, *self._command],
                stdin=subprocess.DEVNULL if KERNEL_SIGNALS else subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=bare_environment(),
                pass_fds=(self._lock,),
                start_new_session=True,  # the terminal's Ctrl-C is for us; we end the server after our own work
            )
        finally:
            os.close(log)


def bare_environment() -> dict[str, str]:
    """Return the environment of the server's programs: our keys and passwords are none of their business."""
    return {"PATH": os.defpath, "LC_ALL": "C"}
