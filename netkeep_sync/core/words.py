"""How days are written in reasons: "Tue 8 Dec", with the year where it is not this one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = ["count", "day_words"]


@lru_cache(maxsize=4096)
def day_words(day: date, *, today: date) -> str:
    """Return "Tue 8 Dec", or "Tue 8 Dec 2028" for a day more than half a year away in another year."""
    words = f"{day:%a} {day.day} {day:%b}"
    is_near = day.year == today.year or abs((day - today).days) < 183
    return words if is_near else f"{words} {day.year}"


def count(number: int, noun: str) -> str:
    """Return "1 check-in", "2 check-ins"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
