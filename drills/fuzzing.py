"""`python -m drills fuzz`: requests made from the OpenAPI document, by the thousand, against the started program.

The document is the contract: no answer may be a fault of the program, have a status that is not documented, or differ
from its schema; no operation may serve without the credential that it asks for. Runs in two passes, by the owner of a
shop with an object of every kind, and by nobody. It does not judge whether well-formed input should have been taken:
rules that no JSON schema can say answer with a documented 400.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import msgspec

from drills.running import RunningProgram, no_limits
from drills.shop import PASSWORD, furnish, sign_up

CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "allow_header_conformance",
    "use_after_free",
    "ignored_auth",
)
_EMAIL: Final = "owner@example.com"
_OWNERS_SHARE: Final = 0.8
_KNOWN_ID: Final = 0.8  # how often a parameter names an object that is there
_GRACE: Final = 120


@dataclass(frozen=True)
class Pass:
    """What one pass found."""

    who: str
    operations: int
    requests: int
    failures: Sequence[Mapping[str, Any]]
    report: str


def run(folder: Path, *, seconds: int, seed: int) -> list[Pass]:
    """Fuzz a program of its own for about so many seconds; raises when the program itself ended or crashed."""
    program = RunningProgram(folder, **no_limits())
    program.start()
    try:
        ids = furnish(sign_up(program.address, _EMAIL))
        passes = {"owner": int(seconds * _OWNERS_SHARE), "nobody": int(seconds * (1 - _OWNERS_SHARE))}
        found = [_pass(folder, program.address, who, ids, limit, seed) for who, limit in passes.items()]
        if not program.is_ready():
            raise RuntimeError("the program does not serve any more")
    finally:
        program.stop()
    crashes = program.log.count("request_crashed")
    if crashes:
        raise RuntimeError(
            f"{crashes} requests crashed; the first: {program.log.partition('request_crashed')[2][:3000]}"
        )
    return found


def _pass(folder: Path, address: str, who: str, ids: Mapping[str, Sequence[str]], seconds: int, seed: int) -> Pass:
    settings, report = folder / f"{who}.toml", folder / f"{who}.json"
    settings.write_text(_toml(ids, signed_in=who == "owner"), encoding="utf-8")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "--no-color",
        "run", str(_document(folder, address)), "--url", address,
        "--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(seconds), "--seed", str(seed),
        "--checks", ",".join(CHECKS), "--continue-on-failure", "--no-shrink", "--suppress-health-check", "all",
        "--warnings", "off", "--max-examples", "25", "--request-timeout", "30",
        "--generation-database", "none", "--report-json-path", str(report),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=seconds + _GRACE, check=False)  # noqa: S603 - the command is ours
    if not report.exists():
        raise RuntimeError(f"the fuzzer did not run: {done.stdout[-3000:]} {done.stderr[-3000:]}")
    told = msgspec.json.decode(report.read_bytes())
    if told["errors"]:
        raise RuntimeError(f"the fuzzer failed: {told['errors']} {done.stdout[-2000:]}")
    return Pass(who, told["operations"]["tested"], told["test_cases"]["generated"], told["failures"], done.stdout)


def _document(folder: Path, address: str) -> Path:
    """Fetch the document ourselves: building it takes its time on a busy machine, and the fuzzer waits for little."""
    path = folder / "openapi.json"
    path.write_bytes(httpx2.get(f"{address}/api/openapi.json", timeout=_GRACE).raise_for_status().content)
    return path


def _toml(ids: Mapping[str, Sequence[str]], *, signed_in: bool) -> str:
    """Write the fuzzer's settings: objects that are there, and a sign-in that is repeated when a request ended it."""
    lines = []
    for name, known in ids.items():
        lines += [f"[dictionaries.{name}]", f"values = {list(known)}"]
    lines += ["[parameters]"]
    lines += [f'"path.{name}" = {{ dictionary = "{name}", probability = {_KNOWN_ID} }}' for name in ids]
    if signed_in:
        lines += [
            "[auth.dynamic.openapi.bearer]",
            'path = "/api/v1/auth/login"',
            'extract_selector = "/access_token"',
            f'payload = {{ email = "{_EMAIL}", password = "{PASSWORD}" }}',
        ]
    return "\n".join(lines) + "\n"
