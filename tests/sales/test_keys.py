import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from shopwright.sales.keys import Occurrences, line_keys

TEXTS = st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=30)


def keys_of(rows: list[tuple[str, str]]) -> list[int]:
    return [int(key) for key in line_keys(pl.DataFrame(rows, schema=["order", "sku"], orient="row"), ["order", "sku"])]


@given(TEXTS)
def test_a_line_has_the_same_key_whatever_stands_beside_it(rows: list[tuple[str, str]]) -> None:
    assert keys_of(rows) == [keys_of([row])[0] for row in rows]


@given(TEXTS)
def test_different_lines_have_different_keys(rows: list[tuple[str, str]]) -> None:
    different = {(order, sku) for order, sku in rows if "\x1f" not in order + sku and "\0" not in order + sku}
    assert len(set(keys_of(sorted(different)))) == len(different) if different else True


def test_the_key_is_the_same_in_every_release() -> None:
    lines = [("O-0000382", "SKU-01911"), ("", ""), ("Größe", "日本")]
    assert keys_of(lines) == [6679491516851045643, 1351111988463837875, 7986878754514853119]


@given(st.lists(st.lists(st.integers(0, 5), max_size=20), max_size=6))
def test_repeated_lines_get_keys_of_their_own_in_any_cut_of_the_file(batches: list[list[int]]) -> None:
    cut, whole = Occurrences(), Occurrences()
    apart = [key for batch in batches for key in cut.separate(np.array(batch, dtype=np.int64))]
    at_once = whole.separate(np.array([key for batch in batches for key in batch], dtype=np.int64))
    assert apart == at_once.tolist()
    assert len(set(apart)) == len(apart)
    flat = [key for batch in batches for key in batch]
    assert cut.repeated == whole.repeated == len(flat) - len(set(flat))
    assert set(flat) <= set(apart)
