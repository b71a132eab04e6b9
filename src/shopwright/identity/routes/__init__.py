"""The addresses of identity, a file per subject."""

from typing import Final

from fastapi import APIRouter

from shopwright.identity.routes import auth, installation, preferences, tenants, users, views

ROUTERS: Final[tuple[APIRouter, ...]] = (
    auth.router,
    installation.router,
    users.router,
    tenants.router,
    tenants.settings_router,
    preferences.router,
    views.router,
)
