"""The ways in which the word of new events spreads: within one process, by PostgreSQL, by Redis Streams."""
