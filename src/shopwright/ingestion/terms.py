"""What the shop takes for granted and files do not say: its time zone, currency, tax basis."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shopwright.kit.errors import Invalid
from shopwright.kit.money import Currency, TaxBasis


class UnknownTimeZone(Invalid):
    """The name is not in the IANA time zone database."""

    code = "unknown_time_zone"


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """The shop's own terms. `now` comes from the clock: it bounds dates, and stands for a moment that a file leaves out."""

    time_zone: str
    currency: str
    now: datetime
    tax_basis: str = TaxBasis.GROSS
    marketplace: str = "own"

    def __post_init__(self) -> None:
        Currency(self.currency)
        if self.now.tzinfo is None:
            raise ValueError("the present moment needs a time zone")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, or too long for one
            raise UnknownTimeZone(f"{self.time_zone!r} is not a time zone.", found=self.time_zone) from None
