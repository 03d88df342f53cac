"""The list as it is kept: how many people each category holds, against how many it is to hold; and how often
somebody is really met.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from netkeep_sync.core.outcome import Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.overview import Line

__all__ = ["Coverage", "Size", "coverage", "lived_days", "rhythm_words"]


class Size(StrEnum):
    """How a category stands to its quota."""

    TOO_FEW = "too few"
    RIGHT = "right"
    TOO_MANY = "too many"
    ANY = "no quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One category: how many people it holds, how many it is to `keep` (None: any number), how many of them
    are overdue.
    """

    category: str
    people: int
    keep: int | None
    overdue: int

    @property
    def size(self) -> Size:
        """How the one stands to the other."""
        if self.keep is None:
            return Size.ANY
        if self.people == self.keep:
            return Size.RIGHT
        return Size.TOO_FEW if self.people < self.keep else Size.TOO_MANY


def coverage(roster: Roster, lines: Iterable[Line]) -> tuple[Coverage, ...]:
    """Return every category, empty ones too, in the roster's order."""
    members: dict[str, list[Line]] = {category.key: [] for category in roster.categories}
    for line in lines:
        members.setdefault(line.contact.category, []).append(line)
    keep = {category.key: category.keep for category in roster.categories}
    return tuple(
        Coverage(
            category=key,
            people=len(found),
            keep=keep.get(key),
            overdue=sum(line.standing.state is State.OVERDUE for line in found),
        )
        for key, found in members.items()
    )


def lived_days(history: History) -> float | None:
    """Return the median of days between two meetings; None before the second one."""
    days = sorted({one.day for one in history.outcomes if one.result is Result.HELD})
    gaps = [(after - before).days for before, after in pairwise(days)]
    return median(gaps) if gaps else None


def rhythm_words(days: float) -> str:
    """Return about how often that is: "about every 5 weeks"."""
    if days < 14:
        return f"about every {count(round(days), 'day')}" if round(days) > 1 else "about every day"
    if days < 84:
        return f"about every {round(days / 7)} weeks"
    return f"about every {round(days / 30.44)} months"
