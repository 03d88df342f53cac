"""Drawings: where everything lies in a panel with columns above a floor. The template writes the SVG.

The year is four panels of 13 weeks, so that each fits a phone, with a row for each check-in that a week can
hold. What is counted by quarters has a bar for each, of parts that stand on each other or hang from the
floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from netkeep_sync.core.language import Language
    from netkeep_sync.service.year import YearWeek

__all__ = ["COLOURS", "Bar", "Panel", "Part", "Span", "draw", "draw_bars", "draw_spans"]

COLOURS = 8
"""So many colours there are; categories beyond that begin again."""

_WEEKS = 13
_COLUMN = 24.0
_LEFT = 22.0
_TOP = 8.0
_MOST_HIGH = 16.0
_LEAST_HIGH = 72.0
_MOST_TALL = 132.0
_TEXT = 10.0
_GAP = 1.0
"""Between the parts of a bar, so that they are told apart without their colours."""


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
    """A word below the columns, or a number beside the rows. `kind` is its class."""

    x: float
    y: float
    words: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One drawing; `words` say it to those who hear the page. `limit` is the path of the line that no week
    goes beyond, empty for none.
    """

    heading: str
    words: str
    height: float
    floor: float
    marks: tuple[Box, ...]
    labels: tuple[Label, ...]
    shades: tuple[Box, ...] = ()
    limit: str = ""
    left: float = _LEFT
    width: float = _LEFT + _COLUMN * _WEEKS + 2


def draw(
    weeks: Sequence[YearWeek], *, today: date, colour_of: Mapping[str, int], language: Language = ENGLISH
) -> tuple[Panel, ...]:
    """Return the panels, all of one height; `colour_of` tells the colour of each category."""
    rows = max(1, *(max(week.capacity, len(week.marks)) for week in weeks)) if weeks else 1
    row = min(_MOST_HIGH, _MOST_TALL / rows)
    tall = max(row * rows, _LEAST_HIGH if rows > 4 else 0)
    parts = [weeks[first : first + _WEEKS] for first in range(0, len(weeks), _WEEKS)]
    return tuple(
        _panel(part, row=row, rows=rows, tall=tall, today=today, colour_of=colour_of, language=language)
        for part in parts
    )


def _panel(
    weeks: Sequence[YearWeek],
    *,
    row: float,
    rows: int,
    tall: float,
    today: date,
    colour_of: Mapping[str, int],
    language: Language,
) -> Panel:
    floor = _TOP + tall
    number = sum(len(week.marks) for week in weeks)
    fullest = max(len(week.marks) for week in weeks)

    def said(day: date) -> str:
        return day_words(day, today=today, language=language)

    first, last = weeks[0].monday, weeks[-1].monday
    shades, marks = [], []
    for index, week in enumerate(weeks):
        x = _LEFT + index * _COLUMN
        if week.closed:
            kind = "closed" if len(week.closed) >= week.days else "partly"
            told = language.gettext("Week of {day}: {closed}")
            told = told.format(day=said(week.monday), closed=week.closed_words(language))
            shades.append(Box(x=x, y=_TOP, width=_COLUMN, height=tall, kind=kind, title=told))
        for place, mark in enumerate(week.marks):
            marks.append(
                Box(
                    x=x + 3,
                    y=round(floor - (place + 1) * row + row * 0.1, 2),
                    width=_COLUMN - 6,
                    height=round(row * 0.8, 2),
                    kind=f"c{colour_of[mark.contact.category]}",
                    title=f"{mark.occurrence.summary}, {said(mark.day)}",
                )
            )
    return Panel(
        heading=language.gettext("{first} to {last}").format(
            first=language.month_and_year(first), last=language.month_and_year(last)
        ),
        words=language.ngettext(
            "{number} check-in in the weeks of {first} to {last}; the fullest holds {fullest}",
            "{number} check-ins in the weeks of {first} to {last}; the fullest holds {fullest}",
            number,
        ).format(number=number, first=said(first), last=said(last), fullest=fullest),
        height=floor + 20,
        floor=floor,
        shades=tuple(shades),
        marks=tuple(marks),
        limit=_limit(weeks, floor=floor, row=row),
        labels=(
            *_months(weeks, y=floor + 14, language=language),
            Label(x=_LEFT - 6, y=floor + 3, words="0", kind="scale"),
            Label(x=_LEFT - 6, y=round(floor - rows * row + 4, 2), words=str(rows), kind="scale"),
        ),
    )


def _limit(weeks: Sequence[YearWeek], *, floor: float, row: float) -> str:
    """Return the path of the capacity: level over each week, a step where it changes."""
    path = []
    for index, week in enumerate(weeks):
        x, y = _LEFT + index * _COLUMN, round(floor - week.capacity * row, 2)
        path.append(f"{'V' if index else f'M{x} '}{y}H{x + _COLUMN}")
    return "".join(path)


def _months(weeks: Sequence[YearWeek], *, y: float, language: Language) -> list[Label]:
    """Return each month's name below the first week that begins in it."""
    found: list[Label] = []
    for index, week in enumerate(weeks):
        if index == 0 or week.monday.month != weeks[index - 1].monday.month:
            found.append(Label(x=_LEFT + index * _COLUMN + 3, y=y, words=language.short_month(week.monday)))
    if len(found) > 1 and found[1].x - found[0].x < _COLUMN * 1.5:
        del found[0]  # two names would run into each other
    return found


# -- bars -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """So many of a kind, which is its class in the stylesheet and has a name; fewer than none hang below the
    floor.
    """

    kind: str
    name: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One column: its parts, from the floor up or down. `above` and `below` are what stands at its ends,
    `label` at the foot of the panel, and `group` below that where it begins anew.
    """

    label: str
    group: str
    parts: tuple[Part, ...]
    above: str = ""
    below: str = ""


def draw_bars(heading: str, bars: Sequence[Bar], *, words: str, tall: float = 84.0, most: int = 0) -> Panel:
    """Return a panel of bars; `tall` is how high the highest may be, or one of so `most`."""
    ups = [sum(max(part.number, 0) for part in bar.parts) for bar in bars]
    downs = [-sum(min(part.number, 0) for part in bar.parts) for bar in bars]
    unit = tall / max(1, most, max(ups, default=0) + max(downs, default=0))
    top = _TOP + _TEXT
    floor = round(top + unit * max([most, *ups]), 2)
    bottom = round(floor + unit * max([0, *downs]) + (_TEXT if any(downs) else 0), 2)
    column = _COLUMN * _WEEKS / max(1, len(bars))
    width = min(column * 0.64, _COLUMN * 1.2)
    marks: list[Box] = []
    labels: list[Label] = []
    for index, bar in enumerate(bars):
        middle = round(_LEFT + (index + 0.5) * column, 2)
        marks += _stacked(bar, x=round(middle - width / 2, 2), width=width, floor=floor, unit=unit)
        top = round(floor - unit * ups[index] - 4, 2)
        foot = round(floor + unit * downs[index] + 11, 2)
        labels.append(Label(x=middle, y=top, words=bar.above, kind="middle strong"))
        labels.append(Label(x=middle, y=foot, words=bar.below, kind="middle strong"))
        labels.append(Label(x=middle, y=round(bottom + 13, 2), words=bar.label, kind="middle"))
        if index == 0 or bar.group != bars[index - 1].group:
            labels.append(Label(x=middle, y=round(bottom + 25, 2), words=bar.group, kind="middle"))
    return Panel(
        heading=heading,
        words=words,
        height=round(bottom + 30, 2),
        floor=floor,
        marks=tuple(marks),
        labels=tuple(one for one in labels if one.words),
    )


def _stacked(bar: Bar, *, x: float, width: float, floor: float, unit: float) -> Iterator[Box]:
    """Yield the parts of a bar, each on those before it."""
    up = down = floor
    for part in bar.parts:
        height = abs(part.number) * unit
        if not height:
            continue
        y = down if part.number < 0 else up - height
        up, down = (up, down + height) if part.number < 0 else (up - height, down)
        yield Box(
            x=x,
            y=round(y + _GAP / 2, 2),
            width=round(width, 2),
            height=round(max(height - _GAP, 0.5), 2),
            kind=part.kind,
            title=f"{bar.label} {bar.group}: {abs(part.number)} {part.name}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From where to where a line goes that is as long as the longest."""

    x: float
    width: float


def draw_spans(spans: Sequence[tuple[date, date]]) -> tuple[Span, ...]:
    """Return where each span of days lies on a line of 100 from the first day to the last."""
    first = min((start for start, _ in spans), default=None)
    last = max((end for _, end in spans), default=None)
    if first is None or last is None:
        return ()
    unit = 100 / max(1, (last - first).days)
    return tuple(
        Span(
            x=round(min((start - first).days * unit, 99), 2),
            width=round(max((end - start).days * unit, 1), 2),
        )
        for start, end in spans
    )
