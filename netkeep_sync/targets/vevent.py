"""A series or a milestone as components of iCalendar (RFC 5545, 3.6.1).

What is written, and why so, follows what the calendar programs were seen to need:

* one event with its RRULE, EXDATE for what is cancelled (many readers ignore a cancelled override), one
  override with RECURRENCE-ID for each slot that is moved, never both for one slot;
* all times as wall clock in the zone of the series, UNTIL in UTC;
* a milestone as a whole day without a zone, transparent and free, so that nobody seems busy all day;
* no ATTENDEE and no ORGANIZER, which would send mail; guests are left out;
* a VALARM only for a reminder that is asked for, in minutes, which are the same length on every day.

DTSTART leads each event: the zones of a document are read off there, without parsing the rest.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Alarm, Event, vRecur
from icalendar.prop import vCategory

from netkeep_sync.core.projection import MilestoneProjection, SeriesProjection
from netkeep_sync.core.series import instant
from netkeep_sync.targets.content_line import Text

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.core.projection import Projection

__all__ = ["add_local", "events_of", "put_span"]


def _check_year(local_start: datetime) -> None:
    """Refuse years for which no zone can be defined: one such series would keep the document from all."""
    if not 1970 < local_start.year < 3000:
        raise ValueError(f"it starts in the year {local_start.year}")


def events_of(projection: Projection, *, sequence: int, changed_at: datetime) -> list[Event]:
    """Return the event, and one override for each slot that is moved."""
    match projection:
        case SeriesProjection():
            return _series_events(projection, sequence=sequence, changed_at=changed_at)
        case MilestoneProjection():
            return [_milestone_event(projection, sequence=sequence, changed_at=changed_at)]


def _series_events(projection: SeriesProjection, *, sequence: int, changed_at: datetime) -> list[Event]:
    """Return the event that recurs, and one override for each slot that is moved."""
    _check_year(projection.local_start)
    slot_time = projection.local_start.time()

    def add_slot(event: Event, name: str, slot_on: date) -> None:
        add_local(event, name, datetime.combine(slot_on, slot_time), timezone=projection.timezone)

    event = _series_event(projection, projection.local_start, sequence=sequence, changed_at=changed_at)
    event.add("RRULE", vRecur.from_ical(projection.rrule))
    for slot_on in projection.cancelled:
        add_slot(event, "EXDATE", slot_on)
    events = [event]
    for slot_on, local_start in projection.moved:
        override = _series_event(projection, local_start, sequence=sequence, changed_at=changed_at)
        add_slot(override, "RECURRENCE-ID", slot_on)
        events.append(override)
    return events


def add_local(event: Event, name: str, local: datetime, *, timezone: str) -> None:
    """Add a wall clock time; of UTC under its other name, for icalendar would write 09:00Z.

    A RECURRENCE-ID in that form is lost on Home Assistant, which shows the slot and its override.
    """
    event.add(name, local, parameters={"TZID": "Etc/UTC" if timezone == "UTC" else timezone})


def put_span(event: Event, projection: SeriesProjection, local_start: datetime) -> None:
    """Add start and end: so many minutes of real time, whatever the clocks do meanwhile."""
    end_at = instant(local_start, projection.timezone) + timedelta(minutes=projection.minutes)
    local_end = end_at.astimezone(ZoneInfo(projection.timezone)).replace(tzinfo=None)
    add_local(event, "DTSTART", local_start, timezone=projection.timezone)
    add_local(event, "DTEND", local_end, timezone=projection.timezone)


def _series_event(
    projection: SeriesProjection, local_start: datetime, *, sequence: int, changed_at: datetime
) -> Event:
    event = Event()
    put_span(event, projection, local_start)
    _complete(event, projection, sequence=sequence, changed_at=changed_at)
    for minutes in projection.reminders or ():
        event.add_component(_alarm(projection.summary, minutes))
    return event


def _alarm(words: str, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", Text("DISPLAY"))
    alarm.add("TRIGGER", Text(f"-PT{minutes}M"))
    alarm.add("DESCRIPTION", Text(words))
    return alarm


def _milestone_event(projection: MilestoneProjection, *, sequence: int, changed_at: datetime) -> Event:
    event = Event()
    event.add("DTSTART", projection.first_on)
    event.add("DTEND", projection.first_on + timedelta(days=1))
    _complete(event, projection, sequence=sequence, changed_at=changed_at)
    event.add("RRULE", vRecur.from_ical(projection.rrule))
    return event


def _complete(event: Event, projection: Projection, *, sequence: int, changed_at: datetime) -> None:
    """Add all but the times of the event."""
    location, is_busy = "", False
    if isinstance(projection, SeriesProjection):
        location, is_busy = projection.location, projection.is_busy
    event.add("UID", projection.uid)
    event.add("DTSTAMP", changed_at)
    event.add("LAST-MODIFIED", changed_at)
    event.add("SEQUENCE", sequence)
    event.add("SUMMARY", Text(projection.summary))
    if words := projection.words_for_owner:
        event.add("DESCRIPTION", Text(words))
    if location:
        event.add("LOCATION", Text(location))
    if projection.category:
        category = vCategory([])
        category.cats = [Text(projection.category)]
        event.add("CATEGORIES", category)
    event.add("CLASS", "PRIVATE")
    event.add("STATUS", "CONFIRMED")
    event.add("TRANSP", "OPAQUE" if is_busy else "TRANSPARENT")
    # As Text: icalendar writes the value of a property it does not know as it is, line ends and all.
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", Text("BUSY" if is_busy else "FREE"))
