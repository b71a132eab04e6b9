"""Pure values that every context speaks: money, ids, time, errors, events. No I/O, no framework."""
