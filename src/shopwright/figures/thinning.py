"""A long series made short enough to draw, without losing what an eye would see. Pure."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def thinned(points: Sequence[T], most: int, value: Callable[[T], object]) -> list[T]:
    """Return at most `most` points in their order: the first, the last, and the lowest and highest of each stretch.

    A series that is short enough comes back whole. `value` gives what lowest and highest are judged by; points without
    a value (None) stand only where they are first or last. Raises ValueError for fewer than four points.
    """
    if most < 4:  # noqa: PLR2004 - the two ends and two extremes
        msg = "a thinned series needs room for its ends and its extremes"
        raise ValueError(msg)
    if len(points) <= most:
        return list(points)
    stretches = (most - 2) // 2
    inner = range(1, len(points) - 1)
    kept = {0, len(points) - 1}
    for number in range(stretches):
        first, last = len(inner) * number // stretches, len(inner) * (number + 1) // stretches
        known = [place for place in inner[first:last] if value(points[place]) is not None]
        if known:
            kept.add(min(known, key=lambda place: value(points[place])))  # type: ignore[arg-type, return-value]
            kept.add(max(known, key=lambda place: value(points[place])))  # type: ignore[arg-type, return-value]
    return [points[place] for place in sorted(kept)]
