"""What is wrong with the settings: every problem at once, each with its cure."""

from dataclasses import asdict, dataclass

from shopwright.infra.settings.secret import MASK
from shopwright.kit.errors import Invalid


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One wrong setting. `found` is masked for secrets."""

    name: str
    found: str
    expected: str
    cure: str

    def __str__(self) -> str:
        return f"{self.name}: found {self.found}, expected {self.expected}. {self.cure}"


class InvalidSettings(Invalid):
    """The program cannot start with these settings. `problems` names every wrong one with its cure."""

    code = "invalid_settings"
    action = "Correct every setting that the details name, then start again."

    def __init__(self, problems: tuple[SettingProblem, ...]) -> None:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        count = "1 setting is" if len(problems) == 1 else f"{len(problems)} settings are"
        super().__init__(f"{count} wrong:\n{lines}", problems=[asdict(problem) for problem in problems])
        self.problems = problems


def shown(text: str, *, is_secret: bool) -> str:
    """Return what may be said of a text that was found: the text, or for a secret its length."""
    if is_secret:
        return f"{MASK} ({len(text)} characters)"
    return repr(text)
