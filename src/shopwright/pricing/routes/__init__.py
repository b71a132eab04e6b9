"""The HTTP face of pricing: proposals, prices and runs, policies."""
