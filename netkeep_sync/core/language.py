"""The language that the owner is spoken to in: a catalogue of gettext's, and how it writes days.

What stands in the code is English, and needs no catalogue. A message with values holds `{names}`, which the
caller fills in, so that every language puts them where they belong. `gettext`, `ngettext` and `pgettext` are
what tools look for that collect the messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = ["ENGLISH", "Language", "to_translate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language, `code` as in the `lang` of a page. Two are the same if their codes are."""

    code: str
    catalogue: NullTranslations = field(default_factory=NullTranslations, compare=False, repr=False)

    def gettext(self, message: str) -> str:
        """Return a message in this language, as it stands where that is unknown."""
        return self.catalogue.gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the form of a message that goes with this number."""
        return self.catalogue.ngettext(one, many, number)

    def pgettext(self, context: str, message: str) -> str:
        """Return a message that means something else elsewhere."""
        return self.catalogue.pgettext(context, message)

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        """Return the form that goes with this number, of a message that means something else elsewhere."""
        return self.catalogue.npgettext(context, one, many, number)

    # -- days -----------------------------------------------------------------------------------------

    def short_day(self, day: date, *, has_year: bool = False) -> str:
        """Return "Tue 8 Dec", or "Tue 8 Dec 2028"."""
        pattern = (
            self.gettext("{weekday} {day} {month} {year}")
            if has_year
            else self.gettext("{weekday} {day} {month}")
        )
        return pattern.format(
            weekday=self._weekdays_short[day.weekday()],
            day=day.day,
            month=self._months_short[day.month - 1],
            year=day.year,
        )

    def short_day_and_year(self, day: date) -> str:
        """Return "3 Nov 2025"."""
        pattern = self.gettext("{day} {month} {year}")
        return pattern.format(day=day.day, month=self.short_month(day), year=day.year)

    def long_day(self, day: date) -> str:
        """Return "3 November 2025"."""
        pattern = self.gettext("{day} {month} {year}")
        return pattern.format(day=day.day, month=self.month(day), year=day.year)

    def full_day(self, day: date) -> str:
        """Return "Monday, 3 November 2025"."""
        pattern = self.gettext("{weekday}, {day}")
        return pattern.format(weekday=self.weekday(day), day=self.long_day(day))

    def month_and_year(self, day: date) -> str:
        """Return "November 2025"."""
        return self.gettext("{month} {year}").format(month=self.month(day), year=day.year)

    def short_month_and_year(self, day: date) -> str:
        """Return "Nov 2025"."""
        return self.gettext("{month} {year}").format(month=self.short_month(day), year=day.year)

    def day_of_year(self, day: date) -> str:
        """Return "3 November"."""
        return self.gettext("{day} {month}").format(day=day.day, month=self.month(day))

    def month(self, day: date) -> str:
        """Return "November"."""
        months = self.gettext(
            "January February March April May June July August September October November December"
        )
        return months.split()[day.month - 1]

    def short_month(self, day: date) -> str:
        """Return "Nov"."""
        return self._months_short[day.month - 1]

    def weekday(self, day: date) -> str:
        """Return "Tuesday"."""
        weekdays = self.gettext("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
        return weekdays.split()[day.weekday()]

    # -- numbers --------------------------------------------------------------------------------------

    def decimal(self, number: float, *, places: int) -> str:
        """Return a number with so many places, "1.50"."""
        return f"{number:.{places}f}".replace(".", self.pgettext("in a number", "."))

    @property
    def _months_short(self) -> list[str]:
        return self.gettext("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()

    @property
    def _weekdays_short(self) -> list[str]:
        return self.gettext("Mon Tue Wed Thu Fri Sat Sun").split()


ENGLISH = Language(code="en")
"""What everything is written in."""


def to_translate(message: str) -> str:
    """Return the message as it is: it is translated where it is used, and collected where it stands."""
    return message
