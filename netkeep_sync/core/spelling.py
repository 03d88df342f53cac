"""The word that was meant by one that nobody knows."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean"]


def did_you_mean(word: str, known: Iterable[str], *, at_most: int = 100) -> str | None:
    """Return the closest of the known words, of which no more than `at_most` are looked at: each costs
    tens of microseconds. None when none is close.
    """
    by_folded = {name.casefold(): name for name in islice(known, at_most)}
    close = get_close_matches(word.casefold()[:60], by_folded, n=1, cutoff=0.7)
    return by_folded[close[0]] if close else None
