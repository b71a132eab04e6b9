"""The second start of `shopwright up` in a home of its own: from the process to the first answer of /ready.

The first start makes the database and its schema; the second is what people wait for every day. Measured as a user has
it: a fresh process, its embedded server stopped before. The clock has a limit; the processor time tells how much of it
was the program's own, whatever else the machine did.
"""

import asyncio
import os
import signal
import socket
import statistics
import sys
import tempfile
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from benchmarks.measuring import Context, Result, process_cpu

MOST_SECONDS: Final = 3.0
_PATIENCE: Final = 120.0
_READY: Final = 200


async def run(context: Context) -> Result:
    """Start once to install, then measure each further start; the median counts."""
    with tempfile.TemporaryDirectory(prefix="shopwright-start-") as name:
        home = Path(name)
        await asyncio.to_thread(home.chmod, 0o711)  # the server runs as another user where we are root
        await _start(home)
        starts = [await _start(home) for _ in range(context.rounds)]
    seconds = statistics.median(start[0] for start in starts)
    return Result(
        name="startup",
        ratio=MOST_SECONDS / seconds,
        bar=1.0,
        figures={
            "seconds to the first 200": seconds,
            "fastest, seconds": min(start[0] for start in starts),
            "CPU seconds of the program until then": statistics.median(start[1] for start in starts),
        },
        note=f"`shopwright up` where everything is installed, until /ready answers 200, against {MOST_SECONDS:.0f} s",
    )


async def _start(home: Path) -> tuple[float, float]:
    """Start the program, wait until it is ready, end it; return seconds of the clock and of the processor."""
    port = _free_port()
    settings = {"SHOPWRIGHT_STATE_DIR": str(home / "state"), "SHOPWRIGHT_HTTP_PORT": str(port)}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHOPWRIGHT_")}
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shopwright", "up", cwd=home, env=inherited | settings,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await asyncio.wait_for(asyncio.to_thread(_until_ready, port), _PATIENCE)
        return time.perf_counter() - started, process_cpu(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def _until_ready(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/ready")
            if connection.getresponse().status == _READY:
                return
        except (OSError, HTTPException):
            time.sleep(0.01)
        finally:
            connection.close()
    raise TimeoutError("the program was not ready in time")


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port
