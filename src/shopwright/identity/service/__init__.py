"""The use cases of identity, a file per subject."""
