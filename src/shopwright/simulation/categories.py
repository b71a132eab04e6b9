"""What a category of goods is, to a simulation: words for names and reviews, prices, season. No randomness here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that buyers write about, with whole sentences for praise and for complaint."""

    name: str
    praise: tuple[str, ...]
    complaint: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category. Prices are major units with tax; `elasticity` is the mean of its products, below zero."""

    name: str
    code: str
    nouns: tuple[str, ...]
    features: tuple[str, ...]
    variants: tuple[str, ...]
    low_price: float
    high_price: float
    elasticity: float
    return_rate: float
    weekend: float
    """Saturday's and Sunday's demand over a working day's."""
    wave: float
    peak: int
    """Height of the yearly wave (log scale) and the day of the year of its peak."""
    gift: float
    aspects: tuple[Aspect, ...]
    wishes: tuple[str, ...]
    """What buyers wish it had: fills "I wish it had ..."."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a department carries: its brands and its categories."""

    brands: tuple[str, ...]
    categories: tuple[Category, ...]


DELIVERY = Aspect(
    "delivery",
    ("It arrived a day early and well packed.", "Delivery was quick.", "Fast shipping, no damage to the box."),
    ("Delivery took almost two weeks.", "The parcel arrived crushed.", "Shipping was slow and nobody answered."),
)
VALUE = Aspect(
    "price",
    ("Great value for the money.", "Worth every penny.", "I compared prices and this was the best deal."),
    ("Far too expensive for what it is.", "The price dropped a week after I bought it.", "Poor value for money."),
)
