"""What every endpoint shares: one shape of errors, pages, conditional reads, idempotent writes, limits."""
