"""The cache of computed results. Keys carry their tenant and the version of the data that they depend on.

`shared` (Redis) is imported by wiring alone, when a Redis is configured: its library is slow to load.
"""

from shopwright.infra.cache.memory import MemoryStore
from shopwright.infra.cache.results import Cache, Cached, CacheKey, CacheStore, KeyPattern

__all__ = ["Cache", "CacheKey", "CacheStore", "Cached", "KeyPattern", "MemoryStore"]
