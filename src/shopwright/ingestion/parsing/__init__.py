"""Columns of text as numbers, moments and words: a fast way for what is written as expected, a slow one for the rest.

The fast way is an expression over the whole column that gives null for what it does not know; only those cells go the slow
way, which knows more spellings and says why a cell is nothing.
"""
