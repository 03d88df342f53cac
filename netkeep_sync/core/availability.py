"""When a check-in can lie on a day at all, and what stands in the way when it can't.

Times of day at which a check-in may start come as one integer, a bit for each minute of the day: what is
open to everybody who takes part is then a single `&`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import or_
from typing import TYPE_CHECKING

from netkeep_sync.core.contact import slug
from netkeep_sync.core.holiday import holiday_name
from netkeep_sync.core.phrase import Day, DayForm, phrase
from netkeep_sync.core.series import zone

if TYPE_CHECKING:
    from collections.abc import Hashable

    from netkeep_sync.core.channel import Channel
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.phrase import Phrase
    from netkeep_sync.core.roster import DateRange, Roster

__all__ = [
    "Holidays",
    "OpenDays",
    "clock_changes",
    "is_awake",
    "lies_in_hours",
    "minute_of",
    "open_starts",
    "start_times",
    "wall_clock_is_whole",
]

Holidays = Mapping[str, Mapping[date, str]]
"""The public holidays of each code of the roster, by day, with their names."""

_STEP = timedelta(minutes=15)


class OpenDays:
    """Which days are open, to everybody and to each contact, and why the others are closed."""

    def __init__(self, roster: Roster, holidays: Holidays) -> None:
        self._availability = roster.availability
        self._trips = roster.trips
        self._holidays = holidays
        self._closed: dict[Hashable, bytes] = {}
        self.weekdays = self._availability.weekdays.union(
            *(contact.channel.weekdays or () for contact in roster.contacts)
        )

    def for_roster(self, roster: Roster) -> OpenDays:
        """Return the open days of another roster, with the same holidays."""
        return OpenDays(roster, self._holidays)

    def why_closed(self, day: date) -> Phrase | None:
        """Return what keeps the day free of every check-in."""
        if why := self._why_holiday(day, self._availability.holidays):
            return why
        if any(day in away for away in self._availability.away):
            return phrase("you are away")
        for avoided in self._availability.avoid:
            if day in avoided:
                return phrase("you keep {what} free", what=avoided.words)
        return None

    def why_closed_to(self, contact: Contact, day: date) -> Phrase | None:
        """Return what keeps the day free of check-ins with this contact."""
        return self.why_closed(day) or self._why_closed_to_them(contact, day)

    def closed_days(self, contact: Contact, first_on: date, count: int) -> bytes:
        """Return for so many days a 1 for each that `why_closed_to` has an answer for, by whole stretches:
        a plan asks it of years.
        """
        key = (first_on, count, self.kind(contact))
        if key not in self._closed:
            weekdays_off = self._weekdays_off(contact, first_on, count)
            closed = bytearray(map(or_, self.days_off(first_on, count), weekdays_off))
            if contact.channel.is_remote:
                self._close_holidays(closed, first_on, contact.holidays)
            else:
                for trip in self._trips:
                    if slug(trip.city) != slug(contact.city):
                        _close(closed, first_on, trip.days)
            self._closed[key] = bytes(closed)
        return self._closed[key]

    def days_off(self, first_on: date, count: int) -> bytes:
        """Return for so many days a 1 for each that `why_closed` has an answer for."""
        key = (first_on, count)
        if key not in self._closed:
            closed = bytearray(count)
            self._close_holidays(closed, first_on, self._availability.holidays)
            for away in self._availability.away:
                _close(closed, first_on, away)
            for avoided in self._availability.avoid:
                for index in range(count):
                    closed[index] |= first_on + timedelta(days=index) in avoided
            self._closed[key] = bytes(closed)
        return self._closed[key]

    def _close_holidays(self, closed: bytearray, first_on: date, codes: tuple[str, ...]) -> None:
        for code in codes:
            for day in self._holidays.get(code, {}):
                if 0 <= (index := (day - first_on).days) < len(closed):
                    closed[index] = 1

    def _weekdays_off(self, contact: Contact, first_on: date, count: int) -> bytes:
        weekdays = contact.channel.weekdays
        if weekdays is None:
            weekdays = self._availability.weekdays
        week = bytes((first_on.weekday() + offset) % 7 not in weekdays for offset in range(7))
        return (week * (count // 7 + 1))[:count]

    def _why_closed_to_them(self, contact: Contact, day: date) -> Phrase | None:
        channel = contact.channel
        if channel.weekdays is None:
            if day.weekday() not in self._availability.weekdays:
                return phrase("{weekday}s are not among your days", weekday=_weekday(day))
        elif day.weekday() not in channel.weekdays:
            return phrase("{weekday}s are no days for {channel}", weekday=_weekday(day), channel=channel.name)
        if channel.is_remote:
            why = self._why_holiday(day, contact.holidays)
            return phrase("{why} in {name}'s country", why=why, name=contact.name) if why else None
        for trip in self._trips:
            if day in trip.days and slug(trip.city) != slug(contact.city):
                return phrase("you are in {city}", city=trip.city)
        return None

    def kind(self, contact: Contact) -> Hashable:
        """Return what contacts have in common to whom the same days are open."""
        channel = contact.channel
        if channel.is_remote:
            return channel.weekdays, True, contact.holidays
        return channel.weekdays, False, slug(contact.city) if self._trips else ""

    def _why_holiday(self, day: date, codes: tuple[str, ...]) -> Phrase | None:
        for code in codes:
            if name := self._holidays.get(code, {}).get(day):
                return phrase("{holiday} is a holiday", holiday=holiday_name(name))
        return None


def _close(closed: bytearray, first_on: date, days: DateRange) -> None:
    first, end = (min(max(0, (day - first_on).days), len(closed)) for day in (days.start_on, days.end_on))
    closed[first:end] = b"\1" * (end - first)


def _weekday(day: date) -> Day:
    return Day(on=day, form=DayForm.WEEKDAY)


@lru_cache(maxsize=256)
def start_times(channel: Channel) -> tuple[time, ...]:
    """Return the times of day at which a check-in of this channel may start: every quarter of an hour,
    or back to back where it is shorter than that.
    """
    length = timedelta(minutes=channel.minutes)
    times: list[time] = []
    for hours in channel.hours:
        start = datetime.combine(date.min, hours.start)
        end = datetime.combine(date.min, hours.end)
        while start + length <= end:
            times.append(start.time())
            start += min(length, _STEP)
    return tuple(dict.fromkeys(times))


def minute_of(at: time) -> int:
    """Return the minute of the day."""
    return at.hour * 60 + at.minute


@lru_cache(maxsize=256)
def _starts(channel: Channel) -> int:
    return sum(1 << minute_of(at) for at in start_times(channel))


def _awake_starts(contact: Contact, day: date, timezone: str) -> int:
    return sum(
        1 << minute_of(at)
        for at in start_times(contact.channel)
        if is_awake(
            contact,
            local_start=datetime.combine(day, at),
            timezone=timezone,
            minutes=contact.channel.minutes,
        )
        and wall_clock_is_whole(datetime.combine(day, at), timezone, contact.channel.minutes)
    )


def open_starts(contact: Contact, day: date, timezone: str) -> int:
    """Return the minutes of the day at which a check-in may start as far as channel, contact and clock
    are concerned, as bits.
    """
    is_elsewhere = contact.channel.is_remote and contact.timezone not in (None, timezone)
    if is_elsewhere or clock_changes(day, timezone):
        return _awake_starts(contact, day, timezone)
    return _starts(contact.channel)


def lies_in_hours(channel: Channel, at: time) -> bool:
    """Tell whether a check-in of this channel that starts then is over within its hours."""
    start = datetime.combine(date.min, at)
    end = start + timedelta(minutes=channel.minutes)
    return end.date() == start.date() and any(
        hours.start <= at and end.time() <= hours.end for hours in channel.hours
    )


def is_awake(contact: Contact, *, local_start: datetime, timezone: str, minutes: int) -> bool:
    """Tell whether a remote check-in lies in the contact's own hours."""
    if not contact.channel.is_remote or contact.timezone in (None, timezone):
        return True
    there = local_start.replace(tzinfo=zone(timezone)).astimezone(zone(contact.timezone))
    ends = there.replace(tzinfo=None) + timedelta(minutes=minutes)
    return ends.date() == there.date() and any(
        hours.start <= there.time() and ends.time() <= hours.end for hours in contact.reachable
    )


@lru_cache(maxsize=65_536)
def clock_changes(day: date, timezone: str) -> bool:
    """Tell whether the clocks of the zone change on that day."""
    midnight = datetime.combine(day, time(), tzinfo=zone(timezone))
    return midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()


def wall_clock_is_whole(local_start: datetime, timezone: str, minutes: int) -> bool:
    """Tell whether both ends exist on the clock.

    Calendar programs disagree about an event that starts or ends in the hour a clock change skips, so
    none is placed there.
    """
    if not clock_changes(local_start.date(), timezone):
        return True
    ends = (local_start, local_start + timedelta(minutes=minutes))
    there_and_back = (
        end.replace(tzinfo=zone(timezone)).astimezone(UTC).astimezone(zone(timezone)) for end in ends
    )
    return all(again.replace(tzinfo=None) == end for again, end in zip(there_and_back, ends, strict=True))
