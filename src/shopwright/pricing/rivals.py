"""The rival offers that may be used, grouped by product, and what rules ask of them. Pure, vectorised, exact.

Rows are sorted by product, then price; `starts` says where each product's rows begin. A figure of a product without
offers is MISSING.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from shopwright.kit.amounts import MISSING, SCALE, Amounts, Flags, Integers


@dataclass(frozen=True, slots=True)
class UsedOffers:
    """Offers that passed the gate. `offer` is the row in the table that was gated; `exclusions` covers that table.

    `price` is what our price would have to be to equal the offer. `match_ppm` tells how sure the match is and
    `doubtful` whether something about the offer is not known.
    """

    starts: Integers
    offer: Integers
    product: Integers
    competitor: Integers
    price: Amounts
    match_ppm: Integers
    doubtful: Flags
    exclusions: Integers

    @classmethod
    def of(
        cls,
        products: int,
        product: Integers,
        competitor: Integers,
        price: Amounts,
        exclusions: Integers,
        match_ppm: Integers,
        doubtful: Flags,
    ) -> Self:
        """Group the offers without an exclusion by product, for a catalog of `products` rows."""
        rows = np.flatnonzero(exclusions == 0)
        rows = rows[np.lexsort((price[rows], product[rows]))]
        return cls(
            starts=_starts(product[rows], products),
            offer=rows,
            product=product[rows],
            competitor=competitor[rows],
            price=price[rows],
            match_ppm=match_ppm[rows],
            doubtful=doubtful[rows],
            exclusions=exclusions,
        )

    @classmethod
    def none(cls, products: int) -> Self:
        """Return the offers of a market without rivals."""
        empty = np.zeros(0, dtype=np.int64)
        return cls.of(products, empty, empty, empty, empty, empty, empty.astype(np.bool_))

    def __len__(self) -> int:
        """Return the number of products (not of offers)."""
        return len(self.starts) - 1

    @property
    def count(self) -> Integers:
        """How many offers each product has."""
        return np.diff(self.starts)

    def keep(self, wanted: Flags) -> Self:
        """Return only the rows that are wanted."""
        product = self.product[wanted]
        return replace(
            self,
            starts=_starts(product, len(self)),
            offer=self.offer[wanted],
            product=product,
            competitor=self.competitor[wanted],
            price=self.price[wanted],
            match_ppm=self.match_ppm[wanted],
            doubtful=self.doubtful[wanted],
        )

    def of_products(self, rows: Integers) -> Self:
        """Return the offers of these products, as those of a catalog with these rows; rows may repeat."""
        counts = self.count[rows]
        product = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
        within = np.arange(product.size, dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
        chosen = np.repeat(self.starts[:-1][rows], counts) + within
        return replace(
            self,
            starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]),
            offer=self.offer[chosen],
            product=product,
            competitor=self.competitor[chosen],
            price=self.price[chosen],
            match_ppm=self.match_ppm[chosen],
            doubtful=self.doubtful[chosen],
        )

    def lowest(self) -> Amounts:
        """Return the lowest price of each product's offers."""
        return self._at(self.starts[:-1])

    def highest(self) -> Amounts:
        """Return the highest price of each product's offers."""
        return self._at(self.starts[1:] - 1)

    def median(self) -> Amounts:
        """Return the median of each product's offers: of an even number the mean of the middle two, rounded down."""
        first, count = self.starts[:-1], self.count
        lower, upper = self._at(first + (count - 1) // 2), self._at(first + count // 2)
        return np.where(count > 0, lower + (upper - lower) // 2, MISSING)

    def percentile(self, share_ppm: int) -> Amounts:
        """Return the lowest price that at least this share of a product's offers do not exceed (nearest rank)."""
        rank = np.maximum(-(-self.count * share_ppm // SCALE), 1)
        return self._at(self.starts[:-1] + rank - 1)

    def average(self) -> Amounts:
        """Return the mean price of each product's offers, rounded down."""
        count = self.count
        filled = np.flatnonzero(count > 0)
        result = np.full(len(self), MISSING, dtype=np.int64)
        if filled.size:
            # A sum of amounts may pass 64 bits; the sums of quotients and of remainders do not.
            quotient, remainder = np.divmod(self.price, count[self.product])
            first = self.starts[:-1][filled]
            rest = np.add.reduceat(remainder, first) // count[filled]
            result[filled] = np.add.reduceat(quotient, first) + rest
        return result

    def median_of_others(self, at_least: int) -> Amounts:
        """Return for each row the median of its product's other rows; MISSING with fewer than `at_least` of them."""
        others = self.count[self.product] - 1
        place = np.arange(len(self.product), dtype=np.int64) - self.starts[self.product]
        enough = others >= max(at_least, 1)

        def other(rank: Integers) -> Amounts:
            rank = np.where(enough, rank + (rank >= place), 0)
            found: Amounts = self.price[self.starts[self.product] + rank]
            return found

        lower, upper = other((others - 1) // 2), other(others // 2)
        return np.where(enough, lower + (upper - lower) // 2, MISSING)

    def weakest_match(self) -> Integers:
        """Return the least sure match of each product's offers in ppm; SCALE where there are none."""
        result = np.full(len(self), SCALE, dtype=np.int64)
        filled = np.flatnonzero(self.count > 0)
        if filled.size:
            result[filled] = np.minimum.reduceat(self.match_ppm, self.starts[:-1][filled])
        return result

    def any_doubtful(self) -> Flags:
        """Tell which products use an offer of which something is not known."""
        result: Flags = np.bincount(self.product[self.doubtful], minlength=len(self)) > 0
        return result

    def _at(self, rows: Integers) -> Amounts:
        filled = self.count > 0
        if not self.price.size:
            return np.full(len(self), MISSING, dtype=np.int64)
        return np.where(filled, self.price[np.where(filled, rows, 0)], MISSING)


def _starts(product: Integers, products: int) -> Integers:
    return np.searchsorted(product, np.arange(products + 1)).astype(np.int64)
