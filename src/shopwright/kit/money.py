"""Money: a Decimal amount, its currency, and whether tax is in it. Floats never touch it.

Arithmetic across currencies or tax bases is refused; conversion goes through a recorded rate.
Minor units follow ISO 4217. Rounding is stated per currency: half up, the rule of retail receipts, to the
currency's minor unit; CHF cash rounding to 0.05 is a price ending, not money.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import ClassVar, Self

from shopwright.kit.errors import Invalid

_ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_TWO_DECIMALS = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
    "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
    "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
    "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG".split()
)
_LARGEST = Decimal(10) ** 12


class UnknownCurrency(Invalid):
    """The code is not an ISO 4217 currency."""

    code = "unknown_currency"


class CurrencyMismatch(Invalid):
    """Two amounts of different currency or tax basis were put together."""

    code = "currency_mismatch"
    action = "Convert one of the amounts with a recorded exchange rate or tax rate first."


class InvalidAmount(Invalid):
    """The text or number is not an amount of money."""

    code = "invalid_amount"


class TaxBasis(StrEnum):
    """Whether tax is in an amount. Costs are as a rule net, shop prices gross."""

    GROSS = "gross"
    NET = "net"


@dataclass(frozen=True, slots=True, order=True)
class Currency:
    """An ISO 4217 currency code with its number of decimals."""

    code: str

    def __post_init__(self) -> None:
        if self.code not in _DECIMALS:
            raise UnknownCurrency(f"{self.code!r} is not an ISO 4217 currency code.", found=self.code)

    @property
    def decimals(self) -> int:
        """Digits after the point: 0 for JPY, 2 for EUR, 3 for KWD."""
        return _DECIMALS[self.code]

    @property
    def minor_unit(self) -> Decimal:
        """The smallest amount: 1 for JPY, 0.01 for EUR, 0.001 for KWD."""
        return Decimal(1).scaleb(-self.decimals)

    def __str__(self) -> str:
        return self.code


_DECIMALS: dict[str, int] = (
    dict.fromkeys(_ZERO_DECIMALS, 0) | dict.fromkeys(_TWO_DECIMALS, 2) | dict.fromkeys(_THREE_DECIMALS, 3)
)
ISO_CODES = frozenset(_DECIMALS)
"""The currency codes that are known."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with currency and tax basis. Exact until `rounded` is called."""

    amount: Decimal
    currency: Currency
    basis: TaxBasis = TaxBasis.GROSS

    ZERO: ClassVar[Decimal] = Decimal(0)

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or abs(self.amount) >= _LARGEST:
            raise InvalidAmount("An amount must be finite and below 10^12.", found=str(self.amount))

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str, basis: TaxBasis = TaxBasis.GROSS) -> Self:
        """Build from a decimal, an int or a decimal text; a float is refused by type and at run time."""
        if isinstance(amount, float) or not isinstance(amount, Decimal | int | str):
            raise InvalidAmount("Money is never made from a float.", found=repr(amount))
        try:
            return cls(Decimal(amount), Currency(currency), basis)
        except InvalidOperation:
            raise InvalidAmount(f"{amount!r} is not a decimal amount.", found=str(amount)) from None

    def _same(self, other: "Money") -> None:
        if (self.currency, self.basis) != (other.currency, other.basis):
            raise CurrencyMismatch(
                f"{self.currency} {self.basis} and {other.currency} {other.basis} do not mix.",
                left=f"{self.currency} {self.basis}",
                right=f"{other.currency} {other.basis}",
            )

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency, self.basis)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency, self.basis)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency, self.basis)

    def __mul__(self, factor: Decimal | int) -> "Money":
        if isinstance(factor, float):
            raise InvalidAmount("Money is multiplied by a Decimal or an int, never a float.", found=repr(factor))
        return Money(self.amount * factor, self.currency, self.basis)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: "Money") -> bool:
        return other < self

    def __ge__(self, other: "Money") -> bool:
        return other <= self

    def rounded(self) -> "Money":
        """Round half up to the currency's minor unit."""
        return Money(self.amount.quantize(self.currency.minor_unit, ROUND_HALF_UP), self.currency, self.basis)

    @property
    def minor_units(self) -> int:
        """The amount as a whole number of minor units, after rounding: EUR 1.005 is 101."""
        return int(self.rounded().amount.scaleb(self.currency.decimals))

    def with_tax(self, rate: Decimal) -> "Money":
        """Return the gross amount of a net one; `rate` is a fraction (0.19), not a percentage."""
        if self.basis is TaxBasis.GROSS:
            return self
        return Money(self.amount * (1 + rate), self.currency, TaxBasis.GROSS)

    def without_tax(self, rate: Decimal) -> "Money":
        """Return the net amount of a gross one; `rate` is a fraction (0.19), not a percentage."""
        if self.basis is TaxBasis.NET:
            return self
        return Money(self.amount / (1 + rate), self.currency, TaxBasis.NET)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """One unit of `base` costs `rate` of `quote` on a day, as a source recorded it."""

    base: Currency
    quote: Currency
    rate: Decimal
    on: date
    source: str

    def __post_init__(self) -> None:
        if not self.rate.is_finite() or self.rate <= 0:
            raise InvalidAmount("An exchange rate must be finite and above zero.", found=str(self.rate))

    def convert(self, money: Money) -> Money:
        """Convert an amount in either direction; the result is exact, not rounded."""
        if money.currency == self.base:
            return Money(money.amount * self.rate, self.quote, money.basis)
        if money.currency == self.quote:
            return Money(money.amount / self.rate, self.base, money.basis)
        raise CurrencyMismatch(
            f"A rate of {self.base}/{self.quote} does not convert {money.currency}.", found=str(money.currency)
        )


def total(amounts: Iterable[Money], currency: Currency, basis: TaxBasis = TaxBasis.GROSS) -> Money:
    """Sum amounts of one currency and basis; an empty sum is zero of the currency named."""
    result = Money(Money.ZERO, currency, basis)
    for amount in amounts:
        result += amount
    return result
