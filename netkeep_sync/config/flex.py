"""The tolerance of a cadence as a person writes it: so many days, or a share of its period."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.text import shown

if TYPE_CHECKING:
    from netkeep_sync.core.cadence import Cadence

__all__ = ["FlexDays", "FlexShare", "flex_days", "most_flex_days", "parse_flex"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexDays:
    """A tolerance of so many days."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexShare:
    """A tolerance of so many hundredths of the period."""

    percent: int


_FLEX = re.compile(r"(?P<number>\d{1,3}) ?(?P<unit>days?|weeks?|%)", re.IGNORECASE)


def parse_flex(text: str) -> FlexDays | FlexShare:
    """Read a tolerance on either side of a due date: 10 days, 2 weeks, 20%."""
    match = _FLEX.fullmatch(text)
    if match is None or not (number := int(match["number"])):
        raise ValueError(f'flex "{shown(text)}" is no tolerance', 'write "10 days", "2 weeks" or "20%"')
    if match["unit"] != "%":
        return FlexDays(count=number * (7 if match["unit"].lower().startswith("week") else 1))
    if number >= 50:
        raise ValueError(f'flex "{text}" is half the period or more', 'write at most "49%"')
    return FlexShare(percent=number)


def most_flex_days(cadence: Cadence) -> int:
    """Return the widest tolerance that keeps one due date's window apart from the next one's."""
    return math.ceil(cadence.period_days / 2) - 1


def flex_days(flex: FlexDays | FlexShare, cadence: Cadence) -> int:
    """Return a tolerance in days: at least one; of a share, never more than `most_flex_days`."""
    match flex:
        case FlexDays(count=count):
            return count
        case FlexShare(percent=percent):
            return max(1, min(round(cadence.period_days * percent / 100), most_flex_days(cadence)))
