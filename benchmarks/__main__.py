"""`python -m benchmarks [NAME...]`: run them against a server of their own and print the ratios.

The exit status is 0 whatever the figures: a benchmark informs, it does not judge. It says openly which bar was missed.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import structlog
import uvloop

from benchmarks import (
    authenticated_read,
    forecasts,
    import_sales,
    outbox,
    pages,
    repricing,
    row_level_security,
    startup,
)
from benchmarks.measuring import Benchmark, Context, Result, Skipped
from benchmarks.report import as_json, as_table
from shopwright.infra.postgres import EmbeddedPostgres

BENCHMARKS: dict[str, Benchmark] = {
    "import_sales": import_sales.run,
    "authenticated_read": authenticated_read.run,
    "row_level_security": row_level_security.run,
    "repricing": repricing.run,
    "repricing_by_response": repricing.run_by_response,
    "forecasts": forecasts.run,
    "outbox": outbox.run,
    "startup": startup.run,
    "pages": pages.run,
}


def main() -> int:
    """Run what the command line names, or everything."""
    arguments = _parser().parse_args()
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )  # the figures alone go to standard output
    folder = Path(tempfile.mkdtemp(prefix="shopwright-bench-"))
    folder.chmod(0o711)  # the server runs as another user where we are root
    server = EmbeddedPostgres(folder / "postgres")
    try:
        server.start()
        context = Context(server, folder, arguments.scale, arguments.rounds)
        results, failures = uvloop.run(_measure(context, arguments.names or list(BENCHMARKS)))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    show = as_json if arguments.json else as_table
    print(show(results, failures))
    return 0


async def _measure(context: Context, names: list[str]) -> tuple[list[Result], dict[str, str]]:
    results: list[Result] = []
    failures: dict[str, str] = {}
    for name in names:
        started = time.perf_counter()
        try:
            results.append(await BENCHMARKS[name](context))
        except Skipped as skipped:
            print(f"{name}: skipped. {skipped}", file=sys.stderr)
        except Exception as error:  # noqa: BLE001 - one that fails is reported, and the others run
            failures[name] = f"{type(error).__name__}: {error}"
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return results, failures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size, for a quick look")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often each is measured; the best, or the median of pairs, counts"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
