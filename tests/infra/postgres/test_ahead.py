"""The embedded server comes up beside the loading of the program, and goes with it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.infra.postgres.conftest import passable_folder

from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.ahead import started_ahead
from shopwright.infra.settings import DatabaseSettings, load_settings


@pytest.fixture
def folder() -> Iterator[Path]:
    with passable_folder() as made:
        yield made


def settings_of(folder: Path, **more: str) -> DatabaseSettings:
    return load_settings({"SHOPWRIGHT_STATE_DIR": str(folder), "SHOPWRIGHT_ENVIRONMENT": "test", **more}).database


def test_whoever_opens_the_database_adopts_the_server_and_it_ends_with_the_block(folder: Path) -> None:
    settings = settings_of(folder)
    program = EmbeddedPostgres(settings.state_dir / "postgres")
    with started_ahead(settings):
        deadline = time.monotonic() + 30
        while not program.running() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert program.start().adopted
        program.stop()
        assert program.running()
    assert not program.running()


def test_a_server_that_runs_already_goes_on(folder: Path) -> None:
    settings = settings_of(folder)
    other = EmbeddedPostgres(settings.state_dir / "postgres")
    other.start()
    try:
        with started_ahead(settings):
            pass
        assert other.running()
    finally:
        other.stop()


def test_what_goes_wrong_is_left_to_whoever_needs_the_server(folder: Path) -> None:
    settings = settings_of(folder, SHOPWRIGHT_DATABASE_POSTGRES_BIN_DIR=str(folder / "nothing"))
    with started_ahead(settings):
        pass
    assert not EmbeddedPostgres(settings.state_dir / "postgres").running()


def test_a_server_of_the_settings_needs_no_other(folder: Path) -> None:
    with started_ahead(settings_of(folder, SHOPWRIGHT_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")):
        pass
    assert not (folder / "postgres").exists()
