import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shopwright.infra.settings import InvalidSettings, ensure_development_secrets, load_settings


def test_secrets_are_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    first = ensure_development_secrets(tmp_path / "state")
    assert ensure_development_secrets(tmp_path / "state") == first
    folder = tmp_path / "state" / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name for file in folder.iterdir()} == {"auth_secret", "encryption_key", "index_key"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_each_installation_has_its_own(tmp_path: Path) -> None:
    one, other = ensure_development_secrets(tmp_path / "a"), ensure_development_secrets(tmp_path / "b")
    assert one.auth_secret != other.auth_secret
    assert one.encryption_key.reveal() != one.index_key.reveal()


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ensure_development_secrets(tmp_path), range(16)))
    assert len({one.auth_secret for one in made}) == 1
    assert len({one.encryption_key.reveal() for one in made}) == 1


def test_development_loads_with_secrets_of_the_state_folder_and_production_refuses_them(tmp_path: Path) -> None:
    settings = load_settings({"SHOPWRIGHT_STATE_DIR": str(tmp_path)})
    assert settings == load_settings({"SHOPWRIGHT_STATE_DIR": str(tmp_path)})
    copied = {
        "SHOPWRIGHT_ENVIRONMENT": "production",
        "SHOPWRIGHT_HTTP_TRUSTED_PROXIES": "10.0.0.1",
        "SHOPWRIGHT_AUTH_SECRET": settings.auth.secret.reveal(),
        "SHOPWRIGHT_ENCRYPTION_KEYS": f"development:{settings.encryption.keys[0].encoded.reveal()}",
        "SHOPWRIGHT_ENCRYPTION_INDEX_KEY": f"development:{settings.encryption.index_key.encoded.reveal()}",
    }
    with pytest.raises(InvalidSettings) as raised:
        load_settings(copied)
    assert len(raised.value.problems) == 3


def test_wrong_settings_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings):
        load_settings({"SHOPWRIGHT_STATE_DIR": str(tmp_path / "state"), "SHOPWRIGHT_HTTP_PORT": "0"})
    assert not (tmp_path / "state").exists()


def test_a_state_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(InvalidSettings) as raised:
        load_settings({"SHOPWRIGHT_STATE_DIR": os.fspath(blocked / "state")})
    assert [problem.name for problem in raised.value.problems] == ["SHOPWRIGHT_STATE_DIR"]
