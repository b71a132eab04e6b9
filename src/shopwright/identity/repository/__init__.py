"""SQL of identity, a file per subject."""
