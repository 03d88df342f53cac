"""The book of a planning run: what every day and week already holds, and what is open to each contact.

Days are counted from a Monday before today (`index`), so a week is an index divided by 7, and what is
taken of a day is one integer with a bit for each of its minutes. Nothing is cheaper, and a roster of
thousands is planned in seconds.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import itemgetter, or_
from typing import TYPE_CHECKING, NamedTuple

from netkeep_sync.core.availability import (
    clock_changes,
    is_awake,
    lies_in_hours,
    open_starts,
    wall_clock_is_whole,
)
from netkeep_sync.core.busy import minutes_by_day
from netkeep_sync.core.cadence import Unit
from netkeep_sync.core.language import to_translate
from netkeep_sync.core.phrase import Day, DayForm, day_of, phrase
from netkeep_sync.core.series import BOOKED, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from netkeep_sync.core.availability import OpenDays
    from netkeep_sync.core.busy import BusyTime
    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.channel import Channel
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.phrase import Phrase
    from netkeep_sync.core.roster import Capacity

__all__ = ["DAY_FULL", "WEEK_FULL", "Book", "Openings", "Pattern", "Week", "week_of"]

DAY_FULL = to_translate("{day} is full")
WEEK_FULL = to_translate("the week of {monday} is full")

_PAD = 240
"""Minutes beyond either end of a day that its bits have room for; no buffer is longer."""

_BEYOND_DAYS = 1500
"""Room behind the horizon for what is moved there, and for who is met every five years."""


def week_of(day: date) -> int:
    """Return the number of the day's week, Monday to Sunday, counted without a break at new year."""
    return (day.toordinal() - 1) // 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The load of one week against what it can hold."""

    monday: date
    checkins: int
    minutes: int
    capacity: int


class Pattern(NamedTuple):
    """The slots that a rule makes from one day on, by index: `of_days` picks what a list of days holds on
    them, `of_weeks` what a list of weeks holds.
    """

    rule: Rule
    days: Sequence[int]
    of_days: Callable[[Sequence[int]], tuple[int, ...]]
    of_weeks: Callable[[Sequence[int]], tuple[int, ...]]


def _picker(indexes: Sequence[int]) -> Callable[[Sequence[int]], tuple[int, ...]]:
    if len(indexes) > 1:
        return itemgetter(*indexes)  # several times as fast as a comprehension
    return lambda values: (values[indexes[0]],)


class Openings:
    """What is open to one contact: `closed` has a 1 for each day, by index, that is not, `blocked` also
    for those that the capacity has no room on. `booked` are those on which the owner is busy at every hour
    that would do.
    """

    booked: frozenset[int] = frozenset()

    def __init__(self, contact: Contact, closed: bytes, blocked: bytearray, timezone: str) -> None:
        self.contact = contact
        self.closed = closed
        self.blocked = blocked
        self._timezone = timezone
        self._is_elsewhere = contact.channel.is_remote and contact.timezone not in (None, timezone)
        self._hours: dict[time, bool] = {}

    def starts_on(self, day: date) -> int:
        """Return the minutes at which a check-in may start on that day, as bits."""
        return open_starts(self.contact, day, self._timezone)

    def suits(self, local_start: datetime) -> bool:
        """Tell whether the hour is right: that of the channel, the contact and the clock."""
        at = local_start.time()
        lies_in = self._hours.get(at)
        if lies_in is None:
            self._hours[at] = lies_in = lies_in_hours(self.contact.channel, at)
        return lies_in and not (
            (self._is_elsewhere or clock_changes(local_start.date(), self._timezone))
            and self.why_odd_hour(local_start)
        )

    def why_odd_hour(self, local_start: datetime) -> Phrase | None:
        """Return what speaks against the hour itself: the contact sleeps, or the clocks change."""
        contact, minutes, at = self.contact, self.contact.channel.minutes, local_start.time()
        if not is_awake(contact, local_start=local_start, timezone=self._timezone, minutes=minutes):
            return phrase(
                "{time} lies outside {name}'s day in {timezone}",
                time=at,
                name=contact.name,
                timezone=contact.timezone or "",
            )
        if not wall_clock_is_whole(local_start, self._timezone, minutes):
            return phrase("the clocks change at {time}", time=at)
        return None


class Book:
    """What every day and week holds. It is filled while one plan is made."""

    def __init__(
        self,
        capacity: Capacity,
        open_days: OpenDays,
        *,
        timezone: str,
        today: date,
        end_on: date,
        busy_times: Iterable[BusyTime] = (),
    ) -> None:
        self.capacity = capacity
        self.is_rationed = capacity.minutes_per_month is not None
        self.timezone = timezone
        self.today = today
        self._open_days = open_days
        # A Monday at least a month back: what has passed of this month counts against its minutes.
        self._base = (week_of(today) - 6) * 7 + 1
        self._size = size = (end_on.toordinal() - self._base + _BEYOND_DAYS) // 7 * 7
        self.day_load = [0] * size
        self.week_load = [0] * (size // 7)
        self.weekday_load = [0] * 7
        self.full = bytearray(size)
        self._booked = [0] * size
        self._padded = [0] * size
        self._busy = self._busy_minutes(busy_times)
        self._booked_days: dict[Hashable, frozenset[int]] = {}
        self.peak = 0
        self._month_minutes: dict[tuple[int, int], int] = {}
        self._passed_this_week = 0
        self._closed: dict[Hashable, tuple[bytes, bytearray]] = {}
        self._openings: dict[str, Openings] = {}
        self._patterns: dict[tuple[Cadence, int], _Patterns] = {}

    def _busy_minutes(self, times: Iterable[BusyTime]) -> dict[int, int]:
        """Return the owner's busy minutes from today on, by index: what has passed is in nobody's way."""
        end_on = date.fromordinal(self._base + self._size)
        found = minutes_by_day(times, timezone=self.timezone, start_on=self.today, end_on=end_on, pad=_PAD)
        return {ordinal - self._base: minutes for ordinal, minutes in found.items()}

    def index(self, day: date) -> int:
        """Return the day's number in the book; a day beyond it has the number of its first or last."""
        index = day.toordinal() - self._base
        return index if 0 <= index < self._size else max(0, min(index, self._size - 1))

    def day(self, index: int) -> date:
        """Return the day of an index."""
        return date.fromordinal(self._base + index)

    def copy(self, open_days: OpenDays | None = None) -> Book:
        """Return a book that holds the same, to be filled apart, and for other contacts if told so."""
        other = copy(self)
        other._open_days = open_days or self._open_days  # noqa: SLF001  of its own kind
        other.day_load = self.day_load.copy()
        other.week_load = self.week_load.copy()
        other.weekday_load = self.weekday_load.copy()
        other.full = self.full.copy()
        other._openings = {}  # noqa: SLF001
        other._closed = {  # noqa: SLF001
            kind: (closed, blocked.copy()) for kind, (closed, blocked) in self._closed.items()
        }
        other._booked = self._booked.copy()  # noqa: SLF001
        other._padded = self._padded.copy()  # noqa: SLF001
        other._month_minutes = self._month_minutes.copy()  # noqa: SLF001
        return other

    # -- what stands in the way -------------------------------------------------------------------

    def openings(self, contact: Contact) -> Openings:
        """Return what is open to the contact."""
        known = self._openings.get(contact.key)
        if known is None or known.contact is not contact:
            kind = self._open_days.kind(contact)
            if kind not in self._closed:
                closed = self._open_days.closed_days(contact, self.day(0), self._size)
                blocked = bytearray(map(or_, closed, self.full))
                self._closed[kind] = closed, blocked
            known = Openings(contact, *self._closed[kind], self.timezone)
            if self._busy:
                known.booked = self._days_booked(known)
            self._openings[contact.key] = known
        return known

    def _days_booked(self, openings: Openings) -> frozenset[int]:
        contact = openings.contact
        kind = (contact.channel, contact.timezone, contact.reachable)
        if kind not in self._booked_days:
            self._booked_days[kind] = frozenset(
                index
                for index in self._busy
                if not self._unbusy_starts(contact.channel, [index]) & openings.starts_on(self.day(index))
            )
        return self._booked_days[kind]

    def fits(self, contact: Contact, local_start: datetime) -> bool:
        """Tell whether a check-in can start then: the short of `why_not`."""
        openings = self.openings(contact)
        return self._has_room(openings, local_start) and openings.suits(local_start)

    def has_room(self, contact: Contact, local_start: datetime) -> bool:
        """Tell whether the day is open and the time is free, whatever the hour."""
        return self._has_room(self.openings(contact), local_start)

    def _has_room(self, openings: Openings, local_start: datetime) -> bool:
        index, start, channel = self.index(local_start.date()), _bit(local_start), openings.contact.channel
        return not (
            openings.blocked[index]
            or self._is_taken(index, start, channel)
            or (index in self._busy and self._is_busy(index, start, channel))
            or (self.is_rationed and self._is_month_full(index, channel))
        )

    def why_not(self, contact: Contact, local_start: datetime) -> Phrase | None:
        """Return why a check-in can't start then; None when it can."""
        day, at, channel = local_start.date(), local_start.time(), contact.channel
        if why := self.why_closed(contact, day) or self.why_full(day, channel):
            return why
        index, start = self.index(day), _bit(local_start)
        if self._is_taken(index, start, channel):
            return phrase("{time} is taken by another check-in", time=at)
        if self._is_busy(index, start, channel):
            return phrase(BOOKED, time=at)
        if not lies_in_hours(channel, at):
            return phrase("{time} is outside the hours of {channel}", time=at, channel=channel.name)
        return self.openings(contact).why_odd_hour(local_start)

    def why_closed(self, contact: Contact, day: date) -> Phrase | None:
        """Return what keeps the day free of check-ins with the contact, None for an open one."""
        return self._open_days.why_closed_to(contact, day)

    def why_full(self, day: date, channel: Channel) -> Phrase | None:
        """Return which limit of the capacity another check-in on that day would break."""
        index = self.index(day)
        if self.day_load[index] >= self.capacity.per_day:
            return phrase(DAY_FULL, day=day_of(day, today=self.today))
        if self.week_load[index // 7] >= self.capacity.per_week:
            monday = day - timedelta(days=day.weekday())
            return phrase(WEEK_FULL, monday=day_of(monday, today=self.today))
        if self._is_month_full(index, channel):
            return phrase(
                "{month} has no {number} minutes left",
                month=Day(on=day, form=DayForm.MONTH),
                number=channel.minutes,
            )
        return None

    def _is_month_full(self, index: int, channel: Channel) -> bool:
        most = self.capacity.minutes_per_month
        day = self.day(index)
        return most is not None and self._month_minutes.get((day.year, day.month), 0) + channel.minutes > most

    def can_hold(self, index: int, channel: Channel) -> bool:
        """Tell whether no limit of the capacity stands against another check-in on that day."""
        return not (self.full[index] or (self.is_rationed and self._is_month_full(index, channel)))

    def _is_taken(self, index: int, start: int, channel: Channel) -> bool:
        minutes, buffer = channel.minutes, channel.buffer_minutes
        if self._padded[index] >> start & ((1 << minutes) - 1):
            return True
        return bool(buffer and self._booked[index] >> (start - buffer) & ((1 << (minutes + 2 * buffer)) - 1))

    def _is_busy(self, index: int, start: int, channel: Channel) -> bool:
        """Tell whether the owner is busy then, or in the minutes to be kept free about it."""
        buffer = channel.buffer_minutes
        return bool(
            self._busy.get(index, 0) >> (start - buffer) & ((1 << (channel.minutes + 2 * buffer)) - 1)
        )

    # -- what is entered --------------------------------------------------------------------------

    def take(self, local_start: datetime, minutes: int, *, buffer_minutes: int = 0) -> None:
        """Enter a check-in."""
        day = local_start.date()
        index = self.index(day)
        start = _bit(local_start)
        self._booked[index] |= ((1 << minutes) - 1) << start
        self._padded[index] |= ((1 << (minutes + 2 * buffer_minutes)) - 1) << (start - buffer_minutes)
        self.weekday_load[index % 7] += 1
        if self.is_rationed:
            self._count_month(day, minutes)
        self.day_load[index] += 1
        if self.day_load[index] == self.capacity.per_day:
            self._fill(index, index + 1)
        self._count_week(index)

    def count_passed(self, day: date, minutes: int) -> None:
        """Count a check-in that has taken place: its week and month are fuller, its day is over."""
        self._count_month(day, minutes)
        if week_of(day) == week_of(self.today):
            self._passed_this_week += 1
            self._count_week(self.index(day))

    def _count_week(self, index: int) -> None:
        week = index // 7
        self.week_load[week] = load = self.week_load[week] + 1
        self.peak = max(self.peak, load)
        if load == self.capacity.per_week:
            self._fill(7 * week, 7 * week + 7)

    def _fill(self, first: int, end: int) -> None:
        for days in (self.full, *(blocked for _, blocked in self._closed.values())):
            days[first:end] = b"\1" * (end - first)

    def _count_month(self, day: date, minutes: int) -> None:
        month = (day.year, day.month)
        self._month_minutes[month] = self._month_minutes.get(month, 0) + minutes

    # -- what a choice asks -----------------------------------------------------------------------

    def patterns(self, cadence: Cadence, end: int) -> Mapping[int, Pattern]:
        """Return the slots to before `end`, by the day of the first one: many contacts try the same."""
        if (cadence, end) not in self._patterns:
            self._patterns[cadence, end] = _Patterns(self, cadence, end)
        return self._patterns[cadence, end]

    def free_starts(self, openings: Openings, days: Sequence[int]) -> int:
        """Return the minutes at which a check-in may start on the first of the days, and takes nothing
        from another on any of them, as bits.
        """
        channel = openings.contact.channel
        padded = booked = 0
        for index in days:
            padded |= self._padded[index]
        starts = _runs(~padded, channel.minutes) >> _PAD
        buffer = channel.buffer_minutes
        if buffer:
            for index in days:
                booked |= self._booked[index]
            starts &= _runs(~booked, channel.minutes + 2 * buffer) >> (_PAD - buffer)
        if self._busy:
            starts &= self._unbusy_starts(channel, days)
        return starts & openings.starts_on(self.day(days[0]))

    def _unbusy_starts(self, channel: Channel, days: Sequence[int]) -> int:
        """Return the minutes at which a check-in meets no busy time on any of the days, as bits."""
        busy = 0
        for index in days:
            busy |= self._busy.get(index, 0)
        buffer = channel.buffer_minutes
        return _runs(~busy, channel.minutes + 2 * buffer) >> (_PAD - buffer)

    # -- what it adds up to -----------------------------------------------------------------------

    def _week_capacity(self, monday: date) -> int:
        """Return how many check-ins a week can hold, its closed days and those before today left out."""
        days_off, first = self._open_days.days_off(self.day(0), self._size), self.index(monday)
        today = self.index(self.today)
        open_days = sum(
            index >= today and not days_off[index]
            for index in (first + weekday for weekday in self._open_days.weekdays)
        )
        per_week = self.capacity.per_week
        if monday <= self.today:
            per_week = max(0, per_week - self._passed_this_week)
        return min(per_week, self.capacity.per_day * open_days)

    def weeks(self, *, end_on: date) -> Iterator[Week]:
        """Yield the load ahead of each week from today's to the last one that begins before `end_on`."""
        monday = self.today - timedelta(days=self.today.weekday())
        while monday < end_on:
            first = self.index(monday)
            yield Week(
                monday=monday,
                checkins=self.week_load[first // 7] - (self._passed_this_week if monday <= self.today else 0),
                minutes=sum(self._booked[index].bit_count() for index in range(first, first + 7)),
                capacity=self._week_capacity(monday),
            )
            monday += timedelta(days=7)


class _Patterns(dict[int, Pattern]):
    """The patterns of one cadence, made when they are asked for."""

    def __init__(self, book: Book, cadence: Cadence, end: int) -> None:
        super().__init__()
        self._book = book
        self._cadence = cadence
        self._end = end

    def __missing__(self, first: int) -> Pattern:
        self[first] = made = self._make(first)
        return made

    def _make(self, first: int) -> Pattern:
        first_on = self._book.day(first)
        rule = Rule.through(first_on, self._cadence)
        end = max(self._end, first + 1)
        days: Sequence[int]
        if self._cadence.unit is Unit.WEEK:
            days = range(first, end, 7 * self._cadence.count)
        else:
            days = [self._book.index(day) for day in rule.days(first_on, end_on=self._book.day(end))]
        return Pattern(rule, days, _picker(days), _picker([day // 7 for day in days]))


def _bit(local_start: datetime) -> int:
    """Return the number of the bit that stands for a minute of its day."""
    return local_start.hour * 60 + local_start.minute + _PAD


def _runs(free: int, length: int) -> int:
    """Return the bits at which a run of `length` set bits starts."""
    have = 1
    while have < length:
        step = min(have, length - have)
        free &= free >> step
        have += step
    return free
