"""Forecasts of sales: one batch method over all products at once, and what is compared and combined with it."""
