"""What is said, before it is said in a language: a message and the values that belong in it.

A reason is decided where nobody knows who will read it, and is kept for years: so it is kept as what it
means. `say` puts it into words, and `str` into English ones, as commands and JSON show it. `phrase` and
`phrases` make one, and are what tools look for that collect the messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Cadence, cadence_words
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.words import is_near

if TYPE_CHECKING:
    from netkeep_sync.core.language import Language

__all__ = ["Day", "DayForm", "Phrase", "Value", "day_of", "phrase", "phrases", "say"]


class DayForm(StrEnum):
    """How much of a day is said."""

    SHORT = "Tue 8 Dec"
    WITH_YEAR = "Tue 8 Dec 2028"
    WITHOUT_WEEKDAY = "8 Dec 2028"
    WEEKDAY = "Tuesday"
    MONTH = "December 2028"
    MONTH_OF_ANY_YEAR = "December"
    SHORT_MONTH = "Dec 2028"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day in a phrase, and how much of it is said."""

    on: date
    form: DayForm


def day_of(day: date, *, today: date) -> Day:
    """Return the day as `day_words` says it: with its year where that is not plain today."""
    return Day(on=day, form=DayForm.SHORT if is_near(day, today=today) else DayForm.WITH_YEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A message, in English as in the catalogues, and the `values` for its `{places}`, by name. `many` is its
    form for a `number` of them other than one; empty where it has no other. One without values is said as it
    stands, whatever it holds.
    """

    message: str
    values: tuple[tuple[str, Value], ...] = ()
    many: str = ""

    def __str__(self) -> str:
        return say(self, ENGLISH)

    def says(self, message: str) -> bool:
        """Tell whether this is that message, or has it among its values."""
        return self.message == message or any(
            isinstance(value, Phrase) and value.says(message) for _, value in self.values
        )


Value = str | int | float | time | Cadence | Day | Phrase
"""What stands in a phrase: words of the user's own, numbers, and what every language says in its own way."""


def phrase(message: str, **values: Value) -> Phrase:
    """Return a phrase."""
    return Phrase(message=message, values=tuple(values.items()))


def phrases(one: str, many: str, number: int, **values: Value) -> Phrase:
    """Return a phrase with the form that goes with its `number`."""
    return Phrase(message=one, many=many, values=(("number", number), *values.items()))


def say(what: Phrase, language: Language) -> str:
    """Return a phrase in the words of a language."""
    if not what.values:
        return language.gettext(what.message) if what.message else ""
    values = dict(what.values)
    number = values.get("number")
    message = (
        language.ngettext(what.message, what.many, number)
        if what.many and isinstance(number, int)
        else language.gettext(what.message)
    )
    return message.format(**{name: _said(value, language) for name, value in values.items()})


def _said(value: Value, language: Language) -> str:
    match value:
        case Phrase():
            return say(value, language)
        case Day(on=on, form=form):
            return _day_said(on, form, language)
        case Cadence():
            return cadence_words(value, language=language)
        case time():
            return f"{value:%H:%M}"
        case float():
            return language.decimal(value, places=3)
        case _:
            return str(value)


def _day_said(on: date, form: DayForm, language: Language) -> str:
    match form:
        case DayForm.SHORT | DayForm.WITH_YEAR:
            return language.short_day(on, has_year=form is DayForm.WITH_YEAR)
        case DayForm.WITHOUT_WEEKDAY:
            return language.short_day_and_year(on)
        case DayForm.WEEKDAY:
            return language.weekday(on)
        case DayForm.MONTH:
            return language.month_and_year(on)
        case DayForm.MONTH_OF_ANY_YEAR:
            return language.month(on)
        case _:
            return language.short_month_and_year(on)
