"""What a member likes to see: KPIs, marketplaces in focus, goals, and the looks of the web interface. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from shopwright.kit.errors import Invalid
from shopwright.kit.events import Event

LONGEST_LIST: Final = 100
LONGEST_TEXT: Final = 500
LEAST_PRIORITY: Final = 100
MOST_UI_KEYS: Final = 200
_LARGEST_NUMBER = 2**53 - 1  # beyond it browsers round

UiValue = bool | int | str | list[str] | None


class InvalidPreferences(Invalid):
    """Preferences hold values that cannot be kept unchanged; `details.fields` says which and why."""

    code = "invalid_preferences"


@dataclass(frozen=True, slots=True)
class BusinessGoal:
    """What the member wants to reach. Priority 1 comes first."""

    goal: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """One member's preferences in one tenant. What is kept comes back unchanged, in the same order."""

    kpi_preferences: tuple[str, ...] = ()
    marketplace_focus: tuple[str, ...] = ()
    business_goals: tuple[BusinessGoal, ...] = ()
    ui: dict[str, UiValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise InvalidPreferences, naming every value that cannot be kept."""
        problems = dict(self._problems())
        if problems:
            raise InvalidPreferences(f"Cannot be kept: {', '.join(problems)}.", fields=problems)

    def _problems(self) -> Iterator[tuple[str, str]]:
        goals = tuple(goal.goal for goal in self.business_goals)
        for name, texts in (
            ("kpi_preferences", self.kpi_preferences),
            ("marketplace_focus", self.marketplace_focus),
            ("business_goals", goals),
        ):
            if len(texts) > LONGEST_LIST or not all(text and _can_be_kept(text) for text in texts):
                yield name, f"at most {LONGEST_LIST} texts of 1 to {LONGEST_TEXT} characters"
        if not all(1 <= goal.priority <= LEAST_PRIORITY for goal in self.business_goals):
            yield "business_goals.priority", f"1 (first) to {LEAST_PRIORITY}"
        if len(self.ui) > MOST_UI_KEYS or not all(
            _can_be_kept(key) and _can_be_kept(value) for key, value in self.ui.items()
        ):
            yield "ui", f"at most {MOST_UI_KEYS} short texts, whole numbers, switches or lists of texts"


def _can_be_kept(value: UiValue) -> bool:
    """Tell whether the database gives the value back as it is: no NUL, no lone surrogates, nothing huge."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and "\0" not in value and _is_unicode(value)
    if isinstance(value, list):
        return len(value) <= LONGEST_LIST and all(_can_be_kept(item) for item in value)
    return value is None or abs(value) <= _LARGEST_NUMBER


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(Event, name="identity.preferences_changed", subject="member"):
    """A member prefers something else; whatever is ordered or worded by preferences is to be made anew."""

    fields: tuple[str, ...]
