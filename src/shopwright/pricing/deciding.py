"""Decides the products of one policy at once: offers gated, strategies asked, guardrails passed, grounds kept. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from shopwright.kit.amounts import MISSING, Integers
from shopwright.pricing.assembling import Market
from shopwright.pricing.choosing import Choosing
from shopwright.pricing.codes import Outcome
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.comparability import compare
from shopwright.pricing.explanation import Explainer
from shopwright.pricing.grounds import Grounds
from shopwright.pricing.guardrails import Decisions, guard
from shopwright.pricing.margins import margin_of
from shopwright.pricing.policies import Policy
from shopwright.pricing.portfolio.rules import PortfolioRules
from shopwright.pricing.portfolio.run import RuleConflict, keep_rules
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.selection import Chosen
from shopwright.pricing.what_if import without_limits, without_rivals


@dataclass(frozen=True, slots=True)
class Moment:
    """When a run decides: seconds since 1970, and the day."""

    seconds: int
    day: date


@dataclass(frozen=True, slots=True)
class Part:
    """The products of one policy with what was decided for them; `rows` are their rows in the run's market."""

    policy: Policy
    rows: Integers
    catalog: CatalogColumns
    used: UsedOffers
    decisions: Decisions
    explainer: Explainer
    grounds: Grounds
    margin_ppm: Integers


def decide_part(market: Market, policy: Policy, rows: Integers, held: Integers, moment: Moment) -> Part:
    """Compute the products of one policy; `held` (n,) are the reasons by which products of the market are held."""
    rules = policy.rules
    catalog = market.catalog.take(rows)
    offers = market.offers.of_products(rows, len(market.products))
    used = compare(catalog, offers, rules.comparability, moment.seconds)
    choosing = Choosing(policy.strategy, rules, moment.day)
    selection, candidates = choosing.assign(catalog), choosing.propose(catalog, used)
    alone = np.zeros(len(rows), dtype=np.int64)
    decisions = guard(catalog, used, [rules.guardrails], alone, candidates, held[rows])
    # Only a rule asks where each rival stands; other strategies hear of them all together.
    ruled = np.intersect1d(decisions.having(Outcome.PROPOSED), selection.rows(Chosen.RULE_BASED), assume_unique=True)
    explainer = Explainer(
        catalog,
        decisions,
        used,
        offers,
        market.competitors,
        without_limits(catalog, decisions, candidates, held[rows]),
        without_rivals(ruled, catalog, used, [rules.guardrails], alone, choosing.propose),
    )
    price = np.where(decisions.price == MISSING, catalog.price, decisions.price)
    chances = choosing.chances(catalog, used, selection)
    grounds = Grounds(catalog, selection, chances, decisions.price, decisions.reasons.tolist())
    return Part(policy, rows, catalog, used, decisions, explainer, grounds, margin_of(catalog, price))


def under_rules(
    market: Market, parts: Sequence[Part], rules: PortfolioRules
) -> tuple[list[Part], tuple[RuleConflict, ...]]:
    """Return the parts of a run with prices that keep the rules between products, and the rules that cannot be kept.

    Call it with all parts of a run, before the circuit breaker. Parts that nothing moves come back as they are.
    """
    kept = keep_rules(market, [(part.rows, part.decisions) for part in parts], rules)
    return [_after(part, decisions) for part, decisions in zip(parts, kept.decisions, strict=True)], kept.conflicts


def _after(part: Part, decisions: Decisions) -> Part:
    if decisions is part.decisions:
        return part
    price = np.where(decisions.price == MISSING, part.catalog.price, decisions.price)
    return replace(
        part,
        decisions=decisions,
        explainer=part.explainer.after(decisions),
        grounds=part.grounds.after(part.catalog, decisions.price, decisions.reasons.tolist()),
        margin_ppm=margin_of(part.catalog, price),
    )
