"""Files of unknown make: what they are (`detection`), and their rows in batches (`reading`).

Nothing here knows what a column means, and nothing reads more into memory than a batch (a workbook excepted, whose size
is limited before it is opened).
"""
