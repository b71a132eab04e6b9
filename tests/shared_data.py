"""Finds the real data sets that tests read: a folder `shared/data` beside the checkout, or SHOPWRIGHT_SHARED_DATA."""

import os
from pathlib import Path

import pytest


def shared_data(relative: str) -> Path:
    """Return the path of a data set's file; skips the test, and says why, where it is missing."""
    named = os.environ.get("SHOPWRIGHT_SHARED_DATA")
    places = [Path(named)] if named else [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    for place in places:
        if (place / relative).is_file():
            return place / relative
    pytest.skip(
        f"the real data set {relative} is neither in SHOPWRIGHT_SHARED_DATA nor in a shared/data beside the checkout"
    )
