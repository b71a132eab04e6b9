"""What buyers write: ratings and texts from a small grammar, with the truth about every sentence kept beside them."""

from dataclasses import dataclass

import numpy as np

from shopwright.simulation.categories import Category
from shopwright.simulation.columns import Flags, Floats, Ints, Texts
from shopwright.simulation.orders import LineKind, OrderLines
from shopwright.simulation.world import World

_SPAM_SHARE = 0.015
_WISH_SHARE = 0.12
_DELIGHTED_SHARE = 0.25
_EARLIEST, _LATEST = 3, 45
"""Days between the sale and the review."""
_SENTENCES = 3
_PRAISE_BY_RATING = (0.0, 0.03, 0.18, 0.5, 0.86, 0.98)
"""Chance that a sentence of a review with so many stars is praise."""
_OPENINGS = {
    1: ("Very disappointed.", "Do not buy this.", "Sent it back."),
    2: ("Not what I hoped for.", "I expected more.", "Mixed at best."),
    3: ("It is all right.", "Does its job, no more.", "Some good, some bad."),
    4: ("Good buy.", "I am happy with it.", "Does what it should."),
    5: ("Love it!", "Exactly what I wanted.", "Would buy again."),
}
_SPAM = (
    "Visit best-deals-online.example for cheaper ones!!!",
    "EARN MONEY FROM HOME click my profile www.quick-cash.example",
    "good good good good good good good good",
    "Use my code SAVE90 at discount-shop.example",
)


@dataclass(frozen=True, slots=True)
class ReviewTruth:
    """What every sentence of the reviews says, one row a sentence."""

    review: Ints
    aspect: Texts
    polarity: Ints
    """1 praise, -1 complaint."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """Reviews in the order of their day."""

    product: Ints
    customer: Ints
    """-1 for guests."""
    sale: Ints
    """Row of the order line that it is about; -1 for spam."""
    day: Ints
    rating: Ints
    """1 to 5."""
    text: Texts
    spam: Flags
    """Truth."""
    wish: Texts
    """Truth: the feature asked for, or empty."""
    truth: ReviewTruth


def write_reviews(world: World, lines: OrderLines, rng: np.random.Generator) -> Reviews:
    """Let a share of the buyers (`spec.review_rate`) write, a few days after the sale; spam comes on top."""
    sales = np.flatnonzero((lines.kind == LineKind.SALE) & ~lines.business)
    writes = sales[rng.random(sales.size) < world.spec.review_rate]
    delay = np.minimum(_EARLIEST + rng.geometric(0.12, writes.size), _LATEST)
    day = lines.day[writes] + delay
    writes, day = writes[day < world.spec.days], day[day < world.spec.days]
    spam = rng.random(writes.size) < _SPAM_SHARE
    sequence = np.argsort(day, kind="stable")
    writes, day, spam = writes[sequence], day[sequence], spam[sequence]
    product = lines.product[writes]
    rating = np.where(spam, 5, _ratings(world, product, day, rng))
    text, wish, truth = _texts(world, product, rating, spam, rng)
    return Reviews(
        product=product,
        customer=np.where(spam, -1, lines.customer[writes]),
        sale=np.where(spam, -1, writes),
        day=day,
        rating=rating,
        text=text,
        spam=spam,
        wish=wish,
        truth=truth,
    )


def _ratings(world: World, product: Ints, day: Ints, rng: np.random.Generator) -> Ints:
    """Draw stars around the product's quality, which is a star lower after a bad batch; people like extremes."""
    mean = world.quality[product] - (day >= world.decline[product])
    feeling = (
        mean + rng.normal(0.0, 1.1, product.size) + np.where(rng.random(product.size) < _DELIGHTED_SHARE, 0.8, 0.0)
    )
    return np.clip(np.round(feeling), 1, 5).astype(np.int64)


def _texts(
    world: World, product: Ints, rating: Ints, spam: Flags, rng: np.random.Generator
) -> tuple[Texts, Texts, ReviewTruth]:
    """Write the texts, the wishes, and what the sentences say."""
    draws = rng.random((product.size, 4 + 3 * _SENTENCES))
    spoken = [
        _Spoken.spam(row) if junk else _speak(world.assortment.categories[int(kind)], int(stars), row)
        for kind, stars, junk, row in zip(world.assortment.category[product], rating, spam, draws, strict=True)
    ]
    review = np.repeat(np.arange(product.size), [len(words.said) for words in spoken])
    said = [fact for words in spoken for fact in words.said]
    truth = ReviewTruth(review, tuple(name for name, _ in said), np.array([sign for _, sign in said], dtype=np.int64))
    return tuple(words.text for words in spoken), tuple(words.wish for words in spoken), truth


@dataclass(frozen=True, slots=True)
class _Spoken:
    """One review: its text, the wish in it, and (aspect, polarity) of its sentences."""

    text: str
    wish: str
    said: tuple[tuple[str, int], ...]

    @staticmethod
    def spam(draws: Floats) -> "_Spoken":
        return _Spoken(_choose(_SPAM, draws[0]), "", ())


def _speak(category: Category, rating: int, draws: Floats) -> _Spoken:
    """Build one review from uniform draws (13,): an opening, one to three sentences, sometimes a wish."""
    sentences = [_choose(_OPENINGS[rating], draws[0])]
    said: list[tuple[str, int]] = []
    first = int(draws[1] * len(category.aspects))
    for place in range(1 + int(draws[2] * _SENTENCES)):
        pick, mood = draws[4 + 2 * place], draws[5 + 2 * place]
        aspect = category.aspects[(first + place) % len(category.aspects)]
        praised = mood < _PRAISE_BY_RATING[rating]
        sentences.append(_choose(aspect.praise if praised else aspect.complaint, pick))
        said.append((aspect.name, 1 if praised else -1))
    wish = _choose(category.wishes, draws[-1]) if draws[3] < _WISH_SHARE else ""
    if wish:
        sentences.append(f"I wish it had {wish}.")
    return _Spoken(" ".join(sentences), wish, tuple(said))


def _choose(words: tuple[str, ...], draw: float) -> str:
    return words[int(draw * len(words))]
