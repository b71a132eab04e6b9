"""What a page that is open is told while it is open: changes of its own tenant, as far as its person may see them.

It tells what to look at again, never what it looks like now: pages read that where everybody does. It changes nothing.
"""
