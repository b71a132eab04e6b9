"""Files of unknown make: what they are (`detection`), and their rows in batches (`reading`).

Nothing here knows what a column means, and nothing reads more into memory than a batch (of a workbook also the texts
that its cells share; its size is limited before it is opened).
"""
