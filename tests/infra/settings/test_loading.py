import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from shopwright.infra.settings import (
    AuthMode,
    BusBackend,
    Environment,
    InvalidSettings,
    LogFormat,
    LogLevel,
    SettingProblem,
    load_settings,
)
from shopwright.infra.settings.loading import default_state_dir

TEST = {"SHOPWRIGHT_ENVIRONMENT": "test"}


def problems(env: dict[str, str], env_file: Path | None = None) -> dict[str, SettingProblem]:
    with pytest.raises(InvalidSettings) as raised:
        load_settings(env, env_file)
    return {problem.name: problem for problem in raised.value.problems}


def test_defaults_are_those_of_the_specification() -> None:
    settings = load_settings(TEST)
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8000)
    assert (settings.jobs.queue_size, settings.jobs.concurrency) == (1_000, 10)
    assert settings.auth.access_token_seconds == 900
    assert settings.auth.mode is AuthMode.ON
    assert settings.bus.backend is BusBackend.INPROC
    assert settings.http.cors_origins == ()
    assert not settings.outgoing.allow_private


def test_values_of_every_kind_are_typed() -> None:
    settings = load_settings(
        TEST
        | {
            "SHOPWRIGHT_HTTP_PORT": "9_000",
            "SHOPWRIGHT_HTTP_CORS_ORIGINS": "https://a.example, http://b.example:8080",
            "SHOPWRIGHT_HTTP_TRUSTED_PROXIES": "10.0.0.1,fd00::/8",
            "SHOPWRIGHT_TRACING_SAMPLE_RATE": "0.25",
            "SHOPWRIGHT_LOG_LEVEL": "WARNING",
            "SHOPWRIGHT_DEMO_MODE": "yes",
            "SHOPWRIGHT_STATE_DIR": "/srv/shop",
        }
    )
    assert settings.http.port == 9000
    assert settings.http.cors_origins == ("https://a.example", "http://b.example:8080")
    assert [str(network) for network in settings.http.trusted_proxies] == ["10.0.0.1/32", "fd00::/8"]
    assert settings.tracing.sample_rate == 0.25
    assert settings.log.level is LogLevel.WARNING
    assert settings.demo_mode
    assert settings.database.state_dir == Path("/srv/shop")
    assert settings.storage.url == "file:///srv/shop/objects"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("SHOPWRIGHT_ENVIRONMENT", "staging"),
        ("SHOPWRIGHT_DEMO_MODE", "maybe"),
        ("SHOPWRIGHT_HTTP_PORT", "0"),
        ("SHOPWRIGHT_HTTP_PORT", "65536"),
        ("SHOPWRIGHT_HTTP_PORT", "tcp://10.0.0.1:80"),
        ("SHOPWRIGHT_HTTP_HOST", "two words"),
        ("SHOPWRIGHT_HTTP_CORS_ORIGINS", "https://a.example/path"),
        ("SHOPWRIGHT_HTTP_TRUSTED_PROXIES", "proxy.example"),
        ("SHOPWRIGHT_AUTH_SECRET", "x" * 31),
        ("SHOPWRIGHT_AUTH_ACCESS_TOKEN_SECONDS", "0"),
        ("SHOPWRIGHT_AUTH_ACCESS_TOKEN_SECONDS", "86401"),
        ("SHOPWRIGHT_AUTH_MODE", "perhaps"),
        ("SHOPWRIGHT_ENCRYPTION_KEYS", "a:AAAA"),
        ("SHOPWRIGHT_ENCRYPTION_KEYS", "no-colon"),
        ("SHOPWRIGHT_ENCRYPTION_KEYS", "a:" + "A" * 43 + "=,a:" + "B" * 43 + "="),
        ("SHOPWRIGHT_ENCRYPTION_INDEX_KEY", "a:%%%"),
        ("SHOPWRIGHT_BUS_BACKEND", "kafka"),
        ("SHOPWRIGHT_JOBS_QUEUE_SIZE", "100001"),
        ("SHOPWRIGHT_JOBS_CONCURRENCY", "1001"),
        ("SHOPWRIGHT_JOBS_CONCURRENCY", "ten"),
        ("SHOPWRIGHT_LOG_LEVEL", "loud"),
        ("SHOPWRIGHT_TRACING_SAMPLE_RATE", "nan"),
        ("SHOPWRIGHT_TRACING_EXPORTER", "no factory"),
        ("DATABASE_URL", "mysql://a/b"),
        ("REDIS_URL", "http://a"),
        ("SHOPWRIGHT_STORAGE_URL", "ftp://a/b"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected_and_a_cure(name: str, wrong: str) -> None:
    problem = problems(TEST | {name: wrong})[name]
    assert problem.expected
    assert problem.cure


def test_every_wrong_value_is_reported_at_once() -> None:
    found = problems(
        TEST
        | {
            "SHOPWRIGHT_HTTP_PORT": "0",
            "SHOPWRIGHT_LOG_LEVEL": "loud",
            "SHOPWRIGHT_JOBS_QUEUE_SIZE": "-1",
            "SHOPWRIGHT_DATABASE_POOL_MIN": "20",
            "SHOPWRIGHT_BUS_BACKEND": "redis",
        }
    )
    assert set(found) == {
        "SHOPWRIGHT_HTTP_PORT",
        "SHOPWRIGHT_LOG_LEVEL",
        "SHOPWRIGHT_JOBS_QUEUE_SIZE",
        "SHOPWRIGHT_DATABASE_POOL_MIN",
        "SHOPWRIGHT_BUS_REDIS_URL",
    }


def test_the_message_names_every_problem_and_no_secret() -> None:
    with pytest.raises(InvalidSettings) as raised:
        load_settings(TEST | {"SHOPWRIGHT_AUTH_SECRET": "hunter2-too-short", "SHOPWRIGHT_HTTP_PORT": "x"})
    text = str(raised.value) + repr(raised.value.details)
    assert "hunter2" not in text
    assert "********" in text
    assert "SHOPWRIGHT_AUTH_SECRET" in text
    assert "SHOPWRIGHT_HTTP_PORT" in text


def test_a_misspelt_name_is_refused_and_the_right_one_suggested() -> None:
    found = problems(TEST | {"SHOPWRIGHT_HTTP_PROT": "80"})
    assert found["SHOPWRIGHT_HTTP_PROT"].cure == "Did you mean SHOPWRIGHT_HTTP_PORT?"


def test_what_kubernetes_adds_for_a_service_of_our_name_is_ignored() -> None:
    load_settings(
        TEST
        | {
            "SHOPWRIGHT_SERVICE_HOST": "10.0.0.1",
            "SHOPWRIGHT_PORT": "tcp://10.0.0.1:80",
            "SHOPWRIGHT_PORT_80_TCP_ADDR": "10.0.0.1",
            "SHOPWRIGHT_API_SERVICE_PORT_HTTP": "80",
        }
    )


def test_usual_names_work_and_own_names_win() -> None:
    settings = load_settings(
        TEST
        | {
            "DATABASE_URL": "postgresql://usual/db",
            "REDIS_URL": "redis://shared",
            "SHOPWRIGHT_CACHE_REDIS_URL": "redis://cache",
        }
    )
    assert settings.database.url is not None
    assert settings.database.url.reveal() == "postgresql://usual/db"
    assert settings.bus.redis_url is not None
    assert settings.bus.redis_url.reveal() == "redis://shared"
    assert settings.cache.redis_url is not None
    assert settings.cache.redis_url.reveal() == "redis://cache"


def test_blank_values_count_as_missing() -> None:
    assert load_settings(TEST | {"SHOPWRIGHT_HTTP_PORT": "  "}).http.port == 8000


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('SHOPWRIGHT_ENVIRONMENT=test\nSHOPWRIGHT_HTTP_PORT=9001\nDATABASE_URL="postgresql://file/$db"\n')
    settings = load_settings({"SHOPWRIGHT_HTTP_PORT": "9002"}, file)
    assert settings.http.port == 9002
    assert settings.database.url is not None
    assert settings.database.url.reveal() == "postgresql://file/$db"


def test_the_environment_wins_over_the_file_by_a_usual_name_too(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SHOPWRIGHT_DATABASE_URL=postgresql://file/db\n")
    settings = load_settings(TEST | {"DATABASE_URL": "postgresql://env/db"}, file)
    assert settings.database.url is not None
    assert settings.database.url.reveal() == "postgresql://env/db"


def test_a_named_dotenv_file_must_exist(tmp_path: Path) -> None:
    assert str(tmp_path / "none") in problems(TEST, tmp_path / "none")


def test_the_process_environment_and_its_dotenv_are_read_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("SHOPWRIGHT_HTTP_PORT=9003\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOPWRIGHT_ENVIRONMENT", "test")
    monkeypatch.delenv("SHOPWRIGHT_HTTP_PORT", raising=False)  # of whoever runs the tests
    assert load_settings().http.port == 9003


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s3cret-" * 6 + "\n")
    assert load_settings(TEST | {"SHOPWRIGHT_AUTH_SECRET_FILE": str(file)}).auth.secret.reveal() == "s3cret-" * 6


def test_a_secret_from_two_places_or_from_a_bad_file_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    both = {"SHOPWRIGHT_AUTH_SECRET_FILE": str(empty), "SHOPWRIGHT_AUTH_SECRET": "x" * 40}
    assert "SHOPWRIGHT_AUTH_SECRET" in problems(TEST | both)
    assert "empty" in problems(TEST | {"SHOPWRIGHT_AUTH_SECRET_FILE": str(empty)})["SHOPWRIGHT_AUTH_SECRET_FILE"].found
    assert "DATABASE_URL_FILE" in problems(TEST | {"DATABASE_URL_FILE": str(tmp_path / "missing")})


def test_secrets_stay_masked_in_text_and_dump() -> None:
    secret, key = "topsecret-" * 5, "QUJD" * 10 + "QUI="
    settings = load_settings(
        TEST
        | {
            "SHOPWRIGHT_AUTH_SECRET": secret,
            "SHOPWRIGHT_ENCRYPTION_KEYS": f"k1:{key}",
            "DATABASE_URL": "postgresql://u:password@localhost/db",
        }
    )
    shown = f"{settings!r} {settings} {asdict(settings)} {settings.auth.secret!s} {settings.auth.secret:>60}"
    for hidden in (secret, key, "password"):
        assert hidden not in shown
    assert settings.encryption.keys[0].reveal() == b"ABC" * 10 + b"AB"
    assert settings.auth.secret.reveal() == secret


def test_defaults_that_depend_on_the_environment(tmp_path: Path) -> None:
    home = {"SHOPWRIGHT_STATE_DIR": str(tmp_path)}
    development = load_settings(home)
    assert development.environment is Environment.DEVELOPMENT
    assert development.http.cors_loopback
    assert development.log.format is LogFormat.CONSOLE
    assert not load_settings(TEST).http.cors_loopback
    assert load_settings(TEST).log.format is LogFormat.JSON


def test_the_state_folder_follows_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_state_dir({"XDG_STATE_HOME": "/x"}) == Path("/var/lib/shopwright")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ann"))
    assert default_state_dir({"XDG_STATE_HOME": "/x"}) == Path("/x/shopwright")
    assert default_state_dir({}) == Path("/home/ann/.local/state/shopwright")


def test_importing_the_settings_loads_no_framework() -> None:
    code = (
        "import sys, shopwright.infra.settings; print({'pydantic', 'fastapi', 'polars', 'msgspec'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "set()"
