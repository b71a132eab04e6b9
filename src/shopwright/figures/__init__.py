"""Figures of the shop: one definition each, read across contexts, and the pages that are made of them."""
