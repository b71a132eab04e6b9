"""Rules between settings, and what production refuses. Pure: they look at values, except that files must exist."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from shopwright.infra.settings.declaration import variable_name
from shopwright.infra.settings.development import is_development_secret
from shopwright.infra.settings.groups import (
    NEW_KEY,
    NEW_SECRET,
    AuthMode,
    BusBackend,
    Environment,
    Settings,
)
from shopwright.infra.settings.problems import SettingProblem
from shopwright.infra.settings.secret import Secret

_FEWEST_CHARACTERS: Final = 10  # 32 characters drawn from fewer different ones were typed, not generated


def find_conflicts(settings: Settings) -> Iterator[SettingProblem]:
    """Yield every rule between settings that is broken, and in production every unsafe value."""
    for rule in _RULES:
        yield from rule(settings)
    if settings.environment is Environment.PRODUCTION:
        for rule in _PRODUCTION_RULES:
            yield from rule(settings)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address means this machine only. Other names count as elsewhere."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _problem(group: str | None, name: str, found: object, expected: str, cure: str) -> SettingProblem:
    return SettingProblem(variable_name(group, name), str(found), expected, cure)


def _order(settings: Settings) -> Iterator[SettingProblem]:
    database, auth = settings.database, settings.auth
    if database.pool_min > database.pool_max:
        expected = f"at most SHOPWRIGHT_DATABASE_POOL_MAX ({database.pool_max})"
        yield _problem("database", "pool_min", database.pool_min, expected, "Lower it, or raise the other.")
    if auth.refresh_token_seconds <= auth.access_token_seconds:
        expected = f"more than SHOPWRIGHT_AUTH_ACCESS_TOKEN_SECONDS ({auth.access_token_seconds})"
        yield _problem("auth", "refresh_token_seconds", auth.refresh_token_seconds, expected, "Raise it.")


def _cross_origin(settings: Settings) -> Iterator[SettingProblem]:
    if "*" in settings.http.cors_origins and settings.http.cors_credentials:
        cure = "Name the origins, or set SHOPWRIGHT_HTTP_CORS_CREDENTIALS=false."
        yield _problem("http", "cors_origins", "* with credentials", "named origins with credentials", cure)


def _certificate(settings: Settings) -> Iterator[SettingProblem]:
    http = settings.http
    for name, file, other in (("tls_cert", http.tls_cert, http.tls_key), ("tls_key", http.tls_key, http.tls_cert)):
        if file is None and other is not None:
            yield _problem("http", name, "nothing", "certificate and key together", "Set both, or neither.")
        elif file is not None and not _is_readable(file):
            yield _problem("http", name, file, "a readable PEM file", "Correct the path or the file's rights.")


def _is_readable(file: Path) -> bool:
    try:
        with file.open("rb"):
            return True
    except OSError:
        return False


def _sign_in(settings: Settings) -> Iterator[SettingProblem]:
    if settings.auth.mode is AuthMode.OFF and not is_loopback(settings.http.host):
        expected = f"on, since the program listens on {settings.http.host}"
        cure = "Set SHOPWRIGHT_AUTH_MODE=on, or SHOPWRIGHT_HTTP_HOST=127.0.0.1."
        yield _problem("auth", "mode", "off", expected, cure)


def _redis_backend(settings: Settings) -> Iterator[SettingProblem]:
    if settings.bus.backend is BusBackend.REDIS and settings.bus.redis_url is None:
        cure = "Set it (or REDIS_URL), or choose SHOPWRIGHT_BUS_BACKEND=postgres."
        yield _problem("bus", "redis_url", "nothing", "a URL for the redis backend", cure)


def _no_open_door(settings: Settings) -> Iterator[SettingProblem]:
    if settings.auth.mode is AuthMode.OFF:
        yield _problem("auth", "mode", "off", "on in production", "Set SHOPWRIGHT_AUTH_MODE=on.")
    if settings.demo_mode:
        cure = "Set SHOPWRIGHT_DEMO_MODE=false; show the demo from an installation of its own."
        yield _problem(None, "demo_mode", "true", "false in production", cure)
    http = settings.http
    if http.tls_cert is None and http.tls_key is None and not http.trusted_proxies:
        cure = "Set it with SHOPWRIGHT_HTTP_TLS_KEY, or name the proxy in SHOPWRIGHT_HTTP_TRUSTED_PROXIES."
        yield _problem("http", "tls_cert", "nothing", "TLS in production, here or at a trusted proxy", cure)


def _own_secrets(settings: Settings) -> Iterator[SettingProblem]:
    secret, expected = settings.auth.secret, "a secret of its own in production"
    if is_development_secret(secret):
        yield _problem("auth", "secret", "a development secret", expected, NEW_SECRET)
    elif len(set(secret.reveal())) < _FEWEST_CHARACTERS:
        yield _problem("auth", "secret", "a secret that can be guessed", "a random secret in production", NEW_SECRET)
    if any(is_development_secret(key) for key in settings.encryption.keys):
        yield _problem("encryption", "keys", "a development key", expected, NEW_KEY)
    if is_development_secret(settings.encryption.index_key):
        yield _problem("encryption", "index_key", "a development key", expected, NEW_KEY)


def _verified_postgres(settings: Settings) -> Iterator[SettingProblem]:
    for name, url in (("url", settings.database.url), ("admin_url", settings.database.admin_url)):
        if url is None or not _leaves_machine(url):
            continue
        mode = parse_qs(urlsplit(url.reveal()).query).get("sslmode", ["none"])[-1]
        if mode != "verify-full":
            cure = "Add ?sslmode=verify-full (and &sslrootcert=/path/to/ca.pem for an authority of your own)."
            yield _problem("database", name, f"sslmode {mode}", "verified TLS to a server elsewhere", cure)


def _verified_redis(settings: Settings) -> Iterator[SettingProblem]:
    for group, url in (("bus", settings.bus.redis_url), ("cache", settings.cache.redis_url)):
        if url is None or not _leaves_machine(url):
            continue
        parts = urlsplit(url.reveal())
        verified = parse_qs(parts.query).get("ssl_cert_reqs", ["required"])[-1] == "required"
        if parts.scheme != "rediss" or not verified:
            cure = "Use rediss:// and leave ssl_cert_reqs alone (ssl_ca_certs names an authority of your own)."
            yield _problem(group, "redis_url", f"{parts.scheme}://", "verified TLS to a server elsewhere", cure)


def _verified_storage(settings: Settings) -> Iterator[SettingProblem]:
    endpoint = settings.storage.endpoint
    if endpoint and urlsplit(endpoint).scheme == "http" and not is_loopback(urlsplit(endpoint).hostname or ""):
        yield _problem("storage", "endpoint", "http://", "verified TLS to a server elsewhere", "Use https://.")


def _leaves_machine(url: Secret) -> bool:
    """Tell whether a database URL, which may name several hosts or a socket, leads to another machine."""
    parts = urlsplit(url.reveal())
    if parts.scheme == "unix":
        return False
    query = parse_qs(parts.query)
    named = parts.netloc.rpartition("@")[2].split(",") + ",".join(query.get("host", [])).split(",")
    hosts = [host for host in (_without_port(name) for name in named) if host]
    return any(not (host.startswith(("/", "%2F", "%2f")) or is_loopback(host)) for host in hosts)


def _without_port(name: str) -> str:
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0]


_Rule = Callable[[Settings], Iterator[SettingProblem]]
_RULES: Final[tuple[_Rule, ...]] = (_order, _cross_origin, _certificate, _sign_in, _redis_backend)
_PRODUCTION_RULES: Final[tuple[_Rule, ...]] = (
    _no_open_door,
    _own_secrets,
    _verified_postgres,
    _verified_redis,
    _verified_storage,
)
