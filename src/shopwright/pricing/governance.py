"""Governance: which proposals apply by themselves, which wait, and for how many people. Pure.

Percentages are integer millionths (ppm): 50_000 is 5 %. Hours are those of the shop's time zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from shopwright.kit.errors import Invalid
from shopwright.pricing.checking import check_settings

_PPM = 1_000_000
_HIGHEST_CONFIDENCE = 100
_MONTH_DAYS = 31
_WEEK_DAYS = 7


class InvalidGovernance(Invalid):
    """A governance rule cannot be meant as it is written."""

    code = "invalid_governance"


@dataclass(frozen=True, slots=True)
class Blackout:
    """Hours of weekdays (0 is Monday) in which no price goes live.

    `until` at or before `since` means past midnight: 22:00 to 06:00 ends the next morning, 00:00 to 00:00 is all day.
    """

    weekdays: tuple[int, ...]
    since: time
    until: time

    def __post_init__(self) -> None:
        known = bool(self.weekdays) and set(self.weekdays) <= set(range(_WEEK_DAYS))
        # The clock is the shop's own; hours of another zone would be compared as if they were its hours.
        local = self.since.tzinfo is None and self.until.tzinfo is None
        check_settings(
            InvalidGovernance, {"blackouts": (known and local, "At least one weekday, 0 (Monday) to 6, and two hours.")}
        )

    def covers(self, local: datetime) -> bool:
        """Tell whether a moment of the shop's own clock lies in the blackout."""
        moment = local.time()
        if self.since < self.until:
            return local.weekday() in self.weekdays and self.since <= moment < self.until
        yesterday = (local - timedelta(days=1)).weekday()
        late = local.weekday() in self.weekdays and moment >= self.since
        return late or (yesterday in self.weekdays and moment < self.until)


@dataclass(frozen=True, slots=True)
class Governance:
    """The rules of decision of one policy. The defaults approve nothing by themselves."""

    auto_apply_below_ppm: int = 0
    auto_apply_min_confidence: int = _HIGHEST_CONFIDENCE
    two_person_above_ppm: int = _PPM
    daily_changes: int | None = None
    blackouts: tuple[Blackout, ...] = ()
    grace_minutes: int = 10
    lifetime_hours: int = 72

    def __post_init__(self) -> None:
        confidence, changes = self.auto_apply_min_confidence, self.daily_changes
        checks = {
            "auto_apply_below_ppm": (0 <= self.auto_apply_below_ppm <= _PPM, "From 0 to 100 %."),
            "auto_apply_min_confidence": (0 <= confidence <= _HIGHEST_CONFIDENCE, "From 0 to 100."),
            "two_person_above_ppm": (self.two_person_above_ppm >= 0, "0 % and more."),
            "daily_changes": (changes is None or changes >= 0, "0 and more, or none."),
            "grace_minutes": (0 <= self.grace_minutes <= 24 * 60, "From 0 minutes to a day (1440)."),
            "lifetime_hours": (1 <= self.lifetime_hours <= 24 * _MONTH_DAYS, "From 1 hour to 31 days (744)."),
        }
        check_settings(InvalidGovernance, checks)

    def approvals_needed(self, change_ppm: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return 1 or 2 for each change of price."""
        return np.where(np.abs(change_ppm) > self.two_person_above_ppm, 2, 1).astype(np.int64)

    def approves_itself(self, change_ppm: NDArray[np.int64], confidence: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which proposals are small and sure enough to be applied without a person."""
        small = np.abs(change_ppm) < self.auto_apply_below_ppm
        sure = confidence >= self.auto_apply_min_confidence
        one_person: NDArray[np.bool_] = self.approvals_needed(change_ppm) == 1
        return small & sure & one_person

    def blackout_at(self, now: datetime, zone: ZoneInfo) -> bool:
        """Tell whether no price may go live now."""
        local = now.astimezone(zone)
        return any(blackout.covers(local) for blackout in self.blackouts)

    def live_at(self, now: datetime) -> datetime:
        """When a price approved now reaches the shop: after the time in which it can be undone."""
        return now + timedelta(minutes=self.grace_minutes)

    def expires_at(self, now: datetime) -> datetime:
        """When a proposal made now is too old to be decided."""
        return now + timedelta(hours=self.lifetime_hours)


class ScopeKind(StrEnum):
    """What a policy covers. The most specific one decides: SKU, then brand, then category, then tenant."""

    SKU = "sku"
    BRAND = "brand"
    CATEGORY = "category"
    TENANT = "tenant"


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope; a value goes with every kind but the tenant."""

    kind: ScopeKind
    value: str | None = None

    def __post_init__(self) -> None:
        if (self.kind is ScopeKind.TENANT) != (self.value is None):
            raise InvalidGovernance(
                "A scope has a value exactly when it is not the whole tenant.",
                field="scope_value",
                kind=self.kind.value,
            )


def resolve(
    scopes: Sequence[Scope],
    skus: Sequence[str],
    brands: Sequence[str | None],
    categories: Sequence[str | None],
) -> NDArray[np.int64]:
    """Return for each product the index of the scope that covers it most specifically, -1 for none."""
    by_kind: dict[ScopeKind, dict[str | None, int]] = {kind: {} for kind in ScopeKind}
    for index, scope in enumerate(scopes):
        by_kind[scope.kind].setdefault(scope.value, index)
    fallback = by_kind[ScopeKind.TENANT].get(None, -1)
    sku_of, brand_of, category_of = by_kind[ScopeKind.SKU], by_kind[ScopeKind.BRAND], by_kind[ScopeKind.CATEGORY]
    return np.fromiter(
        (
            sku_of.get(sku, brand_of.get(brand, category_of.get(category, fallback)))
            for sku, brand, category in zip(skus, brands, categories, strict=True)
        ),
        dtype=np.int64,
        count=len(skus),
    )
