from pathlib import Path

import pytest

from shopwright.infra.settings import InvalidSettings, load_settings, with_demo_mode

TEST = {"SHOPWRIGHT_ENVIRONMENT": "test"}
PRODUCTION = {
    "SHOPWRIGHT_ENVIRONMENT": "production",
    "SHOPWRIGHT_AUTH_SECRET": "Zq3vX9bT7mLw2RkP5yHc8NdF1gJs6AeU",
    "SHOPWRIGHT_ENCRYPTION_KEYS": "k1:" + "A" * 43 + "=",
    "SHOPWRIGHT_ENCRYPTION_INDEX_KEY": "i1:" + "B" * 43 + "=",
    "SHOPWRIGHT_HTTP_TRUSTED_PROXIES": "10.0.0.1",
}
DEVELOPMENT_KEY = "development:" + "A" * 43 + "="


def wrong(env: dict[str, str]) -> set[str]:
    with pytest.raises(InvalidSettings) as raised:
        load_settings(env)
    return {problem.name for problem in raised.value.problems}


def test_a_whole_production_configuration_is_accepted() -> None:
    settings = load_settings(
        PRODUCTION
        | {
            "DATABASE_URL": "postgresql://u:p@db.example/shop?sslmode=verify-full",
            "REDIS_URL": "rediss://cache.example:6380/0",
        }
    )
    assert settings.http.cors_origins == ()
    assert not settings.http.cors_loopback


def test_production_misses_every_secret() -> None:
    assert wrong({"SHOPWRIGHT_ENVIRONMENT": "production", "SHOPWRIGHT_HTTP_TRUSTED_PROXIES": "10.0.0.1"}) == {
        "SHOPWRIGHT_AUTH_SECRET",
        "SHOPWRIGHT_ENCRYPTION_KEYS",
        "SHOPWRIGHT_ENCRYPTION_INDEX_KEY",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOPWRIGHT_AUTH_SECRET", "development-Zq3vX9bT7mLw2RkP5yHc8NdF1gJs6AeU"),
        ("SHOPWRIGHT_AUTH_SECRET", "changeme" * 5),
        ("SHOPWRIGHT_ENCRYPTION_KEYS", DEVELOPMENT_KEY),
        ("SHOPWRIGHT_ENCRYPTION_KEYS", "k1:" + "C" * 43 + "=," + DEVELOPMENT_KEY),
        ("SHOPWRIGHT_ENCRYPTION_INDEX_KEY", DEVELOPMENT_KEY),
        ("SHOPWRIGHT_AUTH_MODE", "off"),
        ("SHOPWRIGHT_DEMO_MODE", "true"),
        ("SHOPWRIGHT_STORAGE_ENDPOINT", "http://store.example"),
        ("SHOPWRIGHT_DATABASE_URL", "postgresql://db.example/shop"),
        ("SHOPWRIGHT_DATABASE_URL", "postgresql://db.example/shop?sslmode=require"),
        ("SHOPWRIGHT_DATABASE_URL", "postgresql://localhost,db.example:5433/shop"),
        ("SHOPWRIGHT_DATABASE_URL", "postgresql:///shop?host=db.example"),
        ("SHOPWRIGHT_DATABASE_ADMIN_URL", "postgresql://[2001:db8::1]:5432/shop"),
        ("SHOPWRIGHT_BUS_REDIS_URL", "redis://cache.example"),
        ("SHOPWRIGHT_CACHE_REDIS_URL", "rediss://cache.example?ssl_cert_reqs=none"),
    ],
)
def test_production_refuses_what_is_unsafe(name: str, value: str) -> None:
    assert wrong(PRODUCTION | {name: value}) == {name}


def test_demo_mode_is_switched_on_for_a_demo_and_never_in_production() -> None:
    settings = load_settings(TEST)
    assert not settings.demo_mode
    assert with_demo_mode(settings).demo_mode
    with pytest.raises(InvalidSettings) as refused:
        with_demo_mode(load_settings(PRODUCTION))
    assert [problem.name for problem in refused.value.problems] == ["SHOPWRIGHT_DEMO_MODE"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOPWRIGHT_DATABASE_URL", "postgresql://127.0.0.1/shop"),
        ("SHOPWRIGHT_DATABASE_URL", "postgresql://u@[::1]:5432/shop"),
        ("SHOPWRIGHT_DATABASE_URL", "postgresql:///shop?host=/run/postgresql"),
        ("SHOPWRIGHT_BUS_REDIS_URL", "unix:///run/redis.sock"),
        ("SHOPWRIGHT_CACHE_REDIS_URL", "redis://localhost"),
        ("SHOPWRIGHT_STORAGE_ENDPOINT", "http://127.0.0.1:9000"),
    ],
)
def test_production_asks_no_tls_of_this_machine(name: str, value: str) -> None:
    load_settings(PRODUCTION | {name: value})


def test_production_wants_tls_here_or_at_a_trusted_proxy(tmp_path: Path) -> None:
    bare = {name: value for name, value in PRODUCTION.items() if name != "SHOPWRIGHT_HTTP_TRUSTED_PROXIES"}
    assert wrong(bare) == {"SHOPWRIGHT_HTTP_TLS_CERT"}
    pem = tmp_path / "server.pem"
    pem.write_text("PEM")
    load_settings(bare | {"SHOPWRIGHT_HTTP_TLS_CERT": str(pem), "SHOPWRIGHT_HTTP_TLS_KEY": str(pem)})


def test_certificate_and_key_come_together_and_can_be_read(tmp_path: Path) -> None:
    pem = tmp_path / "server.pem"
    pem.write_text("PEM")
    assert wrong(TEST | {"SHOPWRIGHT_HTTP_TLS_CERT": str(pem)}) == {"SHOPWRIGHT_HTTP_TLS_KEY"}
    missing = str(tmp_path / "missing.pem")
    assert wrong(TEST | {"SHOPWRIGHT_HTTP_TLS_CERT": str(pem), "SHOPWRIGHT_HTTP_TLS_KEY": missing}) == {
        "SHOPWRIGHT_HTTP_TLS_KEY"
    }


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "shop.example"])
def test_signing_in_cannot_be_switched_off_for_the_network(host: str) -> None:
    assert wrong(TEST | {"SHOPWRIGHT_AUTH_MODE": "off", "SHOPWRIGHT_HTTP_HOST": host}) == {"SHOPWRIGHT_AUTH_MODE"}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_signing_in_can_be_switched_off_on_loopback(host: str) -> None:
    load_settings(TEST | {"SHOPWRIGHT_AUTH_MODE": "off", "SHOPWRIGHT_HTTP_HOST": host})


def test_credentials_never_go_with_any_origin() -> None:
    anyone = TEST | {"SHOPWRIGHT_HTTP_CORS_ORIGINS": "*"}
    load_settings(anyone)
    assert wrong(anyone | {"SHOPWRIGHT_HTTP_CORS_CREDENTIALS": "true"}) == {"SHOPWRIGHT_HTTP_CORS_ORIGINS"}


def test_a_refresh_token_outlives_an_access_token() -> None:
    short = {"SHOPWRIGHT_AUTH_ACCESS_TOKEN_SECONDS": "3600", "SHOPWRIGHT_AUTH_REFRESH_TOKEN_SECONDS": "3600"}
    assert wrong(TEST | short) == {"SHOPWRIGHT_AUTH_REFRESH_TOKEN_SECONDS"}
