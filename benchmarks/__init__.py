"""Measurements of what the program promises; each module has `run(...)` and gives its figures as a dict."""
