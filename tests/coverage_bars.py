"""Holds branch coverage to the bars of the house: overall, and whole for what guards money and access."""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

OVERALL = 0.85
WHOLE = (
    "identity/authentication.py",
    "identity/deps.py",
    "identity/permissions.py",
    "identity/tokens.py",
    "pricing/guardrails.py",
    "pricing/limits.py",
    "pricing/endings.py",
    "pricing/margins.py",
)


def shortfalls(report: Path) -> list[str]:
    """List the bars that the report misses."""
    root = ET.parse(report).getroot()  # noqa: S314 - our own file
    lines, branches = float(root.get("line-rate", 0)), float(root.get("branch-rate", 0))
    missed = []
    covered = int(root.get("lines-covered", 0)) + int(root.get("branches-covered", 0))
    valid = int(root.get("lines-valid", 0)) + int(root.get("branches-valid", 0))
    print(f"coverage: {covered / valid:.1%} overall (lines {lines:.1%}, branches {branches:.1%})")  # noqa: T201
    if covered / valid < OVERALL:
        missed.append(f"overall {covered / valid:.1%} < {OVERALL:.0%}")
    for file in root.iter("class"):
        name = file.get("filename", "")
        if name.endswith(WHOLE) and (float(file.get("line-rate", 0)) < 1 or float(file.get("branch-rate", 0)) < 1):
            missed.append(f"{name}: lines {file.get('line-rate')}, branches {file.get('branch-rate')}, 1.0 each needed")
    return missed


if __name__ == "__main__":
    problems = shortfalls(Path(sys.argv[1]))
    sys.exit("\n".join(problems) if problems else 0)
