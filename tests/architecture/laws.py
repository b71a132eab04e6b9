"""The laws that the program keeps, by the numbers that tests refer to, and which of them the foundation must hold.

`property_tests()` finds by their marks the tests that hold them, without running anything.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TESTS = Path(__file__).parents[1]
MARK = "property_test"

LAWS: Final[dict[str, dict[int, str]]] = {
    "Ingestion": {
        1: "A finished refresh stores its data with time and source, and both can be queried.",
        2: "No sequence of requests exceeds a domain's rate limit.",
        3: "One failing source is logged and leaves the others unharmed.",
    },
    "Processing": {
        4: "Normalising a SKU is idempotent and the same on every marketplace: upper-case letters and digits, never empty for a SKU that has any.",
        5: "Deduplication keeps the newest.",
        6: "Missing critical fields are flagged and handled by a declared strategy, which is logged.",
        7: "Wrong types are rejected and logged with details.",
        8: "Reviews with known spam patterns are kept out before storage: quarantined, open to correction.",
        9: "Valid records survive a round trip through storage.",
    },
    "Pricing": {
        10: "A mapping under 0.80 is flagged for review or lowers the confidence of every analysis that uses it.",
        11: "A gap is our price less the rival's, exactly, over valid mappings.",
        12: "A change over 5 % alerts with old, new and percent.",
        13: "Promotions carry discount percent and duration.",
        14: "Every recommended price satisfies the margin limits of its product.",
        15: "Every recommendation has a confidence from 0 to 100.",
    },
    "Reviews": {
        16: "Every review gets a class and a confidence.",
        17: "Feature requests are extracted and ranked by frequency.",
        18: "Recurring complaints are found with frequency.",
        19: "A product with a review has an aggregate.",
        20: "With aspects on, the features mentioned have scores.",
    },
    "Demand": {
        21: "With enough history every configured horizon is forecast.",
        22: "Season is detected and used.",
        23: "Demand that differs from stock beyond a stated threshold is reported.",
        24: "Stockout and overstock risk alert with type and severity.",
        25: "Too little data is said as low confidence.",
    },
    "Orchestration": {
        26: "A question reaches the agents that it needs.",
        27: "Quick answers come within 2 minutes for 95 %.",
        28: "Deep answers come within 10 minutes for 95 %.",
        29: "A deep question is ended at its time and resource limits.",
        30: "Independent agents run in parallel.",
        31: "Several results become one report.",
        32: "Follow-ups use the conversation.",
    },
    "Reports": {
        33: "An executive summary is there.",
        34: "Metrics have a value and a trend: increasing, decreasing or stable.",
        35: "Every insight traces to the records beneath it.",
        36: "Risks are low, medium, high or critical.",
        37: "Actions are ordered by impact and urgency.",
        38: "Limitations and confidence are stated.",
    },
    "Memory": {
        39: "KPIs, focus and goals come back unchanged in later sessions.",
        40: "Marketplace focus reorders results.",
        41: "Recommendations refer to goals.",
        42: "Past questions and preferences are used.",
        43: "Retention is obeyed.",
    },
    "Modularity": {
        44: "Inputs and outputs of agents fit their schemas.",
        45: "A failing component is isolated and logged, and the rest runs.",
    },
    "Cost": {
        46: "A repeated or similar question costs fewer tokens than a fresh one.",
    },
    "Errors": {
        47: "Results name the data that was missing.",
        48: "Quality warnings are included.",
        49: "Outside failures are retried after 1, 2, 4, 8 s, then cached data serves.",
        50: "An unanswerable question is told which data it needs.",
    },
    "Security": {
        51: "No request is processed without authentication.",
        52: "Roles hold.",
    },
    "Lineage": {
        53: "Every transformation links source to target with its details.",
        54: "Corrections keep action, time and old value.",
        55: "The audit log answers who, what, when.",
        56: "Deletions leave a record of what and when.",
    },
    "Models": {
        57: "Predictions are stored and later meet actuals.",
        58: "Evaluation runs daily for critical models, weekly for batch ones.",
        59: "Drift alerts: F1 down 10 %, MAPE up 10 %.",
        60: "Below F1 0.85 or above MAPE 20 % retraining starts by itself.",
        61: "Retraining makes a version and keeps the history of both.",
    },
    "Observability": {
        62: "Agent runs log time, CPU, memory, and success, failure or partial.",
        63: "Errors keep stack, message and context in one place.",
        64: "A request that runs agents is one trace over all components.",
        65: "Response-time spikes and error-rate rises alert.",
    },
    "Cache": {
        66: "What is older than its limit is refreshed before a quick answer uses it.",
        67: "Invalidation clears, and logs time and reason.",
        68: "An update of a source drops all that depends on it.",
        69: "At the size limit the least recently used goes first.",
    },
    "Retention": {
        70: "Archives keep origin, archive date and retention period, and can be read.",
        71: "Storage thresholds alert administrators with suggested clean-ups.",
    },
    "Alerting": {
        72: "Three failures in a row of a source notify the administrators.",
        73: "An agent beyond its timeout escalates to on-call.",
        74: "A database that stays lost alerts at high priority.",
        75: "The alert of a failed health check holds its diagnostics.",
        76: "Delivery reaches the right people within 5 minutes.",
        77: "Time of acknowledgement and the outcome are kept.",
    },
    "Budgets": {
        78: "Totals run by user and period.",
        79: "A warning comes at 80 %, for user or tenant.",
        80: "Beyond the budget deep is restricted and quick prefers the cache.",
        81: "Reports break down by agent and query type.",
    },
    "Tenancy": {
        82: "No data crosses tenants.",
        83: "Every row has its tenant.",
        84: "Authorisation for the tenant is checked on every request.",
        85: "An attempt is refused and logged as a security event.",
    },
}  # fmt: skip
BY_NUMBER: Final = {number: law for group in LAWS.values() for number, law in group.items()}

HELD_NOW: Final = frozenset(
    {4, 5, 6, 7, 9, 11, 14, 15, 21, 22, 25, 30, 39, 44, 45, 47, 49, 51, 52, 53, 54, 55, 56, 57, 58, 63, 82, 83, 84, 85}
)
"""The laws whose subjects exist already. Take a number in with the feature that it speaks of."""


@dataclass(frozen=True, slots=True, order=True)
class PropertyTest:
    """A test that holds one or more laws."""

    file: str
    name: str
    numbers: tuple[int, ...]


@cache
def property_tests() -> list[PropertyTest]:
    """Find every marked test below tests/, by module, class or function."""
    return sorted(
        found
        for path in TESTS.rglob("test_*.py")
        for found in _marked(ast.parse(path.read_text("utf-8")), path.relative_to(TESTS.parent).as_posix())
    )


def holders_of(number: int, found: list[PropertyTest]) -> list[PropertyTest]:
    """List the tests that hold one law."""
    return [test for test in found if number in test.numbers]


def properties_markdown() -> str:
    """Return docs/properties.md: every law with the tests that hold it."""
    found = property_tests()
    held = sum(1 for number in BY_NUMBER if holders_of(number, found))
    return f"""# Laws

Generated from the marks of the tests by `make docs-write`.

Each law has a number, and tests name the numbers that they hold: `@pytest.mark.property_test(14)`. Of {len(BY_NUMBER)}
laws {held} are held by tests; the others belong to features that are not there yet.

| law | what it says | held by |
|---|---|---|
""" + "".join(_section(title, laws, found) for title, laws in LAWS.items())


def _section(title: str, laws: dict[int, str], found: list[PropertyTest]) -> str:
    rows = [f"| **{title}** | | |\n"]
    for number, law in laws.items():
        holders = "<br>".join(f"[{test.name}](../{test.file})" for test in holders_of(number, found))
        rows.append(f"| {number} | {law} | {holders or 'not yet'} |\n")
    return "".join(rows)


def _marked(tree: ast.Module, file: str) -> Iterator[PropertyTest]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            inherited = _numbers(node.decorator_list)
            yield from (test for inner in node.body for test in _of_function(inner, file, inherited))
        else:
            yield from _of_function(node, file, ())


def _of_function(node: ast.stmt, file: str, inherited: tuple[int, ...]) -> Iterator[PropertyTest]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
        numbers = inherited + _numbers(node.decorator_list)
        if numbers:
            yield PropertyTest(file, node.name, numbers)


def _numbers(decorators: list[ast.expr]) -> tuple[int, ...]:
    return tuple(
        argument.value
        for decorator in decorators
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith(f".{MARK}")
        for argument in decorator.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int)
    )
