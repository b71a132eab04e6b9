"""The evaluation `elasticity`: price response on held-out price changes of real data, or against a simulated truth.

No setting is chosen by looking at the held-out rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from shopwright.app.evaluations.contract import Figures, InvalidEvaluation, Measured, Metrics, Request
from shopwright.app.evaluations.elasticity_peers import PEERS, Learnt, Peer, find_peer
from shopwright.app.evaluations.price_changes import hold_out, score_changes
from shopwright.app.evaluations.price_table import read_prices
from shopwright.demand.elasticity.estimation import HierarchicalResponse
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.refusals import Refusal
from shopwright.demand.elasticity.response import PriceResponse
from shopwright.demand.elasticity.slopes import Floats
from shopwright.simulation.genesis import build_world
from shopwright.simulation.market import Market
from shopwright.simulation.panel import Panel, record_panel
from shopwright.simulation.spec import WORLDS, WorldSpec
from shopwright.simulation.world import World

MEASURED: Final = ("endogenous-2", "endogenous-6", "randomised-24")
"""The worlds of `--simulate all`."""
SEEDS: Final = 5
_SEED_STEP: Final = 1_000
_TWO_SIDED: Final = 1.959964
_NEVER_READ: Final = ("lightgbm",)
"""Peers without an elasticity of their own."""


def evaluate_elasticity(request: Request) -> Measured:
    """Measure price response. Options: simulate, seeds, products, frequency, peers. Raises InvalidEvaluation."""
    peers, notes = _peers(request)
    if (request.options.get("simulate") is None) == (not request.data):
        raise InvalidEvaluation("The evaluation `elasticity` needs either --data TABLE or --simulate WORLD.")
    if request.data:
        return _on_data(request, peers, notes)
    return _on_worlds(request, {name: peer for name, peer in peers.items() if name not in _NEVER_READ}, notes)


def _peers(request: Request) -> tuple[dict[str, Peer], list[str]]:
    given = request.options.get("peers")
    names = list(PEERS) if given is None else [name.strip() for name in str(given).split(",") if name.strip()]
    found, notes = {}, []
    for name in names:
        peer, missing = find_peer(name)
        if peer is None:
            notes.append(missing)
        else:
            found[name] = peer
    return found, notes


def _on_data(request: Request, peers: dict[str, Peer], notes: list[str]) -> Measured:
    table = read_prices(request.data, request.columns, request.options.get("frequency"))
    train, changes = hold_out(table.history)
    request.tell(f"{train.products} series, {len(table.history)} rows, {changes.at.size} price changes held out")
    fitted = HierarchicalResponse().fit(train)
    figures = Figures({**score_changes(changes, fitted.log_relative), **_told(fitted.response)})
    beside = {}
    for name, peer in peers.items():
        request.tell(f"peer {name}")
        beside[name] = Figures(score_changes(changes, peer(train, request.seed).relative))
    beside["no_price"] = Figures({"rmse_log_change": float(np.sqrt((changes.actual**2).mean()))})
    notes += [
        f"frequency {table.frequency}; competitor prices: {', '.join(table.rivals) or 'none'}",
        f"{changes.at.size} price changes of five per cent or more in the last quarter of the time, held out",
    ]
    return Measured(len(table.history), figures, beside, tuple(notes))


def _told(response: PriceResponse) -> Metrics:
    """Return what is said of the estimate itself."""
    return {
        "median_elasticity": float(np.median(response.elasticity)),
        "refused_share": float((response.refusals != 0).mean()),
    }


@dataclass(frozen=True, slots=True)
class _Answer:
    """Elasticities (n,) with the ends of their 95 % interval, beside the truth."""

    elasticity: Floats
    low: Floats
    high: Floats
    truth: Floats


def _on_worlds(request: Request, peers: dict[str, Peer], notes: list[str]) -> Measured:
    wanted = str(request.options.get("simulate"))
    if wanted != "all" and wanted not in WORLDS:
        raise InvalidEvaluation(f"There is no world {wanted!r}.", known=["all", *sorted(WORLDS)])
    worlds = MEASURED if wanted == "all" else (wanted,)
    seeds = int(request.options.get("seeds") or SEEDS)
    answers: dict[str, dict[str, list[_Answer]]] = {name: {} for name in ("", *peers)}
    rows = 0
    for name in worlds:
        for place in range(seeds):
            request.tell(f"{name}: {place + 1} of {seeds}")
            history, world = _simulated(WORLDS[name], request, place)
            rows += len(history)
            for who, answer in _answers(history, world, peers, request.seed).items():
                answers[who].setdefault(name, []).append(answer)
    figures = {who: _figures(found) for who, found in answers.items()}
    notes.append(f"{seeds} worlds of each kind; the truth is the elasticity at each product's usual price")
    return Measured(rows, figures.pop(""), figures, tuple(notes))


def _answers(history: PriceHistory, world: World, peers: dict[str, Peer], seed: int) -> dict[str, _Answer]:
    response = HierarchicalResponse().fit(history).response
    truth = world.elasticity_at(np.where(response.refused(Refusal.NO_PRICE), world.reference, response.reference))
    answers = {"": _Answer(response.elasticity, *response.interval(), truth)}
    for name, peer in peers.items():
        answers[name] = _bounded(peer(history, seed), truth)
    return answers


def _bounded(learnt: Learnt, truth: Floats) -> _Answer:
    elasticity = np.zeros_like(truth) if learnt.elasticity is None else learnt.elasticity
    wide = _TWO_SIDED * (np.zeros_like(truth) if learnt.sd is None else learnt.sd)
    return _Answer(elasticity, elasticity - wide, elasticity + wide, truth)


def _simulated(spec: WorldSpec, request: Request, place: int) -> tuple[PriceHistory, World]:
    """Play a world's history, and return what its shop has seen of it, with the world for the truth."""
    seeds = int(request.options.get("seeds") or SEEDS)
    shifted = replace(
        spec,
        seed=spec.seed + _SEED_STEP * (place + seeds * request.seed),
        products=int(request.options.get("products") or spec.products),
    )
    world, rng = build_world(shifted), np.random.default_rng([request.seed, place])
    return seen_history(world, record_panel(Market(world, rng), rng)), world


def seen_history(world: World, panel: Panel) -> PriceHistory:
    """Return a panel as the price history that its shop could have kept: nothing true in it that no shop sees."""
    shipping = np.stack([rival.shipping for rival in world.rivals]) if world.rivals else np.zeros((0, world.products))
    delivered = np.where(panel.rival_available, panel.rival_price + shipping[:, :, None], np.nan)
    return PriceHistory.of_panel(
        panel.served.astype(np.float64),
        panel.price.astype(np.float64),
        np.unique(world.assortment.category, return_inverse=True)[1].astype(np.int64),
        controls={"promotion": panel.promotion.astype(np.float64)},
        competitors=delivered,
        available=panel.on_sale & ~panel.stocked_out,
    )


def _figures(found: dict[str, list[_Answer]]) -> Figures:
    every = [answer for answers in found.values() for answer in answers]
    return Figures(_metrics(every), {name: _metrics(answers) for name, answers in found.items()})


def _metrics(answers: Sequence[_Answer]) -> Metrics:
    elasticity, low, high, truth = (
        np.concatenate([getattr(answer, field) for answer in answers])
        for field in ("elasticity", "low", "high", "truth")
    )
    error = elasticity - truth
    wrong = float((elasticity >= 0).mean())
    return {
        "rmse": float(np.sqrt((error**2).mean())),
        "coverage_95": float(((low <= truth) & (truth <= high)).mean()),
        "bias": float(error.mean()),
        "wrong_sign_share": wrong,
        "sign_accuracy": 1.0 - wrong,
    }
