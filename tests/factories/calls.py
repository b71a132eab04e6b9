"""Requests made from the OpenAPI document alone, so that an endpoint is called on the day on which it is added."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from shopwright.app.openapi import operations
from shopwright.app.wiring import document
from tests.factories.identity import PASSWORD, fresh_email

Schema = Mapping[str, Any]

NATURAL: Final = {"base": "USD", "quote": "SEK", "day": "2026-02-27", "kind": "products", "row": "2"}
"""Parameters of an address that name something by what it is, not by an id: each shop may have the same."""

NAMED_OTHERWISE: Final = {
    "BulkRow.id": "product_id",
    "Optimize.product_ids": "product_id",
    "Expression.product_ids": "product_id",
    "Selection.ids": "proposal_id",
    "SimulationBody.product_ids": "product_id",
    "SelectionToApprove.ids": "proposal_id",
    "SelectionToReject.ids": "proposal_id",
    "TotalsOf.ids": "product_id",
    "actor_id": "member_id",
    "key": "product_id",
}
"""Fields whose name does not say whose id they take."""

_TABLE: Final = b"sku,name,price\nCUP-1,Cup,9.99\n"
_REQUIRED_TEXT: Final = {"format": "csv"}
_PLAIN: Final = {
    "boolean": True, "integer": 1, "number": 1, "array": [], "object": {}, "date-time": "2026-03-03T12:00:00+00:00",
}  # fmt: skip
_SHOWN: Final = ("example", "const", "default")


@dataclass(frozen=True)
class Call:
    """An operation that can be called with whatever ids one likes."""

    method: str
    path: str
    operation: Schema

    @property
    def name(self) -> str:
        """The operation's name, which is the test's."""
        return str(self.operation["operationId"])

    @property
    def permission(self) -> str | None:
        """What a caller needs; None when it is open to all."""
        return self.operation.get("x-permission")

    @property
    def body(self) -> Schema | None:
        """The schema of the JSON body, if there is one."""
        content = self.operation.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if "application/json" in content else None

    @property
    def takes_file(self) -> bool:
        """Whether the body is an uploaded table."""
        return "application/octet-stream" in self.operation.get("requestBody", {}).get("content", {})

    def parameters(self, place: str) -> Iterator[Schema]:
        """Go through the parameters of the path or the query."""
        return (found for found in self.operation.get("parameters", ()) if found.get("in") == place)

    @property
    def needed(self) -> set[str]:
        """Ids without which the operation cannot be called."""
        ids = {identified("", found["name"]) for found in self.parameters("path")} - set(NATURAL)
        return ids | {name for name, required in _ids_of_body(self.body) if required}

    @property
    def ids(self) -> set[str]:
        """All ids that the operation takes: in its path, its query, its body."""
        query = {identified("", found["name"]) for found in self.parameters("query") if _takes_id(found["schema"])}
        return self.needed | query | {name for name, _ in _ids_of_body(self.body)}

    @property
    def texts(self) -> set[str]:
        """Words that the query of a reading operation may hold, which no rule narrows down."""
        if self.method != "get":
            return set()
        return {
            found["name"]
            for found in self.parameters("query")
            if any(_is_free(one) for one in _choices(found["schema"]))
        }

    def request(self, ids: Mapping[str, str], **query: str) -> dict[str, Any]:
        """Return the arguments of a request that names these ids."""
        path = self.path
        for found in self.parameters("path"):
            name = found["name"]
            path = path.replace(f"{{{name}}}", NATURAL.get(name) or ids[identified("", name)])
        for found in self.parameters("query"):
            name = identified("", found["name"])
            if name in ids and _takes_id(found["schema"]):
                query[found["name"]] = ids[name]
            elif found.get("required") and found["name"] not in query:
                query[found["name"]] = _REQUIRED_TEXT[found["name"]]
        made: dict[str, Any] = {"method": self.method.upper(), "url": path, "params": query}
        if self.takes_file:
            return {**made, "content": _TABLE, "headers": {"content-type": "application/octet-stream"}}
        return made if self.body is None else {**made, "json": _filled(self.body, "", "", ids)}


def identified(title: str, field: str) -> str:
    """Return the name by which the registry of objects knows what a field takes."""
    return NAMED_OTHERWISE.get(f"{title}.{field}") or NAMED_OTHERWISE.get(field) or field


@cache
def calls() -> tuple[Call, ...]:
    """Return every operation of the program."""
    return tuple(Call(method, path, operation) for path, method, operation in operations(document()))


@cache
def _schemas() -> Schema:
    found: Schema = document()["components"]["schemas"]
    return found


def _resolved(schema: Schema) -> Schema:
    return _schemas()[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _choices(schema: Schema) -> list[Schema]:
    """Return what a value may be besides nothing."""
    found = [_resolved(one) for one in _resolved(schema).get("anyOf", [schema])]
    return [one for one in found if one.get("type") != "null"]


def _takes_id(schema: Schema) -> bool:
    """Tell whether a value is an id or a list of ids."""
    return any(
        one.get("format") == "uuid" or (one.get("type") == "array" and _takes_id(one["items"]))
        for one in _choices(schema)
    )


def _is_free(schema: Schema) -> bool:
    return schema.get("type") == "string" and not {"format", "pattern", "enum"} & set(schema)


def _ids_of_body(schema: Schema | None) -> Iterator[tuple[str, bool]]:
    """Go through the ids that a body takes, with whether it needs them."""
    for one in _choices(schema) if schema else ():
        if one.get("type") == "array":
            yield from _ids_of_body(one["items"])
        for field, inner in one.get("properties", {}).items():
            if _takes_id(inner):
                yield identified(one["title"], field), field in one.get("required", ())
            else:
                yield from _ids_of_body(inner)


def _filled(schema: Schema, title: str, field: str, ids: Mapping[str, str]) -> Any:
    """Return a value that fits: ids as given, otherwise the example of the document."""
    if field == "email":
        return ids.get(f"{title}.email") or fresh_email()
    if field == "password":
        return PASSWORD
    one = _choices(schema)[0]
    if one.get("format") == "uuid":
        return ids[identified(title, field)]
    if one.get("type") == "array" and (_takes_id(one) or "properties" in _resolved(one["items"])):
        return [_filled(one["items"], title, field, ids)]
    if "properties" in one:
        needed = set(one.get("required", ()))
        return {
            name: _filled(inner, one["title"], name, ids)
            for name, inner in one["properties"].items()
            if name in needed or (_takes_id(inner) and identified(one["title"], name) in ids)
        } or _first_change(one, ids)
    return _shown(schema, one)


def _first_change(schema: Schema, ids: Mapping[str, str]) -> dict[str, Any]:
    """Return a body of one field where none is needed, so that there is something to do."""
    for name, inner in schema["properties"].items():
        if not _takes_id(inner):
            return {name: _filled(inner, schema["title"], name, ids)}
    return {}


def _shown(*schemas: Schema) -> Any:
    for schema in schemas:
        if schema.get("examples") or schema.get("enum"):
            return (schema.get("examples") or schema["enum"])[0]
        for key in _SHOWN:
            if schema.get(key) is not None:
                return schema[key]
    found = schemas[-1]
    return _PLAIN.get(found.get("format") or found["type"], "analyst")
