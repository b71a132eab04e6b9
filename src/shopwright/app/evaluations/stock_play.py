"""Plays a stock room through held-out demand: every period goods arrive, customers buy, and up to a level is ordered. Pure.

What cannot be served at once is lost. All levels of service are played at once: arrays lie by level and product, (K, n).
"""

from dataclasses import dataclass

import numpy as np

from shopwright.demand.forecasting.panel import Floats


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it, by level and product (K, n), over the periods that count."""

    demanded: Floats
    served: Floats
    held: Floats
    """Mean units on hand at the end of a period."""

    def fill_rate(self) -> Floats:
        """Return the share of units (K,) that were served at once."""
        outcome: Floats = self.served.sum(axis=1) / np.maximum(self.demanded.sum(axis=1), 1e-12)
        return outcome

    def holding(self) -> Floats:
        """Return the mean units on hand (K,) of all products together."""
        outcome: Floats = self.held.sum(axis=1)
        return outcome


def play(targets: Floats, demand: Floats, lead_time: int) -> Played:
    """Play order-up-to targets (K, H, n) against demand (H, n); NaN is demand that nobody knows, and does not count.

    A period: what was ordered `lead_time` periods ago arrives, customers buy, what is missing to the target is ordered.
    The room begins with the first target on hand; periods before the first order can have arrived do not count.
    """
    levels, periods, products = targets.shape
    on_hand = targets[:, 0].copy()
    on_order = np.zeros((lead_time + 1, levels, products))
    demanded, served, held = (np.zeros((levels, products)) for _ in range(3))
    counted = range(min(lead_time + 1, periods - 1), periods)
    for period in range(periods):
        on_hand += on_order[0]
        on_order[:-1] = on_order[1:]
        on_order[-1] = 0.0
        wanted = np.nan_to_num(demand[period])[None, :]
        sold = np.minimum(on_hand, wanted)
        on_hand -= sold
        position = on_hand + on_order.sum(axis=0)
        on_order[lead_time] = np.maximum(targets[:, min(period + 1, periods - 1)] - position, 0.0)
        if period in counted:
            demanded += wanted
            served += sold
            held += on_hand
    return Played(demanded, served, held / len(counted))


def covered(targets: Floats, demand: Floats, protection: int) -> Floats:
    """Return the share (K,) of protection intervals whose demand (H, n) is at most the target at their begin (K, H, n).

    Intervals with unknown demand do not count.
    """
    known = np.isfinite(demand)
    sums, seen = (
        np.cumsum(np.vstack([np.zeros_like(demand[:1]), one]), axis=0) for one in (np.nan_to_num(demand), known)
    )
    starts = max(demand.shape[0] - protection + 1, 0)
    total = sums[protection:] - sums[:starts]
    whole = seen[protection:] - seen[:starts] == protection
    held = (total[None] <= targets[:, :starts] + 1e-9) & whole
    outcome: Floats = held.sum(axis=(1, 2)) / max(int(whole.sum()), 1)
    return outcome
