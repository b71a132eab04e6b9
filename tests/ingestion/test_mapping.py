"""What columns become: guesses, named transforms, JSON."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.profile import FAULT, RAW, ROW, FileProfile, Notation
from shopwright.ingestion.guessing import guess, guess_kind, guess_mapping
from shopwright.ingestion.mapping import FieldSource, Mapping, MappingInvalid
from shopwright.ingestion.schemas import SCHEMAS, Kind
from shopwright.ingestion.synonyms import names_of, spelled
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.transforms import (
    Column,
    Constant,
    Exp,
    FirstOf,
    Join,
    LessPercent,
    Multiply,
    Part,
    Pick,
    Transform,
    WeekToDate,
    expression,
)
from shopwright.ingestion.validation import validate_batch

TERMS = ShopTerms("UTC", "EUR", datetime(2026, 3, 2, 12, tzinfo=UTC))


def profile_of(folder: Path, text: str) -> FileProfile:
    path = folder / "file.csv"
    path.write_text(text)
    return detect(path)


FILES: dict[str, tuple[Kind, str, dict[str, str]]] = {
    "english orders": (
        Kind.SALES,
        ("Order ID,Created at,Lineitem sku,Lineitem quantity,Lineitem price,Currency,Shipping Country\n"
        "#1001,2026-01-15 10:00:00,MUG-1,2,9.90,EUR,DE\n#1002,2026-01-16 11:30:00,MUG-2,1,19.90,EUR,FR\n"),
        {"order_ref": "Order ID", "sold_at": "Created at", "sku": "Lineitem sku", "quantity": "Lineitem quantity",
         "unit_price": "Lineitem price", "currency": "Currency", "country": "Shipping Country"},
    ),
    "german orders": (
        Kind.SALES,
        ("Bestellnummer;Artikelnummer;Bestelldatum;Menge;Einzelpreis;Umsatz;Währung\n"
        "B-1;MUG-1;17.01.2026;2;9,90;19,80;EUR\nB-2;MUG-2;18.01.2026;1;19,90;19,90;EUR\n"),
        {"order_ref": "Bestellnummer", "sku": "Artikelnummer", "sold_at": "Bestelldatum", "quantity": "Menge",
         "unit_price": "Einzelpreis", "revenue": "Umsatz", "currency": "Währung"},
    ),
    "french products": (
        Kind.PRODUCTS,
        ("Référence;Désignation;Marque;Catégorie;Prix de vente;Prix d'achat;Code barres;Stock disponible\n"
        "T-1;Tasse blanche;Acme;Vaisselle;9,90;4,20;4006381333931;12\nT-2;Théière;Acme;Vaisselle;29,90;14,20;0793795525420;3\n"),
        {"sku": "Référence", "name": "Désignation", "brand": "Marque", "category": "Catégorie", "price": "Prix de vente",
         "cost": "Prix d'achat", "gtin": "Code barres", "inventory_level": "Stock disponible"},
    ),
    "spanish reviews": (
        Kind.REVIEWS,
        ("código,puntuación,comentario,fecha,título\nA1,5,Muy buena taza para el café,2026-01-15,Excelente\n"
        "A2,2,Se rompió a los dos días de uso,2026-01-17,Mala\n"),
        {"sku": "código", "rating": "puntuación", "text": "comentario", "written_on": "fecha", "title": "título"},
    ),
    "stock": (
        Kind.STOCK_LEVELS,
        "SKU,Location,On hand,As of\nA1,Hamburg,12,2026-01-15\nA2,Hamburg,3,2026-01-15\n",
        {"sku": "SKU", "warehouse": "Location", "quantity": "On hand", "counted_at": "As of"},
    ),
    "traffic": (
        Kind.TRAFFIC,
        "date,product_id,sessions,page_views\n2026-01-15,A1,120,300\n2026-01-16,A1,90,200\n",
        {"day": "date", "sku": "product_id", "sessions": "sessions", "views": "page_views"},
    ),
    "rivals": (
        Kind.COMPETITOR_PRICES,
        ("merchant,ean,title,price,currency,shipping,in stock,url,crawled_at\n"
        "KaffeeKing,4006381333931,Ceramic coffee mug white,9.90,EUR,4.90,yes,https://k.example/1,2026-01-15T10:00:00Z\n"),
        {"competitor": "merchant", "gtin": "ean", "title": "title", "price": "price", "currency": "currency",
         "shipping": "shipping", "availability": "in stock", "url": "url", "seen_at": "crawled_at"},
    ),
    "customers": (
        Kind.CUSTOMERS,
        ("Customer ID,Full name,E-mail,Phone,Country,Accepts Marketing\n"
        "17850,Ada L,ada@x.example,+49 40 1,DE,yes\n17851,Bob M,bob@x.example,+49 40 2,DE,no\n"),
        {"customer_ref": "Customer ID", "name": "Full name", "email": "E-mail", "phone": "Phone", "country": "Country",
         "consent": "Accepts Marketing"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_kind_and_columns_of_usual_exports_are_guessed(tmp_path: Path, case: str) -> None:
    kind, text, expected = FILES[case]
    mapping = guess(profile_of(tmp_path, text))
    assert mapping.kind is kind
    assert {name: source.label for name, source in mapping.fields.items()} == expected
    assert mapping.missing() == ()
    assert mapping.kind_certainty > 0.6


def test_doubtful_columns_are_the_ones_to_ask_about(tmp_path: Path) -> None:
    text = "order_no;artikel;preis;dt;menge\nA-10023;MUG-1;19,99;03.11.25;1\nA-10024;MUG-2;9,99;03.11.25;2\n"
    mapping = guess(profile_of(tmp_path, text))
    assert mapping.kind is Kind.SALES
    assert mapping.doubtful() == ("sold_at",)
    assert mapping.fields["sold_at"].notation.date_format == "%d.%m.%y"
    assert mapping.fields["order_ref"].certainty > 0.9


def test_columns_that_say_nothing_are_told_by_values_or_left_alone(tmp_path: Path) -> None:
    text = "sku,col_a,col_b,price\nA1,EUR,foo,9.90\nA2,USD,bar,8.90\n"
    mapping = guess_mapping(profile_of(tmp_path, text), Kind.PRODUCTS)
    assert mapping.fields["currency"].label == "col_a"
    assert mapping.fields["currency"].why == "by its values"
    assert mapping.unused(("sku", "col_a", "col_b", "price")) == ("col_b",)


def test_a_name_does_not_override_values_that_cannot_be(tmp_path: Path) -> None:
    mapping = guess_mapping(profile_of(tmp_path, "sku,price\nA1,cheap\nA2,dear\n"), Kind.PRODUCTS)
    assert "price" not in mapping.fields


def test_a_cancellation_prefix_is_recognised(tmp_path: Path) -> None:
    rows = "".join(
        f"{'C' if n % 5 == 0 else ''}{53000 + n},A{n},{-1 if n % 5 == 0 else 2},2026-01-{n + 10},5\n" for n in range(15)
    )
    mapping = guess(profile_of(tmp_path, "invoice no,sku,quantity,date,price\n" + rows))
    assert mapping.cancellation_prefix == "C"


def test_every_field_of_every_kind_has_names() -> None:
    for kind, schema in SCHEMAS.items():
        for field in schema.fields:
            assert len(names_of(kind, field.name)) > 1, (kind, field.name)


def test_names_are_spelled_without_case_accents_and_punctuation() -> None:
    assert spelled("prices.amountMin") == "prices amount min"
    assert spelled("Größe_(cm)") == "grosse cm"


def test_ranking_covers_every_kind(tmp_path: Path) -> None:
    ranking = guess_kind(profile_of(tmp_path, FILES["stock"][1]))
    assert {kind for kind, _ in ranking} == set(Kind)
    assert [score for _, score in ranking] == sorted((score for _, score in ranking), reverse=True)


def made(transform: Transform, notation: Notation | None = None, **columns: list[Any]) -> list[Any]:
    frame = pl.DataFrame(columns)
    return frame.select(expression(transform, frame.schema, notation or Notation()).alias("made")).to_series().to_list()


def test_named_transforms() -> None:
    assert made(Constant("x"), a=["1"]) == ["x"]
    assert made(Join(("a", "b"), "-"), a=["1", None, " "], b=["2", "3", "4"]) == ["1-2", "3", "4"]
    assert made(FirstOf(("a", "b")), a=[None, " ", "x"], b=["1", "2", "3"]) == ["1", "2", "x"]
    pick = Pick("brand", {"1": "p1", "2": "p2"})
    assert made(pick, brand=["1", "2", "3"], p1=["5", "6", "7"], p2=["8", "9", "10"]) == ["5", "9", None]
    assert made(Part("d", ",", "greatest"), d=["2026-01-02, 2026-02-01 ,2026-01-03", None]) == ["2026-02-01", None]
    assert made(Part("d", " ", "first"), d=["a b", "c"]) == ["a", "c"]
    assert made(Part("d", " ", "last"), d=["a b", "c"]) == ["b", "c"]
    assert made(Exp("x"), x=["9.0186954877", "0", "?"]) == [8256.0, 1.0, None]
    assert made(WeekToDate("w", date(1989, 9, 14)), w=["1", "40", None]) == [date(1989, 9, 14), date(1990, 6, 14), None]


def test_amounts_are_computed_exactly_in_their_notation() -> None:
    comma = Notation(",")
    assert made(Multiply(Column("a"), Constant("0.1")), comma, a=["0,3", "x", None]) == [Decimal("0.03"), None, None]
    assert made(LessPercent(Column("a"), Column("b")), a=["20", "0.06046875"], b=["37.5", "50"]) == [
        Decimal("12.5"),
        Decimal("0.030234375"),
    ]
    assert made(LessPercent(Column("a"), Column("b")), comma, a=[20.5], b=["10"]) == [Decimal("18.45")]
    assert made(Multiply(Column("a"), Column("a")), a=["1e11", "1e13", "999999999999"]) == [
        Decimal(10) ** 22, None, Decimal(999999999998000000000001),
    ]  # fmt: skip


def test_a_wide_file_of_logarithms_becomes_sales() -> None:
    price = Pick("brand", {"1": "price1", "2": "price2"})
    mapping = Mapping(
        Kind.SALES,
        {
            "sku": FieldSource(Join(("store", "brand"), "-")),
            "sold_at": FieldSource(WeekToDate("week", date(1989, 9, 14))),
            "quantity": FieldSource(Exp("logmove")),
            "unit_price": FieldSource(price),
            "unit_cost": FieldSource(LessPercent(price, Column("profit"))),
        },
    )
    frame = pl.DataFrame(
        {
            ROW: [1, 2], "store": [2, 2], "brand": [1, 2], "week": [40, 46], "logmove": [9.0186954877, 8.7232312748],
            "price1": [0.05, 0.06], "price2": [0.07, 0.08], "profit": [40.0, 25.0], FAULT: [None, None], RAW: [None, None],
        },
        schema_overrides={ROW: pl.Int64, FAULT: pl.String, RAW: pl.String},
    )  # fmt: skip
    valid = validate_batch(frame, mapping, TERMS).valid
    assert valid.select("sku", "sold_on", "quantity", "unit_price", "unit_cost", "revenue").rows() == [
        ("2-1", date(1990, 6, 14), Decimal(8256), Decimal("0.05"), Decimal("0.03"), Decimal("412.8")),
        ("2-2", date(1990, 7, 26), Decimal(6144), Decimal("0.08"), Decimal("0.06"), Decimal("491.52")),
    ]


def test_a_mapping_survives_json_and_rejects_what_is_none() -> None:
    every: dict[str, Transform] = {
        "sku": Join(("a", "b")), "sold_at": WeekToDate("w", date(1989, 9, 14), 2), "quantity": Exp("x"),
        "revenue": Multiply(Column("a"), Constant("2")), "unit_price": Pick("b", {"1": "p"}),
        "unit_cost": LessPercent(Pick("b", {"1": "p"}), Column("m")), "channel": FirstOf(("a",)),
        "country": Part("c", ";", "last"),
    }  # fmt: skip
    fields = {
        name: FieldSource(source, Notation(",", ".", "%d.%m.%Y"), 0.8, "said so") for name, source in every.items()
    }
    mapping = Mapping(Kind.SALES, fields, 0.9, "C", ("POST",), keep_attributes=False)
    assert Mapping.from_json(mapping.to_json()) == mapping
    for wrong in (
        b"[]",
        b"{",
        b'{"kind":"sales","fields":{"sku":{"source":{"transform":"python","code":"1"}}}}',
        b'{"kind":"sales","fields":{"sku":{"source":{"transform":"column"}}}}',
        b'{"kind":"pets","fields":{}}',
        b'{"kind":"sales","fields":{},"extra":1}',
    ):
        with pytest.raises(MappingInvalid):
            Mapping.from_json(wrong)
