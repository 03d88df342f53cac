"""When a check-in can lie on a day at all, and what stands in the way when it can't."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from netkeep_sync.core.series import zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.core.channel import Channel
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Roster

__all__ = ["OpenDays", "is_awake", "lies_in_hours", "start_times", "wall_clock_is_whole"]

_STEP = timedelta(minutes=15)
_WEEKDAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


class OpenDays:
    """The owner's days: which are open, and why the others are closed.

    `holidays` are the public holidays to keep free, with their names.
    """

    def __init__(self, roster: Roster, holidays: Mapping[date, str]) -> None:
        self._availability = roster.availability
        self._holidays = holidays

    def why_closed(self, day: date) -> str | None:
        """Return what keeps the day free, in words; None for an open day."""
        if name := self._holidays.get(day):
            return f"{name} is a holiday"
        if any(day in away for away in self._availability.away):
            return "you are away"
        if day.weekday() not in self._availability.weekdays:
            return f"{_WEEKDAY_NAMES[day.weekday()]} are not among your days"
        return None


@lru_cache(maxsize=256)
def start_times(channel: Channel) -> tuple[time, ...]:
    """Return the times of day at which a check-in of this channel may start, every quarter of an hour."""
    length = timedelta(minutes=channel.minutes)
    times: list[time] = []
    for hours in channel.hours:
        start = datetime.combine(date.min, hours.start)
        end = datetime.combine(date.min, hours.end)
        while start + length <= end:
            times.append(start.time())
            start += _STEP
    return tuple(dict.fromkeys(times))


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
def _clock_changes(day: date, timezone: str) -> bool:
    midnight = datetime.combine(day, time(), tzinfo=zone(timezone))
    return midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()


def wall_clock_is_whole(local_start: datetime, timezone: str, minutes: int) -> bool:
    """Tell whether both ends exist on the clock.

    Calendar programs disagree about an event that starts or ends in the hour a clock change skips, so
    none is placed there.
    """
    if not _clock_changes(local_start.date(), timezone):
        return True
    ends = (local_start, local_start + timedelta(minutes=minutes))
    there_and_back = (
        end.replace(tzinfo=zone(timezone)).astimezone(UTC).astimezone(zone(timezone)) for end in ends
    )
    return all(again.replace(tzinfo=None) == end for again, end in zip(there_and_back, ends, strict=True))
