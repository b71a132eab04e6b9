"""Naming the products of a world: categories, brands, SKUs, identifiers, companions. Pure and seeded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopwright.simulation.categories import Category, Range
from shopwright.simulation.columns import Ints, Texts
from shopwright.simulation.electronics import ELECTRONICS
from shopwright.simulation.homeware import HOMEWARE
from shopwright.simulation.spec import Department

RANGES: dict[Department, Range] = {Department.ELECTRONICS: ELECTRONICS, Department.HOME: HOMEWARE}

_GS1_DEMONSTRATION = "952"
"""The prefix that GS1 keeps for demonstrations: no code made here belongs to a real product."""
_GTIN_BODY = 12
_MODEL_LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"


@dataclass(frozen=True, slots=True)
class Assortment:
    """The names of n products, one entry a product in every column."""

    categories: tuple[Category, ...]
    category: Ints
    """(n,) index into `categories`."""
    sku: Texts
    name: Texts
    brand: Texts
    noun: Texts
    model: Texts
    gtin: Texts
    mpn: Texts
    companion: Ints
    """(n,) number of the group of products that land in one basket more often than by chance."""


def gtin13(body: str) -> str:
    """Append the check digit of GS1 (weights 1 and 3 from the left) to twelve digits."""
    if len(body) != _GTIN_BODY or not body.isdecimal():
        raise ValueError("a GTIN-13 needs twelve digits before its check digit")
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def stock_assortment(rng: np.random.Generator, department: Department, products: int) -> Assortment:
    """Name `products` products spread over the department's categories."""
    goods = RANGES[department]
    category = np.sort(np.arange(products) % len(goods.categories))
    kinds = [goods.categories[int(index)] for index in category]
    brand = tuple(goods.brands[int(pick)] for pick in rng.integers(len(goods.brands), size=products))
    noun = _pick(rng, [kind.nouns for kind in kinds])
    feature = _pick(rng, [kind.features for kind in kinds])
    variant = _pick(rng, [kind.variants for kind in kinds])
    model = _models(rng, products)
    rows = zip(brand, model, feature, noun, variant, strict=True)
    codes = [kind.code for kind in kinds]
    return Assortment(
        categories=goods.categories,
        category=category,
        sku=tuple(f"{department.name[:2]}-{code}-{row + 1:05d}" for row, code in enumerate(codes)),
        name=tuple(_full_name(*row) for row in rows),
        brand=brand,
        noun=noun,
        model=model,
        gtin=_gtins(rng, products),
        mpn=tuple(f"{maker[:3].upper()}{code.replace('-', '')}" for maker, code in zip(brand, model, strict=True)),
        companion=rng.permutation(products) // 4,
    )


def _pick(rng: np.random.Generator, choices: Sequence[Sequence[str]]) -> Texts:
    draws = rng.random(len(choices))
    return tuple(words[int(draw * len(words))] for words, draw in zip(choices, draws, strict=True))


def _full_name(brand: str, model: str, feature: str, noun: str, variant: str) -> str:
    """Return brand, model, what it is and the variant; nothing is said twice."""
    what = noun if feature in noun else f"{feature} {noun}"
    return f"{brand} {model} {what}, {variant}"


def _models(rng: np.random.Generator, products: int) -> Texts:
    """Return model codes, all different: two letters and a number that never repeats."""
    letters = rng.integers(len(_MODEL_LETTERS), size=(products, 2))
    numbers = rng.permutation(max(9 * products, 900))[:products] + 100
    return tuple(
        f"{_MODEL_LETTERS[first]}{_MODEL_LETTERS[second]}-{number}"
        for (first, second), number in zip(letters.tolist(), numbers.tolist(), strict=True)
    )


def _gtins(rng: np.random.Generator, products: int) -> Texts:
    """Return GTIN-13s, all different: the demonstration prefix, five random digits, a running number."""
    company = int(rng.integers(100_000))
    return tuple(
        gtin13(f"{_GS1_DEMONSTRATION}{(company + row // 10_000) % 100_000:05d}{row % 10_000:04d}")
        for row in range(products)
    )
