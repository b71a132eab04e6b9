"""The journal: what was published, written with the change itself, delivered at least once, never altered."""
