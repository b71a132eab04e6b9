"""Shopwright: one platform for people who sell online.

Read docs/context-map.md first; then the `domain` and `service` of the context you came for.
"""
