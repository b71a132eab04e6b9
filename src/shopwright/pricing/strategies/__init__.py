"""Strategies: what price is wanted, and how surely, before any limit. One interface, many ways."""
