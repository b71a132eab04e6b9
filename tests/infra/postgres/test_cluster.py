import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from tests.infra.postgres.conftest import Opener, passable_folder

from shopwright.infra.postgres import EmbeddedPostgres, process
from shopwright.infra.postgres.binaries import find_binaries
from shopwright.infra.postgres.cluster import IncompatibleCluster
from shopwright.infra.postgres.folder import FolderBusy, UnsuitableFolder, held
from shopwright.infra.postgres.process import PostgresUnavailable, find_postmaster

OWNER_PROCESS = """
import sys, time
from pathlib import Path
from shopwright.infra.postgres import EmbeddedPostgres, process
process.KERNEL_SIGNALS = sys.argv[2] == "signal"
server = EmbeddedPostgres(Path(sys.argv[1]), fsync=False)
print(server.start().port, flush=True)
time.sleep(60)
"""

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel by /proc")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up its rights")


async def value(server: EmbeddedPostgres, query: str) -> object:
    connection = await asyncpg.connect(server.uri("postgres", "postgres"))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def pid_of(server: EmbeddedPostgres) -> int:
    live = find_postmaster(server.data)
    assert live is not None
    return live.pid


def wait_for_end(server: EmbeddedPostgres, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while find_postmaster(server.data) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@contextmanager
def owner_command(root: Path, manner: str = "signal") -> Iterator["subprocess.Popen[str]"]:
    """Another process that starts the server and owns it."""
    command = [sys.executable, "-c", OWNER_PROCESS, str(root), manner]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:  # noqa: S603 - our own script
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def owner_process(root: Path, manner: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that has started the server."""
    with owner_command(root, manner) as running:
        assert running.stdout is not None
        assert running.stdout.readline().strip().isdigit()
        yield running


async def test_a_server_starts_from_nothing_on_the_loopback_and_stops(opened: Opener) -> None:
    server = opened()
    assert not server.running()
    cluster = server.start()
    assert (cluster.host, cluster.adopted, server.running()) == ("127.0.0.1", False, True)
    assert await value(server, "select current_setting('listen_addresses')") == "127.0.0.1"
    assert await value(server, "select current_setting('unix_socket_directories')") == ""
    assert await value(server, "select datcollate from pg_database where datname = 'postgres'") == "C"
    server.stop()
    assert not server.running()
    with pytest.raises(PostgresUnavailable):
        server.uri("postgres", "postgres")


async def test_nobody_enters_without_the_password_which_only_its_owner_reads(opened: Opener, root: Path) -> None:
    server = opened()
    server.start()
    secret = root / "postgres.password"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert server.password("postgres") == secret.read_text()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(server.uri("postgres", "postgres").replace(secret.read_text(), "guess"))


def test_a_password_is_drawn_once_and_differs_by_role(opened: Opener, root: Path) -> None:
    root.mkdir()
    server = opened()
    assert server.password("a") == server.password("a") == opened().password("a")
    assert server.password("a") != server.password("b")


def test_a_second_start_adopts_the_server_and_does_not_stop_it(seeded: Opener) -> None:
    owner, guest = seeded(), seeded()
    first, second = owner.start(), guest.start()
    assert (first.adopted, second.adopted) == (False, True)
    assert first.port == second.port
    guest.stop()
    assert owner.running()
    assert owner.start() == first


async def test_data_outlive_a_killed_server_which_starts_again_on_its_port(seeded: Opener) -> None:
    server = seeded(fsync=True)
    port = server.start().port
    await value(server, "create table kept as select 42 as n")
    os.kill(pid_of(server), signal.SIGKILL)
    assert wait_for_end(server)
    assert not server.running()
    again = server.ensure()
    assert (again.port, again.adopted) == (port, False)
    assert await value(server, "select n from kept") == 42


@needs_linux
@pytest.mark.parametrize("manner", ["signal", "watch"])
def test_the_server_ends_with_a_killed_owner_and_its_adopter_starts_it_again(
    seeded: Opener, root: Path, manner: str
) -> None:
    guest = seeded()
    with owner_process(root, manner) as owner:
        adopted = guest.start()
        assert adopted.adopted
        owner.kill()
        owner.wait()
        assert wait_for_end(guest)
    again = guest.ensure()
    assert (again.port, again.adopted) == (adopted.port, False)


def test_of_many_that_start_at_once_one_owns_the_server(opened: Opener) -> None:
    servers = [opened() for _ in range(4)]
    with ThreadPoolExecutor(len(servers)) as threads:
        clusters = list(threads.map(EmbeddedPostgres.start, servers))
    assert len({cluster.port for cluster in clusters}) == 1
    assert sum(not cluster.adopted for cluster in clusters) == 1


def test_a_server_that_needs_longer_than_we_wait_goes_on_and_is_found(seeded: Opener) -> None:
    server = seeded()
    server.start()
    server.stop()
    with pytest.raises(PostgresUnavailable, match="goes on"):
        server.start(timeout=0)
    assert not server.start().adopted


def test_ensure_leaves_a_live_server_alone(seeded: Opener) -> None:
    server = seeded()
    first = server.start()
    pid = pid_of(server)
    started = time.perf_counter()
    assert server.ensure() == first
    assert time.perf_counter() - started < 0.05
    assert pid_of(server) == pid


def test_a_pid_file_that_names_another_program_is_not_believed(seeded: Opener) -> None:
    server = seeded()
    server.start()
    server.stop()
    pid_file = server.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{server.data}\n1700000000\n5432\n\n127.0.0.1\n  1 2\nready   \n")
    assert not server.running()
    assert not server.start().adopted
    assert pid_of(server) != os.getpid()


@needs_linux
def test_another_cluster_of_ours_is_not_taken_for_this_one(seeded: Opener) -> None:
    server = seeded()
    server.start()
    server.stop()
    with passable_folder() as elsewhere:
        other = EmbeddedPostgres(elsewhere / "server", fsync=False)
        other.start()
        (server.data / "postmaster.pid").write_text((other.data / "postmaster.pid").read_text())
        assert not server.running()
        assert not server.start().adopted
        assert other.running()
        other.stop()


def test_what_an_interrupted_creation_left_is_cleared_away(opened: Opener, root: Path) -> None:
    unfinished = root / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = opened()
    server.start()
    assert server.running()
    assert not unfinished.exists()
    assert not [path for path in root.iterdir() if path.name.startswith(".")], "initdb's password file is gone"


def test_a_start_waits_for_the_creation_that_its_killed_owner_left_running(opened: Opener, root: Path) -> None:
    with owner_command(root) as owner:
        deadline = time.monotonic() + 10
        while not (root / "data.unfinished" / "PG_VERSION").exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        owner.kill()
    assert not (root / "data").exists()
    server = opened()
    assert not server.start().adopted
    assert server.running()
    assert not (root / "data.unfinished").exists()
    assert not [path for path in root.iterdir() if path.name.startswith(".")]


def test_a_creation_that_fails_leaves_no_cluster(root: Path) -> None:
    with passable_folder() as binaries:
        for program in find_binaries().iterdir():
            (binaries / program.name).symlink_to(program)
        (binaries / "initdb").unlink()
        (binaries / "initdb").write_text("#!/bin/sh\necho 'no room' >&2; exit 1\n")
        (binaries / "initdb").chmod(0o755)
        server = EmbeddedPostgres(root, binaries=binaries)
        with pytest.raises(PostgresUnavailable, match="no room"):
            server.start()
    assert not server.data.exists()
    assert not [path for path in root.iterdir() if path.name.startswith(".")]


def test_a_folder_that_is_no_cluster_is_left_as_it_is(opened: Opener, root: Path) -> None:
    (root / "data").mkdir(parents=True)
    (root / "data" / "letters.txt").write_text("mine")
    with pytest.raises(UnsuitableFolder, match="no whole cluster"):
        opened().start()
    assert (root / "data" / "letters.txt").read_text() == "mine"


def test_files_of_another_major_version_are_refused_with_the_way_out(seeded: Opener) -> None:
    server = seeded()
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(IncompatibleCluster, match="made by PostgreSQL 16"):
        server.start()


def test_a_port_that_others_have_taken_is_given_up(seeded: Opener) -> None:
    server = seeded()
    port = server.start().port
    server.stop()
    with passable_folder() as elsewhere:
        rival = EmbeddedPostgres(elsewhere / "server", fsync=False)
        rival.start()
        rival.stop()
        options = rival.data / "postmaster.opts"
        options.write_text(options.read_text().replace(f"port={rival._last_port()}", f"port={port}"))
        assert rival.start().port == port
        assert server.start().port != port
        rival.stop()


def test_a_server_that_nobody_here_sees_keeps_the_folder(seeded: Opener, root: Path) -> None:
    server = seeded()
    server.start()
    server.stop()
    with held(root / "server.lock", time.monotonic()), pytest.raises(FolderBusy, match="container"):
        server.start(timeout=0.1)
    assert not server.running()


@needs_linux
def test_where_there_is_no_proc_ps_tells_the_server(seeded: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    server = seeded()
    server.start()
    seen = find_postmaster(server.data)
    monkeypatch.setattr(process, "_PROC", Path("/nowhere"))
    assert find_postmaster(server.data) == seen
    pid_file = server.data / "postmaster.pid"
    true = pid_file.read_text()
    pid_file.write_text(true.replace(str(pid_of(server)), str(os.getpid()), 1))
    assert find_postmaster(server.data) is None
    pid_file.write_text(true)


@needs_linux
async def test_backends_that_a_killed_server_left_do_not_keep_the_next_one_waiting(seeded: Opener) -> None:
    server = seeded()
    server.start()
    connection = await asyncpg.connect(server.uri("postgres", "postgres"))
    backend = await connection.fetchval("select pg_backend_pid()")
    # Stopped, the backend cannot notice that its server is gone, and would hold the lock for ever.
    os.kill(backend, signal.SIGSTOP)
    os.kill(pid_of(server), signal.SIGKILL)
    assert wait_for_end(server)
    assert not server.ensure(timeout=10).adopted
    assert server.running()
    connection.terminate()


@needs_root
def test_root_is_told_which_folder_is_closed(root: Path) -> None:
    root.parent.chmod(0o700)
    with pytest.raises(UnsuitableFolder, match="/var/lib/shopwright") as refused:
        EmbeddedPostgres(root).start()
    assert refused.value.details["folder"] == str(root.parent)
    assert not (root / "data").exists()


@needs_root
def test_root_gives_up_its_rights(seeded: Opener) -> None:
    server = seeded()
    server.start()
    assert server.data.stat().st_uid != 0
    assert Path(f"/proc/{pid_of(server)}").stat().st_uid == server.data.stat().st_uid


def test_a_folder_below_a_file_is_refused(root: Path) -> None:
    root.write_text("a file")
    with pytest.raises(UnsuitableFolder, match="cannot be used"):
        EmbeddedPostgres(root / "server").start()


def test_the_servers_programs_do_not_see_our_secrets(seeded: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPWRIGHT_SECRET", "of ours")
    server = seeded()
    server.start()
    environment = Path(f"/proc/{pid_of(server)}/environ")
    if not environment.exists():
        pytest.skip("there is no /proc here")
    assert b"of ours" not in environment.read_bytes()
