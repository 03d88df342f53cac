"""A series or a milestone as a resource of a CalDAV calendar (RFC 4791, 4.1): one text that holds the event
that recurs and an override for each occurrence that is elsewhere.

What we have to remember of an event stands in properties of our own. A change is made to the text as it is on
the server: what others have put into it, alarms or an attachment, stays, property by property.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone, vRecur

from netkeep_sync import __version__
from netkeep_sync.core.pattern import Pattern
from netkeep_sync.core.projection import MilestoneProjection, SeriesProjection
from netkeep_sync.core.series import zone
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.content import (
    Content,
    Told,
    ToldSlot,
    described,
    digests_from,
    digests_of,
    moment_key,
    parted,
    pattern_words,
    series_id,
    uid_of,
)
from netkeep_sync.targets.content_line import Text, check_bytes
from netkeep_sync.targets.slot_goals import is_beyond, wall_clock
from netkeep_sync.targets.vevent import add_local, events_of, put_span
from netkeep_sync.targets.vtimezone import vtimezone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icalendar.prop import vDDDLists

    from netkeep_sync.core.projection import Projection
    from netkeep_sync.targets.content import Part

__all__ = ["Resource"]

_PRODID = f"-//netkeep-sync//netkeep-sync {__version__}//EN"
_OWNER, _SERIES, _WROTE, _AT = "X-NETKEEP", "X-NETKEEP-SERIES", "X-NETKEEP-WROTE", "X-NETKEEP-AT"

_MOST_BYTES = 1_000_000
_MOST_EVENTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One text, read. `master` is the event that recurs, `overrides` are its occurrences elsewhere."""

    calendar: Calendar
    master: Event
    overrides: tuple[Event, ...]

    @classmethod
    def read(cls, text: str) -> Resource | None:
        """Return what a text holds; None for one that holds no event, or none that can be read."""
        if len(text) > _MOST_BYTES:
            return None
        try:
            calendar: Any = Calendar.from_ical(text)
            events: list[Any] = list(calendar.walk("VEVENT"))
            masters = [one for one in events if "RECURRENCE-ID" not in one]
            if len(masters) != 1 or len(events) > _MOST_EVENTS:
                return None
            found = cls(
                calendar=calendar,
                master=masters[0],
                overrides=tuple(one for one in events if one is not masters[0]),
            )
            found.content()
            found.slots()
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError):
            return None  # of a stranger, whom nobody asks for more
        return found

    @classmethod
    def new(cls, projection: Projection, *, owner: str, changed_at: datetime) -> Resource:
        """Return what a projection is made into; `owner` marks whose it is."""
        calendar = Calendar()
        calendar.add("VERSION", "2.0")
        calendar.add("PRODID", _PRODID)
        try:
            events = events_of(projection, sequence=0, changed_at=changed_at)
            check_bytes(b"".join(event.to_ical(sorted=False) for event in events))
        except (ValueError, OverflowError, LookupError, OSError) as error:
            raise TargetError(
                f"the event {projection.uid!r} can't be written as iCalendar: {error}"
            ) from error
        master, *overrides = events
        if isinstance(projection, SeriesProjection):
            calendar.add_component(_timezone(projection))
        for event in events:
            _put(event, "DESCRIPTION", described(projection, ""))
            calendar.add_component(event)
        for override in overrides:
            override.add(_AT, Text(moment_key(_instant(override, "DTSTART"))))
        master.add(_OWNER, Text(owner))
        master.add(_SERIES, Text(series_id(projection.uid)))
        resource = cls(calendar=calendar, master=master, overrides=tuple(overrides))
        master.add(_WROTE, Text(digests_of(resource.content())))
        return resource

    def text(self) -> str:
        """Return the text to send."""
        data: bytes = self.calendar.to_ical(sorted=False)
        return data.decode()

    @property
    def uid(self) -> str:
        """The UID of its events."""
        return str(self.master.get("UID", ""))

    @property
    def is_cancelled(self) -> bool:
        """Whether its owner has struck the whole series out, as some clients let them."""
        return _words(self.master, "STATUS").upper() == "CANCELLED"

    # -- what it tells ----------------------------------------------------------------------------

    def told(self, path: str, *, etag: str, folder: str) -> Told:
        """Return it in the words of every calendar; `folder` is the path of the calendar that holds it."""
        series = str(self.master.get(_SERIES, ""))
        return Told(
            entry=path,
            etag=etag,
            content=self.content(),
            written=digests_from(str(self.master.get(_WROTE, ""))),
            pattern=self.pattern(),
            owner=str(self.master.get(_OWNER, "")),
            series=series,
            first=path if self.uid == uid_of(series) else f"{folder}{series}.ics",
            is_whole=True,
        )

    def content(self) -> Content:
        """Return what is ours of the event."""
        notes, own = parted(_words(self.master, "DESCRIPTION"))
        return Content(
            summary=_words(self.master, "SUMMARY").strip(),
            time=self._time(),
            notes=notes,
            place=_words(self.master, "LOCATION").strip(),
            own=own,
        )

    def pattern(self) -> Pattern | None:
        """Return the time of the series, None where it is of whole days."""
        if not isinstance(self.master.decoded("DTSTART"), datetime):
            return None
        start_at = _instant(self.master, "DTSTART")
        return Pattern(
            start_at=start_at,
            timezone=_timezone_of(self.master),
            minutes=int((self._end_at() - start_at) / timedelta(minutes=1)),
            recurrence=tuple(sorted(_recurrence(self.master))),
        )

    def slots(self) -> tuple[ToldSlot, ...]:
        """Return each occurrence that is elsewhere than its series has it."""
        if self.pattern() is None:
            return ()
        gone = [ToldSlot(slot_at=slot_at, start_at=None) for slot_at in self._cancelled()]
        moved = [self._told_slot(one) for one in self.overrides]
        taken = {one.slot_at for one in moved}
        return (*moved, *(one for one in gone if one.slot_at not in taken))

    def _told_slot(self, override: Event) -> ToldSlot:
        """Return what an override says; a digest of what would be news stands in for its ETag. One of a
        whole day is meant at the hour of its slot.
        """
        hour, timezone = self._hour(), _timezone_of(self.master)
        slot_at = _in_utc(override.decoded("RECURRENCE-ID"), timezone, hour=hour)
        start_at = _in_utc(override.decoded("DTSTART"), timezone, hour=hour)
        if str(override.get("STATUS", "")).upper() == "CANCELLED":
            return ToldSlot(slot_at=slot_at, start_at=None)
        summary, own = _words(override, "SUMMARY").strip(), _own_words(override)
        return ToldSlot(
            slot_at=slot_at,
            start_at=start_at,
            etag=hashlib.sha256(f"{summary}\n{own}".encode()).hexdigest()[:16],
            summary=summary,
            own=own,
            is_ours=str(override.get(_AT, "")) == moment_key(start_at),
        )

    def _time(self) -> str:
        pattern = self.pattern()
        if pattern is not None:
            return pattern_words(pattern, end_at=self._end_at(), end_timezone=pattern.timezone)
        start_on: date = self.master.decoded("DTSTART")
        end_on = self.master.decoded("DTEND") if "DTEND" in self.master else start_on + timedelta(days=1)
        return " ".join([start_on.isoformat(), end_on.isoformat(), *sorted(_recurrence(self.master))])

    def _end_at(self) -> datetime:
        if "DTEND" in self.master:
            return _instant(self.master, "DTEND")
        length = self.master.decoded("DURATION") if "DURATION" in self.master else timedelta()
        return _instant(self.master, "DTSTART") + length

    def _cancelled(self) -> list[datetime]:
        hour, timezone = self._hour(), _timezone_of(self.master)
        lists: list[Any] = _lists(self.master, "EXDATE")
        return [_in_utc(one.dt, timezone, hour=hour) for each in lists for one in each.dts]

    def _hour(self) -> time:
        start: date = self.master.decoded("DTSTART")
        return start.time() if isinstance(start, datetime) else time.min

    # -- how it is changed ------------------------------------------------------------------------

    def write(
        self,
        projection: Projection,
        parts: frozenset[Part],
        slots: Mapping[str, str],
        *,
        changed_at: datetime,
        unsigned: frozenset[Part] = frozenset(),
    ) -> Resource:
        """Write some parts, and put occurrences where they belong, "" for nowhere; return what that makes.
        It does not say of the `unsigned` parts that we wrote them.
        """
        own, before = (
            self.content().own,
            {name: _words(self.master, name) for name in ("SUMMARY", "LOCATION")},
        )
        if "summary" in parts:
            _put(self.master, "SUMMARY", projection.summary)
        if "notes" in parts:
            _put(self.master, "DESCRIPTION", described(projection, own))
        if "place" in parts:
            _put(
                self.master,
                "LOCATION",
                projection.location if isinstance(projection, SeriesProjection) else "",
            )
        if "span" in parts:
            self._put_span(projection)
        if "rule" in parts:
            _drop(self.master, "RRULE", "RDATE")
            self.master.add("RRULE", vRecur.from_ical(projection.rrule))
        wanted = Resource.new(projection, owner="", changed_at=changed_at).content()
        _put(self.master, _WROTE, digests_of(wanted, but=unsigned))
        overrides = self.overrides
        if isinstance(projection, SeriesProjection):
            self._say_the_same(projection, before)
            overrides = self._place(projection, slots)
        for event in (self.master, *overrides):
            _drop(event, "DTSTAMP", "LAST-MODIFIED")
            event.add("DTSTAMP", changed_at)
            event.add("LAST-MODIFIED", changed_at)
            sequence = _sequence(event) + 1
            _drop(event, "SEQUENCE")
            event.add("SEQUENCE", sequence)
        others = [one for one in self.calendar.subcomponents if one.name != "VEVENT"]
        self.calendar.subcomponents = [*others, self.master, *overrides]
        return Resource(calendar=self.calendar, master=self.master, overrides=overrides)

    def _put_span(self, projection: Projection) -> None:
        _drop(self.master, "DTSTART", "DTEND", "DURATION")
        match projection:
            case SeriesProjection():
                put_span(self.master, projection, projection.local_start)
                self._define(projection)
            case MilestoneProjection(first_on=first_on):
                self.master.add("DTSTART", first_on)
                self.master.add("DTEND", first_on + timedelta(days=1))

    def _define(self, projection: SeriesProjection) -> None:
        """Define the zone of a series, if it is not yet."""
        wanted = _timezone(projection)
        if str(wanted["TZID"]) not in {str(one.get("TZID")) for one in self.calendar.walk("VTIMEZONE")}:
            self.calendar.subcomponents.insert(0, wanted)

    def _say_the_same(self, projection: SeriesProjection, before: Mapping[str, str]) -> None:
        """Let overrides of ours say what the event says; `before` is what it said until now. What the owner
        has made of one of them stays.
        """
        notes = parted(_words(self.master, "DESCRIPTION"))[0]
        for override in self.overrides:
            if _AT not in override:
                continue
            for name, words in before.items():
                if _words(override, name) == words:
                    _put(override, name, _words(self.master, name))
            if parted(_words(override, "DESCRIPTION"))[0] != notes:
                _put(override, "DESCRIPTION", described(projection, _own_words(override)))

    def _place(self, projection: SeriesProjection, slots: Mapping[str, str]) -> tuple[Event, ...]:
        """Return the overrides with those slots placed. One that is there already is moved, for the owner may
        have written into it.
        """
        kept = {moment_key(self._told_slot(one).slot_at): one for one in self.overrides}
        cancelled = {moment_key(at) for at in self._cancelled()}
        if slots:
            for slot, goal in slots.items():
                override = kept.pop(slot, None)
                cancelled.discard(slot)
                if goal and (goal != slot or (override and not self._says_the_same(override))):
                    self._define(projection)
                    kept[slot] = self._moved(override or self._override(projection, slot), projection, goal)
                elif not goal and not is_beyond(slot, projection):  # where none is, none is cancelled
                    cancelled.add(slot)
            _drop(self.master, "EXDATE")
            for slot in sorted(cancelled):
                add_local(self.master, "EXDATE", wall_clock(slot, projection), timezone=projection.timezone)
        return tuple(kept[slot] for slot in sorted(kept))

    def _override(self, projection: SeriesProjection, slot: str) -> Event:
        override = Event()
        for name, value in self.master.items():
            if name not in _OF_THE_MASTER:
                override[name] = value
        add_local(override, "RECURRENCE-ID", wall_clock(slot, projection), timezone=projection.timezone)
        for alarm in self.master.subcomponents:
            override.add_component(alarm)
        return override

    def _moved(self, override: Event, projection: SeriesProjection, goal: str) -> Event:
        _drop(override, "DTSTART", "DTEND", "DURATION", _AT)
        put_span(override, projection, wall_clock(goal, projection))
        override.add(_AT, Text(goal))
        return override

    def _says_the_same(self, override: Event) -> bool:
        """Tell whether there is nothing in an override but another time."""
        alarms, its_own = (
            sorted(one.to_ical() for one in event.subcomponents) for event in (self.master, override)
        )
        names = ("SUMMARY", "DESCRIPTION", "LOCATION")
        return alarms == its_own and all(_words(self.master, one) == _words(override, one) for one in names)


_OF_THE_MASTER = {
    *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"),
    *(_OWNER, _SERIES, _WROTE),
}


def _timezone(projection: SeriesProjection) -> Component:
    name = "Etc/UTC" if projection.timezone == "UTC" else projection.timezone
    return Timezone.from_ical(vtimezone(name, projection.local_start.year))


def _words(event: Event, name: str) -> str:
    value = event.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _own_words(event: Event) -> str:
    """Return what the owner wrote below the line."""
    return parted(_words(event, "DESCRIPTION"))[1]


def _sequence(event: Event) -> int:
    words = _words(event, "SEQUENCE")
    return int(words) if words.isdecimal() else 0


def _put(event: Event, name: str, words: str) -> None:
    """Let a property say these words, or be none."""
    _drop(event, name)
    if words:
        event.add(name, Text(words))


def _drop(event: Event, *names: str) -> None:
    for name in names:
        event.pop(name, None)


def _lists(event: Event, name: str) -> list[vDDDLists]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _recurrence(event: Event) -> list[str]:
    """Return the lines of recurrence but for what is cancelled, which is told slot by slot."""
    lines: list[str] = []
    for name in ("RRULE", "RDATE", "EXRULE"):
        found = event.get(name, [])
        values = found if isinstance(found, list) else [found]
        lines += [f"{name}:{value.to_ical().decode()}" for value in values]
    return lines


def _timezone_of(event: Event) -> str:
    """Return the IANA name of the zone in which an event starts; UTC where it names none that is known."""
    start = event.decoded("DTSTART")
    name = getattr(start.tzinfo, "key", "") or str(event["DTSTART"].params.get("TZID", ""))
    try:
        zone(name)
    except (LookupError, ValueError, OSError):
        return "UTC"
    return "UTC" if name == "Etc/UTC" else name


def _instant(event: Event, name: str) -> datetime:
    return _in_utc(event.decoded(name), _timezone_of(event))


def _in_utc(moment: date | datetime, timezone: str, *, hour: time = time.min) -> datetime:
    """Return an instant in UTC; what names no zone is meant by the clock of `timezone`, a day at an hour."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, hour)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
