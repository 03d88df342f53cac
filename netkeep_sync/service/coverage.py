"""The list as it is kept: how many people each category holds, against how many it is to hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.rhythm import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.overview import Line

__all__ = ["Coverage", "Size", "coverage"]


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
