"""The routers of all contexts, found by looking: so that one which is not served shows."""

import importlib
import pkgutil

from fastapi import APIRouter, FastAPI

import shopwright
from shopwright.app.http import describe


def discovered_routers() -> list[APIRouter]:
    """Import every module of routes and return the routers that stand in them, in the order of their modules."""
    names = sorted(module.name for module in pkgutil.walk_packages(shopwright.__path__, "shopwright."))
    found: dict[int, APIRouter] = {}
    for name in names:
        if "routes" in name.split("."):
            for value in vars(importlib.import_module(name)).values():
                if isinstance(value, APIRouter):
                    found[id(value)] = value
    return list(found.values())


def discovered_app() -> FastAPI:
    """Build the application of all routers without its resources."""
    return describe(discovered_routers())
