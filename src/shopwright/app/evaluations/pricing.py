"""The evaluation `pricing`: what a strategy earns in closed-loop markets of known truth, against what was possible.

Each world is lived through under its shop's own prices first; then every policy plays the same days with the same luck.
Profits are expected ones: the noise of single purchases and of stock is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from shopwright.app.evaluations.contract import Figures, InvalidEvaluation, Measured, Metrics, Request
from shopwright.app.evaluations.rule_seller import RuleSeller, lowest_prices
from shopwright.simulation.clairvoyant import Policy, clairvoyant_run, play, stay_at_list
from shopwright.simulation.columns import Floats, Ints
from shopwright.simulation.genesis import build_world
from shopwright.simulation.market import Market
from shopwright.simulation.panel import record_panel
from shopwright.simulation.spec import WORLDS, WorldSpec

MEASURED: Final = ("constant", "logit", "semi-log", "slow")
"""The worlds of `--world all`."""
SEEDS, DAYS, PRODUCTS = 5, 90, 50
_SEED_STEP: Final = 1_000
_RESAMPLES: Final = 2_000
_ENDS: Final = (2.5, 97.5)
_NOTES: Final = (
    "strategy: rule_based with the built-in policy, all guardrails on",
    "captured: profit over that of the clairvoyant, with the ends of its 95 % interval (bootstrap over products)",
    "versus_stay: profit over that of staying at list, less 1",
    "versus_rules: profit over that of the better of cost_plus and match_lowest, less 1",
    "calibration_error is not measured: rule_based promises no profit",
)


@dataclass(frozen=True, slots=True)
class _Game:
    """What everybody earned, (n,) a policy, in one world with one seed."""

    profits: dict[str, Floats]
    best: Floats
    violations: int


def evaluate_pricing(request: Request) -> Measured:
    """Measure rule_based. Options: world, seeds, days, products. Raises InvalidEvaluation."""
    worlds, seeds, days, products = _options(request)
    games = {}
    for name in worlds:
        games[name] = list(_games(WORLDS[name], request, seeds, days, products))
    every = [game for played in games.values() for game in played]
    figures = Figures(
        _metrics(every, request.seed), {name: _metrics(played, request.seed) for name, played in games.items()}
    )
    peers = {
        policy: Figures(
            {"captured": _captured(every, policy)},
            {name: {"captured": _captured(played, policy)} for name, played in games.items()},
        )
        for policy in ("stay", "cost_plus", "match_lowest")
    }
    return Measured(len(every) * products * days, figures, peers, _NOTES)


def _options(request: Request) -> tuple[tuple[str, ...], int, int, int]:
    world = request.options.get("world") or "all"
    if world != "all" and world not in WORLDS:
        raise InvalidEvaluation(f"There is no world {world!r}.", known=["all", *sorted(WORLDS)])
    numbers = {
        name: request.options.get(name) or usual
        for name, usual in {"seeds": SEEDS, "days": DAYS, "products": PRODUCTS}.items()
    }
    wrong = sorted(name for name, value in numbers.items() if value < 1)
    if wrong:
        raise InvalidEvaluation(f"Has to be at least 1: {', '.join(wrong)}.", options=wrong)
    if request.data:
        raise InvalidEvaluation("The evaluation `pricing` plays simulated worlds and takes no data.")
    return MEASURED if world == "all" else (world,), numbers["seeds"], numbers["days"], numbers["products"]


def _games(spec: WorldSpec, request: Request, seeds: int, days: int, products: int) -> Iterator[_Game]:
    for place in range(seeds):
        request.tell(f"{spec.name}: {place + 1} of {seeds}")
        shift = _SEED_STEP * (place + seeds * request.seed)
        world = build_world(replace(spec, products=products, seed=spec.seed + shift))
        rng = np.random.default_rng([request.seed, place])
        market = Market(world, rng, stocked=False)
        panel = record_panel(market, rng)
        seller = RuleSeller(world, panel.price)
        policies: dict[str, Policy] = {
            "rule_based": seller,
            "stay": stay_at_list,
            "cost_plus": cost_plus,
            "match_lowest": match_lowest,
        }
        runs = {name: play(market, policy, days) for name, policy in policies.items()}
        below = runs["rule_based"].prices < lowest_prices(world)[:, None]
        yield _Game(
            {name: run.profit for name, run in runs.items()}, clairvoyant_run(market, days).profit, int(below.sum())
        )


def cost_plus(market: Market) -> Ints:
    """Add the usual mark-up to every cost."""
    world = market.world
    paid = world.cost * (1 + world.tax)
    prices: Ints = np.round(paid * np.median(world.reference / paid)).astype(np.int64)
    return np.maximum(prices, 1)


def match_lowest(market: Market) -> Ints:
    """Take the lowest price of anybody who can deliver, not below cost and five per cent."""
    world = market.world
    lowest = np.fmin.reduce(np.vstack([market.rival_offers(), world.reference[None, :]]), axis=0)
    prices: Ints = np.ceil(np.maximum(lowest, world.cost * (1 + world.tax) * 1.05)).astype(np.int64)
    return prices


def _metrics(games: Sequence[_Game], seed: int) -> Metrics:
    earned = np.concatenate([game.profits["rule_based"] for game in games])
    best = np.concatenate([game.best for game in games])
    low, high = _interval(earned, best, np.random.default_rng(seed))
    rules = max(_total(games, "cost_plus"), _total(games, "match_lowest"))
    return {
        "captured": float(earned.sum() / best.sum()),
        "captured_low": low,
        "captured_high": high,
        "versus_stay": float(earned.sum() / _total(games, "stay") - 1),
        "versus_rules": float(earned.sum() / rules - 1),
        "floor_violations": float(sum(game.violations for game in games)),
    }


def _captured(games: Sequence[_Game], policy: str) -> float:
    return _total(games, policy) / float(sum(game.best.sum() for game in games))


def _total(games: Sequence[_Game], policy: str) -> float:
    return float(sum(game.profits[policy].sum() for game in games))


def _interval(earned: Floats, best: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """Return the ends of the 95 % interval of the ratio of sums, products drawn with replacement."""
    drawn = rng.integers(earned.size, size=(_RESAMPLES, earned.size))
    ratios: npt.NDArray[np.float64] = earned[drawn].sum(axis=1) / best[drawn].sum(axis=1)
    low, high = np.percentile(ratios, _ENDS)
    return float(low), float(high)
