"""The market: competitors, their offers, which of their products are ours, and how our prices compare."""
