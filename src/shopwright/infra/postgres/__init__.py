"""The embedded PostgreSQL server: its programs, its folder, its life, the databases in it and their copies.

It knows nothing of the schema. A server that an operator runs needs `provision` and `backup` alone.
"""

from shopwright.infra.postgres.cluster import EmbeddedPostgres

__all__ = ["EmbeddedPostgres"]
