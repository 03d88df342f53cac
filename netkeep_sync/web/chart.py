"""The year as a drawing: where the marks of each week lie. The template writes the SVG.

Four panels of 13 weeks, so that each fits a phone. A panel has a column for each week and a row for each
check-in that a week can hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.words import count, day_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from netkeep_sync.service.year import YearWeek

__all__ = ["COLOURS", "Panel", "draw"]

COLOURS = 8
"""So many colours there are; categories beyond that begin again."""

_WEEKS = 13
_COLUMN = 24.0
_LEFT = 22.0
_TOP = 8.0
_MOST_HIGH = 16.0
_LEAST_HIGH = 72.0
_MOST_TALL = 132.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle and what is said of it. `kind` is its class in the stylesheet."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A word below the columns, or a number beside the rows."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A quarter of the year. `limit` is the path of the line that no week goes beyond."""

    heading: str
    words: str
    width: float
    height: float
    floor: float
    shades: tuple[Box, ...]
    marks: tuple[Box, ...]
    limit: str
    months: tuple[Label, ...]
    scale: tuple[Label, ...]


def draw(weeks: Sequence[YearWeek], *, today: date, colour_of: Mapping[str, int]) -> tuple[Panel, ...]:
    """Return the panels, all of one height; `colour_of` tells the colour of each category."""
    rows = max(1, *(max(week.capacity, len(week.marks)) for week in weeks)) if weeks else 1
    row = min(_MOST_HIGH, _MOST_TALL / rows)
    tall = max(row * rows, _LEAST_HIGH if rows > 4 else 0)
    parts = [weeks[first : first + _WEEKS] for first in range(0, len(weeks), _WEEKS)]
    return tuple(
        _panel(part, row=row, rows=rows, tall=tall, today=today, colour_of=colour_of) for part in parts
    )


def _panel(
    weeks: Sequence[YearWeek],
    *,
    row: float,
    rows: int,
    tall: float,
    today: date,
    colour_of: Mapping[str, int],
) -> Panel:
    floor = _TOP + tall
    number = sum(len(week.marks) for week in weeks)
    fullest = max(len(week.marks) for week in weeks)
    first, last = (day_words(week.monday, today=today) for week in (weeks[0], weeks[-1]))
    shades, marks = [], []
    for index, week in enumerate(weeks):
        x = _LEFT + index * _COLUMN
        if week.closed:
            kind = "closed" if len(week.closed) >= week.days else "partly"
            said = f"Week of {day_words(week.monday, today=today)}: {week.closed_words}"
            shades.append(Box(x=x, y=_TOP, width=_COLUMN, height=tall, kind=kind, title=said))
        for place, mark in enumerate(week.marks):
            marks.append(
                Box(
                    x=x + 3,
                    y=round(floor - (place + 1) * row + row * 0.1, 2),
                    width=_COLUMN - 6,
                    height=round(row * 0.8, 2),
                    kind=f"c{colour_of[mark.contact.category]}",
                    title=f"{mark.occurrence.summary}, {day_words(mark.day, today=today)}",
                )
            )
    return Panel(
        heading=f"{weeks[0].monday:%B %Y} to {weeks[-1].monday:%B %Y}",
        words=f"{count(number, 'check-in')} in the weeks of {first} to {last}; the fullest holds {fullest}",
        width=_LEFT + _COLUMN * _WEEKS + 2,
        height=floor + 20,
        floor=floor,
        shades=tuple(shades),
        marks=tuple(marks),
        limit=_limit(weeks, floor=floor, row=row),
        months=tuple(_months(weeks, y=floor + 14)),
        scale=(
            Label(x=_LEFT - 6, y=floor + 3, words="0"),
            Label(x=_LEFT - 6, y=round(floor - rows * row + 4, 2), words=str(rows)),
        ),
    )


def _limit(weeks: Sequence[YearWeek], *, floor: float, row: float) -> str:
    """Return the path of the capacity: level over each week, a step where it changes."""
    path = []
    for index, week in enumerate(weeks):
        x, y = _LEFT + index * _COLUMN, round(floor - week.capacity * row, 2)
        path.append(f"{'V' if index else f'M{x} '}{y}H{x + _COLUMN}")
    return "".join(path)


def _months(weeks: Sequence[YearWeek], *, y: float) -> list[Label]:
    """Return each month's name below the first week that begins in it."""
    found: list[Label] = []
    for index, week in enumerate(weeks):
        if index == 0 or week.monday.month != weeks[index - 1].monday.month:
            found.append(Label(x=_LEFT + index * _COLUMN + 3, y=y, words=f"{week.monday:%b}"))
    if len(found) > 1 and found[1].x - found[0].x < _COLUMN * 1.5:
        del found[0]  # two names would run into each other
    return found
