"""The year ahead, week by week: who is met, how much a week can hold, and what keeps days of it free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import OpenDays
from netkeep_sync.core.counting import YEAR_WEEKS
from netkeep_sync.core.phrase import say
from netkeep_sync.core.series import zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.phrase import Phrase
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.outlook import Outlook

__all__ = ["ClosedDay", "Mark", "YearWeek", "year_ahead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One check-in; `day` is the owner's."""

    contact: Contact
    occurrence: Occurrence
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """A day that the owner would be free on, were it not for `why`."""

    day: date
    why: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class YearWeek:
    """One week. `closed` of the `days` that are the owner's are kept free."""

    monday: date
    marks: tuple[Mark, ...]
    capacity: int
    days: int
    closed: tuple[ClosedDay, ...]

    def closed_words(self, language: Language) -> str:
        """Return what keeps days of the week free, each thing once."""
        return ", ".join(say(why, language) for why in dict.fromkeys(one.why for one in self.closed))


def year_ahead(outlook: Outlook) -> tuple[YearWeek, ...]:
    """Return the weeks of a year, this one first."""
    contacts = {contact.key: contact for contact in outlook.roster.contacts}
    timezone = zone(outlook.roster.timezone)
    by_monday: dict[date, list[Mark]] = {}
    for one in outlook.plan.occurrences:
        day = one.start_at.astimezone(timezone).date()
        monday = day - timedelta(days=day.weekday())
        if one.contact in contacts:
            mark = Mark(contact=contacts[one.contact], occurrence=one, day=day)
            by_monday.setdefault(monday, []).append(mark)
    open_days = OpenDays(outlook.roster, outlook.holidays)
    return tuple(
        YearWeek(
            monday=week.monday,
            marks=tuple(by_monday.get(week.monday, ())),
            capacity=week.capacity,
            days=len(outlook.roster.availability.weekdays),
            closed=tuple(_closed(outlook, open_days, week.monday)),
        )
        for week in outlook.plan.load[:YEAR_WEEKS]
    )


def _closed(outlook: Outlook, open_days: OpenDays, monday: date) -> Iterator[ClosedDay]:
    for weekday in sorted(outlook.roster.availability.weekdays):
        day = monday + timedelta(days=weekday)
        if why := open_days.why_closed(day):
            yield ClosedDay(day=day, why=why)
