"""The command evaluate: measure one quality on data of the stated form, reproducibly, without a server or a shop."""

from pathlib import Path
from typing import Annotated, Any

import typer

from shopwright.app.cli.output import print_json, print_table, say
from shopwright.app.cli.shop import JsonOption

_FELL_SHORT = 1
_GENERAL = frozenset(("name", "data", "column", "seed", "bar", "json"))
"""Options of every evaluation; the others are handed to the one that is asked for."""
HorizonsOption = Annotated[str | None, typer.Option(help="forecast: how many periods ahead, apart by commas: 7,30,90.")]
PeersOption = Annotated[
    str | None,
    typer.Option(
        help="What is measured beside it. forecast: any of prophet,autoets,seasonal_naive; elasticity: all there are."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(
    name: Annotated[str, typer.Argument(help="What is measured, for example: pricing. A wrong name lists them all.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(help="CSV (also .gz), Parquet or JSON lines to measure on (repeatable).", exists=True),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="role=name: which column of the data has a role (repeatable).")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Where randomness starts; the same seed gives the same figures.")
    ] = 0,
    bar: Annotated[
        list[str] | None,
        typer.Option(help="metric>=x or metric<=x (repeatable): exit with 1 when a figure falls short."),
    ] = None,
    simulate: Annotated[str | None, typer.Option(help="elasticity: a simulated world instead of data, or all.")] = None,
    world: Annotated[str | None, typer.Option(help="pricing, replenishment: a simulated world, or all.")] = None,
    strategy: Annotated[str | None, typer.Option(help="pricing: the strategy that is measured.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="pricing: how many worlds of each kind.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="pricing: how many days are played.")] = None,
    products: Annotated[int | None, typer.Option(min=1, help="pricing: how many products a world has.")] = None,
    horizons: HorizonsOption = None,
    frequency: Annotated[str | None, typer.Option(help="D for days or W for weeks; elasticity: also M.")] = None,
    origins: Annotated[int | None, typer.Option(min=1, help="forecast: from how many points of the past.")] = None,
    peers: PeersOption = None,
    model: Annotated[str | None, typer.Option(help="forecast: batch, or combined (needs LightGBM).")] = None,
    lead_time: Annotated[
        int | None, typer.Option(min=0, help="replenishment: periods until ordered goods arrive.")
    ] = None,
    service_level: Annotated[
        float | None, typer.Option(help="replenishment: how sure stock has to last until then, 0 to 1.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Measure one quality. Exits with 0 when it ran, with 1 when a bar was missed, with 2 for wrong options or data."""
    given = dict(locals())
    from shopwright.app.evaluations.contract import Bar, Request, role_columns, run
    from shopwright.app.evaluations.registry import get_evaluation

    evaluation = get_evaluation(name)
    bars = [Bar.read(text) for text in bar or ()]
    request = Request(
        data=tuple(data or ()),
        columns=role_columns(column or ()),
        seed=seed,
        options={option: value for option, value in given.items() if option not in _GENERAL},
        tell=say,
    )
    result = run(name, evaluation, request)
    if json:
        print_json(result)
    else:
        _tell(result)
    missed = [sentence for one in bars if (sentence := one.missed_by(result["metrics"])) is not None]
    for sentence in missed:
        say(sentence)
    if missed:
        raise typer.Exit(_FELL_SHORT)


def _tell(result: dict[str, Any]) -> None:
    metrics = list(result["metrics"])
    slices = {"all": result["metrics"], **result["by"]}
    slices |= {f"peer {peer}": figures["metrics"] for peer, figures in result["peers"].items()}
    rows = [
        (name, *(f"{figures[metric]:.4g}" if metric in figures else "" for metric in metrics))
        for name, figures in slices.items()
    ]
    title = f"{result['evaluation']}: {result['rows']:,} rows, seed {result['seed']}, {result['seconds']:.1f} s"
    print_table(title, ("", *metrics), rows, right=range(1, len(metrics) + 1))
    for note in result["notes"]:
        say(note)
