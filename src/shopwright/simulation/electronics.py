"""The words of an electronics shop: invented brands, six categories. Nothing but vocabulary."""

from typing import Final

from shopwright.simulation.categories import DELIVERY, VALUE, Aspect, Category, Range

_SOUND = Aspect(
    "sound",
    ("The sound is rich and clear.", "Deep bass without drowning the voices.", "Sounds better than my old pair."),
    ("The sound is thin and tinny.", "There is a constant hiss at low volume.", "The left side went silent."),
)
_BATTERY = Aspect(
    "battery",
    ("The battery lasts all week.", "Charges fast and holds its charge.", "Battery life is as advertised."),
    ("The battery is flat after three hours.", "It stopped charging after a month.", "Battery life is a joke."),
)
_COMFORT = Aspect(
    "comfort",
    ("I forget that I am wearing them.", "Very comfortable, even with glasses.", "The padding is soft."),
    ("They hurt after half an hour.", "Too tight for my head.", "The ear pads started to peel."),
)
_BUILD = Aspect(
    "build quality",
    ("Feels solid in the hand.", "Very well made.", "Sturdy, survived two drops already."),
    ("The plastic feels cheap.", "A seam came apart within days.", "It broke at the hinge."),
)
_CONNECTION = Aspect(
    "connection",
    ("Pairs at once and stays connected.", "The range is impressive.", "No dropouts at all."),
    ("It loses the connection all the time.", "Pairing is a nightmare.", "The signal cuts out in the next room."),
)
_SETUP = Aspect(
    "setup",
    ("Setup took two minutes.", "The app is easy to understand.", "It worked out of the box."),
    ("The app crashes during setup.", "The manual is useless.", "It needs an account for everything."),
)
_FIT = Aspect(
    "fit",
    ("Fits like a glove.", "All buttons and ports are easy to reach.", "Exactly the right size."),
    ("It does not fit the model it is sold for.", "The cut-outs are off by a millimetre.", "Too loose, it slips."),
)
_KEYS = Aspect(
    "typing feel",
    ("Typing on it is a pleasure.", "The keys have a clear point of pressure.", "Quiet and precise."),
    ("The keys wobble.", "Several keys stick.", "Far too loud for an office."),
)

_COLOURS = ("Black", "White", "Graphite", "Silver", "Navy", "Sand")

ELECTRONICS: Final = Range(
    brands=("Aurivo", "Kestrel", "Nordwave", "Pluvex", "Tessaro", "Quanta Peak", "Lumora", "Voltbirch"),
    categories=(
        Category(
            name="Headphones",
            code="HP",
            nouns=("Over-Ear Headphones", "In-Ear Headphones", "True Wireless Earbuds", "Gaming Headset"),
            features=("Wireless", "Noise Cancelling", "Bluetooth 5.3", "Hi-Res", "Foldable"),
            variants=_COLOURS,
            low_price=24.0,
            high_price=280.0,
            elasticity=-2.4,
            return_rate=0.07,
            weekend=1.15,
            wave=0.10,
            peak=340,
            gift=0.7,
            aspects=(_SOUND, _BATTERY, _COMFORT, _CONNECTION, VALUE, DELIVERY),
            wishes=("a hard case", "multipoint pairing", "a replaceable battery", "an equaliser in the app"),
        ),
        Category(
            name="Speakers",
            code="SP",
            nouns=("Portable Speaker", "Bookshelf Speaker", "Soundbar", "Party Speaker"),
            features=("Waterproof", "Bluetooth", "Stereo", "Compact", "Multi-Room"),
            variants=_COLOURS,
            low_price=29.0,
            high_price=320.0,
            elasticity=-2.1,
            return_rate=0.05,
            weekend=1.20,
            wave=0.22,
            peak=175,
            gift=0.5,
            aspects=(_SOUND, _BATTERY, _BUILD, _CONNECTION, VALUE, DELIVERY),
            wishes=("a carrying strap", "an aux input", "stereo pairing", "USB-C charging"),
        ),
        Category(
            name="Chargers & Cables",
            code="CC",
            nouns=("USB-C Charger", "Power Bank", "Charging Cable", "Car Charger", "Wireless Charging Pad"),
            features=("65 W", "20 W", "GaN", "Fast Charge", "Braided", "Slim"),
            variants=("Black", "White", "1 m", "2 m", "10000 mAh", "20000 mAh"),
            low_price=7.0,
            high_price=60.0,
            elasticity=-3.0,
            return_rate=0.03,
            weekend=0.90,
            wave=0.08,
            peak=200,
            gift=0.1,
            aspects=(_BUILD, _BATTERY, VALUE, DELIVERY),
            wishes=("a second port", "a longer cable", "a status light that can be switched off"),
        ),
        Category(
            name="Phone Accessories",
            code="PA",
            nouns=("Phone Case", "Screen Protector", "Phone Stand", "Car Phone Holder", "Tablet Sleeve"),
            features=("Shockproof", "Magnetic", "Clear", "Leather Look", "Adjustable"),
            variants=("Black", "Clear", "Red", "Forest", "Blue", "Rose"),
            low_price=6.0,
            high_price=40.0,
            elasticity=-2.7,
            return_rate=0.06,
            weekend=0.95,
            wave=0.12,
            peak=275,
            gift=0.2,
            aspects=(_FIT, _BUILD, VALUE, DELIVERY),
            wishes=("a card pocket", "more colours", "a matt version"),
        ),
        Category(
            name="Smart Home",
            code="SH",
            nouns=("Smart Plug", "Smart Bulb", "Indoor Camera", "Thermostat", "Door Sensor", "Video Doorbell"),
            features=("Wi-Fi", "Zigbee", "Matter", "Dimmable", "Twin Pack"),
            variants=("White", "Black", "E27", "E14", "2nd Generation"),
            low_price=12.0,
            high_price=190.0,
            elasticity=-1.9,
            return_rate=0.06,
            weekend=1.05,
            wave=0.18,
            peak=320,
            gift=0.3,
            aspects=(_SETUP, _CONNECTION, _BUILD, VALUE, DELIVERY),
            wishes=("local control without the cloud", "a German manual", "energy statistics", "a wall mount"),
        ),
        Category(
            name="Keyboards & Mice",
            code="KM",
            nouns=(
                "Mechanical Keyboard",
                "Office Keyboard",
                "Ergonomic Mouse",
                "Gaming Mouse",
                "Keyboard and Mouse Set",
            ),
            features=("Wireless", "Silent", "Backlit", "Rechargeable", "Low Profile"),
            variants=("Black", "White", "Grey", "DE Layout", "UK Layout", "US Layout"),
            low_price=15.0,
            high_price=150.0,
            elasticity=-2.2,
            return_rate=0.05,
            weekend=0.80,
            wave=0.10,
            peak=260,
            gift=0.3,
            aspects=(_KEYS, _CONNECTION, _BUILD, VALUE, DELIVERY),
            wishes=("a wrist rest", "a left-handed version", "USB-C", "on-board profiles"),
        ),
    ),
)
