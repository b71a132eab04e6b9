"""What was sold: order lines with returns, daily totals, visits."""
