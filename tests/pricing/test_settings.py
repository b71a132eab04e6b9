"""Guardrail settings: what cannot be meant is refused when it is written."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.factories.pricing import refused_fields

from shopwright.pricing.endings import InvalidEnding, PriceEnding
from shopwright.pricing.settings import Guardrails, InvalidGuardrails, MarketReference


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("min_margin_ppm", -1),
        ("min_margin_ppm", 1_000_000),
        ("min_markup_ppm", -1),
        ("min_markup_ppm", 100_000_001),
        ("max_daily_change_ppm", 0),
        ("max_daily_change_ppm", -10),
        ("max_weekly_change_ppm", 0),
        ("max_weekly_change_ppm", 200_000_000),
        ("market_ceiling_ppm", -1),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(field: str, value: int) -> None:
    changed: dict[str, Any] = {field: value}
    with pytest.raises(InvalidGuardrails) as refused:
        Guardrails(**changed)
    assert refused_fields(refused.value) == [field]


def test_the_defaults_limit_how_far_a_price_moves() -> None:
    assert Guardrails().max_daily_change_ppm == 100_000
    assert Guardrails().max_weekly_change_ppm == 250_000


def test_endings_have_to_exist_in_their_currency() -> None:
    with pytest.raises(InvalidEnding):
        Guardrails(endings={"JPY": PriceEnding.charm(Decimal("0.99"))})


def test_settings_survive_json() -> None:
    settings = Guardrails(
        min_margin_ppm=150_000,
        market_ceiling_ppm=100_000,
        market_reference=MarketReference.LOWEST,
        endings={"EUR": PriceEnding.charm(Decimal("0.99"), Decimal("0.95"))},
    )
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Guardrails) == settings
