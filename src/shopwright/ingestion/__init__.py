"""How data come in: files, marketplaces and competitor pages become clean, deduplicated, traceable records.

Reads what others wrote and trusts none of it: a bad row is given back with its reason and never stops a batch.
"""
