"""What a start loads: the program serves without what only some installations or some requests need."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from shopwright.infra.late import JOB_ENGINE, LATE, late

HEAVY = (
    "alembic", "sqlalchemy", "redis", "xlsxwriter", "pgqueuer", "psutil", "opentelemetry.sdk", "prompt_toolkit",
    "shopwright.simulation", "shopwright.app.demo", "hypothesis", "pytest",
)  # fmt: skip
"""What `shopwright up` must not have loaded when it begins to serve."""


def loaded_by(program: str, names: tuple[str, ...]) -> list[str]:
    told = f"{program}\nimport json, sys\nprint(json.dumps([name for name in {names!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)  # noqa: S603 - this interpreter
    found: list[str] = json.loads(done.stdout)
    return found


def test_serving_loads_nothing_heavy() -> None:
    assert loaded_by("import shopwright.app.serving, shopwright.app.wiring", (*HEAVY, *LATE)) == []


def test_what_is_said_to_be_heavy_exists() -> None:
    """A name that nothing has would never be found loaded."""
    assert [name for name in HEAVY if name != "prompt_toolkit" and find_spec(name) is None] == []


def test_the_server_is_started_before_the_program_is_loaded() -> None:
    """It comes up meanwhile, so its start must not wait for what the program loads."""
    slow = ("asyncpg", "fastapi", "pydantic", "structlog", "msgspec")
    assert loaded_by("import shopwright.infra.postgres.ahead, shopwright.infra.settings", slow) == []


@pytest.mark.parametrize("module", LATE)
def test_what_is_loaded_late_can_be_loaded(module: str) -> None:
    assert late(module).__name__ == module


def test_nothing_else_is_loaded_late() -> None:
    with pytest.raises(KeyError, match="imported at the top"):
        late("shopwright.infra.db")


NOT_SERVING = ("shopwright/app/evaluations/", "shopwright/demand/forecasting/boosted.py")
"""What the command `evaluate` loads, and nothing that serves."""


def test_the_list_names_modules_that_nothing_imports_at_the_top() -> None:
    """But their own kind: the worker imports its engine."""
    root = Path(__file__).parents[2] / "src"
    for module in LATE:
        importing = [
            path.relative_to(root).as_posix()
            for path in root.rglob("*.py")
            if f"from {module} import" in path.read_text(encoding="utf-8")
            and not any(name in path.as_posix() for name in NOT_SERVING)
        ]
        assert importing == (["shopwright/infra/jobs/worker.py"] if module == JOB_ENGINE else [])


@pytest.mark.parametrize("pause", [0.0, 0.05, 0.15])
def test_two_threads_may_load_what_hangs_together(pause: float) -> None:
    """The worker is loaded in a thread while the first request that enters a job loads the queue's engine."""
    program = f"""
import threading, time
from shopwright.infra.late import JOB_ENGINE, JOB_WORKER, late
other = threading.Thread(target=late, args=(JOB_WORKER,))
other.start()
time.sleep({pause})
late(JOB_ENGINE).EngineQueries
other.join()
late(JOB_WORKER).Worker
"""
    assert loaded_by(program, ("shopwright.infra.jobs.worker",)) == ["shopwright.infra.jobs.worker"]
