"""Reading the settings from the environment, a `.env` file and secret files, once, at start.

This is the only place of the program that reads the environment. Whatever is wrong is collected, so that one start
tells everything; nothing half-checked leaves this module.
"""

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, cast

from dotenv import dotenv_values

from shopwright.infra.settings.declaration import PREFIX, Declaration, declaration_of, has_default, variable_name
from shopwright.infra.settings.development import DevelopmentSecrets, ensure_development_secrets, throwaway_secrets
from shopwright.infra.settings.groups import Environment, LogFormat, Settings
from shopwright.infra.settings.problems import InvalidSettings, SettingProblem, shown
from shopwright.infra.settings.rules import find_conflicts

_FILE = "_FILE"
_LARGEST_SECRET_FILE = 65_536
# Kubernetes puts the addresses of services into the environment of every pod, a service `shopwright` included.
_SERVICE_LINK = re.compile(rf"{PREFIX}_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT|PORT_\d+_(TCP|UDP)(_\w+)?)")


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting with the place it has in `Settings` (`group` is None at the top)."""

    group: str | None
    field: "Field[Any]"
    declaration: Declaration

    @property
    def name(self) -> str:
        """Its environment variable."""
        return variable_name(self.group, self.field.name)

    @property
    def names(self) -> tuple[str, ...]:
        """All environment variables that set it, the strongest first."""
        return (self.name, *self.declaration.also)

    @property
    def cure(self) -> str:
        """What to do about a wrong or missing value."""
        if self.declaration.cure:
            return self.declaration.cure
        if has_default(self.field) or self.declaration.default_words:
            return "Correct it, or remove it to get the default."
        return "Correct it."


_Values = dict[tuple[str | None, str], Any]
_Sources = tuple[Mapping[str, str], ...]


def variables() -> tuple[Variable, ...]:
    """Return every setting there is, in the order of the documentation."""
    found = []
    for top in fields(Settings):
        declaration = declaration_of(top)
        if declaration is not None:
            found.append(Variable(None, top, declaration))
    for name, group in groups():
        found.extend(Variable(name, of, cast("Declaration", declaration_of(of))) for of in fields(group))
    return tuple(found)


def groups() -> tuple[tuple[str, type[Any]], ...]:
    """Return the groups of `Settings` with their names."""
    return tuple((of.name, of.type) for of in fields(Settings) if isinstance(of.type, type) and is_dataclass(of.type))


def default_state_dir(env: Mapping[str, str]) -> Path:
    """Return where state is kept unless a setting says otherwise."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/shopwright")
    home = env.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "shopwright"


def load_settings(env: Mapping[str, str] | None = None, env_file: Path | None = None) -> Settings:
    """Read, check and return the settings.

    Variables of `env` win over the lines of `env_file`. Without `env` the environment of the process is read, and
    with it the file `.env` of the working folder if there is one. Blank values count as missing. In development,
    missing secrets are made and kept in the state folder. Raises InvalidSettings with every problem.
    """
    if env is None:
        env = os.environ
        if env_file is None and Path(".env").is_file():
            env_file = Path(".env")
    problems: list[SettingProblem] = []
    sources: _Sources = (env, _read_env_file(env_file, problems) if env_file else {})
    values: _Values = {}
    for variable in variables():
        _read_variable(variable, sources, values, problems)
    problems.extend(_unknown_names(sources))
    _fill_defaults(values, env)
    _fill_secrets(values, problems)
    settings = _assemble(values)
    known = {problem.name for problem in problems}
    problems.extend(conflict for conflict in find_conflicts(settings) if conflict.name not in known)
    if problems:
        raise InvalidSettings(tuple(problems))
    return settings


def with_demo_mode(settings: Settings) -> Settings:
    """Return the settings with demo mode on. Raises InvalidSettings where that is not allowed."""
    changed = replace(settings, demo_mode=True)
    if problems := tuple(find_conflicts(changed)):
        raise InvalidSettings(problems)
    return changed


def _read_env_file(file: Path, problems: list[SettingProblem]) -> Mapping[str, str]:
    try:
        lines = dotenv_values(file, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(
            SettingProblem(str(file), str(error), "a readable text file", "Correct the path or its rights.")
        )
        return {}
    if not file.is_file():
        problems.append(SettingProblem(str(file), "no such file", "a file of NAME=value lines", "Correct the path."))
    return {name: value for name, value in lines.items() if value}


def _read_variable(variable: Variable, sources: _Sources, values: _Values, problems: list[SettingProblem]) -> None:
    kind = variable.declaration.kind
    found = _find_text(variable, sources, problems)
    if found is None:
        return
    name, text = found
    try:
        values[variable.group, variable.field.name] = kind.read(text)
    except ValueError:
        problems.append(SettingProblem(name, shown(text, is_secret=kind.is_secret), kind.expected, variable.cure))


def _find_text(variable: Variable, sources: _Sources, problems: list[SettingProblem]) -> tuple[str, str] | None:
    """Return the name that sets a variable and its text; the first source that has one of its names decides."""
    for source in sources:
        for name in variable.names:
            text = source.get(name, "").strip()
            file = source.get(name + _FILE, "").strip() if variable.declaration.kind.is_secret else ""
            if text and file:
                problems.append(
                    SettingProblem(name, f"both {name} and {name}{_FILE}", "one of them", "Remove one of them.")
                )
                return None
            if text:
                return name, text
            if file:
                secret = _read_secret_file(name + _FILE, Path(file), problems)
                return None if secret is None else (name + _FILE, secret)
    return None


def _read_secret_file(name: str, file: Path, problems: list[SettingProblem]) -> str | None:
    try:
        with file.open(encoding="utf-8") as stream:
            text = stream.read(_LARGEST_SECRET_FILE).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        cure = "Correct the path, or let the program's user read the file."
        problems.append(SettingProblem(name, f"{file} ({reason})", "a readable text file", cure))
        return None
    if not text:
        problems.append(SettingProblem(name, f"{file} (empty)", "a file that holds the secret", "Write it there."))
        return None
    return text


def _unknown_names(sources: _Sources) -> Iterator[SettingProblem]:
    """Name the variables that look like ours and are not: a typing error would otherwise pass in silence."""
    known = {name for variable in variables() for name in variable.names}
    known |= {v.name + _FILE for v in variables() if v.declaration.kind.is_secret}
    present = {name for source in sources for name in source if name.startswith(PREFIX + "_")}
    for name in sorted(present - known):
        if _SERVICE_LINK.fullmatch(name) is None:
            near = difflib.get_close_matches(name, known, n=1)
            cure = f"Did you mean {near[0]}?" if near else "Remove it; docs/settings.md lists all settings."
            yield SettingProblem(name, "a name that is no setting", "a name of docs/settings.md", cure)


def _fill_defaults(values: _Values, env: Mapping[str, str]) -> None:
    """Add the defaults that depend on other settings."""
    development = values.get((None, "environment"), Environment.DEVELOPMENT) is Environment.DEVELOPMENT
    state_dir = values.setdefault((None, "state_dir"), default_state_dir(env))
    values.setdefault(("database", "state_dir"), state_dir)
    values.setdefault(("storage", "url"), (state_dir.absolute() / "objects").as_uri())
    values.setdefault(("http", "cors_loopback"), development)
    values.setdefault(("log", "format"), LogFormat.CONSOLE if development else LogFormat.JSON)


def _fill_secrets(values: _Values, problems: list[SettingProblem]) -> None:
    """Add missing secrets. Production misses them aloud; stand-ins then let the other settings be checked."""
    wanted = {("auth", "secret"), ("encryption", "keys"), ("encryption", "index_key")} - values.keys()
    environment = values.get((None, "environment"), Environment.DEVELOPMENT)
    made = throwaway_secrets()
    if wanted and environment is Environment.DEVELOPMENT and not problems:
        made = _development_secrets(values[None, "state_dir"], problems)
    if environment is Environment.PRODUCTION:
        missing = (variable for variable in variables() if (variable.group, variable.field.name) in wanted)
        named = {problem.name.removesuffix(_FILE) for problem in problems}
        problems.extend(
            SettingProblem(variable.name, "nothing", variable.declaration.kind.expected, variable.cure)
            for variable in missing
            if variable.name not in named
        )
    values.setdefault(("auth", "secret"), made.auth_secret)
    values.setdefault(("encryption", "keys"), (made.encryption_key,))
    values.setdefault(("encryption", "index_key"), made.index_key)


def _development_secrets(state_dir: Path, problems: list[SettingProblem]) -> DevelopmentSecrets:
    try:
        return ensure_development_secrets(state_dir)
    except (OSError, ValueError) as error:
        name = variable_name(None, "state_dir")
        cure = "Set it to a folder of the program's user, or set the secrets of docs/settings.md yourself."
        problems.append(SettingProblem(name, f"{state_dir} ({error})", "a folder that can be written", cure))
        return throwaway_secrets()


def _assemble(values: _Values) -> Settings:
    built: dict[str, Any] = {name: value for (group, name), value in values.items() if group is None}
    for name, group in groups():
        built[name] = group(**{key: value for (of, key), value in values.items() if of == name})
    return Settings(**built)
