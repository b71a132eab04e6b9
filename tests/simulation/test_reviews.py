from dataclasses import replace

import numpy as np
import pytest

from shopwright.simulation.categories import Aspect
from shopwright.simulation.genesis import build_world
from shopwright.simulation.history import History, simulate_history
from shopwright.simulation.orders import LineKind
from shopwright.simulation.spec import WORLDS


@pytest.fixture(scope="module")
def many() -> History:
    """Enough reviews to see shares in: two hundred products with talkative buyers."""
    world = build_world(replace(WORLDS["demo-home"], products=200, days=300, review_rate=0.3))
    return simulate_history(world, np.random.default_rng(1))


def aspect(demo: History, product: int, name: str) -> Aspect:
    names = demo.world.assortment
    return next(found for found in names.categories[int(names.category[product])].aspects if found.name == name)


def test_every_sentence_of_the_truth_stands_in_its_review(demo: History) -> None:
    reviews, truth = demo.reviews, demo.reviews.truth
    assert len(truth.aspect) == truth.review.size == truth.polarity.size > len(reviews.text)
    for review, name, polarity in zip(truth.review.tolist(), truth.aspect, truth.polarity.tolist(), strict=True):
        words = aspect(demo, int(reviews.product[review]), name)
        assert any(text in reviews.text[review] for text in (words.praise if polarity > 0 else words.complaint))


@pytest.mark.parametrize(("stars", "praise"), [(1, 0.03), (2, 0.18), (3, 0.50), (4, 0.86), (5, 0.98)])
def test_stars_and_words_agree(many: History, stars: int, praise: float) -> None:
    truth = many.reviews.truth
    said = truth.polarity[many.reviews.rating[truth.review] == stars]
    assert said.size > 400
    assert np.mean(said > 0) == pytest.approx(praise, abs=0.04)


def test_ratings_use_the_whole_scale_and_nothing_else(many: History) -> None:
    assert np.unique(many.reviews.rating).tolist() == [1, 2, 3, 4, 5]


def test_reviews_are_about_a_purchase_and_come_after_it(demo: History) -> None:
    reviews, lines = demo.reviews, demo.orders
    real = ~reviews.spam
    sale = reviews.sale[real]
    assert (lines.kind[sale] == LineKind.SALE).all()
    assert np.array_equal(lines.product[sale], reviews.product[real])
    assert np.array_equal(lines.customer[sale], reviews.customer[real])
    assert (reviews.day[real] > lines.day[sale] + 2).all()
    assert (np.diff(reviews.day) >= 0).all()
    assert reviews.day.max() < demo.world.spec.days


def test_spam_has_no_buyer_and_says_nothing_about_the_product(demo: History) -> None:
    reviews = demo.reviews
    assert 0 < reviews.spam.mean() < 0.05
    assert (reviews.sale[reviews.spam] == -1).all()
    assert not np.isin(reviews.truth.review, np.flatnonzero(reviews.spam)).any()


def test_wishes_are_written_as_sentences(demo: History) -> None:
    wished = [(text, wish) for text, wish in zip(demo.reviews.text, demo.reviews.wish, strict=True) if wish]
    assert 0.05 < len(wished) / len(demo.reviews.text) < 0.2
    assert all(text.endswith(f"I wish it had {wish}.") for text, wish in wished)


def test_a_bad_batch_shows_in_the_stars(many: History) -> None:
    world, reviews = many.world, many.reviews
    bad = (world.decline < 300)[reviews.product] & ~reviews.spam
    late = reviews.day >= world.decline[reviews.product]
    assert reviews.rating[bad & late].mean() < reviews.rating[bad & ~late].mean() - 0.6


def test_a_shop_can_be_without_reviews() -> None:
    world = build_world(replace(WORLDS["demo-home"], products=10, days=30, review_rate=0.0))
    assert simulate_history(world, np.random.default_rng(1)).reviews.text == ()
