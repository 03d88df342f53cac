"""How often: a whole number of weeks or of true calendar months.

A month is never 30 days: three months after 30 November is 28 or 29 February, and three months after
that 28 or 29 May. The words are those people write; what is ambiguous ("biweekly", "bimonthly") is
refused with both readings spelled out.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.spelling import did_you_mean

if TYPE_CHECKING:
    from netkeep_sync.core.language import Language

__all__ = ["Cadence", "Unit", "add_months", "cadence_words", "parse_cadence"]

_MAX_MONTHS = 60
_MAX_WEEKS = 104
_DAYS_PER_MONTH = 365.2425 / 12


class Unit(StrEnum):
    """What a cadence counts."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """Once every `count` weeks or calendar months."""

    unit: Unit
    count: int

    @property
    def period_days(self) -> float:
        """The mean length of one period, in days; for ratios and tolerances, never for adding."""
        return self.count * (7 if self.unit is Unit.WEEK else _DAYS_PER_MONTH)

    def after(self, day: date) -> date:
        """Return the day one period after `day`; a month's last days are clamped."""
        if self.unit is Unit.WEEK:
            return day + timedelta(weeks=self.count)
        return add_months(day, self.count)

    def __str__(self) -> str:
        return cadence_words(self, language=ENGLISH)


def cadence_words(cadence: Cadence, *, language: Language) -> str:
    """Return a cadence as people write it in that language; in English as `parse_cadence` reads it."""
    _ = language.gettext
    match cadence.unit, cadence.count:
        case Unit.WEEK, 1:
            return _("weekly")
        case Unit.WEEK, number:
            return _("every {number} weeks").format(number=number)
        case Unit.MONTH, 1:
            return _("monthly")
        case Unit.MONTH, 3:
            return _("quarterly")
        case Unit.MONTH, 12:
            return _("yearly")
        case _ if cadence.count % 12 == 0:
            return _("every {number} years").format(number=cadence.count // 12)
        case _:
            return _("every {number} months").format(number=cadence.count)


_WORDS: dict[str, tuple[Unit, int]] = {
    "weekly": (Unit.WEEK, 1),
    "fortnightly": (Unit.WEEK, 2),
    "monthly": (Unit.MONTH, 1),
    "quarterly": (Unit.MONTH, 3),
    "half-yearly": (Unit.MONTH, 6),
    "half yearly": (Unit.MONTH, 6),
    "semiannually": (Unit.MONTH, 6),
    "semi-annually": (Unit.MONTH, 6),
    "semiannual": (Unit.MONTH, 6),
    "yearly": (Unit.MONTH, 12),
    "annually": (Unit.MONTH, 12),
    "annual": (Unit.MONTH, 12),
}

_AMBIGUOUS = {
    "biweekly": 'write "every 2 weeks", or "weekly" if you meant more often',
    "bi-weekly": 'write "every 2 weeks", or "weekly" if you meant more often',
    "bimonthly": 'write "every 2 months" or "every 2 weeks"',
    "bi-monthly": 'write "every 2 months" or "every 2 weeks"',
    "biannually": 'write "twice a year" or "every 2 years"',
    "biannual": 'write "twice a year" or "every 2 years"',
}

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        start=1,
    )
}
_NUMBERS |= {"other": 2, "second": 2, "third": 3, "fourth": 4, "sixth": 6}

_UNITS = {
    "week": (Unit.WEEK, 1),
    "fortnight": (Unit.WEEK, 2),
    "month": (Unit.MONTH, 1),
    "quarter": (Unit.MONTH, 3),
    "half year": (Unit.MONTH, 6),
    "half-year": (Unit.MONTH, 6),
    "year": (Unit.MONTH, 12),
}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_EVERY = re.compile(rf"(?:every|each)(?: (?P<number>\d{{1,4}}|(?!half )[a-z]+))? (?P<unit>{_UNIT})s?")
_TIMES = re.compile(
    rf"(?:(?P<once>once|twice|thrice)|(?P<number>\d{{1,2}}|[a-z]+) ?(?:x|times?)?)"
    rf" (?:a|an|per|every|each) (?P<unit>{_UNIT})"
)
_ONCE = {"once": 1, "twice": 2, "thrice": 3}

_ADVICE = (
    'write "weekly", "every 6 weeks", "monthly", "quarterly", "every 6 months", "twice a year" or "yearly"'
)
_KNOWN = [*_WORDS, "every 2 weeks", "every 6 weeks", "every 2 months", "every 6 months", "twice a year"]


def parse_cadence(text: str) -> Cadence:
    """Read a cadence as a person writes it.

    Raises ValueError with two arguments: what is wrong, and what to write instead.
    """
    words = " ".join(text.casefold().replace("/", " per ").split())
    if words in _AMBIGUOUS:
        raise ValueError(f'cadence "{text}" can be read in two ways', _AMBIGUOUS[words])
    if words == "daily":
        raise ValueError(f'cadence "{text}" is too often', 'check-ins start at "weekly"')
    found = _WORDS.get(words) or _every(words) or _times(words)
    if found is None:
        close = did_you_mean(words, _KNOWN)
        advice = f'did you mean "{close}"?' if close else _ADVICE
        raise ValueError(f'cadence "{text}" is unknown', advice)
    unit, count = found
    if not 1 <= count <= (_MAX_WEEKS if unit is Unit.WEEK else _MAX_MONTHS):
        raise ValueError(f'cadence "{text}" is out of range', 'write between "weekly" and "every 5 years"')
    return Cadence(unit=unit, count=count)


def _number(word: str | None) -> int | None:
    if word is None:
        return 1
    return int(word) if word.isdecimal() else _NUMBERS.get(word)


def _every(words: str) -> tuple[Unit, int] | None:
    match = _EVERY.fullmatch(words)
    if match is None or (number := _number(match["number"])) is None:
        return None
    unit, count = _UNITS[match["unit"]]
    return unit, number * count


def _times(words: str) -> tuple[Unit, int] | None:
    """Read "twice a year", "4 times a year", "3x per year": only what divides into whole units."""
    match = _TIMES.fullmatch(words)
    if match is None:
        return None
    number = _ONCE[match["once"]] if match["once"] else _number(match["number"])
    unit, count = _UNITS[match["unit"]]
    if not number:
        return None
    if count % number == 0:
        return unit, count // number
    if unit is Unit.MONTH and (weeks := {1: 4, 3: 13, 6: 26, 12: 52}[count]) % number == 0:
        return Unit.WEEK, weeks // number
    return None


def add_months(day: date, months: int) -> date:
    """Return the same day `months` calendar months later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
