"""The real program as a process of its own, on a folder and a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx2

SOURCES: Final = Path(__file__).resolve().parents[1] / "src"
_LONGEST_START: Final = 180.0
_LONGEST_END: Final = 30.0
_LONGEST_COMMAND: Final = 300.0
_PAUSE: Final = 0.1
_NO_LIMIT: Final = "1000000"


def no_limits() -> dict[str, str]:
    """Return settings under which nobody asks too often."""
    names = ("LIMITS_USER_PER_MINUTE", "LIMITS_TENANT_PER_MINUTE", "LIMITS_ADDRESS_PER_MINUTE", "AUTH_LOGIN_ATTEMPTS")
    return {f"SHOPWRIGHT_{name}": _NO_LIMIT if name.startswith("LIMITS") else "1000" for name in names}


class RunningProgram:
    """`python -m shopwright` on a state folder; it can be killed and started again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._log = folder / "program.log"
        self._folder = folder
        self._port = free_port()
        self._environment = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "PYTHONPATH": str(SOURCES),
            "SHOPWRIGHT_STATE_DIR": str(folder / "state"),
            "SHOPWRIGHT_HTTP_PORT": str(self._port),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def settings(self) -> dict[str, str]:
        """The settings that it runs with."""
        return {name: value for name, value in self._environment.items() if name.startswith("SHOPWRIGHT_")}

    @property
    def pid(self) -> int | None:
        """The process, None when it is not started."""
        return None if self._process is None else self._process.pid

    @property
    def database_pid(self) -> int:
        """The first process of the embedded database."""
        text = (self._folder / "state" / "postgres" / "data" / "postmaster.pid").read_text("utf-8")
        return int(text.splitlines()[0])

    @property
    def lives(self) -> bool:
        """Whether the process has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def state(self) -> Path:
        """Where the program keeps what it knows."""
        return self._folder / "state"

    def start(self, command: str = "up", patience: float = _LONGEST_START) -> None:
        """Start, and wait until the program says that it is ready. Its pages are those that are built, if any."""
        self._wait(self.begin(command), self.is_ready, patience)

    def begin(self, command: str = "up") -> "subprocess.Popen[bytes]":
        """Start without waiting; return the process."""
        self._process = self._run(command, self._log, "--build", "never")
        return self._process

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """Start a worker on the same folder and return its process once it works; ending it is the caller's."""
        log = self._folder / "worker.log"
        log.write_text("", "utf-8")
        process = self._run("worker", log)
        try:
            self._wait(process, lambda: "working" in log.read_text("utf-8"))
        except BaseException:
            process.kill()
            raise
        return process

    def work_beside(self) -> int:
        """Start a worker on the same folder, end it once it works, and return its exit code."""
        process = self.start_worker()
        try:
            process.send_signal(signal.SIGTERM)
            return process.wait(_LONGEST_END)
        finally:
            process.kill()

    def command(self, *words: object, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command beside the program, on the same folder, to its end."""
        return subprocess.run(  # noqa: S603 - the command is ours
            [sys.executable, "-m", "shopwright", *map(str, words)],
            cwd=self._folder,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_LONGEST_COMMAND,
            check=False,
        )

    def crash(self) -> None:
        """Kill the process as a failing machine would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask the process to end, as a service manager does; return its exit code."""
        return self._end(signal.SIGTERM)

    @property
    def log(self) -> str:
        """What it said since the folder was made."""
        return self._log.read_text("utf-8")

    def is_ready(self) -> bool:
        """Ask the program whether it can serve."""
        try:
            return httpx2.get(f"{self.address}/ready", timeout=10).status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False

    def wait_until_ready(self) -> None:
        """Wait until the started program can serve (again)."""
        assert self._process is not None
        self._wait(self._process, self.is_ready)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        try:
            return self._process.wait(_LONGEST_END)
        finally:
            self._process.kill()
            self._process = None

    def _run(self, command: str, log: Path, *words: str) -> "subprocess.Popen[bytes]":
        with log.open("ab") as out:
            return subprocess.Popen(  # noqa: S603 - the command is ours
                [sys.executable, "-m", "shopwright", command, *words],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def _wait(
        self, process: "subprocess.Popen[bytes]", ready: Callable[[], bool], patience: float = _LONGEST_START
    ) -> None:
        deadline = time.monotonic() + patience
        while not ready():
            assert process.poll() is None, self.log[-5000:]
            assert time.monotonic() < deadline, self.log[-5000:]
            time.sleep(_PAUSE)


def free_port() -> int:
    """Return a port of the loopback interface that nobody has."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
