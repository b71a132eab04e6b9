"""Which rival offers may be used to set a price, which may not and why, and what they cost delivered. Pure.

The gate before every rule: a rival who cannot sell, sells something else, or is ourselves, is never followed. An offer
that passes is turned into the price that ours would have to be to equal it: price plus shipping, for our pack size, in
our currency and tax basis, less our own shipping. All arithmetic is exact, rounded down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final, Self

import numpy as np

from shopwright.kit.amounts import (
    INVALID,
    LARGEST,
    MISSING,
    SCALE,
    Amounts,
    Flags,
    Integers,
    proportion,
    usable,
)
from shopwright.kit.errors import Invalid
from shopwright.pricing.checking import check_settings
from shopwright.pricing.codes import BitWord
from shopwright.pricing.columns import CatalogColumns, check_columns, check_indices, column
from shopwright.pricing.rivals import UsedOffers

AVAILABILITY: Final = ("in_stock", "out_of_stock", "unknown")
"""Words of the column `availability`, by code."""
CONDITION: Final = ("new", "refurbished", "used", "unknown")
"""Words of the column `condition`, by code."""
MATCH_STATE: Final = ("automatic", "confirmed", "review", "rejected", "unmatched")
"""Words of the column `match_state`, by code."""

_FUTURE_SECONDS: Final = 3_600
"""Clocks of two machines differ by less than this; an offer seen later than that was misdated."""
_ENOUGH_OTHERS: Final = 2
"""With fewer other offers nobody can say which of them is the odd one."""


class InvalidComparability(Invalid):
    """A setting of the comparability gate cannot be meant as it is written."""

    code = "invalid_comparability"


class Exclusion(BitWord):
    """Why an offer is not used, the most telling first."""

    OWN_OFFER = "own_offer"
    IGNORED_COMPETITOR = "ignored_competitor"
    UNMATCHED = "unmatched"
    MATCH_REJECTED = "match_rejected"
    WEAK_MATCH = "weak_match"
    OUT_OF_STOCK = "out_of_stock"
    AVAILABILITY_UNKNOWN = "availability_unknown"
    CONDITION_DIFFERS = "condition_differs"
    CONDITION_UNKNOWN = "condition_unknown"
    CONDITIONAL_PRICE = "conditional_price"
    STALE = "stale"
    DATED_IN_FUTURE = "dated_in_future"
    PRICE_NOT_POSITIVE = "price_not_positive"
    SHIPPING_UNKNOWN = "shipping_unknown"
    PACK_NOT_COMPARABLE = "pack_not_comparable"
    NO_EXCHANGE_RATE = "no_exchange_rate"
    TAX_BASIS_UNKNOWN = "tax_basis_unknown"
    OUTLIER = "outlier"


class Unknown(StrEnum):
    """What to do with an offer of which something is not known."""

    USE = "use"
    EXCLUDE = "exclude"


class PackRule(StrEnum):
    """Whether offers of another pack size are brought to ours by unit, or left out."""

    PER_UNIT = "per_unit"
    SAME_SIZE = "same_size"


@dataclass(frozen=True, slots=True)
class Comparability:
    """Settings of the gate. Shares are ppm.

    A match that is neither confirmed by a person nor at `min_match_ppm` is left out, or, with `use_weak_matches`, used
    with a lowered confidence. An offer is an outlier below `outlier_low_ppm` or above `outlier_high_ppm` of the median
    of the others (at least two), or of its own usual price where that is known.
    """

    max_age_hours: int = 24
    min_match_ppm: int = 800_000
    use_weak_matches: bool = False
    conditions: frozenset[str] = frozenset({"new"})
    unknown_availability: Unknown = Unknown.EXCLUDE
    unknown_condition: Unknown = Unknown.USE
    unknown_shipping: Unknown = Unknown.USE
    packs: PackRule = PackRule.PER_UNIT
    outlier_low_ppm: int = 500_000
    outlier_high_ppm: int = 2_000_000

    def __post_init__(self) -> None:
        conditions = CONDITION[:3]
        known = bool(self.conditions) and self.conditions <= set(conditions)
        checks = {
            "max_age_hours": (self.max_age_hours > 0, "1 hour and more."),
            "min_match_ppm": (0 <= self.min_match_ppm <= SCALE, "From 0 to 100 %."),
            "conditions": (known, f"At least one of {', '.join(conditions)}."),
            "outlier_low_ppm": (0 <= self.outlier_low_ppm <= SCALE, "From 0 to 100 %."),
            "outlier_high_ppm": (SCALE <= self.outlier_high_ppm <= 1_000 * SCALE, "From 100 to 100,000 %."),
        }
        check_settings(InvalidComparability, checks)


@dataclass(frozen=True, slots=True)
class OfferColumns:
    """Rival offers, one a row. `product` is a row of the catalog, `currency` an index of its rate table.

    `shipping` is MISSING when unknown; `seen_at` is in seconds since 1970; availability, condition and match state are
    codes (see `codes_of`); `conditional` marks prices that not every buyer gets (member, coupon, "from"); `usual_price`
    is the offer's own median price of the past, MISSING when unknown.
    """

    product: Integers
    competitor: Integers
    price: Amounts
    shipping: Amounts
    currency: Integers
    gross: Flags
    availability: Integers
    condition: Integers
    pack_quantity: Integers
    seen_at: Integers
    match_ppm: Integers
    match_state: Integers
    own: Flags
    ignored: Flags
    conditional: Flags
    usual_price: Amounts

    @classmethod
    def of(
        cls,
        *,
        product: Integers,
        competitor: Integers,
        price: Amounts,
        currency: Integers,
        gross: Flags,
        availability: Integers,
        condition: Integers,
        seen_at: Integers,
        match_ppm: Integers,
        match_state: Integers,
        shipping: Amounts | None = None,
        pack_quantity: Integers | None = None,
        own: Flags | None = None,
        ignored: Flags | None = None,
        conditional: Flags | None = None,
        usual_price: Amounts | None = None,
    ) -> Self:
        """Build from the columns that there are: shipping unknown, packs of one, nobody's own offer otherwise."""
        size = len(product)
        none = np.zeros(size, dtype=np.bool_)
        return cls(
            product=column(product, size, 0),
            competitor=column(competitor, size, 0),
            price=column(price, size, MISSING),
            shipping=column(shipping, size, MISSING),
            currency=column(currency, size, 0),
            gross=np.asarray(gross, dtype=np.bool_),
            availability=column(availability, size, -1),
            condition=column(condition, size, -1),
            pack_quantity=column(pack_quantity, size, 1),
            seen_at=column(seen_at, size, MISSING),
            match_ppm=column(match_ppm, size, 0),
            match_state=column(match_state, size, -1),
            own=none if own is None else np.asarray(own, dtype=np.bool_),
            ignored=none if ignored is None else np.asarray(ignored, dtype=np.bool_),
            conditional=none if conditional is None else np.asarray(conditional, dtype=np.bool_),
            usual_price=column(usual_price, size, MISSING),
        )

    def __post_init__(self) -> None:
        check_columns(len(self.product), {field.name: getattr(self, field.name) for field in fields(self)})

    def __len__(self) -> int:
        return len(self.product)

    def of_products(self, rows: Integers, products: int) -> Self:
        """Return the offers on these rows of a catalog of `products`, as offers of a catalog of just these rows."""
        place = np.full(products, -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        kept = np.flatnonzero(place[self.product] >= 0)
        chosen = {field.name: getattr(self, field.name)[kept] for field in fields(self)}
        return replace(self, **(chosen | {"product": place[chosen["product"]]}))

    def of_product(self, row: int) -> Self:
        """Return the offers of one product, as offers of a catalog that has only this row."""
        rows = np.flatnonzero(self.product == row)
        chosen = {field.name: getattr(self, field.name)[rows] for field in fields(self)}
        return replace(self, **(chosen | {"product": np.zeros(rows.size, dtype=np.int64)}))


def codes_of(words: Sequence[str | None], known: Sequence[str]) -> Integers:
    """Return the code of each word (AVAILABILITY, CONDITION, MATCH_STATE), -1 for one that is not known."""
    code = {word: place for place, word in enumerate(known)}
    return np.fromiter((code.get(word, -1) if word else -1 for word in words), dtype=np.int64, count=len(words))


def compare(catalog: CatalogColumns, offers: OfferColumns, settings: Comparability, now: int) -> UsedOffers:
    """Gate all offers at once; `now` is in seconds since 1970.

    Returns the used offers with their comparable prices, and for each offer the bits of why it was left out.
    Raises InvalidColumns where an offer points outside of the catalog or its currencies.
    """
    check_indices("product", offers.product, len(catalog))
    check_indices("currency", offers.currency, len(catalog.rates.currencies))
    comparable = _comparable_price(catalog, offers, settings)
    excluded = _excluded_for_themselves(offers, settings, now)
    excluded |= _excluded_for_their_price(catalog, offers, settings, comparable)
    used = UsedOffers.of(
        len(catalog),
        offers.product,
        offers.competitor,
        comparable,
        excluded,
        match_ppm=_match_confidence(offers, settings),
        doubtful=_doubtful(offers),
    )
    outlier = _outliers(used, offers, settings)
    excluded[used.offer[outlier]] |= Exclusion.OUTLIER.bit
    return used.keep(~outlier)


def _flagged(size: int, found: Sequence[tuple[Exclusion, Flags]]) -> Integers:
    bits = np.zeros(size, dtype=np.int64)
    for exclusion, flags in found:
        bits |= np.where(flags, exclusion.bit, 0)
    return bits


def _excluded_for_themselves(offers: OfferColumns, settings: Comparability, now: int) -> Integers:
    automatic, confirmed, review, rejected = (offers.match_state == code for code in range(4))
    weak = review | (automatic & (offers.match_ppm < settings.min_match_ppm))
    in_stock, sold_out = offers.availability == 0, offers.availability == 1
    allowed = np.isin(offers.condition, [CONDITION.index(word) for word in settings.conditions])
    condition_known = (offers.condition >= 0) & (offers.condition < CONDITION.index("unknown"))
    age = now - np.maximum(offers.seen_at, 0)
    found: list[tuple[Exclusion, Flags]] = [
        (Exclusion.OWN_OFFER, offers.own),
        (Exclusion.IGNORED_COMPETITOR, offers.ignored),
        (Exclusion.UNMATCHED, ~(automatic | confirmed | review | rejected)),
        (Exclusion.MATCH_REJECTED, rejected),
        (Exclusion.OUT_OF_STOCK, sold_out),
        (Exclusion.CONDITION_DIFFERS, condition_known & ~allowed),
        (Exclusion.CONDITIONAL_PRICE, offers.conditional),
        (Exclusion.STALE, age > settings.max_age_hours * 3_600),
        (Exclusion.DATED_IN_FUTURE, age < -_FUTURE_SECONDS),
    ]
    if not settings.use_weak_matches:
        found.append((Exclusion.WEAK_MATCH, weak))
    if settings.unknown_availability is Unknown.EXCLUDE:
        found.append((Exclusion.AVAILABILITY_UNKNOWN, ~in_stock & ~sold_out))
    if settings.unknown_condition is Unknown.EXCLUDE:
        found.append((Exclusion.CONDITION_UNKNOWN, ~condition_known))
    if settings.unknown_shipping is Unknown.EXCLUDE:
        found.append((Exclusion.SHIPPING_UNKNOWN, offers.shipping == MISSING))
    return _flagged(len(offers), found)


def _excluded_for_their_price(
    catalog: CatalogColumns, offers: OfferColumns, settings: Comparability, comparable: Amounts
) -> Integers:
    ours = catalog.pack_quantity[offers.product]
    other_basis = offers.gross != catalog.gross[offers.product]
    pack_wrong = (offers.pack_quantity <= 0) | (ours <= 0)
    if settings.packs is PackRule.SAME_SIZE:
        pack_wrong |= offers.pack_quantity != ours
    no_rate = catalog.rates.between(offers.currency, catalog.currency[offers.product])[0] == 0
    no_tax = other_basis & (_tax_rate_factor(catalog)[offers.product] == 0)
    understood = ~pack_wrong & ~no_rate & ~no_tax
    return _flagged(
        len(offers),
        [
            (Exclusion.PACK_NOT_COMPARABLE, pack_wrong),
            (Exclusion.NO_EXCHANGE_RATE, no_rate),
            (Exclusion.TAX_BASIS_UNKNOWN, no_tax),
            (Exclusion.PRICE_NOT_POSITIVE, ~usable(offers.price) | (understood & ~usable(comparable))),
        ],
    )


def _tax_rate_factor(catalog: CatalogColumns) -> Integers:
    """Return 1 + tax in ppm, whatever the basis of our own prices; 0 where the rate is not usable."""
    known = (catalog.tax_ppm >= 0) & (catalog.tax_ppm <= SCALE)
    return np.where(known, SCALE + np.where(known, catalog.tax_ppm, 0), 0)


def _comparable_price(catalog: CatalogColumns, offers: OfferColumns, settings: Comparability) -> Amounts:
    """Return what our price would have to be to equal each offer; INVALID where that cannot be told."""
    product = offers.product
    shipping = np.where((offers.shipping > 0) & (offers.shipping < LARGEST), offers.shipping, 0)
    known_shipping = (offers.shipping == MISSING) | ((offers.shipping >= 0) & (offers.shipping < LARGEST))
    asked = np.where(usable(offers.price) & known_shipping, offers.price + shipping, INVALID)
    rate, per = catalog.rates.between(offers.currency, catalog.currency[product])
    factor, ours_gross = _tax_rate_factor(catalog)[product], catalog.gross[product]
    add_tax, take_tax = ours_gross & ~offers.gross, ~ours_gross & offers.gross
    tops = [rate, np.where(add_tax, factor, SCALE), catalog.pack_quantity[product]]
    bottoms = [per, np.where(take_tax, factor, SCALE), offers.pack_quantity]
    if settings.packs is PackRule.SAME_SIZE:
        tops, bottoms = tops[:2], bottoms[:2]
    price = proportion(asked, tops, bottoms, up=False)
    own_shipping = catalog.shipping[product]
    return np.where(usable(price) & (own_shipping >= 0), price - np.maximum(own_shipping, 0), INVALID)


def _match_confidence(offers: OfferColumns, settings: Comparability) -> Integers:
    """Return how sure a match is: whole where a person confirmed it, its own figure where it is weak."""
    sure = (offers.match_state == MATCH_STATE.index("confirmed")) | (offers.match_ppm >= settings.min_match_ppm)
    in_review = offers.match_state == MATCH_STATE.index("review")
    return np.where(sure & ~in_review, SCALE, np.clip(offers.match_ppm, 0, SCALE))


def _doubtful(offers: OfferColumns) -> Flags:
    """Tell of which offers something is not known that would matter."""
    in_stock = offers.availability == 0
    condition_known = (offers.condition >= 0) & (offers.condition < CONDITION.index("unknown"))
    result: Flags = ~in_stock | ~condition_known | (offers.shipping == MISSING)
    return result


def _outliers(used: UsedOffers, offers: OfferColumns, settings: Comparability) -> Flags:
    """Tell which rows are far from the median of the others, or from what the offer used to cost itself."""
    others = used.median_of_others(at_least=_ENOUGH_OTHERS)
    usual = offers.usual_price[used.offer]
    return _far(used.price, others, settings) | _far(offers.price[used.offer], usual, settings)


def _far(price: Amounts, reference: Amounts, settings: Comparability) -> Flags:
    low = proportion(reference, [settings.outlier_low_ppm], [SCALE], up=True)
    high = proportion(reference, [settings.outlier_high_ppm], [SCALE], up=False)
    result: Flags = usable(reference) & ((price < low) | ((high != INVALID) & (price > high)))
    return result
