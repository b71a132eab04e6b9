"""What one process of the program runs on, opened once by app.wiring and handed to whoever needs a part."""

from dataclasses import dataclass

from shopwright.infra.db import Database
from shopwright.kit.time import Clock


@dataclass(frozen=True, slots=True)
class Platform:
    """The open resources of a process."""

    clock: Clock
    database: Database
