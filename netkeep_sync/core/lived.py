"""How often somebody is really met, whatever was intended: the rhythm as it is lived."""

from __future__ import annotations

from itertools import pairwise
from math import log
from statistics import median
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.phrase import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.phrase import Phrase

__all__ = ["gaps_between", "lived_days", "nearest_cadence", "rhythm"]

_DAYS_PER_MONTH = 30.44
_WRITABLE = (
    *(Cadence(unit=Unit.WEEK, count=number) for number in range(1, 8)),
    *(Cadence(unit=Unit.MONTH, count=number) for number in (1, 2, 3, 4, 5, 6, 8, 9, 12, 18, 24, 36, 48, 60)),
)


def lived_days(history: History) -> float | None:
    """Return the median of days between two meetings; None before the second one."""
    gaps = gaps_between(one.day for one in history.outcomes if one.result is Result.HELD)
    return median(gaps) if gaps else None


def gaps_between(days: Iterable[date]) -> tuple[int, ...]:
    """Return how many days lie between each and the next."""
    return tuple((after - before).days for before, after in pairwise(sorted(set(days))))


def rhythm(days: float) -> Phrase:
    """Return about how often that is: "about every 5 weeks"."""
    if round(days) <= 1:
        return phrase("about every day")
    if days < 14:
        return phrase("about every {number} days", number=round(days))
    if days < 84:
        return phrase("about every {number} weeks", number=round(days / 7))
    return phrase("about every {number} months", number=round(days / _DAYS_PER_MONTH))


def nearest_cadence(days: float) -> Cadence:
    """Return the cadence that comes round most nearly so often, of those that people write."""
    return min(_WRITABLE, key=lambda one: abs(log(one.period_days / max(1.0, days))))
