"""Times as a person writes them: days, hours, and how far ahead. They are read as `values.py` tells."""

from __future__ import annotations

import calendar
import re
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Literal

from netkeep_sync.core.cadence import Unit, parse_cadence
from netkeep_sync.core.channel import Hours
from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.roster import DateRange, Digest
from netkeep_sync.core.text import shown

if TYPE_CHECKING:
    from netkeep_sync.core.cadence import Cadence

__all__ = [
    "WEEKDAYS",
    "parse_away",
    "parse_day",
    "parse_digest",
    "parse_freeze",
    "parse_hours",
    "parse_milestone",
    "parse_review",
    "parse_weekday",
]

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_ADVICE = "write year-month-day, such as 2026-09-14"


def parse_day(text: str) -> date:
    """Read a date, 2026-09-14."""
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is no date', _DAY_ADVICE)
    year, month, day = map(int, match.groups())
    if not 1900 <= year <= 2199:
        raise ValueError(f"the year {year} is out of range", "write a year from 1900 to 2199")
    if not 1 <= month <= 12:
        raise ValueError(f"month {month} does not exist", _DAY_ADVICE)
    _check_day(day, f"{calendar.month_name[month]} {year}", last=calendar.monthrange(year, month)[1])
    return date(year, month, day)


def _check_day(day: int, month: str, *, last: int) -> None:
    if not 1 <= day <= last:
        raise ValueError(
            f"{day} {month} does not exist", f"{month} ends on the {last}{_ORDINALS.get(last, 'th')}"
        )


_ORDINALS = {31: "st"}

_DAY_OF_YEAR = re.compile(r"(\d{1,2})-(\d{1,2})")
_DAY_OF_YEAR_ADVICE = "write month-day, such as 03-14, or year-month-day"
_LEAP_YEAR = 2000


def parse_milestone(text: str) -> Milestone:
    """Read the day of a milestone, 03-14 or 2019-05-01; its label stands elsewhere."""
    if _DAY.fullmatch(text):
        began_on = parse_day(text)
        return Milestone(label="", month=began_on.month, day=began_on.day, year=began_on.year)
    match = _DAY_OF_YEAR.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is no day of the year', _DAY_OF_YEAR_ADVICE)
    month, day = map(int, match.groups())
    if not 1 <= month <= 12:
        raise ValueError(f"month {month} does not exist", _DAY_OF_YEAR_ADVICE)
    _check_day(day, calendar.month_name[month], last=calendar.monthrange(_LEAP_YEAR, month)[1])
    return Milestone(label="", month=month, day=day)


def parse_away(text: str) -> DateRange:
    """Read days kept free: one date, or 2026-12-21..2027-01-03, which holds its last day too."""
    first, dots, last = text.partition("..")
    if dots and not (first and last):
        raise ValueError(f'"{shown(text)}" has one end only', "write 2026-12-21..2027-01-03")
    start_on = parse_day(first.strip())
    last_on = parse_day(last.strip()) if dots else start_on
    if last_on < start_on:
        raise ValueError(f"{shown(text)} ends before it starts", f"write {last_on}..{start_on}")
    return DateRange(start_on=start_on, end_on=last_on + timedelta(days=1))


_FREEZE = re.compile(r"(?P<number>\d{1,3})( ?(?P<unit>days?|weeks?))?", re.IGNORECASE)
_MOST_FREEZE_DAYS = 60


def parse_freeze(text: str) -> int:
    """Read how many days ahead nothing is moved: 7 days, 2 weeks, 7."""
    match = _FREEZE.fullmatch(text)
    if match is None:
        raise ValueError(f'freeze "{shown(text)}" is no length of time', 'write "7 days" or "2 weeks"')
    days = int(match["number"]) * (7 if (match["unit"] or "").lower().startswith("week") else 1)
    if days > _MOST_FREEZE_DAYS:
        raise ValueError(
            f'freeze "{text}" is more than {_MOST_FREEZE_DAYS} days',
            f'write at most "{_MOST_FREEZE_DAYS} days"',
        )
    return days


_HOURS = re.compile(r"(\d{1,2})[:.](\d{2}) ?[-–] ?(\d{1,2})[:.](\d{2})")


def parse_hours(text: str) -> Hours:
    """Read a part of the day, 08:30-10:00."""
    match = _HOURS.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is no part of the day', 'write "08:30-10:00"')
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    if max(start_hour, end_hour) > 23 or max(start_minute, end_minute) > 59:
        raise ValueError(f"{text} is no part of the day", "write times from 00:00 to 23:59")
    hours = Hours(start=time(start_hour, start_minute), end=time(end_hour, end_minute))
    if hours.end == hours.start:
        raise ValueError(f"{text} has no length", "write a later end")
    if hours.end < hours.start:
        raise ValueError(f"{text} ends before it starts", f"write {hours.end:%H:%M}-{hours.start:%H:%M}")
    return hours


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS = {name: number for number, name in enumerate(WEEKDAYS)}
_WEEKDAYS |= {name.casefold(): number for number, name in enumerate(calendar.day_name)}
_WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}


def parse_weekday(text: str) -> int:
    """Read a day of the week; Monday is 0."""
    if (number := _WEEKDAYS.get(text.casefold())) is None:
        raise ValueError(f'"{shown(text)}" is no day of the week', f"write some of {', '.join(WEEKDAYS)}")
    return number


_OFF = frozenset({"off", "false", "no"})

_DIGEST = re.compile(r"(\w+),? +(\d{1,2})[:.](\d{2})")
_DIGEST_ADVICE = 'write a day and an hour, such as "monday 08:00", or "off"'


def parse_digest(text: str) -> Digest | None:
    """Read when the digest is sent, "monday 08:00"; None for "off"."""
    if text.lower() in _OFF:
        return None
    match = _DIGEST.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is no time of the week', _DIGEST_ADVICE)
    hour, minute = int(match[2]), int(match[3])
    if hour > 23 or minute > 59:
        raise ValueError(f"{hour}:{match[3]} does not exist", _DIGEST_ADVICE)
    return Digest(weekday=parse_weekday(match[1]), local_time=time(hour, minute))


_REVIEW_ADVICE = 'write "quarterly", "every 6 months" or the like, or "off"'


def parse_review(text: str) -> Cadence | Literal["off"]:
    """Read how often the list is reviewed, by calendar months, or that it is not."""
    if text.lower() in _OFF:
        return "off"
    try:
        cadence = parse_cadence(text)
    except ValueError as error:
        raise ValueError(error.args[0], _REVIEW_ADVICE) from error
    if cadence.unit is not Unit.MONTH:
        raise ValueError(f'"{shown(text)}" is too often for a review', _REVIEW_ADVICE)
    return cadence
