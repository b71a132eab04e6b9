"""Strategies of a shop's own: prices by an expression that people write, and by Python from other packages.

What people write is read into a tree of known parts and computed on columns. It is never run as code: there are no
attributes, no calls but a few, no loops and no names but those of the inputs.
"""
