"""Bad files are refused with what is wrong, what was expected and what was kept, in bounded memory, and nothing is half loaded."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from tests.drills.bad_files import CASES, Case

MOST_MEGABYTES: Final = 700
"""A workbook of the largest size that is taken needs so much; see `workbook.MAX_UNPACKED`."""
_LONGEST: Final = 300

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks of memory are read from /proc"),
]


@pytest.fixture(scope="module")
async def outcomes(app_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of every file, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.drills.bad_files", app_dsn, str(tmp_path_factory.mktemp("bad"))),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), _LONGEST)
    assert process.returncode == 0
    told: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
    return told


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_bad_file_says_what_is_wrong_and_leaves_nothing_half_loaded(
    outcomes: dict[str, Any], case: Case
) -> None:
    told = outcomes[case.name]
    assert told["code"] == case.code, told
    assert (told["stored"], told["rejected"]) == (case.stored, case.rejected), told
    assert told["points"] == told["stored"], told
    assert told["megabytes"] < MOST_MEGABYTES, told
    if case.code is not None:
        assert told["state"] in {"refused", "failed"}
        details = told["error"].get("details", told["error"])
        assert {"wrong", "expected", "rows_kept"} <= set(details), told
