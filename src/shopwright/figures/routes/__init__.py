"""The addresses of figures, a file per page."""
