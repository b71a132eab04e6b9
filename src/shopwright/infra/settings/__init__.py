"""Settings: typed, grouped, checked at start with every problem at once, secrets masked.

`groups` says what there is, `loading` reads it, `rules` says what does not go together or is unfit for production,
`description` writes the documentation. Frozen dataclasses and one small parser per kind, since pydantic-settings
alone takes twice the start-up time that we allow (docs/decisions/0020-settings-without-pydantic.md).
"""

from shopwright.infra.settings.description import SettingDescription, describe_settings
from shopwright.infra.settings.development import ensure_development_secrets
from shopwright.infra.settings.groups import (
    AuthMode,
    AuthSettings,
    BusBackend,
    BusSettings,
    CacheSettings,
    DatabaseSettings,
    EncryptionSettings,
    Environment,
    HttpSettings,
    JobSettings,
    LimitSettings,
    LogFormat,
    LogLevel,
    LogSettings,
    OutgoingSettings,
    Settings,
    StorageSettings,
    TracingSettings,
)
from shopwright.infra.settings.loading import load_settings, with_demo_mode
from shopwright.infra.settings.problems import InvalidSettings, SettingProblem
from shopwright.infra.settings.secret import EncryptionKey, Secret

__all__ = [
    "AuthMode",
    "AuthSettings",
    "BusBackend",
    "BusSettings",
    "CacheSettings",
    "DatabaseSettings",
    "EncryptionKey",
    "EncryptionSettings",
    "Environment",
    "HttpSettings",
    "InvalidSettings",
    "JobSettings",
    "LimitSettings",
    "LogFormat",
    "LogLevel",
    "LogSettings",
    "OutgoingSettings",
    "Secret",
    "SettingDescription",
    "SettingProblem",
    "Settings",
    "StorageSettings",
    "TracingSettings",
    "describe_settings",
    "ensure_development_secrets",
    "load_settings",
    "with_demo_mode",
]
