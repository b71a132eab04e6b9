"""The customers of a simulated shop. Invented people with addresses at domains that nobody can own (RFC 2606)."""

from dataclasses import dataclass

import numpy as np

from shopwright.simulation.columns import Ints, Texts
from shopwright.simulation.orders import OrderLines

_GIVEN = (
    "Ada Alma Anton Aylin Ben Carla Chidi Clara David Elif Emma Erik Farah Felix Greta Hana Hugo Ida Ines Ivan Jana "
    "Jonas Karim Lea Lena Levi Lina Luca Maja Marie Mateo Mia Milan Nadia Noah Nora Oskar Paula Priya Rosa Sami Sofia "
    "Tara Theo Tom Vera Wanda Yara Yusuf Zoe"
).split()
_FAMILY = (
    "Adeyemi Albers Bauer Becker Berg Brandt Carter Costa Demir Dubois Ekström Fischer Fraser Garcia Haas Hansen Hoffmann "
    "Ivanova Jansen Kaya Keller Khan Klein Kowalski Lang Lehmann Lopez Marsh Meyer Moreau Müller Nguyen Novak Okafor Olsen "
    "Patel Petrov Quinn Richter Rossi Santos Schmidt Silva Smith Tanaka Taylor Vogel Walsh Weber Yilmaz Zimmermann"
).split()
_PLACES = ("Berlin", "Hamburg", "Köln", "Leeds", "London", "Lyon", "München", "Oslo", "Porto", "Vienna", "Zürich")
_DOMAINS = ("example.com", "example.org", "example.net")
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_EARLIER_DAYS = 700
_EARLIER_SHARE, _MARKETING_SHARE = 0.3, 0.6


@dataclass(frozen=True, slots=True)
class Customers:
    """One row per customer; order lines name them by row."""

    customer_id: Texts
    name: Texts
    email: Texts
    place: Texts
    member_since: Ints
    """Day counted from the start of the history; below zero for those who came before it."""
    marketing: tuple[bool, ...]
    """Whether they agreed to be written to."""


def invent_customers(lines: OrderLines, rng: np.random.Generator) -> Customers:
    """Invent everybody whom the order lines name; nobody is a member later than the day of the first order."""
    count = int(lines.customer.max(initial=-1)) + 1
    first_order = np.full(count, np.iinfo(np.int64).max)
    known = lines.customer >= 0
    np.minimum.at(first_order, lines.customer[known], lines.day[known])
    first_order = np.where(first_order == np.iinfo(np.int64).max, 0, first_order)
    earlier = np.where(rng.random(count) < _EARLIER_SHARE, rng.integers(0, _EARLIER_DAYS, count), 0)
    given, family = rng.integers(len(_GIVEN), size=count), rng.integers(len(_FAMILY), size=count)
    domain, place = rng.integers(len(_DOMAINS), size=count), rng.integers(len(_PLACES), size=count)
    names = [f"{_GIVEN[first]} {_FAMILY[last]}" for first, last in zip(given.tolist(), family.tolist(), strict=True)]
    return Customers(
        customer_id=tuple(f"C-{row + 1:06d}" for row in range(count)),
        name=tuple(names),
        email=tuple(
            f"{name.lower().translate(_PLAIN).replace(' ', '.')}.{row + 1}@{_DOMAINS[where]}"
            for row, (name, where) in enumerate(zip(names, domain.tolist(), strict=True))
        ),
        place=tuple(_PLACES[where] for where in place.tolist()),
        member_since=first_order - earlier,
        marketing=tuple((rng.random(count) < _MARKETING_SHARE).tolist()),
    )
