import pytest
from tests.factories import identity as people
from tests.factories import journal

from shopwright.identity.domain import Principal
from shopwright.identity.preferences import BusinessGoal, InvalidPreferences, Preferences
from shopwright.identity.service.preferences import PreferenceService
from shopwright.infra.db import Database
from shopwright.infra.web.conditional import ChangedSinceRead


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: Preferences(kpi_preferences=("",)), "kpi_preferences"),
        (lambda: Preferences(kpi_preferences=("a\0b",)), "kpi_preferences"),
        (lambda: Preferences(kpi_preferences=("\ud800",)), "kpi_preferences"),
        (lambda: Preferences(marketplace_focus=("x" * 501,)), "marketplace_focus"),
        (lambda: Preferences(marketplace_focus=("x",) * 101), "marketplace_focus"),
        (lambda: Preferences(business_goals=(BusinessGoal("", 1),)), "business_goals"),
        (lambda: Preferences(business_goals=(BusinessGoal("sell", 0),)), "business_goals.priority"),
        (lambda: Preferences(business_goals=(BusinessGoal("sell", 101),)), "business_goals.priority"),
        (lambda: Preferences(ui={"width": 2**53}), "ui"),
        (lambda: Preferences(ui={"columns": ["a", "\0"]}), "ui"),
        (lambda: Preferences(ui={"\0": True}), "ui"),
        (lambda: Preferences(ui={str(n): n for n in range(201)}), "ui"),
    ],
)  # fmt: skip
def test_what_could_not_come_back_unchanged_is_refused_by_name(wrong: object, field: str) -> None:
    with pytest.raises(InvalidPreferences) as refused:
        wrong()  # type: ignore[operator]
    assert refused.value.details["fields"].keys() == {field}  # type: ignore[attr-defined]


@pytest.fixture
async def owner(database: Database) -> Principal:
    return (await people.shop(database)).principal


async def test_who_never_said_what_has_none(database: Database, owner: Principal) -> None:
    async with database.unit(owner.tenant) as unit:
        assert await PreferenceService(unit, owner.member).get() == (Preferences(), 0)


async def test_preferences_have_versions_and_their_change_is_told(database: Database, owner: Principal) -> None:
    wanted = Preferences(kpi_preferences=("margin",), ui={"theme": "dark"})
    async with database.unit(owner.tenant) as unit:
        service = PreferenceService(unit, owner.member)
        assert await service.replace(wanted, expected_version=0) == (wanted, 1)
        assert await service.replace(wanted) == (wanted, 1)
        assert await service.replace(Preferences(), expected_version=1) == (Preferences(), 2)
        with pytest.raises(ChangedSinceRead):
            await service.replace(wanted, expected_version=1)
    told = await journal.entries(database, owner.tenant, "identity.preferences_changed")
    assert [entry["payload"]["fields"] for entry in told] == [["kpi_preferences", "ui"]] * 2
    assert told[0]["after"] == {"kpi_preferences": ["margin"]}, "the looks of the web interface stay out of the journal"


async def test_a_colleagues_preferences_are_their_own(database: Database) -> None:
    owner = await people.shop(database)
    other = await people.colleague(database, owner)
    async with database.unit(owner.tenant) as unit:
        await PreferenceService(unit, owner.member).replace(Preferences(kpi_preferences=("margin",)))
    async with database.unit(owner.tenant) as unit:
        assert await PreferenceService(unit, other.member).get() == (Preferences(), 0)
