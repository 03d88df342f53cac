"""The milestone as a calendar keeps it: a day of every year, its words, its identity.

Nothing here knows what day it is: what is made of a milestone stays the same from one day to the next.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.series import uid_from

if TYPE_CHECKING:
    from netkeep_sync.core.contact import Milestone
    from netkeep_sync.core.language import Language

__all__ = ["first_day", "label_words", "milestone_uid", "milestone_words", "yearly_rule"]

_FIRST_YEAR = 1971
"""Many calendar programs count time from 1970 and know nothing of earlier days."""

_YEAR_UNTOLD = 2024
"""Where a milestone of unknown age begins: a leap year, long enough ago to be there on every page."""


def first_day(milestone: Milestone) -> date:
    """Return DTSTART, an instance of the yearly rule: in the year that the milestone began, if that is
    known and no program trips over it.
    """
    year = _YEAR_UNTOLD if milestone.year is None else max(milestone.year, _FIRST_YEAR)
    last = monthrange(year, milestone.month)[1]
    return date(year, milestone.month, min(milestone.day, last))


def yearly_rule(milestone: Milestone) -> str:
    """Return the RRULE value. The 29th of February is the last day of that month, for a rule of the 29th
    itself passes over three years of four (RFC 5545, 3.3.10: invalid dates are ignored).
    """
    month, day = milestone.month, milestone.day
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={-1 if (month, day) == (2, 29) else day}"


def milestone_words(milestone: Milestone, language: Language = ENGLISH) -> str:
    """Return "Birthday on 14 March", or "Work anniversary on 1 May, since 2019" where the year is known."""
    label = label_words(milestone, language)
    if milestone.year is None:
        words = language.gettext("{milestone} on {day}")
    else:
        words = language.gettext("{milestone} on {day}, since {year}")
    return words.format(
        milestone=f"{label[:1].upper()}{label[1:]}",
        day=language.day_of_year(date(_YEAR_UNTOLD, milestone.month, milestone.day)),
        year=milestone.year,
    )


def label_words(milestone: Milestone, language: Language = ENGLISH) -> str:
    """Return what the milestone is called: a label that everybody has in the language, others as they are."""
    label = milestone.label
    known = {
        "birthday": language.gettext("birthday"),
        "work anniversary": language.gettext("work anniversary"),
    }
    said = known.get(label.casefold(), label)
    return label if said == label.casefold() else said


def milestone_uid(roster: str, contact: str, label: str) -> str:
    """Return the UID of a milestone, of the same form as `series_uid`, and as stable: a capital letter
    in the label makes no other one.

    What is digested ends in a word, where that of a series ends in the digits of its generation: no
    label, not even "1", makes the UID of a series.
    """
    return uid_from(f"{roster}\n{contact}\n{label.casefold()}\nmilestone")
