"""The addresses of demand, a file per subject."""
