"""Tells whether a statement that is handed to the database is made of the program's own text alone.

Text is its own when it is literal, or put together from literals, constants and choices among them. Whatever else is
written into a statement must be listed with its reason in test_house_rules.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.architecture.sources import Source

_CALLS = frozenset({"execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor", "prepare"})
_COMPOSERS = frozenset(
    {"join", "format", "strip", "split", "removeprefix", "removesuffix", "replace", "get", "items", "keys"}
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Statement:
    """One call of the driver, and what in it is not the program's own text."""

    source: Source
    function: str
    line: int
    foreign: tuple[str, ...]

    @property
    def place(self) -> str:
        """File and function, which outlive changes of line numbers."""
        return f"{self.source.name}:{self.function}"


@dataclass
class _Scope:
    """What the names of a function stand for."""

    values: dict[str, list[ast.expr]] = field(default_factory=dict)
    harmless: set[str] = field(default_factory=set)


def statements(source: Source) -> Iterator[Statement]:
    """Go through every call of the driver in a file."""
    constants = _assigned(source.tree.body)
    functions = [node for node in ast.walk(source.tree) if isinstance(node, _Function)]
    given = _given_to_private(functions)
    for function in functions:
        scope = _Scope(constants | given.get(function.name, {}) | _assigned(ast.walk(function)))
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _is_of_driver(node) and node.args:
                foreign = tuple(dict.fromkeys(_foreign(node.args[0], scope)))
                yield Statement(source, function.name, node.lineno, foreign)


def _given_to_private(functions: list[_Function]) -> dict[str, dict[str, list[ast.expr]]]:
    """Collect what the file hands to the parameters of its private functions: nobody else calls them."""
    private = {function.name: _parameters(function) for function in functions if function.name.startswith("_")}
    given: dict[str, dict[str, list[ast.expr]]] = {}
    for function in functions:
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in private:
                named = [(keyword.arg or "", keyword.value) for keyword in call.keywords]
                for parameter, value in [*zip(private[name], call.args, strict=False), *named]:
                    given.setdefault(name, {}).setdefault(parameter, []).append(value)
    return given


def _parameters(function: _Function) -> list[str]:
    names = [argument.arg for argument in function.args.args]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def _is_of_driver(call: ast.Call) -> bool:
    method = call.func
    if not isinstance(method, ast.Attribute) or method.attr not in _CALLS:
        return False
    receiver = ast.unparse(method.value).rpartition(".")[2].lstrip("_")
    return receiver in {"connection", "inside", "pool", "admin"}


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """Collect whatever each name stands for: what is assigned to it, or what a loop takes it from."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
                targets = [target]
            case ast.For(target=target, iter=value) | ast.NamedExpr(target=target, value=value):
                targets = [target]
            case _:
                continue
        for target in targets:
            for name, meaning in _paired(target, value):
                found.setdefault(name, []).append(meaning)
    return found


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Go through the names of a target, each with its own part of the value where there is one."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, part in zip(target.elts, value.elts, strict=True):
            yield from _paired(one, part)
    else:
        yield from ((name.id, value) for name in ast.walk(target) if isinstance(name, ast.Name))


def _foreign(node: ast.expr, scope: _Scope) -> Iterator[str]:
    """Go through the parts of an expression that are not the program's own text."""
    match node:
        case ast.Constant():
            return
        case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            for part in parts:
                yield from _foreign(part, scope)
        case ast.FormattedValue(value=inner) | ast.Subscript(value=inner):  # of a table: a choice among its texts
            yield from _foreign(inner, scope)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from _foreign(one, scope)
            yield from _foreign(other, scope)
        case ast.Name(id=name):
            yield from _foreign_name(name, node, scope)
        case ast.Call():
            yield from _foreign_call(node, scope)
        case ast.GeneratorExp() | ast.ListComp():
            yield from _foreign_sequence(node, scope)
        case _:
            yield ast.unparse(node)


def _foreign_name(name: str, node: ast.Name, scope: _Scope) -> Iterator[str]:
    if name.lstrip("_").isupper() or name in scope.harmless:
        return
    known = scope.values.get(name)
    if known is None:
        yield ast.unparse(node)
        return
    inner = _Scope(scope.values, scope.harmless | {name})  # an assignment may extend the name itself
    for value in known:
        yield from _foreign(value, inner)


def _foreign_call(call: ast.Call, scope: _Scope) -> Iterator[str]:
    """A method of text gives text of its parts; a function of the program's own is taken to compose its arguments."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _COMPOSERS:
        yield from _foreign(call.func.value, scope)
    elif not (isinstance(call.func, ast.Name) and (call.func.id.startswith("_") or call.func.id in {"list", "sorted"})):
        yield ast.unparse(call)
        return
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        yield from _foreign(argument, scope)


def _foreign_sequence(node: ast.GeneratorExp | ast.ListComp, scope: _Scope) -> Iterator[str]:
    names = {part.id for loop in node.generators for part in ast.walk(loop.target) if isinstance(part, ast.Name)}
    for loop in node.generators:
        yield from _foreign(loop.iter, scope)
    yield from _foreign(node.elt, _Scope(scope.values, scope.harmless | names))
