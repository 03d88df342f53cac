"""The days to avoid: read from phrases such as "last week of a quarter", and held against the year."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from netkeep_sync.core.phrase import Day, DayForm, phrase, phrases
from netkeep_sync.core.roster import Avoided
from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from netkeep_sync.core.phrase import Phrase

__all__ = ["has_open_days", "parse_avoid"]

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS |= {"sept": 9}
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4}
_UNITS = {"day": 1, "days": 1, "week": 7, "weeks": 7}
_PARTS = ("month", "quarter", "year")
_WORDS = (*_MONTHS, *_NUMBERS, *_UNITS, *_PARTS, "first", "last", "of", "in", "the", "each", "every")

_EDGE = re.compile(
    rf"(?:the )?(?P<edge>first|last) (?:(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)}) )?(?P<unit>days?|weeks?)"
    rf" (?:of|in) (?:(?:a|the|each|every) )?(?P<part>{'|'.join([*_PARTS, *_MONTHS])})"
)
_WHOLE_MONTH = re.compile(rf"(?:(?:each|every) )?(?P<month>{'|'.join(_MONTHS)})")

_MOST_DAYS = 31
_ADVICE = 'write it like "last week of a quarter", "first 3 days of a month" or "december"'


def parse_avoid(text: str) -> Avoided:
    """Read days that are kept free again and again: "last 3 days of a month", "december".

    A week is seven days. The days of a quarter or a year lie in its first or its last month, so they are
    31 at the most.
    """
    words = text.casefold()
    if match := _WHOLE_MONTH.fullmatch(words):
        month = _MONTHS[match["month"]]
        return Avoided(
            words=phrase("{month}", month=_month(month)),
            months=frozenset({month}),
            days=_MOST_DAYS,
            is_at_end=False,
        )
    match = _EDGE.fullmatch(words)
    if match is None:
        raise ValueError(f'"{shown(text)}" names no days to avoid', partial(_advice, words))
    number, unit, is_at_end = match["number"], match["unit"], match["edge"] == "last"
    if number is None and unit.endswith("s"):
        raise ValueError(f'"{shown(text)}" does not say how many {unit}', f'write "{match["edge"]} 2 {unit}"')
    count = 1 if number is None else _NUMBERS[number] if number in _NUMBERS else int(number)
    days = count * _UNITS[unit]
    if not days:
        raise ValueError(f'"{shown(text)}" is no day at all', _ADVICE)
    if days > _MOST_DAYS:
        raise ValueError(
            f'"{shown(text)}" is more than {_MOST_DAYS} days',
            f'write at most "4 weeks" or "{_MOST_DAYS} days", or name whole months, such as "december"',
        )
    return Avoided(
        words=_words(count, unit.removesuffix("s"), match["part"], is_at_end=is_at_end),
        months=_months(match["part"], is_at_end=is_at_end),
        days=days,
        is_at_end=is_at_end,
    )


def _months(part: str, *, is_at_end: bool) -> frozenset[int]:
    """Return the months that such a part of the year begins with, or ends with."""
    match part:
        case "month":
            return frozenset(range(1, 13))
        case "quarter":
            return frozenset({3, 6, 9, 12} if is_at_end else {1, 4, 7, 10})
        case "year":
            return frozenset({12 if is_at_end else 1})
        case _:
            return frozenset({_MONTHS[part]})


def _words(count: int, unit: str, part: str, *, is_at_end: bool) -> Phrase:
    of = {"month": phrase("of a month"), "quarter": phrase("of a quarter"), "year": phrase("of the year")}
    whole = of.get(part) or phrase("of {month}", month=_month(_MONTHS[part]))
    match unit, is_at_end:
        case "day", False:
            return phrases("the first day {of}", "the first {number} days {of}", count, of=whole)
        case "day", True:
            return phrases("the last day {of}", "the last {number} days {of}", count, of=whole)
        case _, False:
            return phrases("the first week {of}", "the first {number} weeks {of}", count, of=whole)
        case _:
            return phrases("the last week {of}", "the last {number} weeks {of}", count, of=whole)


def _month(number: int) -> Day:
    return Day(on=date(2000, number, 1), form=DayForm.MONTH_OF_ANY_YEAR)


def _advice(text: str) -> str:
    """Return the phrase that was meant, each unknown word made the known one it is close to."""
    words = text.split()
    if len(words) <= 8:
        close = " ".join(word if word in _WORDS else did_you_mean(word, _WORDS) or word for word in words)
        if close != text and (_EDGE.fullmatch(close) or _WHOLE_MONTH.fullmatch(close)):
            return f'did you mean "{close}"?'
    return _ADVICE


_YEARS = range(2000, 2028)
"""As many years as it takes for each date to have been on each day of the week."""


def has_open_days(weekdays: Collection[int], avoid: Collection[Avoided]) -> bool:
    """Tell whether every year has a day on one of the weekdays that is not avoided."""
    return all(any(_is_open(day, weekdays, avoid) for day in _days(year)) for year in _YEARS)


def _days(year: int) -> Iterator[date]:
    return (date(year, 1, 1) + timedelta(days=count) for count in range(365 + calendar.isleap(year)))


def _is_open(day: date, weekdays: Collection[int], avoid: Collection[Avoided]) -> bool:
    return day.weekday() in weekdays and not any(day in one for one in avoid)
