"""Experiments: which of two ways to price earns more, found out by lot, told with an interval, stopped when it does harm."""
