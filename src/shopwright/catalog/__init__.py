"""The shop's own products: identifiers, costs, bounds, own prices over time, exchange rates."""
