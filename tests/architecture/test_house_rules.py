"""Holds the rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from typing import Final

import pytest
from tests.architecture.sources import ROOT, Source, sources
from tests.architecture.statements import statements

LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 60
FORBIDDEN_NAMES: Final = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "base", "core", "data", "info", "misc"}  # fmt: skip
COMMAND_FILES: Final = {"src/shopwright/app/cli/data.py": "commands about the shop's data, named after their subject"}
UNFINISHED: Final = re.compile(r"\b(TODO|FIXME)\b|raise NotImplementedError")
SQL_LAYERS: Final = re.compile(r"(^|\.)(\w*repository|loading|\w+_loading)(\.|$)")
PRIVATE: Final = {"repository", "routes", "schemas"}
ONE_QUESTION: Final = {
    "src/shopwright/app/diagnosis.py": "which server it is",
    "src/shopwright/app/health.py": "which version the schema has",
}
"""Files of the program itself that ask the database one question about the installation."""
EXTENDED: Final = {
    "src/shopwright/catalog/loading.py:_merge_known": "columns and rules of precedence, composed of constants in the constructor",
    "src/shopwright/infra/bulk.py": "names of tables and columns, which every loading module declares as constants",
    "src/shopwright/infra/db.py:begin": "a tenant's id: a uuid by its type, in the round trip of `begin`",
    "src/shopwright/infra/db.py:commit": "hexadecimal digits, in the round trip of `commit`",
    "src/shopwright/infra/reading.py:bind": "a tenant's id: a uuid by its type, in a statement that takes no parameters",
    "src/shopwright/infra/db.py:savepoint": "a number that the unit counts itself",
    "src/shopwright/infra/jobs/engine.py:execute": "the text of PgQueuer, whose names are all constants",
    "src/shopwright/infra/jobs/engine.py:fetch": "the text of PgQueuer, whose names are all constants",
    "src/shopwright/infra/migrating.py:run_script": "a migration's own file",
    "src/shopwright/infra/postgres/provision.py:_ensure_password": "a verifier: base64 by its making",
    "src/shopwright/infra/postgres/provision.py:execute": "formatted and quoted by the server itself",
}
"""Statements that hold more than the program's own text, and why that is safe."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef
ALL_CODE: Final = ("src/shopwright", "tests", "benchmarks", "migrations")


def functions(source: Source) -> Iterator[_Function]:
    return (node for node in ast.walk(source.tree) if isinstance(node, _Function))


def test_files_are_short() -> None:
    assert {s.name: s.lines for s in sources(*ALL_CODE) if s.lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = {
        f"{source.name}:{function.name}": length
        for source in sources(*ALL_CODE)
        for function in functions(source)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_imports_stand_at_the_top() -> None:
    """A cycle is the bug. The command line imports inside its commands, so that --help is quick."""
    inside = [
        f"{source.name}:{node.lineno}"
        for source in sources("src/shopwright", "tests", "benchmarks")
        if not source.name.startswith("src/shopwright/app/cli/")
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [source.name for source in sources() if not ast.get_docstring(source.tree)]
    assert silent == []


def test_nothing_is_called_what_everything_could_be_called() -> None:
    named = [s.name for s in sources(*ALL_CODE) if set(s.name.removesuffix(".py").split("/")) & FORBIDDEN_NAMES]
    assert set(named) - set(COMMAND_FILES) == set()


def test_nothing_is_left_for_later() -> None:
    here = "tests/architecture/test_house_rules.py"
    files = [source for source in sources(*ALL_CODE) if source.name != here]
    left = [f"{source.name}: {found[0]}" for source in files for found in UNFINISHED.finditer(source.text)]
    assert left == []


def test_only_repositories_and_infra_know_the_driver() -> None:
    known = [
        source.name
        for source in sources()
        if any(name.split(".")[0] == "asyncpg" for name in source.imported())
        if source.context != "infra" and not SQL_LAYERS.search(source.module)
    ]
    assert known == []


def test_only_repositories_and_infra_speak_sql() -> None:
    speaking = {
        statement.source.name
        for source in sources()
        if source.context != "infra" and not SQL_LAYERS.search(source.module)
        for statement in statements(source)
    }
    assert speaking == set(ONE_QUESTION)


def test_statements_are_made_of_the_programs_own_text() -> None:
    found = {
        one.place: f"line {one.line}: {', '.join(one.foreign)}"
        for s in sources()
        for one in statements(s)
        if one.foreign
    }
    explained = {place for place in found if place in EXTENDED or place.partition(":")[0] in EXTENDED}
    assert {place: what for place, what in found.items() if place not in explained} == {}
    used = explained | {place.partition(":")[0] for place in explained}
    assert set(EXTENDED) - used == set(), "remove what is no longer there"


def test_a_statement_with_a_value_written_into_it_would_be_found() -> None:
    text = """
async def find(self, name, sort):
    await self.connection.fetch(f"select * from t where name = '{name}' order by {_SORTS[sort]}")
    await self.connection.fetch("select 1 " + name)
    query = f"select {name}"
    await self.connection.fetch(query)
    await self.connection.fetch("select {}".format(name))
    await self.connection.fetch(_TEXT, name)
"""
    probe = Source(ROOT / "probe.py", text, ast.parse(text))
    assert [one.foreign for one in statements(probe)] == [("name",)] * 4 + [()]


def test_what_is_private_to_a_context_stays_there() -> None:
    contexts = {source.context for source in sources()}
    taken = [
        f"{source.name}: {name}"
        for source in sources()
        for name in source.imported()
        if (parts := name.split("."))[0] == "shopwright" and len(parts) > 2 and parts[1] in contexts
        if parts[1] not in {source.context, "infra", "kit"} and source.context != "app"
        if PRIVATE & set(parts[2:]) or any(part.endswith("_repository") for part in parts[2:])
    ]
    assert taken == []


def test_routes_ask_services_and_never_repositories() -> None:
    taken = [
        f"{source.name}: {name}"
        for source in sources()
        if {"routes", "routes.py"} & set(source.path.parts)
        for name in source.imported()
        if re.search(r"repository", name.rpartition(".")[0])
    ]
    assert taken == []


@pytest.mark.parametrize("word", ["mock", "MagicMock", "AsyncMock"])
def test_tests_use_the_real_thing(word: str) -> None:
    """A fake passes the same tests as what it stands for; a mock passes whatever it is told to."""
    here = "tests/architecture/test_house_rules.py"
    using = [s.name for s in sources("tests") if s.name != here and re.search(rf"\b{re.escape(word)}\b", s.text)]
    assert using == []
