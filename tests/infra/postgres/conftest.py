"""A folder that the server's account may pass to, and servers that end with their test, whatever it did."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.process import find_postmaster


class Opener(Protocol):
    """Makes one more server object on the test's folder."""

    def __call__(self, *, fsync: bool = False) -> EmbeddedPostgres: ...


@contextmanager
def passable_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="shopwright-tests-"))
    folder.chmod(0o711)
    try:
        yield folder.resolve()
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def root() -> Iterator[Path]:
    with passable_folder() as folder:
        yield folder / "server"


@pytest.fixture
def opened(root: Path) -> Iterator[Opener]:
    """Make several servers on one folder, as several processes would."""
    made: list[EmbeddedPostgres] = []

    def make(*, fsync: bool = False) -> EmbeddedPostgres:
        made.append(EmbeddedPostgres(root, fsync=fsync))
        return made[-1]

    yield make
    for server in made:
        server.stop()
    assert find_postmaster(root / "data") is None


@pytest.fixture(scope="session")
def files() -> Iterator[Path]:
    """The files of a server that was stopped in order, to be copied: that is faster than making them."""
    with passable_folder() as folder:
        server = EmbeddedPostgres(folder / "server", fsync=False)
        server.start()
        server.stop()
        yield folder / "server"


@pytest.fixture
def seeded(opened: Opener, files: Path, root: Path) -> Opener:
    """Make several servers on one folder whose files exist already."""
    subprocess.run(["/bin/cp", "-a", files, root], check=True)  # noqa: S603 - keeps owners, unlike shutil
    return opened


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedPostgres]:
    """A server whose roles the module's tests may change: the run's own one is shared."""
    with passable_folder() as folder:
        server = EmbeddedPostgres(folder / "server", fsync=False)
        server.start()
        yield server
        server.stop()
