"""Rules between products: pack ladders, the order of brands, the margin of a category; kept at the least loss of profit.

Guardrails decide on each product first. Here their prices are moved within [floor, cap] only, or held where rules conflict.
"""
