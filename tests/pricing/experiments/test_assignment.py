import numpy as np

from shopwright.pricing.experiments.assignment import assign, cluster
from shopwright.pricing.experiments.protocol import Arm, Design, Grouping, Protocol

SKUS = ["A", "B", "C", "D"]
CATEGORIES = ["mugs", "mugs", None, None]
BRANDS = ["Acme", "Best", "Acme", None]


def test_products_that_stand_in_for_each_other_are_one_cluster() -> None:
    by_category = cluster(Grouping.CATEGORY, CATEGORIES, BRANDS, SKUS)
    assert [by_category.names[place] for place in by_category.of] == ["mugs", "mugs", "Acme", "D"]
    both = cluster(Grouping.CATEGORY_BRAND, CATEGORIES, BRANDS, SKUS)
    assert [both.names[place] for place in both.of] == ["mugs / Acme", "mugs / Best", "Acme", "D"]
    assert cluster(Grouping.PRODUCT, CATEGORIES, BRANDS, SKUS).names == ("A", "B", "C", "D")
    assert len(cluster(Grouping.SHOP, CATEGORIES, BRANDS, SKUS).names) == 1


def test_neighbours_in_size_are_pairs_with_one_arm_each_and_who_sold_nothing_stays_outside() -> None:
    size = np.array([100.0, 5.0, 0.0, 90.0, 6.0, 1.0])
    drawn = assign(Protocol(), size, 7)
    assert drawn.pair.tolist() == [0, 1, -1, 0, 1, -1]
    assert (drawn.arm(2, 0), drawn.arm(5, 0)) == (Arm.OUTSIDE, Arm.OUTSIDE)
    assert {drawn.arm(0, 0), drawn.arm(3, 0)} == {Arm.CONTROL, Arm.TREATMENT}
    assert {drawn.arm(1, 0), drawn.arm(4, 0)} == {Arm.CONTROL, Arm.TREATMENT}


def test_the_same_seed_draws_the_same_arms_and_others_do_not() -> None:
    size = np.arange(1.0, 41.0)
    for kind in Design:
        drawings = [assign(Protocol(kind=kind), size, seed).arms.tolist() for seed in (1, 1, 2)]
        assert drawings[0] == drawings[1]
        assert drawings[0] != drawings[2]


def test_each_arm_is_as_likely_for_every_cluster() -> None:
    size = np.arange(1.0, 11.0)
    treated = np.mean([assign(Protocol(), size, seed).arms[:, 0] for seed in range(2_000)], axis=0)
    assert np.abs(treated - 0.5).max() < 0.05


def test_each_pair_of_blocks_holds_both_arms() -> None:
    drawn = assign(Protocol(kind=Design.SWITCHBACK, days=56), np.array([3.0, 0.0, 2.0]), 4)
    assert drawn.arms.shape == (3, 8)
    assert (drawn.arms[[0, 2]].reshape(2, 4, 2).sum(axis=2) == 1).all()
    assert (drawn.arms[1] == Arm.OUTSIDE).all()
    assert drawn.pair.tolist() == [0, -1, 2]
