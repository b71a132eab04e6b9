"""Speed as ratios: against a peer or a limit, measured in the same run on the same machine.

Every module with a `run` is one benchmark. Nothing here is part of the product.
"""
