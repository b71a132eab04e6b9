"""The settings in words: docs/settings.md and .env.example are generated from here and held by a test."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shopwright.infra.settings.loading import Variable, groups, variables

_HEAD = """# Settings

Generated from the declarations in `src/shopwright/infra/settings/groups.py` by `make docs-write`.

Settings come from environment variables, or from a file `.env` in the working folder; the environment wins. A blank
value counts as missing. A secret `NAME` may also come from a file: set `NAME_FILE` to its path. Every wrong value is
reported at start, all at once, each with its cure; a misspelt `SHOPWRIGHT_` name counts as wrong. Secrets are never
printed.
"""

_EXAMPLE_HEAD = """# Every setting with its default. Copy to .env and remove the # of what you change.
# docs/settings.md explains them. A secret NAME may come from a file: NAME_FILE=/run/secrets/name.
"""


@dataclass(frozen=True, slots=True)
class SettingDescription:
    """One setting as people read it. `default` is a text that can be set, or None if there is none or it depends."""

    group: str | None
    name: str
    also: tuple[str, ...]
    meaning: str
    expected: str
    default: str | None
    default_words: str
    is_secret: bool


def describe_settings() -> tuple[SettingDescription, ...]:
    """Return every setting there is, in the order of the documentation."""
    return tuple(_describe(variable) for variable in variables())


def settings_markdown() -> str:
    """Return docs/settings.md."""
    described = describe_settings()
    parts = [_HEAD, _table("The whole installation", "", [one for one in described if one.group is None])]
    for name, group in groups():
        parts.append(_table(name, group.__doc__ or "", [one for one in described if one.group == name]))
    return "\n".join(parts)


def env_example() -> str:
    """Return .env.example: every variable as a comment, so that an unchanged copy changes nothing."""
    parts = [_EXAMPLE_HEAD]
    group: str | None = ""
    for one in describe_settings():
        if one.group != group:
            group = one.group
            parts.append(f"\n# --- {group or 'the whole installation'}\n")
        default = one.default if one.default is not None else ""
        parts.append(f"\n# {one.meaning}\n# Expects {one.expected}. Default: {one.default_words}.\n")
        parts.append(f"#{one.name}={default}\n")
    return "".join(parts)


def _describe(variable: Variable) -> SettingDescription:
    declaration = variable.declaration
    default = None if declaration.default_words else _as_text(variable.field.default)
    return SettingDescription(
        group=variable.group,
        name=variable.name,
        also=declaration.also,
        meaning=declaration.meaning,
        expected=declaration.kind.expected,
        default=default,
        default_words=declaration.default_words or default or "none",
        is_secret=declaration.kind.is_secret,
    )


def _as_text(default: Any) -> str | None:
    """Return a default as one would set it; nothing at all (None, an empty list) has no text."""
    if default is None or default == ():
        return None
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, StrEnum):
        return default.value
    return f"{default:g}" if isinstance(default, float) else str(default)


def _table(title: str, introduction: str, described: list[SettingDescription]) -> str:
    rows = [f"## {title}\n"]
    if introduction:
        rows.append(f"{introduction}\n")
    rows += ["| name | meaning | expects | default |", "|---|---|---|---|"]
    for one in described:
        names = " or ".join(f"`{name}`" for name in (one.name, *one.also))
        secret = " Secret." if one.is_secret else ""
        default = f"`{one.default}`" if one.default is not None else one.default_words
        rows.append(f"| {names} | {one.meaning}{secret} | {one.expected} | {default} |")
    return "\n".join(rows) + "\n"
