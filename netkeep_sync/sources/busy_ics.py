"""Busy time from an .ics calendar: the owner's own, as it publishes itself at a secret address or in a file.

What repeats is expanded by recurring-ical-events. A rule that would run for ever there, by the hour or
faster, or in steps of nothing (dateutil issue 1441), takes no time, and the rest has so many seconds in all.
"""

from __future__ import annotations

import logging
import re
import time
import warnings
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from netkeep_sync.core.busy import Busy, BusyTime, Meeting, is_own_uid
from netkeep_sync.core.series import zone
from netkeep_sync.errors import SourceError
from netkeep_sync.sources.ics_text import read_ics_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from netkeep_sync.sources.ics_text import IcsText

__all__ = ["busy_in"]

_log = logging.getLogger(__name__)

PAST = timedelta(days=60)
"""So far back meetings are looked for."""

AHEAD = timedelta(days=731)
MAX_OCCURRENCES = 20_000
TIMEOUT_S = 20.0

_LONGEST_MEETING = timedelta(hours=24)
_MAX_TITLE = 200
_SOUND_RULE = re.compile(
    r"(?=.*FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)\b)(?!.*INTERVAL=(?!0*[1-9]))(?!.*BY(SECOND|MINUTE)=[^;]*,)"
)
_REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")
_NOT_BUSY = {"FREE", "WORKINGELSEWHERE"}
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What icalendar and recurring-ical-events raise of events that are no events."""


def busy_in(
    content: bytes, *, timezone: str, owner_email: str, now: datetime, timeout_s: float = TIMEOUT_S
) -> Busy:
    """Return the busy times and meetings of a calendar, from some weeks ago to two years ahead.

    Whole days, and times without a zone, are by the owner's clock, in `timezone`. Raises SourceError.
    """
    text = read_ics_text(content, start_on=(now - PAST).date(), end_on=(now + AHEAD).date())
    reader = _Reader(text, timezone=timezone, owner_email=owner_email, now=now, timeout_s=timeout_s)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of TZIDs that are guessed, of rules with both COUNT and UNTIL
        spans = list(reader.spans())
    if reader.malformed:
        _log.warning("events of a busy calendar left out count=%d", reader.malformed)
    return Busy(
        times=tuple(one.time for one in spans),
        meetings=tuple(meeting for one in spans if (meeting := reader.meeting(one))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """An occurrence that takes time: `event` as the calendar has it, and which of a series it is, `slot`."""

    time: BusyTime
    event: Any
    slot: str
    is_whole_day: bool


class _Reader:
    """Reads one calendar."""

    def __init__(
        self, text: IcsText, *, timezone: str, owner_email: str, now: datetime, timeout_s: float
    ) -> None:
        self._text = text
        self._owner_zone = zone(timezone)
        self._named_zone = _zone_or_none(text.timezone)
        self._floating_zone = self._named_zone or self._owner_zone
        # A calendar that Google publishes is called by the address of whose it is.
        self._own = {one.casefold() for one in (owner_email, text.name) if "@" in one}
        self._now = now
        self._start_at, self._end_at = now - PAST, now + AHEAD
        self._deadline_s = time.monotonic() + timeout_s
        self.malformed = 0

    def spans(self) -> Iterator[_Span]:
        """Yield what takes time. Raises SourceError when that would take too long, or is too much."""
        count = 0
        for events in self._series():
            try:
                found = [span for event in self._occurring(events) if (span := self._span(event))]
            except _MALFORMED:
                self.malformed += 1
                continue
            count += len(found)
            if count > MAX_OCCURRENCES:
                raise SourceError(f"it holds more than {MAX_OCCURRENCES} events in two years")
            yield from found

    def meeting(self, span: _Span) -> Meeting | None:
        """Return the meeting that a span is; what lasts for days is none."""
        start_at, end_at = span.time.start_at, span.time.end_at
        is_far = start_at > self._now + PAST
        if span.is_whole_day or is_far or end_at - start_at > _LONGEST_MEETING:
            return None
        attendees = _attendees(span.event)
        return Meeting(
            uid=f"{span.event.get('UID', '')}/{span.slot}",
            title=_title(span.event),
            start_at=start_at,
            end_at=end_at,
            emails=tuple(one for one, answer in attendees if answer != "DECLINED" and one not in self._own),
            absent=tuple(one for one, answer in attendees if answer == "DECLINED"),
        )

    # -- events -----------------------------------------------------------------------------------

    def _series(self) -> Iterator[list[Any]]:
        """Yield the events of each UID that is not ours."""
        from icalendar import Event  # noqa: PLC0415  80 ms, where there are busy calendars

        self._define_zones()
        by_uid: dict[str, list[Any]] = defaultdict(list)
        for number, text in enumerate(self._text.events):
            self._check_time()
            try:
                event: Any = Event.from_ical(text)
                by_uid[str(event.get("UID", number))].append(event)
            except _MALFORMED:
                self.malformed += 1
        for uid, events in by_uid.items():
            if not is_own_uid(uid):
                self._check_time()
                yield events

    def _define_zones(self) -> None:
        """Let icalendar know the zones that only this calendar knows, and forget those of others."""
        from icalendar import Calendar  # noqa: PLC0415  see above
        from icalendar.timezone import tzp  # noqa: PLC0415

        tzp.use_zoneinfo()
        for text in self._text.zones:
            tzid = next((line[5:] for line in text.split("\r\n") if line.startswith("TZID:")), "")
            if _is_sound_zone(text) and tzp.timezone(tzid) is None:
                try:
                    Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{text}\r\nEND:VCALENDAR\r\n")
                except _MALFORMED:
                    self.malformed += 1

    def _occurring(self, events: list[Any]) -> Iterable[Any]:
        """Return what occurs in our time of the events of one UID."""
        if len(events) == 1 and not any(name in events[0] for name in _REPEATS):
            return events
        return self._expanded(events)

    def _expanded(self, events: list[Any]) -> Iterable[Any]:
        from icalendar import Calendar  # noqa: PLC0415  see above
        from recurring_ical_events import of  # noqa: PLC0415

        calendar = Calendar()
        if self._named_zone is not None:
            calendar.add("X-WR-TIMEZONE", self._text.timezone)
        for event in events:
            if not all(_SOUND_RULE.match(rule) for rule in _rules(event)):
                raise ValueError("a rule that may never end")
            calendar.add_component(event)
        found: Iterable[Any] = of(calendar).between(self._start_at, self._end_at)
        return found

    def _span(self, event: Any) -> _Span | None:
        """Return when an event takes time; None where it takes none of ours."""
        start, end = _ends(event)
        start_at, end_at = self._instant(start), self._instant(end)
        if end_at <= max(start_at, self._start_at) or start_at >= self._end_at or not self._is_busy(event):
            return None
        slot = self._instant(event["RECURRENCE-ID"].dt).isoformat() if "RECURRENCE-ID" in event else ""
        return _Span(
            time=BusyTime(start_at=start_at, end_at=end_at),
            event=event,
            slot=slot,
            is_whole_day=not isinstance(start, datetime),
        )

    def _is_busy(self, event: Any) -> bool:
        shows_as = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
        return not (
            str(event.get("STATUS", "")).upper() == "CANCELLED"
            or str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
            or shows_as in _NOT_BUSY
            or any(answer == "DECLINED" and one in self._own for one, answer in _attendees(event))
        )

    def _instant(self, at: date) -> datetime:
        if not isinstance(at, datetime):
            return datetime(at.year, at.month, at.day, tzinfo=self._owner_zone).astimezone(UTC)
        return (at if at.tzinfo else at.replace(tzinfo=self._floating_zone)).astimezone(UTC)

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline_s:
            raise SourceError("it takes too long to read")


def _zone_or_none(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


def _is_sound_zone(text: str) -> bool:
    rules = [line.upper() for line in text.split("\r\n") if line.upper().startswith("RRULE")]
    return all("FREQ=YEARLY" in rule and _SOUND_RULE.match(rule) for rule in rules)


def _ends(event: Any) -> tuple[date, date]:
    """Return start and end as they are written; RFC 5545, 3.6.1 tells what holds where there is no end."""
    start = event["DTSTART"].dt
    if "DTEND" in event:
        return start, event["DTEND"].dt
    if "DURATION" in event:
        return start, start + event["DURATION"].dt
    return start, start if isinstance(start, datetime) else start + timedelta(days=1)


def _rules(event: Any) -> list[str]:
    return [rule.to_ical().decode().upper() for rule in _several(event.get("RRULE"))]


def _attendees(event: Any) -> list[tuple[str, str]]:
    """Return the address of everybody who was asked, rooms left out, and what they answered."""
    people = [*_several(event.get("ATTENDEE")), *_several(event.get("ORGANIZER"))]
    answers: dict[str, str] = {}
    for one in people:
        parameters = getattr(one, "params", {})
        if str(parameters.get("CUTYPE", "")).upper() in {"ROOM", "RESOURCE"}:
            continue
        address = str(one).strip().casefold().removeprefix("mailto:")
        if "@" in address:
            answers.setdefault(address, str(parameters.get("PARTSTAT", "")).upper())
    return list(answers.items())


def _several(value: Any) -> list[Any]:
    """Return a property's values: icalendar has a list only where it stands more than once."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _title(event: Any) -> str:
    """Return the title in one line, without what can't be seen."""
    words = " ".join(str(event.get("SUMMARY", "")).split())
    return "".join(character for character in words if character.isprintable())[:_MAX_TITLE]
