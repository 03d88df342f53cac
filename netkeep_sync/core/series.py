"""The recurring event of one contact, and the occurrences it makes.

All of a series is wall clock in its own IANA zone, as in RFC 5545: a check-in at 08:30 stays at 08:30
over every change of the clocks. A series has at most one slot a day, so the slot's date is its name
within the series; where the occurrence is moved does not change who it is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from netkeep_sync.core.cadence import Cadence, Unit, parse_cadence
from netkeep_sync.core.language import ENGLISH, to_translate
from netkeep_sync.core.phrase import Day, DayForm, Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netkeep_sync.core.language import Language

__all__ = [
    "Cancelled",
    "Moved",
    "Occurrence",
    "Rule",
    "Series",
    "SlotException",
    "instant",
    "local_occurrences",
    "occurrences",
    "rule_words",
    "series_uid",
    "uid_from",
    "zone",
]

_MONDAY = date(2026, 6, 1)

_FAR_YEARS = 12
"""Days so far ahead are made one by one, for whoever looks for one of them."""

NO_ROOM = to_translate("{why}, and no other day near it has room")
KEPT_FREE = to_translate("{why}, and every other day near it is kept free")
BOOKED = to_translate("you are booked at {time}")
ENDED = phrase("the series has ended")
OFF = phrase("it was off your calendar then")

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_RRULE = re.compile(
    rf"""
    BYDAY= (?P<nth>\+?[1-4]|-1)? (?P<weekday>{"|".join(WEEKDAYS)})
    (?(nth) (?: ;FREQ=MONTHLY | ;BYMONTH=0?(?:[1-9]|1[0-2]) (?P<yearly>;FREQ=YEARLY) ) | ;FREQ=WEEKLY )
    (?: ;INTERVAL=(?P<interval>[0-9]+) )?
    (?: ;WKST=(?:{"|".join(WEEKDAYS)}) )?
    """,
    re.VERBOSE,
)
"""An RRULE value with its parts sorted: a weekday of every week, or the nth one of every month, or that of
one month of every year. Which month, the first day tells.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A recurrence that stays on its weekday: every n weeks, or the nth weekday every n months.

    `weekday` counts from Monday = 0. `nth` is for months only: 1 to 4, or -1 for the last one, for not
    every month has a fifth.
    """

    unit: Unit
    interval: int
    weekday: int
    nth: int | None = None

    @classmethod
    def through(cls, day: date, cadence: Cadence) -> Rule:
        """Return the rule of `cadence` that has `day` as an instance."""
        if cadence.unit is Unit.WEEK:
            return cls(unit=cadence.unit, interval=cadence.count, weekday=day.weekday())
        nth = (day.day + 6) // 7
        return cls(
            unit=cadence.unit,
            interval=cadence.count,
            weekday=day.weekday(),
            nth=nth if nth < 5 else -1,
        )

    @classmethod
    def parse(cls, text: str) -> Rule:
        """Read an RRULE value, one of ours (`str`) or of another calendar that says the same.

        Raises ValueError for a rule that ends, that has no cadence, or that can't be said as one of ours.
        """
        found = _RRULE.fullmatch(";".join(sorted(text.upper().split(";"))))
        if found is None:
            raise ValueError(f"{text!r} is no rule of one weekday every so many weeks or months")
        unit = "year" if found["yearly"] else "month" if found["nth"] else "week"
        cadence = parse_cadence(f"every {found['interval'] or 1} {unit}s")
        return cls(
            unit=cadence.unit,
            interval=cadence.count,
            weekday=WEEKDAYS.index(found["weekday"]),
            nth=int(found["nth"]) if found["nth"] else None,
        )

    def days(self, first_on: date, *, end_on: date) -> Iterable[date]:
        """Return the rule's days from `first_on`, itself an instance, to before `end_on`."""
        if end_on.year - first_on.year < _FAR_YEARS:
            return _known_days(self, first_on, end_on)
        return self._days(first_on, end_on)

    def _days(self, first_on: date, end_on: date) -> Iterator[date]:
        if self.nth is None:
            step = timedelta(weeks=self.interval)
            day = first_on
            while day < end_on:
                yield day
                day += step
            return
        month = first_on.year * 12 + first_on.month - 1
        while (day := self._nth_weekday(self.nth, *divmod(month, 12))) < end_on:
            yield day
            month += self.interval

    def _nth_weekday(self, nth: int, year: int, month: int) -> date:
        """Return the day in a month, January = 0."""
        if nth < 0:
            after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1).toordinal()
            return date.fromordinal(after - 1 - (after - 2 - self.weekday) % 7)
        first = date(year, month + 1, 1).toordinal()
        return date.fromordinal(first + (self.weekday + 1 - first) % 7 + 7 * (nth - 1))

    @property
    def words(self) -> str:
        """The rule as people say it in English: "every 3 months on the 2nd Tuesday"."""
        return rule_words(self, ENGLISH)

    def __str__(self) -> str:
        """Return the RRULE value, without UNTIL; `parse` reads it."""
        if self.nth is None:
            return f"FREQ=WEEKLY;INTERVAL={self.interval};BYDAY={WEEKDAYS[self.weekday]}"
        return f"FREQ=MONTHLY;INTERVAL={self.interval};BYDAY={self.nth}{WEEKDAYS[self.weekday]}"


def rule_words(rule: Rule, language: Language) -> str:
    """Return a rule as people say it in that language."""
    weekday = language.weekday(_MONDAY + timedelta(days=rule.weekday))
    on = {
        None: language.gettext("{every} on {weekday}"),
        1: language.gettext("{every} on the 1st {weekday}"),
        2: language.gettext("{every} on the 2nd {weekday}"),
        3: language.gettext("{every} on the 3rd {weekday}"),
        4: language.gettext("{every} on the 4th {weekday}"),
        -1: language.gettext("{every} on the last {weekday}"),
    }
    if rule.unit is Unit.WEEK:
        every = language.ngettext("every week", "every {number} weeks", rule.interval)
    else:
        every = language.ngettext("every month", "every {number} months", rule.interval)
    return on[rule.nth].format(every=every.format(number=rule.interval), weekday=weekday)


@lru_cache(maxsize=16_384)
def _known_days(rule: Rule, first_on: date, end_on: date) -> tuple[date, ...]:
    """Return the days of a rule; the series of a large roster share them."""
    return tuple(rule._days(first_on, end_on))  # noqa: SLF001  its own other half


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The occurrence of `slot_on` takes place at `local_start` instead."""

    slot_on: date
    local_start: datetime
    reason: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The occurrence of `slot_on` does not take place."""

    slot_on: date
    reason: Phrase

    @property
    def is_for_want_of_room(self) -> bool:
        """Tell whether it would take place, had the owner more time for check-ins."""
        return self.reason.message == NO_ROOM and not self.is_for_busy_time

    @property
    def is_for_want_of_a_day(self) -> bool:
        """Tell whether it would take place, had another day been found for it."""
        return self.reason.message in (NO_ROOM, KEPT_FREE)

    @property
    def is_for_busy_time(self) -> bool:
        """Tell whether it would take place, were the owner not busy then."""
        return self.reason.says(BOOKED)

    @property
    def is_for_good(self) -> bool:
        """Tell whether it will not take place, wherever the owner had put it before."""
        return self.reason in (ENDED, OFF)


SlotException = Moved | Cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """All that is planned for one contact under one revision of its cadence.

    `first_on` is an instance of `rule`; `until_on`, when set, ends the series before that day.
    `exceptions` are sorted by slot, one a slot at the most. `summary` and `category` are the words
    last planned with, so that a series outlives its contact's line in the roster. `reason` tells why
    it lies where it lies. `clock_on` is the day of the meeting it counts from, None for one that counts
    from none. `city` is where the owner travels, for the one check-in that a trip makes room for.
    """

    contact: str
    generation: int
    uid: str
    summary: str
    category: str
    channel: str
    cadence: Cadence
    minutes: int
    timezone: str
    local_time: time
    first_on: date
    rule: Rule
    reason: Phrase
    clock_on: date | None = None
    city: str = ""
    until_on: date | None = None
    exceptions: tuple[SlotException, ...] = ()

    @property
    def local_start(self) -> datetime:
        """DTSTART, wall clock in the series' zone."""
        return datetime.combine(self.first_on, self.local_time)

    def slots(self, *, end_on: date) -> Iterable[date]:
        """Return every slot before `end_on`, moved and cancelled ones too."""
        if self.until_on is not None:
            end_on = min(end_on, self.until_on)
        return self.rule.days(self.first_on, end_on=end_on)

    def ended(self, until_on: date) -> Series:
        """Return the series with no slot from that day on."""
        slots = list(self.slots(end_on=until_on))
        until_on = slots[-1] + timedelta(days=1) if slots else self.first_on
        exceptions = tuple(one for one in self.exceptions if one.slot_on < until_on)
        return replace(self, until_on=until_on, exceptions=exceptions)

    @property
    def rrule(self) -> str:
        """The RRULE value; UNTIL is the last slot's own start in UTC (RFC 5545, 3.3.10)."""
        if self.until_on is None:
            return str(self.rule)
        *_, last_on = [self.first_on, *self.slots(end_on=self.until_on)]
        until_at = instant(datetime.combine(last_on, self.local_time), self.timezone)
        return f"{self.rule};UNTIL={until_at:%Y%m%dT%H%M%SZ}"


class Occurrence(NamedTuple):
    """One check-in of a series. `slot_at` is when it was first planned, `start_at` when it is."""

    contact: str
    uid: str
    slot_on: date
    slot_at: datetime
    start_at: datetime
    end_at: datetime
    summary: str
    reason: Phrase


def local_occurrences(series: Series, *, end_on: date) -> Iterator[tuple[date, datetime, Phrase]]:
    """Yield slot, start in wall clock and reason of what a series makes of its slots before `end_on`.

    They come in the order of the slots; a moved one may lie on either side of its neighbours, a
    cancelled one is left out.
    """
    first_on = series.first_on
    following = phrase(
        "{cadence} from {day}", cadence=series.cadence, day=Day(on=first_on, form=DayForm.WITH_YEAR)
    )
    exceptions = {exception.slot_on: exception for exception in series.exceptions}
    for slot_on in series.slots(end_on=end_on):
        match exceptions.get(slot_on):
            case None:
                reason = series.reason if slot_on == first_on else following
                yield slot_on, datetime.combine(slot_on, series.local_time), reason
            case Moved(local_start=local_start, reason=reason):
                yield slot_on, local_start, reason


def occurrences(series: Series, *, end_on: date) -> Iterator[Occurrence]:
    """Yield the occurrences of the slots before `end_on`, in the order of the slots."""
    length = timedelta(minutes=series.minutes)
    for slot_on, local_start, reason in local_occurrences(series, end_on=end_on):
        start_at = instant(local_start, series.timezone)
        local_slot = datetime.combine(slot_on, series.local_time)
        yield Occurrence(
            contact=series.contact,
            uid=series.uid,
            slot_on=slot_on,
            slot_at=start_at if local_start == local_slot else instant(local_slot, series.timezone),
            start_at=start_at,
            end_at=start_at + length,
            summary=series.summary,
            reason=reason,
        )


@cache
def zone(name: str) -> ZoneInfo:
    """Return the IANA zone; kept, for it is asked for at every occurrence."""
    return ZoneInfo(name)


def instant(local: datetime, timezone: str) -> datetime:
    """Return the UTC instant of a wall clock time; of a repeated hour, the first one."""
    return local.replace(tzinfo=zone(timezone)).astimezone(UTC)


def series_uid(roster: str, contact: str, generation: int) -> str:
    """Return the UID of a series: the same for the same roster on every machine, for ever.

    The part before the @ is also a legal Google Calendar event id (a-v and 0-9, at least 5 of them).
    It holds no name. Two machines that read one roster file agree on every id, so neither can double
    what the other wrote, and a lost database finds its events again.
    """
    return uid_from(f"{roster}\n{contact}\n{generation}")


def uid_from(words: str) -> str:
    """Return the UID that these words make."""
    digest = hashlib.sha256(words.encode(errors="surrogatepass")).digest()
    return base64.b32hexencode(digest[:25]).decode().lower() + "@netkeep-sync"
