"""Prices: proposed by strategies, held within guardrails, decided by policies and people, applied and taken back."""
