"""The words of a home and garden shop: invented brands, six categories. Nothing but vocabulary."""

from typing import Final

from shopwright.simulation.categories import DELIVERY, VALUE, Aspect, Category, Range

_HEAT = Aspect(
    "heat",
    ("It heats evenly up to the rim.", "Hot within a minute.", "Perfect searing."),
    ("The middle burns while the edge stays cold.", "It takes for ever to get hot.", "The handle gets far too hot."),
)
_CLEANING = Aspect(
    "cleaning",
    ("Cleans up in seconds.", "Dishwasher safe and still like new.", "Very easy to clean."),
    ("The coating came off after a month.", "It stains at once.", "Impossible to get clean."),
)
_SOFTNESS = Aspect(
    "softness",
    ("So soft that I bought a second set.", "Lovely feel on the skin.", "Crisp and cool in summer."),
    ("Scratchy even after three washes.", "The fabric is paper thin.", "It pills everywhere."),
)
_SIZE = Aspect(
    "size",
    ("Fits perfectly.", "Generous size.", "The measurements are exact."),
    ("It shrank in the first wash.", "Smaller than stated.", "The seams are crooked and it does not fit."),
)
_LIGHT = Aspect(
    "light",
    ("A warm and pleasant light.", "Bright enough to read by.", "Dims down to a glow."),
    ("It flickers when dimmed.", "The light is cold and harsh.", "Much too dark."),
)
_ASSEMBLY = Aspect(
    "assembly",
    ("Put together in ten minutes.", "Clear instructions.", "All holes were where they should be."),
    ("Two screws were missing.", "The instructions make no sense.", "The holes do not line up."),
)
_STURDY = Aspect(
    "sturdiness",
    ("Rock solid.", "Holds more than I expected.", "Good thick material."),
    ("It wobbles.", "A corner cracked in the first week.", "The wood is soft and chips."),
)
_TASTE = Aspect(
    "taste",
    ("The coffee tastes wonderful.", "Fine, even grind.", "A thick crema every time."),
    ("The coffee comes out lukewarm.", "It leaves a taste of plastic.", "The grind is uneven."),
)
_WEATHER = Aspect(
    "weather resistance",
    ("Survived the winter outside.", "No rust so far.", "Still looks new after a wet summer."),
    ("It rusted within weeks.", "The colour faded in the sun.", "The cover leaks."),
)

_TONES = ("White", "Grey", "Oak", "Black", "Sage", "Terracotta")

HOMEWARE: Final = Range(
    brands=("Hearth & Fern", "Olmstead", "Brindle", "Casa Velda", "Nook & Gable", "Thornby", "Marl", "Saltwick"),
    categories=(
        Category(
            name="Cookware",
            code="CW",
            nouns=("Frying Pan", "Saucepan", "Casserole", "Wok", "Roasting Tin"),
            features=("Non-Stick", "Cast Iron", "Stainless Steel", "Induction", "Enamelled"),
            variants=("20 cm", "24 cm", "28 cm", "3 l", "5 l"),
            low_price=14.0,
            high_price=140.0,
            elasticity=-2.0,
            return_rate=0.04,
            weekend=1.15,
            wave=0.12,
            peak=330,
            gift=0.4,
            aspects=(_HEAT, _CLEANING, _STURDY, VALUE, DELIVERY),
            wishes=("a lid", "a helper handle", "a pouring lip"),
        ),
        Category(
            name="Bedding",
            code="BD",
            nouns=("Duvet Cover Set", "Fitted Sheet", "Pillow", "Duvet", "Bedspread"),
            features=("Cotton", "Linen", "Percale", "Jersey", "All-Season"),
            variants=("Single", "Double", "King", "White", "Sage", "Grey"),
            low_price=12.0,
            high_price=130.0,
            elasticity=-1.7,
            return_rate=0.12,
            weekend=1.10,
            wave=0.20,
            peak=300,
            gift=0.1,
            aspects=(_SOFTNESS, _SIZE, _CLEANING, VALUE, DELIVERY),
            wishes=("buttons instead of a zip", "a matching pillow case", "deeper corners"),
        ),
        Category(
            name="Lighting",
            code="LT",
            nouns=("Table Lamp", "Floor Lamp", "Pendant Light", "Desk Lamp", "String Lights"),
            features=("Dimmable", "LED", "Rattan", "Brass", "Rechargeable"),
            variants=_TONES,
            low_price=11.0,
            high_price=160.0,
            elasticity=-1.9,
            return_rate=0.08,
            weekend=1.15,
            wave=0.30,
            peak=345,
            gift=0.4,
            aspects=(_LIGHT, _ASSEMBLY, _STURDY, VALUE, DELIVERY),
            wishes=("a longer cable", "a replaceable bulb", "a timer"),
        ),
        Category(
            name="Storage",
            code="ST",
            nouns=("Storage Box", "Shelf", "Shoe Rack", "Laundry Basket", "Spice Rack"),
            features=("Stackable", "Bamboo", "Folding", "Wall-Mounted", "Lidded"),
            variants=("Small", "Medium", "Large", "Set of 3", "White", "Natural"),
            low_price=6.0,
            high_price=80.0,
            elasticity=-2.6,
            return_rate=0.05,
            weekend=1.05,
            wave=0.18,
            peak=15,
            gift=0.0,
            aspects=(_ASSEMBLY, _STURDY, _SIZE, VALUE, DELIVERY),
            wishes=("wheels", "label holders", "a lid that closes tightly"),
        ),
        Category(
            name="Coffee",
            code="CF",
            nouns=("Burr Grinder", "Espresso Machine", "French Press", "Milk Frother", "Pour-Over Set"),
            features=("Electric", "Manual", "Glass", "Stainless Steel", "Compact"),
            variants=("Black", "Steel", "Cream", "0.6 l", "1 l"),
            low_price=15.0,
            high_price=260.0,
            elasticity=-2.2,
            return_rate=0.06,
            weekend=1.00,
            wave=0.10,
            peak=350,
            gift=0.7,
            aspects=(_TASTE, _CLEANING, _STURDY, VALUE, DELIVERY),
            wishes=("a timer", "a bigger water tank", "finer grind settings"),
        ),
        Category(
            name="Garden",
            code="GD",
            nouns=("Planter", "Garden Chair", "Parasol", "Watering Can", "Tool Set", "Solar Lantern"),
            features=("Foldable", "Galvanised", "UV Resistant", "Acacia", "Compact"),
            variants=("Small", "Large", "Set of 2", "Green", "Anthracite", "Natural"),
            low_price=9.0,
            high_price=180.0,
            elasticity=-1.8,
            return_rate=0.05,
            weekend=1.30,
            wave=0.75,
            peak=145,
            gift=0.0,
            aspects=(_WEATHER, _ASSEMBLY, _STURDY, VALUE, DELIVERY),
            wishes=("drainage holes", "a cover", "spare screws"),
        ),
    ),
)
