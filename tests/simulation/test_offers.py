import numpy as np
import pytest

from shopwright.simulation.history import History
from shopwright.simulation.offers import ListingKind


def test_listings_are_what_rivals_carry_and_a_few_that_only_look_like_it(demo: History) -> None:
    listings, rivals = demo.listings, demo.world.rivals
    same = listings.kind == ListingKind.SAME
    assert same.sum() == sum(int(rival.carried.sum()) for rival in rivals)
    assert set(listings.kind.tolist()) == {int(kind) for kind in ListingKind}
    assert 0.05 < np.mean(~same) < 0.25


def test_a_listing_that_is_not_the_same_can_be_told_from_its_fields(demo: History) -> None:
    listings = demo.listings
    for row, kind in enumerate(listings.kind.tolist()):
        told = (listings.condition[row], int(listings.pack_quantity[row]))
        expected = {
            ListingKind.REFURBISHED: ("refurbished", 1),
            ListingKind.USED: ("used", 1),
            ListingKind.PACK: ("new", 2),
        }
        assert told == expected.get(ListingKind(kind), ("new", 1))


def test_identifiers_are_true_where_they_are_stated(demo: History) -> None:
    listings, names = demo.listings, demo.world.assortment
    stated = [row for row, code in enumerate(listings.gtin) if code]
    assert 0.4 < len(stated) / len(listings.gtin) < 0.7
    assert all(listings.gtin[row] == names.gtin[int(listings.product[row])] for row in stated)
    assert all(listings.kind[row] == ListingKind.SAME for row in stated)


def test_titles_are_other_words_for_the_same_model(demo: History) -> None:
    listings, names = demo.listings, demo.world.assortment
    same = np.flatnonzero(listings.kind == ListingKind.SAME)
    different = 0
    for row in same.tolist():
        product = int(listings.product[row])
        assert names.model[product].replace("-", "") in listings.title[row].replace("-", "")
        different += listings.title[row] != names.name[product]
    assert different / same.size > 0.6


def test_snapshots_show_the_prices_of_their_day_in_the_order_of_time(demo: History) -> None:
    offers, listings, panel = demo.offers, demo.listings, demo.panel
    assert (np.diff(offers.seen_at) >= np.timedelta64(0, "us")).all()
    start = np.datetime64(demo.world.spec.start)
    assert np.array_equal(offers.seen_at.astype("datetime64[D]"), start + offers.day)
    same = listings.kind[offers.listing] == ListingKind.SAME
    row = offers.listing[same]
    cell = (listings.competitor[row], listings.product[row], offers.day[same])
    assert np.array_equal(offers.price[same], panel.rival_price[cell])
    assert np.array_equal(offers.available[same], panel.rival_available[cell])
    assert (offers.price <= offers.regular_price).all()
    assert (offers.price > 0).all()


def test_observation_is_every_few_days_at_first_and_daily_at_the_end(demo: History) -> None:
    days = np.unique(demo.offers.day)
    assert days[:4].tolist() == [0, 3, 6, 9]
    assert days[-45:].tolist() == list(range(255, 300))


def test_some_listings_are_never_seen_again(demo: History) -> None:
    last = np.zeros(demo.listings.kind.size, dtype=np.int64)
    np.maximum.at(last, demo.offers.listing, demo.offers.day)
    assert 0 < np.mean(last < 280) < 0.1


def test_what_looks_cheaper_is_used_or_something_else(demo: History) -> None:
    offers, listings = demo.offers, demo.listings
    kind, product = listings.kind[offers.listing], listings.product[offers.listing]
    ratio = offers.price / demo.world.reference[product]
    assert np.median(ratio[kind == ListingKind.USED]) < 0.75
    assert np.median(ratio[kind == ListingKind.ACCESSORY]) < 0.25
    per_piece = ratio[kind == ListingKind.PACK] / 2
    assert np.median(per_piece) == pytest.approx(np.median(ratio[kind == ListingKind.SAME]) * 0.93, abs=0.08)


def test_the_price_war_can_be_seen_in_the_offers(demo: History) -> None:
    world, offers, listings, panel = demo.world, demo.offers, demo.listings, demo.panel
    fights = np.array([rival.fights for rival in world.rivals])
    seller, product = listings.competitor[offers.listing], listings.product[offers.listing]
    watched = fights[seller] & (listings.kind[offers.listing] == ListingKind.SAME) & offers.available
    ratio = offers.regular_price / world.reference[product]

    def mean(*, war: bool, first: int, last: int) -> float:
        chosen = watched & (world.war[product] == war) & (offers.day >= first) & (offers.day < last)
        return float(ratio[chosen].mean())

    before, after = world.war_start, world.spec.days - 5
    assert mean(war=True, first=after, last=world.spec.days) < mean(war=True, first=before - 10, last=before) - 0.12
    assert (
        abs(mean(war=False, first=after, last=world.spec.days) - mean(war=False, first=before - 10, last=before)) < 0.06
    )
    own = (panel.regular_price / world.reference[:, None])[world.war]
    assert own[:, -1].mean() < own[:, before - 1].mean() - 0.12


def test_the_war_is_mutual(demo: History) -> None:
    world, panel = demo.world, demo.panel
    fights = np.array([rival.fights for rival in world.rivals])
    steps = np.diff(panel.rival_regular[:, world.war, world.war_start :], axis=-1)[fights]
    ours = np.diff(panel.regular_price[world.war, world.war_start :], axis=-1)
    assert ((steps < 0).sum(axis=-1) > 3).any(axis=0).mean() > 0.8
    assert ((ours < 0).sum(axis=-1) > 3).mean() > 0.8
    assert (ours > 0).sum() == 0
