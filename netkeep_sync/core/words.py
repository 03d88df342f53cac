"""How days, numbers and lists are written in reasons: "Tue 8 Dec", "2 check-ins", "Ann, Bob and Cy"."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from netkeep_sync.core.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from netkeep_sync.core.language import Language

__all__ = ["count", "cut", "day_words", "is_near", "listed"]

_Anything = TypeVar("_Anything")


@lru_cache(maxsize=4096)
def day_words(day: date, *, today: date, language: Language = ENGLISH) -> str:
    """Return "Tue 8 Dec", or "Tue 8 Dec 2028" for a day more than half a year away in another year."""
    return language.short_day(day, has_year=not is_near(day, today=today))


def is_near(day: date, *, today: date) -> bool:
    """Tell whether the year of a day goes without saying today."""
    return day.year == today.year or abs((day - today).days) < 183


def count(number: int, noun: str) -> str:
    """Return "1 check-in", "2 check-ins"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str], *, most: int | None = None, language: Language = ENGLISH) -> str:
    """Return names as a person lists them, "Ann, Bob and Cy", the first `most` of many: "Ann and 9 more"."""
    shown, more = (names, 0) if most is None else cut(names, most=most)
    rest = language.gettext("{number} more").format(number=more)
    *first, last = [*shown, *[rest] * bool(more)]
    both = language.gettext("{names} and {last}")
    return both.format(names=", ".join(first), last=last) if first else last


def cut(lines: Sequence[_Anything], *, most: int) -> tuple[Sequence[_Anything], int]:
    """Return the first `most` of the lines, and how many are left out: never just one, for "and 1 more" is as
    long as what it hides.
    """
    return (lines, 0) if len(lines) <= most + 1 else (lines[:most], len(lines) - most)
