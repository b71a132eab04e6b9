"""Holds docs/openapi.json to the program, and every operation to what a reader of it needs."""

import re
from collections import Counter
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from tests.architecture.routers import discovered_app, discovered_routers
from tests.architecture.write_docs import is_current

from shopwright.app.openapi import operations
from shopwright.app.wiring import document as wired
from shopwright.identity.deps import GuardedRoute
from shopwright.identity.permissions import PERMISSIONS

OPEN_TO_ALL = {
    "accept_invitation", "enter_demo", "get_installation", "get_sign_in_options", "health", "health_root", "log_in", "ready", "ready_root",
    "refresh_session", "sign_up",
}  # fmt: skip
"""The operations that serve callers who are not signed in."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SPEAKS_FOR_ITSELF = {"example", "examples", "default", "enum", "const", "format"}
Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return discovered_app().openapi()


@pytest.fixture(scope="module")
def every_operation(document: dict[str, Any]) -> list[Operation]:
    return list(operations(document))


def test_the_document_is_current() -> None:
    assert is_current("docs/openapi.json"), "run make docs-write"


def test_every_router_is_served(document: dict[str, Any]) -> None:
    assert wired() == document


def test_operations_have_readable_names_of_their_own(every_operation: list[Operation]) -> None:
    names = [operation["operationId"] for _, _, operation in every_operation]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not _NAME.fullmatch(name)] == []


def test_every_operation_says_what_it_does(every_operation: list[Operation]) -> None:
    for path, method, operation in every_operation:
        assert operation.get("summary"), f"{method} {path}: summary"
        assert operation.get("description", "").strip(), f"{method} {path}: docstring"
        assert operation.get("tags"), f"{method} {path}: tag"


def test_every_operation_says_how_it_fails(every_operation: list[Operation], document: dict[str, Any]) -> None:
    for path, method, operation in every_operation:
        failures = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"429", "500", "503"} <= set(failures), f"{method} {path}"
        if operation["operationId"] not in OPEN_TO_ALL:
            assert {"401", "403"} <= set(failures), f"{method} {path}"
        if "{" in path:
            assert "404" in failures, f"{method} {path}"
    for answer in document["components"]["responses"].values():
        (content,) = answer["content"].values()
        problem = document["components"]["schemas"]["Problem"]
        assert set(content["example"]) == set(problem["properties"])


def test_every_operation_names_its_permission_or_is_open_to_all(every_operation: list[Operation]) -> None:
    for path, method, operation in every_operation:
        if operation["operationId"] in OPEN_TO_ALL:
            assert operation["security"] == [], f"{method} {path}"
        else:
            assert operation.get("x-permission") in PERMISSIONS, f"{method} {path}"
            assert "security" not in operation, f"{method} {path}"


@pytest.mark.property_test(51, 84)
def test_no_route_of_a_context_is_without_the_guard() -> None:
    routes = [route for router in discovered_routers() for route in router.routes]
    assert routes
    assert [
        _named(route) for route in routes if isinstance(route, APIRoute) and not isinstance(route, GuardedRoute)
    ] == []


def test_every_body_has_an_example(every_operation: list[Operation], document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    missing = [
        f"{method} {path} ({media})"
        for path, method, operation in every_operation
        for media, content in operation.get("requestBody", {}).get("content", {}).items()
        if not (_SPEAKS_FOR_ITSELF & set(content) or _is_shown(content["schema"], schemas))
    ]
    assert missing == []


def test_money_is_text_in_every_schema(document: dict[str, Any]) -> None:
    """A JSON number is a float to most readers: amounts are text."""
    amount = re.compile(r"(^|_)(price|cost|margin|revenue|amount|shipping|profit)$")
    floats = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if amount.search(field) and "number" in _types(described)
    ]
    assert floats == []


def _types(schema: dict[str, Any]) -> set[str]:
    choices = schema.get("anyOf", [schema])
    return {choice.get("type", "") for choice in choices} - ({"number"} if _takes_text(choices) else set())


def _takes_text(choices: list[dict[str, Any]]) -> bool:
    """A body may take a number beside the text; an answer has the text alone."""
    return any(choice.get("type") == "string" for choice in choices)


def _is_shown(schema: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Tell whether a reader can see what belongs into a body: an example of the whole, or of each required field."""
    if _SPEAKS_FOR_ITSELF & set(schema) or schema.get("type") in {"boolean", "null"}:
        return True
    if "$ref" in schema:
        return _is_shown(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return any(_is_shown(one, schemas) for one in schema[choice] if one.get("type") != "null")
    if schema.get("type") == "array":
        return _is_shown(schema["items"], schemas)
    if "properties" in schema:
        needed = schema.get("required") or list(schema["properties"])
        return all(_is_shown(schema["properties"][name], schemas) for name in needed)
    return False


def _named(route: BaseRoute) -> str:
    return str(getattr(route, "path", route))
