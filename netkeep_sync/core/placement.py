"""Where a check-in goes: the book of what days and weeks already hold, and the choice of the slot that
keeps them level.

A series is placed by trying every open day of its window as its first slot. The day decides the weekday,
the week of the month and so all later slots; taken is the one whose fullest week stays lowest, then the
one with the fewest slots to move, then the emptiest weeks and days, then the nearest to the due date.
That is greedy, deterministic, and within a few per cent of the proven bound on the fullest week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import is_awake, lies_in_hours, start_times, wall_clock_is_whole
from netkeep_sync.core.series import Cancelled, Moved, Rule
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netkeep_sync.core.availability import OpenDays
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Capacity

__all__ = ["Book", "Choice", "Week", "choose", "move_within", "week_of"]


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


@cache
def _span(at: time, minutes: int) -> int:
    """Return the minutes of the day that a check-in takes, as bits."""
    return ((1 << minutes) - 1) << (at.hour * 60 + at.minute)


class Book:
    """What every day and week already holds. It is filled while one plan is made, and thrown away."""

    def __init__(self, capacity: Capacity, open_days: OpenDays, *, timezone: str, today: date) -> None:
        self.capacity = capacity
        self.timezone = timezone
        self.today = today
        self._open_days = open_days
        self._why_closed: dict[date, str | None] = {}
        self.day_load: dict[date, int] = {}
        self.week_load: dict[int, int] = {}
        self.weekday_load = [0] * 7
        self.passed_this_week = 0
        self._booked: dict[date, int] = {}  # a bit for each minute of the day
        self._rule_days: dict[tuple[Rule, date, date], tuple[date, ...]] = {}

    def why_closed(self, day: date) -> str | None:
        """Return what keeps the day free, None for an open one."""
        if day not in self._why_closed:
            self._why_closed[day] = self._open_days.why_closed(day)
        return self._why_closed[day]

    def why_not(self, contact: Contact, local_start: datetime) -> str | None:
        """Return why a check-in can't start then, in words; None when it can."""
        day = local_start.date()
        return (
            self.why_closed(day)
            or self.why_full(day)
            or self._why_clash(local_start, contact.channel.minutes)
            or self._why_outside(contact, local_start)
            or self.why_odd_hour(contact, local_start)
        )

    def why_full(self, day: date) -> str | None:
        """Return which limit of the capacity the day has reached."""
        if self.day_load.get(day, 0) >= self.capacity.per_day:
            return f"{day_words(day, today=self.today)} is full"
        if self.week_load.get(week_of(day), 0) >= self.capacity.per_week:
            return f"the week of {day_words(day - timedelta(days=day.weekday()), today=self.today)} is full"
        return None

    def _why_clash(self, local_start: datetime, minutes: int) -> str | None:
        if self._booked.get(local_start.date(), 0) & _span(local_start.time(), minutes):
            return f"{local_start:%H:%M} is taken by another check-in"
        return None

    def _why_outside(self, contact: Contact, local_start: datetime) -> str | None:
        if not lies_in_hours(contact.channel, local_start.time()):
            return f"{local_start:%H:%M} is outside the hours of {contact.channel.key}"
        return None

    def why_odd_hour(self, contact: Contact, local_start: datetime) -> str | None:
        """Return what speaks against the hour itself: the contact sleeps, or the clocks change."""
        minutes = contact.channel.minutes
        if not is_awake(contact, local_start=local_start, timezone=self.timezone, minutes=minutes):
            return f"{local_start:%H:%M} lies outside {contact.name}'s day in {contact.timezone}"
        if not wall_clock_is_whole(local_start, self.timezone, minutes):
            return f"the clocks change at {local_start:%H:%M}"
        return None

    def take(self, local_start: datetime, minutes: int) -> None:
        """Enter a check-in."""
        day = local_start.date()
        self._booked[day] = self._booked.get(day, 0) | _span(local_start.time(), minutes)
        self.day_load[day] = self.day_load.get(day, 0) + 1
        self.week_load[week_of(day)] = self.week_load.get(week_of(day), 0) + 1
        self.weekday_load[day.weekday()] += 1

    def count_passed(self, day: date) -> None:
        """Count a check-in of this week that has taken place: its week is fuller, its day is over."""
        self.passed_this_week += 1
        self.week_load[week_of(day)] = self.week_load.get(week_of(day), 0) + 1

    def clashes(self, days: Iterable[date], at: time, minutes: int) -> int:
        """Return on how many of the days something else lies in that span."""
        span = _span(at, minutes)
        return sum(1 for day in days if self._booked.get(day, 0) & span)

    def time_free_on_all(self, days: Iterable[date], times: Iterable[time], minutes: int) -> Iterator[time]:
        """Yield the times at which nothing lies on any of the days."""
        booked = 0
        for day in days:
            booked |= self._booked.get(day, 0)
        return (at for at in times if not booked & _span(at, minutes))

    def rule_days(self, rule: Rule, first_on: date, end_on: date) -> tuple[date, ...]:
        """Return the days of a rule; many contacts try the same ones."""
        key = (rule, first_on, end_on)
        if key not in self._rule_days:
            self._rule_days[key] = tuple(rule.days(first_on, end_on=end_on))
        return self._rule_days[key]

    def week_capacity(self, monday: date) -> int:
        """Return how many check-ins a week can hold, its closed days and those before today left out."""
        days = (monday + timedelta(days=index) for index in range(7))
        open_days = sum(1 for day in days if day >= self.today and self.why_closed(day) is None)
        per_week = self.capacity.per_week
        if monday <= self.today:
            per_week = max(0, per_week - self.passed_this_week)
        return min(per_week, self.capacity.per_day * open_days)

    def weeks(self, *, end_on: date) -> Iterable[Week]:
        """Yield the load ahead of each week from today's to the last one that begins before `end_on`."""
        monday = self.today - timedelta(days=self.today.weekday())
        while monday < end_on:
            days = [monday + timedelta(days=index) for index in range(7)]
            yield Week(
                monday=monday,
                checkins=self.week_load.get(week_of(monday), 0)
                - (self.passed_this_week if monday <= self.today else 0),
                minutes=sum(self._booked.get(day, 0).bit_count() for day in days),
                capacity=self.week_capacity(monday),
            )
            monday += timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The pattern of slots that was chosen."""

    rule: Rule
    first_on: date
    local_time: time


def choose(
    book: Book,
    contact: Contact,
    *,
    window: tuple[date, date],
    due_on: date | None,
    end_on: date,
) -> Choice | None:
    """Return the best pattern whose first slot lies in `window` (both ends included), looking ahead to
    `end_on`. None when no day of the window has room, or when more than half of the later slots would
    have to move: that is no rhythm. Nothing is entered in the book.
    """
    best: tuple[tuple[int, ...], Choice] | None = None
    for offset in range((window[1] - window[0]).days + 1):
        first_on = window[0] + timedelta(days=offset)
        if book.why_closed(first_on) or book.why_full(first_on):
            continue
        rule = Rule.through(first_on, contact.cadence)
        if rule is None:
            continue
        days = book.rule_days(rule, first_on, max(end_on, first_on + timedelta(days=1)))
        distance = abs((first_on - due_on).days) if due_on else offset
        cost = (*_loads(book, days), book.weekday_load[rule.weekday], distance)
        if 2 * cost[1] > len(days) or (best is not None and cost >= best[0]):
            continue
        local_time = _time_of_day(book, contact, days)
        if local_time is not None:
            best = (cost, Choice(rule=rule, first_on=first_on, local_time=local_time))
    return best[1] if best else None


def _loads(book: Book, days: tuple[date, ...]) -> tuple[int, int, int, int]:
    """Return the fullest week, the slots that will have to move, and the sums over weeks and days."""
    peak = misfits = weeks = by_day = 0
    for day in days:
        load = book.week_load.get(week_of(day), 0)
        at_day = book.day_load.get(day, 0)
        if load >= book.capacity.per_week or at_day >= book.capacity.per_day or book.why_closed(day):
            misfits += 1
            continue
        weeks += load
        by_day += at_day
        peak = max(peak, load)
    return peak, misfits, weeks, by_day


def _time_of_day(book: Book, contact: Contact, days: tuple[date, ...]) -> time | None:
    """Return the time with the fewest clashes, the earliest of those; None if the first day has none."""
    minutes = contact.channel.minutes
    times = [
        at
        for at in start_times(contact.channel)
        if book.why_odd_hour(contact, datetime.combine(days[0], at)) is None
    ]
    free = next(book.time_free_on_all(days, times, minutes), None)
    if free is not None:
        return free
    open_at_first = [at for at in times if not book.clashes(days[:1], at, minutes)]
    return min(open_at_first, key=lambda at: (book.clashes(days, at, minutes), at), default=None)


def move_within(
    book: Book, contact: Contact, *, local_slot: datetime, why: str, days: Iterable[date]
) -> Moved | Cancelled:
    """Return where the occurrence of a slot goes that it can't take: the first of `days` with room,
    else nowhere. Nothing is entered in the book.
    """
    slot_on = local_slot.date()
    for day in days:
        if book.why_closed(day) or book.why_full(day):
            continue
        for at in (local_slot.time(), *start_times(contact.channel)):
            local_start = datetime.combine(day, at)
            if local_start != local_slot and book.why_not(contact, local_start) is None:
                where = f"{at:%H:%M}" if day == slot_on else day_words(day, today=book.today)
                return Moved(slot_on=slot_on, local_start=local_start, reason=f"{why}, moved to {where}")
    return Cancelled(slot_on=slot_on, reason=f"{why}, and no other day near it has room")
