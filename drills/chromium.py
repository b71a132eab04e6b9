"""The browser that tests and measurements of the pages drive: where it is, and how it is started."""

import os
import shutil
from typing import Final

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS: Final = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--font-render-hinting=none",
)  # fmt: skip
MISSING: Final = "There is no Chromium (Debian: apt-get install chromium)."


def find_chromium() -> str | None:
    """Return the path of a Chromium that is installed."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def arguments() -> list[str]:
    """Return what to start it with: nothing that depends on the machine's graphics or network."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*as_root, *_ARGUMENTS]
