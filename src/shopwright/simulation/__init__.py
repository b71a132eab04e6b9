"""A market with known truth: products, demand, rivals, stock, reviews and customers, pure and seeded.

It seeds the demo and measures forecasts, elasticities and pricing against what is really true. Everything that
comes out of it carries `SOURCE` and has to be shown as simulated. It reads and writes nothing.
"""
