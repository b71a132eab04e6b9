"""Every setting of the program, in groups: each part of it is handed its group and nothing more.

The meanings below are the documentation (docs/settings.md and .env.example are generated from them). A unit that is
not in the type stands in the name. This module reads nothing; `loading` does.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from shopwright.infra.settings import kinds
from shopwright.infra.settings.declaration import computed, optional, setting
from shopwright.infra.settings.kinds import Network
from shopwright.infra.settings.secret import EncryptionKey, Secret

_DAY = 86_400
_GIB = 1024**3
_MIB = 1024**2
SHORTEST_SECRET = 32

NEW_SECRET = "Make one with: openssl rand -base64 48"  # noqa: S105 - advice, not a secret
NEW_KEY = 'Make one with: echo "k$(date +%Y%m):$(openssl rand -base64 32)"'


class Environment(StrEnum):
    """What the installation is for. Production refuses what is only fit for development."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class AuthMode(StrEnum):
    """Whether people sign in. Off is for one person on one machine."""

    ON = "on"
    OFF = "off"


class BusBackend(StrEnum):
    """What carries events between processes. Events survive a restart with all three."""

    INPROC = "inproc"
    POSTGRES = "postgres"
    REDIS = "redis"


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class LogFormat(StrEnum):
    """JSON lines for programs, console for people."""

    JSON = "json"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """PostgreSQL: embedded when no URL is set, a server otherwise."""

    url: Secret | None = optional(
        kinds.secret_url("postgresql", "postgres"),
        "Server that the program uses, as a role without BYPASSRLS. Without it PostgreSQL runs embedded.",
        also=("DATABASE_URL",),
    )
    admin_url: Secret | None = optional(
        kinds.secret_url("postgresql", "postgres"),
        "The same database as the role that owns the tables, for migrations only.",
    )
    state_dir: Path = computed(
        kinds.path(), "Folder of the embedded server.", default_words="the value of SHOPWRIGHT_STATE_DIR"
    )
    postgres_bin_dir: Path | None = optional(
        kinds.path("a folder that holds initdb and postgres"),
        "Binaries for the embedded server, in place of those that come with the program.",
    )
    pool_min: int = setting(1, kinds.whole(0, 1_000), "Connections that are kept open.")
    pool_max: int = setting(
        10, kinds.whole(1, 1_000), "Most connections of one process that write, and as many that only read."
    )
    connect_timeout_seconds: float = setting(10.0, kinds.number(0.1, 600), "Longest wait for a connection.")
    statement_timeout_seconds: float = setting(
        30.0, kinds.number(0.1, _DAY), "Longest run of one statement of a request."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """The HTTP server, and what it accepts."""

    host: str = setting(
        "127.0.0.1", kinds.pattern(r"[A-Za-z0-9.:_-]+", "a host name or address"), "Address to listen on."
    )
    port: int = setting(8_000, kinds.whole(1, 65_535), "Port to listen on.")
    public_url: str | None = optional(
        kinds.url("http", "https"), "Address by which people reach the program, for links and for MCP clients."
    )
    cors_origins: tuple[str, ...] = setting((), kinds.origins(), "Web origins that may call the API from a browser.")
    cors_credentials: bool = setting(False, kinds.switch(), "Whether those origins may send cookies; never with `*`.")
    cors_loopback: bool = computed(
        kinds.switch(),
        "Whether any loopback origin may call the API.",
        default_words="true in development, false otherwise",
    )
    trusted_proxies: tuple[Network, ...] = setting(
        (), kinds.networks(), "Proxies whose forwarded headers are believed; they end TLS in front of the program."
    )
    tls_cert: Path | None = optional(kinds.path("a PEM file"), "Certificate chain, to serve TLS 1.3 without a proxy.")
    tls_key: Path | None = optional(kinds.path("a PEM file"), "Private key of the certificate.")
    request_limit_bytes: int = setting(_MIB, kinds.whole(1_024, _GIB), "Largest body of an ordinary request.")
    upload_limit_bytes: int = setting(5 * _GIB, kinds.whole(1_024, 1_024 * _GIB), "Largest uploaded file.")
    request_timeout_seconds: float = setting(30.0, kinds.number(0.1, 3_600), "Longest run of an ordinary request.")
    shutdown_timeout_seconds: int = setting(10, kinds.whole(1, 3_600), "How long open requests may finish at shutdown.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthSettings:
    """Signing in."""

    mode: AuthMode = setting(
        AuthMode.ON, kinds.choice(AuthMode), "`off` signs everybody in as the owner; for one person, on loopback only."
    )
    sign_up: bool = setting(
        True, kinds.switch(), "Whether anybody may open a shop of their own; otherwise `shopwright shops create` does."
    )
    secret: Secret = computed(
        kinds.secret(SHORTEST_SECRET),
        "Signs access tokens. Changing it ends every session, unless the old one is given as the previous.",
        default_words="made in the state folder in development; none in production",
        cure=NEW_SECRET,
    )
    previous_secret: Secret | None = optional(
        kinds.secret(SHORTEST_SECRET),
        "The secret before: access tokens that it signed still hold. To rotate without ending sessions, move the old "
        "secret here, and take it away when SHOPWRIGHT_AUTH_ACCESS_TOKEN_SECONDS have passed.",
    )
    access_token_seconds: int = setting(900, kinds.whole(1, _DAY), "Lifetime of an access token.")
    refresh_token_seconds: int = setting(
        30 * _DAY, kinds.whole(60, 400 * _DAY), "Lifetime of a refresh token, counted from its last use."
    )
    login_attempts: int = setting(
        10, kinds.whole(1, 10_000), "Failed logins of one account or address before it has to wait."
    )
    login_window_seconds: int = setting(900, kinds.whole(1, _DAY), "Time over which failed logins are counted.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionSettings:
    """Keys for personal data and credentials in the database (AES-256-GCM)."""

    keys: tuple[EncryptionKey, ...] = computed(
        kinds.encryption_keys(),
        "The first encrypts, all decrypt. To rotate, put a new key in front and keep the old ones.",
        default_words="made in the state folder in development; none in production",
        cure=NEW_KEY,
    )
    index_key: EncryptionKey = computed(
        kinds.encryption_key(),
        "Finds encrypted values by equality. It outlives rotations: with another key nothing is found.",
        default_words="made in the state folder in development; none in production",
        cure=NEW_KEY,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BusSettings:
    """Delivery of events to handlers."""

    backend: BusBackend = setting(
        BusBackend.INPROC, kinds.choice(BusBackend), "`inproc` for one process; `postgres` or `redis` for several."
    )
    redis_url: Secret | None = optional(
        kinds.secret_url("redis", "rediss", "unix"), "Redis for the `redis` backend.", also=("REDIS_URL",)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings:
    """Background work."""

    queue_size: int = setting(1_000, kinds.whole(1, 100_000), "Jobs that may wait; beyond it new ones are refused.")
    concurrency: int = setting(10, kinds.whole(1, 1_000), "Jobs that one worker runs at a time.")
    tenant_concurrency: int = setting(4, kinds.whole(1, 1_000), "Jobs of one tenant that run at a time.")
    takeover_seconds: float = setting(
        30.0, kinds.number(1, 3_600), "Silence after which a worker's jobs go to another."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSettings:
    """The cache of computed results."""

    memory_mb: int = setting(256, kinds.whole(1, 1_048_576), "Memory for cached results of one process.")
    redis_url: Secret | None = optional(
        kinds.secret_url("redis", "rediss", "unix"),
        "Redis that shares the cache between processes.",
        also=("REDIS_URL",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSettings:
    """Calls to other servers: shops, competitors' pages, webhooks, models."""

    connect_timeout_seconds: float = setting(5.0, kinds.number(0.1, 300), "Longest wait for a connection.")
    read_timeout_seconds: float = setting(20.0, kinds.number(0.1, 3_600), "Longest silence of a server.")
    total_timeout_seconds: float = setting(60.0, kinds.number(0.1, _DAY), "Longest run of one attempt, body included.")
    max_response_bytes: int = setting(
        20 * _MIB, kinds.whole(1_024, 10 * _GIB), "Largest response, after decompression."
    )
    max_redirects: int = setting(5, kinds.whole(0, 50), "Most redirects that are followed; each is checked anew.")
    retries: int = setting(4, kinds.whole(0, 4), "Retries after a transient failure, 1, 2, 4 and 8 seconds apart.")
    breaker_failures: int = setting(
        5, kinds.whole(1, 1_000), "Failed calls in a row, retries apart, after which a host is left alone."
    )
    breaker_seconds: float = setting(30.0, kinds.number(1, 3_600), "How long a failing host is left alone.")
    allow_private: bool = setting(False, kinds.switch(), "Whether private and loopback addresses may be called at all.")
    allowed_networks: tuple[Network, ...] = setting(
        (), kinds.networks(), "Private addresses that may be called, such as that of a model server."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """What is written to standard error. Secrets and personal data are always left out."""

    level: LogLevel = setting(LogLevel.INFO, kinds.choice(LogLevel), "Least severity that is written.")
    format: LogFormat = computed(
        kinds.choice(LogFormat),
        "Lines for programs or for people.",
        default_words="console in development, json otherwise",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TracingSettings:
    """Traces. Requests that run agents or models are always traced."""

    sample_rate: float = setting(0.0, kinds.number(0, 1), "Share of all other requests that is traced.")
    exporter: str | None = optional(
        kinds.pattern(r"[\w.]+:\w+", "module:factory"),
        "Factory of an OpenTelemetry span exporter. Without it traces are kept in the database.",
    )
    service_name: str = setting(
        "shopwright", kinds.pattern(r"\S+", "a name without blanks"), "Name in traces.", also=("OTEL_SERVICE_NAME",)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Object storage for uploads, archives and reports."""

    url: str = computed(
        kinds.url("file", "s3", "gs", "az", "memory"),
        "Where objects are kept: a folder, or a bucket with a prefix.",
        default_words="the folder `objects` in the state folder",
    )
    endpoint: str | None = optional(kinds.url("http", "https"), "Server of an S3-compatible store other than AWS.")
    region: str | None = optional(
        kinds.pattern(r"[a-z0-9-]+", "a region"), "Region of the bucket.", also=("AWS_REGION",)
    )
    access_key_id: str | None = optional(
        kinds.pattern(r"\S+", "a key id"), "Access key of an S3 bucket.", also=("AWS_ACCESS_KEY_ID",)
    )
    secret_access_key: Secret | None = optional(
        kinds.secret(), "Secret of the access key.", also=("AWS_SECRET_ACCESS_KEY",)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """Rate limits. Beyond them the answer is 429 with Retry-After."""

    user_per_minute: int = setting(600, kinds.whole(1, 1_000_000), "Requests of one user.")
    tenant_per_minute: int = setting(6_000, kinds.whole(1, 10_000_000), "Requests of one tenant.")
    address_per_minute: int = setting(120, kinds.whole(1, 1_000_000), "Requests of one address that has not signed in.")
    live_per_tenant: int = setting(
        100, kinds.whole(1, 100_000), "Open pages of one tenant that one process tells of changes as they happen."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. Built by `load_settings`, which has checked them; a group is handed to whoever needs it."""

    environment: Environment = setting(
        Environment.DEVELOPMENT,
        kinds.choice(Environment),
        "What the installation is for. Production refuses unsafe values.",
    )
    demo_mode: bool = setting(
        False,
        kinds.switch(),
        "Lets anybody into a simulated shop by one click; `shopwright demo` does, production never.",
    )
    state_dir: Path = computed(
        kinds.path(),
        "Folder for whatever the program keeps on this machine.",
        default_words="/var/lib/shopwright as root, else $XDG_STATE_HOME/shopwright or ~/.local/state/shopwright",
    )
    database: DatabaseSettings
    http: HttpSettings
    auth: AuthSettings
    encryption: EncryptionSettings
    bus: BusSettings
    jobs: JobSettings
    cache: CacheSettings
    outgoing: OutgoingSettings
    log: LogSettings
    tracing: TracingSettings
    storage: StorageSettings
    limits: LimitSettings
