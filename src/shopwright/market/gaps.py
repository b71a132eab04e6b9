"""Gaps, ranks and price indices: our prices against rivals', over valid pairs only. Pure, vectorised, exact.

Amounts are columns of millionths (`kit.amounts`). A pair is one of our products and one rival offer that is mapped to
it; the caller brings both prices to one currency, tax basis and pack size. A pair counts where its mapping is valid
and both prices are amounts above zero; all else is INVALID and enters no figure.
"""

import numpy as np

from shopwright.kit.amounts import INVALID, SCALE, Amounts, Flags, Integers, InvalidColumns, proportion, usable


def countable(ours: Amounts, theirs: Amounts, valid: Flags) -> Flags:
    """Tell which pairs count. Raises InvalidColumns where the columns differ in length."""
    if not ours.shape == theirs.shape == valid.shape:
        raise InvalidColumns("Pairs need as many prices of ours as of theirs, and a flag for each.")
    return usable(ours) & usable(theirs) & valid


def gaps(ours: Amounts, theirs: Amounts, valid: Flags) -> Amounts:
    """Return our price less the rival's, exactly, for each pair; INVALID where the pair does not count."""
    return np.where(countable(ours, theirs, valid), ours - theirs, INVALID)


def gaps_ppm(ours: Amounts, theirs: Amounts, valid: Flags) -> Integers:
    """Return the gap in millionths of the rival's price, rounded towards zero; INVALID where the pair does not count.

    A gap of 10^12 times the rival's price is INVALID too.
    """
    counts = countable(ours, theirs, valid)
    distance = np.where(counts, np.abs(np.where(counts, ours - theirs, 0)), 0)
    share = proportion(np.maximum(distance, 1), [SCALE], [np.where(counts, theirs, 1)], up=False)
    signed = np.where(ours < theirs, -share, share)
    return np.where(counts & (share != INVALID), np.where(distance == 0, 0, signed), INVALID)


def ranks(product: Integers, ours: Amounts, theirs: Amounts, valid: Flags, products: int) -> Integers:
    """Return the rank of each product among its rivals: 1 plus the offers that are cheaper; equal prices share one.

    `product` says to which product a pair belongs. INVALID for a product without a pair that counts.
    """
    counts = countable(ours, theirs, valid)
    cheaper = np.bincount(product[counts & (theirs < ours)], minlength=products)
    return np.where(_pairs(product, counts, products) > 0, 1 + cheaper, INVALID)


def shares_below(product: Integers, ours: Amounts, theirs: Amounts, valid: Flags, products: int) -> Integers:
    """Return the share of a product's offers that are below our price, in ppm; INVALID without a pair that counts."""
    counts = countable(ours, theirs, valid)
    cheaper = np.bincount(product[counts & (theirs < ours)], minlength=products)
    pairs = _pairs(product, counts, products)
    return np.where(pairs > 0, cheaper * SCALE // np.maximum(pairs, 1), INVALID)


def price_index(group: Integers, ours: Amounts, theirs: Amounts, valid: Flags, groups: int) -> Integers:
    """Return our prices over the rivals' for each group in ppm (1_000_000 at par), rounded down.

    The mean over the pairs of our price over the rival's, so that a dear product weighs no more than a cheap one.
    `group` says to which category, brand or product a pair belongs. INVALID for a group without a pair that counts.
    """
    counts = countable(ours, theirs, valid)
    ratio = proportion(np.where(counts, ours, INVALID), [SCALE], [np.where(counts, theirs, 1)], up=False)
    counts &= ratio != INVALID
    pairs = _pairs(group, counts, groups)
    # Sums of quotients and of remainders stay within 64 bits where a sum of ratios might not.
    quotient, remainder = np.divmod(ratio[counts], pairs[group[counts]])
    whole, rest = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    np.add.at(whole, group[counts], quotient)
    np.add.at(rest, group[counts], remainder)
    return np.where(pairs > 0, whole + rest // np.maximum(pairs, 1), INVALID)


def _pairs(group: Integers, counts: Flags, groups: int) -> Integers:
    return np.bincount(group[counts], minlength=groups).astype(np.int64)
