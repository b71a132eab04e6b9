"""Words that shops and spreadsheets write for the same few things, in the languages of our users. Lower-case throughout."""

FLAG_WORDS: dict[str, bool] = dict.fromkeys(
    (
        "true",
        "yes",
        "y",
        "1",
        "t",
        "on",
        "x",
        "ja",
        "j",
        "wahr",
        "oui",
        "o",
        "vrai",
        "sí",
        "si",
        "s",
        "verdadero",
        "sim",
    ),
    True,
) | dict.fromkeys(("false", "no", "n", "0", "f", "off", "nein", "falsch", "non", "faux", "falso", "não"), False)
"""Yes and no."""

AVAILABILITY_WORDS: dict[str, str] = (
    dict.fromkeys(
        (
            "in_stock", "in stock", "instock", "yes", "true", "1", "available", "limitedavailability", "low stock", "onlineonly",
            "instoreonly", "in store only", "online only", "auf lager", "lieferbar", "verfügbar", "sofort lieferbar", "ja",
            "en stock", "disponible", "oui", "sí", "disponibile", "op voorraad", "32 available", "more on the way",
        ),
        "in_stock",
    )
    | dict.fromkeys(
        (
            "out_of_stock", "out of stock", "outofstock", "no", "false", "0", "unavailable", "sold out", "soldout", "sold", "retired",
            "discontinued", "backorder", "back order", "nicht auf lager", "nicht lieferbar", "ausverkauft", "nicht verfügbar",
            "nein", "épuisé", "rupture de stock", "indisponible", "non disponible", "non", "agotado", "sin stock",
            "no disponible", "esaurito", "uitverkocht",
        ),
        "out_of_stock",
    )
    | dict.fromkeys(("unknown", "special order", "preorder", "pre-order", "presale", "undefined", "n/a"), "unknown")
)  # fmt: skip
"""Whether a rival can sell: what can only be ordered ahead is neither in stock nor out of it."""

CONDITION_WORDS: dict[str, str] = (
    dict.fromkeys(("new", "brand new", "newcondition", "neu", "neuware", "neuf", "nuevo", "nuovo", "nieuw"), "new")
    | dict.fromkeys(
        (
            "refurbished", "refurbishedcondition", "manufacturer refurbished", "seller refurbished", "certified refurbished",
            "renewed", "generalüberholt", "erneuert", "reconditionné", "reacondicionado", "ricondizionato",
        ),
        "refurbished",
    )
    | dict.fromkeys(
        (
            "used", "usedcondition", "pre-owned", "preowned", "pre owned", "new other (see details)", "open box", "opened",
            "damagedcondition", "like new", "very good", "gebraucht", "occasion", "d'occasion", "usado", "segunda mano", "usato",
            "gebruikt", "b-ware", "for parts or not working",
        ),
        "used",
    )
    | dict.fromkeys(("unknown", "undefined", "n/a"), "unknown")
)  # fmt: skip
"""An opened box is not new: its price is not compared with that of a new item."""

TAX_BASIS_WORDS: dict[str, str] = dict.fromkeys(
    (
        "gross",
        "incl",
        "incl.",
        "included",
        "inclusive",
        "brutto",
        "inkl",
        "inkl.",
        "inkl. mwst",
        "ttc",
        "con iva",
        "true",
        "yes",
    ),
    "gross",
) | dict.fromkeys(
    ("net", "excl", "excl.", "excluded", "exclusive", "netto", "exkl", "zzgl. mwst", "ht", "sin iva", "false", "no"),
    "net",
)
"""Whether tax is in a price."""

SALE_WORDS: dict[str, str] = (
    dict.fromkeys(("sale", "order", "sold", "verkauf", "bestellung", "vente", "venta", "shipped", "completed", "paid"), "sale")
    | dict.fromkeys(("return", "returned", "refund", "refunded", "retoure", "rückgabe", "retour", "devolución", "credit"), "return")
    | dict.fromkeys(
        ("cancellation", "cancelled", "canceled", "cancel", "void", "storno", "storniert", "annulé", "annulation", "cancelado"),
        "cancellation",
    )
)  # fmt: skip
"""What became of an order line."""

CURRENCY_SIGNS: dict[str, str] = {
    "€": "EUR", "EURO": "EUR", "£": "GBP", "₤": "GBP", "$": "USD", "US$": "USD", "U$S": "USD", "C$": "CAD", "CA$": "CAD",
    "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "R$": "BRL", "MX$": "MXN", "¥": "JPY", "円": "JPY",
    "CN¥": "CNY", "元": "CNY", "₹": "INR", "RS": "INR", "RS.": "INR", "₩": "KRW", "₽": "RUB", "РУБ": "RUB", "РУБ.": "RUB",
    "₺": "TRY", "TL": "TRY", "ZŁ": "PLN", "ZL": "PLN", "KČ": "CZK", "FT": "HUF", "LEI": "RON", "ЛВ": "BGN", "₴": "UAH",
    "SFR": "CHF", "SFR.": "CHF", "FR.": "CHF", "₪": "ILS", "₫": "VND", "฿": "THB", "₱": "PHP", "₦": "NGN", "RM": "MYR",
    "RP": "IDR", "KR": "SEK", "GRN": "UAH",
}  # fmt: skip
"""Signs and their usual reading, upper-case. '$' is read as US dollars and 'kr' as Swedish: a shop's own currency, where it
has the same sign, comes first (see `normalising.currency_codes`)."""

BLANK_WORDS = frozenset(
    ("", "-", "--", "n/a", "#n/a", "na", "nan", "null", "none", "nil", "(null)", "\\n", "unbekannt")
)
"""What stands in a cell that holds nothing."""

NON_PRODUCT_SKUS: tuple[str, ...] = (
    "POST", "POSTAGE", "SHIPPING", "FREIGHT", "DELIVERY", "VERSAND", "VERSANDKOSTEN", "PORTO", "DOT", "BANKCHARGES",
    "AMAZONFEE", "DISCOUNT", "RABATT", "GIFTWRAP", "MANUAL", "CRUK", "PADS", "M", "D", "S", "B",
)  # fmt: skip
"""Lines of order exports that are no goods, as normalised SKUs. A mapping carries its own copy, which can be changed."""
