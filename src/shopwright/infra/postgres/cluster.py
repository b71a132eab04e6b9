"""The embedded server's life: made once, started, adopted when it already runs, started again when it was lost.

Every process of one machine may hold an EmbeddedPostgres on the same folder. The first to start owns the
server, which ends with its owner; the others adopt it and call `ensure` when they lose their connections.
All methods block for as long as they say; call them from a thread where an event loop runs. POSIX only.
"""

import os
import signal
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shopwright.infra.postgres import folder
from shopwright.infra.postgres.binaries import find_binaries, within_reach
from shopwright.infra.postgres.creation import SUPERUSER, create_cluster
from shopwright.infra.postgres.folder import Account, FolderBusy
from shopwright.infra.postgres.process import (
    Keeper,
    PostgresUnavailable,
    Postmaster,
    end_orphans,
    find_postmaster,
)
from shopwright.kit.errors import Unavailable

HOST = "127.0.0.1"
_PAUSE = 0.005
_LOOKS_EACH = 0.1
_LOG_BYTES = 16_000_000
_TAIL_BYTES = 2_000
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "256MB",  # a load of a million rows writes as much
    "wal_buffers": "16MB",
    "work_mem": "8MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",  # solid-state disks
    "max_logical_replication_workers": "0",  # one process less; nobody replicates from here
    "jit": "off",  # compiling costs more than it saves on queries of milliseconds
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
_UNSAFE_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class IncompatibleCluster(Unavailable):
    """The files were made by another major version of PostgreSQL."""

    code = "postgres_version_changed"
    action = "Restore a backup into a new folder, or install the version that made the files."


@dataclass(frozen=True, slots=True)
class RunningCluster:
    """Where the server listens. `adopted` says that another process owns it."""

    host: str
    port: int
    adopted: bool


class EmbeddedPostgres:
    """A PostgreSQL server in a folder of its own, on the loopback interface, with passwords drawn at random.

    `fsync=False` gives up the safety of the files for speed, for tests. `binaries` overrides where the programs
    come from.
    """

    def __init__(
        self, root: Path, *, fsync: bool = True, binaries: Path | None = None, max_connections: int = 100
    ) -> None:
        self.root = root.resolve()
        self.data = self.root / "data"
        self.log = self.root / "postgres.log"
        self._fsync = fsync
        self._binaries = binaries
        self._max_connections = max_connections
        self._keeper: Keeper | None = None
        self._running: RunningCluster | None = None
        self._within = threading.Lock()

    def start(self, timeout: float = 30) -> RunningCluster:
        """Adopt the server that runs on the folder, or make and start it; return when it takes connections.

        Raises UnsuitableFolder, BinariesMissing, IncompatibleCluster, FolderBusy, and PostgresUnavailable with the
        end of the log; after `timeout` seconds a server that still recovers goes on, and a later start finds it.
        """
        deadline = time.monotonic() + timeout
        with self._within:
            account = folder.prepare(self.root)
            with folder.held(self.root / "start.lock", deadline):
                live = self._found_or_started(account, deadline)
            self._running = RunningCluster(HOST, live.port, adopted=not self._owned())
            return self._running

    def ensure(self, timeout: float = 30) -> RunningCluster:
        """Return the server, started again if it was lost; some 0.1 ms when it lives.

        The port stays the same unless another program has taken it: compare before keeping a pool.
        """
        known = self._running
        if known is not None and self._is_ready(find_postmaster(self.data)):
            return known
        return self.start(timeout)

    def running(self) -> bool:
        """Tell whether the folder's server takes connections, whoever owns it."""
        return self._is_ready(find_postmaster(self.data))

    def stop(self, timeout: float = 30) -> None:
        """End the server if it is ours, rolling back what is under way; let go of one that was adopted."""
        with self._within:
            keeper, self._keeper, self._running = self._keeper, None, None
            if keeper is None or not keeper.lives:
                return
            for number, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, timeout)):
                live = find_postmaster(self.data)
                if live is not None:
                    os.kill(live.pid, number)
                if keeper.wait(patience):
                    return
            raise PostgresUnavailable("The server does not end.")

    def uri(self, database: str, role: str) -> str:
        """Return the address of a database for a role, with its password: keep it out of logs.

        Raises PostgresUnavailable when the server does not run.
        """
        live = find_postmaster(self.data)
        if live is None:
            raise PostgresUnavailable("The embedded server does not run.", retry_after=1)
        return f"postgresql://{quote(role, '')}:{self.password(role)}@{HOST}:{live.port}/{quote(database, '')}"

    def password(self, role: str) -> str:
        """Return the password of a role, kept in a private file of the folder; drawn on first use."""
        return folder.password(self.root, role)

    def _owned(self) -> bool:
        return self._keeper is not None and self._keeper.lives

    @staticmethod
    def _is_ready(live: Postmaster | None) -> bool:
        return live is not None and live.state == "ready"

    def _settled(self, deadline: float) -> Postmaster | None:
        """Wait until a server is ready or gone: one that stops must not be adopted."""
        while True:
            live = find_postmaster(self.data)
            if live is None or self._is_ready(live):
                return live
            if time.monotonic() >= deadline:
                raise PostgresUnavailable(f"The server is {live.state}.", retry_after=5)
            time.sleep(_PAUSE)

    def _found_or_started(self, account: Account | None, deadline: float) -> Postmaster:
        """Adopt a server, or start one when nobody holds its lock: one may be on its way up, or down."""
        while True:
            live = self._settled(deadline)
            if live is not None:
                return live
            end_orphans(self.data)
            try:
                with folder.held(self.root / "server.lock", min(deadline, time.monotonic() + _LOOKS_EACH)) as lock:
                    return self._started(account, lock, deadline)
            except FolderBusy:
                if time.monotonic() >= deadline:
                    raise

    def _started(self, account: Account | None, lock: int, deadline: float) -> Postmaster:
        """Start a server that holds the lock on; on another port if the wished one is taken by others."""
        binaries = within_reach(find_binaries(self._binaries), account, self.root / "binaries")
        if not (self.data / "global" / "pg_control").exists():
            create_cluster(binaries, self.data, self.password(SUPERUSER), account, lock, fsync=self._fsync)
        port = _free_port(self._last_port())
        while True:
            # What is left in it names a dead process, or by now another program.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            _shorten(self.log)
            before = self.log.stat().st_size if self.log.exists() else 0
            self._keeper = Keeper(self._command(binaries, port), account, self.log, lock)
            self._keeper.launch()
            live = self._answered(deadline)
            if live is not None:
                return live
            self._explain(before)
            port = _free_port(0)

    def _answered(self, deadline: float) -> Postmaster | None:
        """Wait for the server that was just started; None when it ended instead."""
        while self._owned():
            live = find_postmaster(self.data)
            if live is not None and live.state == "ready":
                return live
            if time.monotonic() >= deadline:
                raise PostgresUnavailable("The server still recovers; it goes on.", retry_after=5)
            time.sleep(_PAUSE)
        return None

    def _explain(self, before: int) -> None:
        """Raise what the log says of a server that ended at once; return when another port may help."""
        with self.log.open("rb") as file:
            file.seek(max(before, self.log.stat().st_size - _TAIL_BYTES))
            said = file.read().decode("utf-8", errors="replace").strip()
        if "could not create any TCP/IP sockets" in said:
            return
        if "incompatible with server" in said:
            made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
            raise IncompatibleCluster(f"The files in {self.data} were made by PostgreSQL {made_by}.", found=made_by)
        raise PostgresUnavailable(f"The server ended while it started. Its log says: {said}")

    def _command(self, binaries: Path, port: int) -> list[str]:
        settings = _SETTINGS | ({} if self._fsync else _UNSAFE_SETTINGS)
        settings |= {"port": str(port), "max_connections": str(self._max_connections)}
        command = [str(binaries / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _last_port(self) -> int:
        """Return the port of the last run, so that pools of other processes find the server again; 0 if none."""
        try:
            words = (self.data / "postmaster.opts").read_text(encoding="utf-8").split('"')
        except FileNotFoundError:
            return 0
        return next((int(word[5:]) for word in words if word.startswith("port=") and word[5:].isdigit()), 0)


def _free_port(wish: int) -> int:
    """Return the wished port if nobody has it, else one that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wish))
        except OSError:
            probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _shorten(log: Path) -> None:
    """Put a log that has grown aside, one generation deep."""
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
