"""Price endings: .99 and .95, steps of 0.05, or none. An ending never carries a price over a limit. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

import numpy as np

from shopwright.kit.amounts import LARGEST, MISSING, SCALE, Amounts, Flags, Integers
from shopwright.kit.errors import Invalid
from shopwright.kit.money import Currency, UnknownCurrency

_SMALLEST: Final = Decimal("0.000001")


class InvalidEnding(Invalid):
    """Price endings that no price can have."""

    code = "invalid_ending"


@dataclass(frozen=True, slots=True)
class PriceEnding:
    """Prices that are allowed: those that leave one of `endings` when divided by `modulus`.

    .99 and .95 of every unit are modulus 1 with endings 0.99 and 0.95; "ends with 9.99" is modulus 10 with 9.99; steps
    of 0.05 are modulus 0.05 with ending 0; yen prices on 80 and 98 are modulus 100 with these two.
    """

    modulus: Decimal
    endings: tuple[Decimal, ...] = (Decimal(0),)

    def __post_init__(self) -> None:
        numbers = (self.modulus, *self.endings)
        if not all(number.is_finite() and abs(number) < LARGEST // SCALE for number in numbers) or any(
            number % _SMALLEST for number in numbers
        ):
            raise InvalidEnding(
                "Endings are numbers of at most six decimals.", field="endings", found=[str(n) for n in numbers]
            )
        if self.modulus <= 0 or not self.endings or not all(0 <= ending < self.modulus for ending in self.endings):
            raise InvalidEnding(
                "Endings lie between zero and their modulus.",
                field="endings",
                modulus=str(self.modulus),
                endings=[str(ending) for ending in self.endings],
            )

    @classmethod
    def step(cls, size: Decimal) -> Self:
        """Allow multiples of `size`: 0.05 for the cash rounding of Swiss francs."""
        return cls(size)

    @classmethod
    def charm(cls, *endings: Decimal, modulus: Decimal = Decimal(1)) -> Self:
        """Allow these endings of every `modulus`, for example 0.99 and 0.95."""
        return cls(modulus, endings)

    @classmethod
    def of_currency(cls, currency: Currency) -> Self:
        """Allow every price that the currency has."""
        return cls(currency.minor_unit)

    def fits(self, currency: Currency) -> bool:
        """Tell whether prices with these endings exist in the currency; there is no .99 in yen."""
        return all(number % currency.minor_unit == 0 for number in (self.modulus, *self.endings))

    def allows(self, price: Amounts) -> Flags:
        """Tell which prices have an allowed ending."""
        modulus, endings = self._scaled()
        result: Flags = np.isin(price % modulus, endings)
        return result

    def nearest(self, wanted: Amounts, floor: Amounts, cap: Amounts) -> Amounts:
        """Return the allowed price in [floor, cap] nearest to `wanted`, the upper of two; MISSING if there is none.

        All three are amounts from 0 to 10^12 units.
        """
        modulus, endings = self._scaled()
        best = np.full(wanted.shape, MISSING, dtype=np.int64)
        for ending in endings:
            lowest = _at_or_above(floor, modulus, ending)
            highest = _at_or_below(cap, modulus, ending)
            below, above = _at_or_below(wanted, modulus, ending), _at_or_above(wanted, modulus, ending)
            near = np.where(above - wanted <= wanted - below, above, below)
            found = np.clip(near, lowest, np.maximum(highest, lowest))
            distance, so_far = np.abs(found - wanted), np.abs(np.where(best == MISSING, 0, best) - wanted)
            better = (best == MISSING) | (distance < so_far) | ((distance == so_far) & (found > best))
            best = np.where((lowest <= highest) & better, found, best)
        return best

    def _scaled(self) -> tuple[int, list[int]]:
        return int(self.modulus * SCALE), [int(ending * SCALE) for ending in self.endings]


def _at_or_above(values: Integers, modulus: int, ending: int) -> Integers:
    return -(-(values - ending) // modulus) * modulus + ending


def _at_or_below(values: Integers, modulus: int, ending: int) -> Integers:
    return (values - ending) // modulus * modulus + ending


def check_endings(endings: Mapping[str, PriceEnding]) -> None:
    """Raise InvalidEnding where a currency has no prices with its endings, or is none."""
    for code, ending in endings.items():
        try:
            currency = Currency(code)
        except UnknownCurrency as error:
            raise InvalidEnding(error.message, field="endings", currency=code) from error
        if not ending.fits(currency):
            raise InvalidEnding(
                f"Prices in {code} cannot end like this.", field="endings", currency=code, modulus=str(ending.modulus)
            )
