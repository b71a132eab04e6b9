"""Beliefs about demand for tests: one plain product, changed by name."""

import numpy as np

from shopwright.pricing.responses import Form, ResponseColumns


def response(size: int = 1, /, **changed: float) -> ResponseColumns:
    """Two units a day at a centre of 20.00, elasticity -2.5 of which one is rather sure, constant elasticity."""
    usual = {
        "units": 2.0,
        "units_sd": 0.2,
        "centre": 20_000_000.0,
        "slope": -2.5,
        "slope_sd": 0.2,
        "rival_elasticity": 0.0,
        "rival_level": np.nan,
        "follow": 0.0,
        "halo": 0.0,
        "stock": np.inf,
    }
    constant = changed.pop("constant", 1.0)
    values = {name: np.full(size, value) for name, value in {**usual, **changed}.items()}
    weights = np.stack([np.full(size, constant), np.full(size, 1 - constant)])
    slopes = {name: np.stack([values.pop(name)] * len(Form)) for name in ("slope", "slope_sd")}
    return ResponseColumns(**values, **slopes, weight=weights)
