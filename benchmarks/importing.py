"""The import of one file in a process of its own: `python -m benchmarks.importing DSN TENANT FILE`.

Prints one JSON object with rows, seconds, CPU seconds (its own and the server's for it), peak memory. The clock starts when the program is loaded.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from uuid import UUID

from benchmarks.measuring import process_cpu, server_process
from benchmarks.whole_import import load_file
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.kit.time import SystemClock

_STATUS = Path("/proc/self/status")


def peak_megabytes() -> float:
    """Return the most memory that this process had. `ru_maxrss` would count that of whoever started it, too."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text("ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


async def main(dsn: str, tenant: str, file: str) -> None:
    """Import the file and print what it took."""
    database = await Database.open(dsn, SystemClock(), max_size=1)  # one connection: its server process is measured
    try:
        server = await server_process(database)
        started, cpu = time.perf_counter(), time.process_time() + process_cpu(server)
        rows = await load_file(database, TenantId(UUID(tenant)), Path(file))
        seconds, cpu = time.perf_counter() - started, time.process_time() + process_cpu(server) - cpu
    finally:
        await database.close()
    print(json.dumps({"rows": rows, "seconds": seconds, "cpu": cpu, "peak_mb": peak_megabytes()}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
