"""Makes the long tables that `shopwright evaluate forecast` reads from two published data sets.

python -m benchmarks.sales_tables online_retail transactions.parquet retail.csv --series 250
python -m benchmarks.sales_tables breakfast weekly_sales.parquet weekly.csv --products products.csv.gz --series 300
"""

import argparse
from pathlib import Path

import polars as pl


def online_retail(source: Path) -> pl.DataFrame:
    """Return units by product and day: product codes only, no adjustments at price 0, a day's returns taken off."""
    lines = pl.read_parquet(source)
    sold = lines.filter(pl.col("StockCode").str.contains(r"^\d{5}[A-Za-z]*$"), pl.col("UnitPrice") > 0)
    return (
        sold.group_by(series=pl.col("StockCode"), date=pl.col("InvoiceDate").dt.date())
        .agg(value=pl.col("Quantity").sum().clip(0))
        .sort("series", "date")
    )


def breakfast(source: Path, products: Path) -> pl.DataFrame:
    """Return units by store, product and week, with the price, whether it was featured or displayed, and the category."""
    category = pl.read_csv(products, infer_schema_length=0).select("upc_id", group="category")
    return (
        pl.read_parquet(source)
        .join(category, on="upc_id", how="left")
        .select(
            pl.concat_str("store_id", "upc_id", separator="-").alias("series"),
            pl.col("week_end_date").dt.date().alias("date"),
            pl.col("units").alias("value"),
            "price",
            pl.max_horizontal("feature", "display").alias("promo"),
            "group",
        )
        .sort("series", "date")
    )


def fewer(table: pl.DataFrame, series: int) -> pl.DataFrame:
    """Return the series that sold most."""
    most = table.group_by("series").agg(pl.col("value").sum()).sort("value", "series", descending=[True, False])
    return table.join(most.head(series).select("series"), on="series", how="semi")


def main() -> None:
    """Read one data set and write its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=["online_retail", "breakfast"])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--products", type=Path, help="breakfast: the products with their categories")
    parser.add_argument("--series", type=int, help="only so many, those that sold most")
    given = parser.parse_args()
    table = online_retail(given.source) if given.name == "online_retail" else breakfast(given.source, given.products)
    table = fewer(table, given.series) if given.series else table
    table.write_csv(given.target)
    print(f"{given.target}: {table['series'].n_unique()} series, {table.height} rows")


if __name__ == "__main__":
    main()
