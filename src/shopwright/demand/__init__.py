"""Demand: what will be sold, and how it answers to price."""
