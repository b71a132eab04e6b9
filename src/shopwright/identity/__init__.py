"""Who may do what, in which tenant: people, memberships, roles, sessions, tokens, preferences.

Every request passes here before anything else runs. Nothing in this context knows of shops or prices.
"""
