"""What matters of an .ics file: its events of some days, and of each the lines that busy time is made of.

A calendar's whole past comes with it, and whoever writes it may write what they like. So the file is looked
through as text first: most of it never reaches the parser, and what does has a plain shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["IcsText", "read_ics_text"]

MAX_EVENTS = 20_000

_WANTED = frozenset(
    {
        "ATTENDEE",
        "BEGIN",
        "DTEND",
        "DTSTART",
        "DURATION",
        "END",
        "EXDATE",
        "ORGANIZER",
        "RDATE",
        "RECURRENCE-ID",
        "RRULE",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "TRANSP",
        "UID",
        "X-MICROSOFT-CDO-BUSYSTATUS",
    }
)
_OF_ZONE = frozenset(
    {"BEGIN", "DTSTART", "END", "RDATE", "RRULE", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO"}
)
_FOLD = re.compile("\r?\n[ \t]")
_NAME = re.compile("[A-Za-z0-9-]+")
_DAY = re.compile(r":(\d{4})(\d\d)(\d\d)")
_UNTIL = re.compile(r"UNTIL=(\d{4})(\d\d)(\d\d)", re.IGNORECASE)
_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID")

_MAX_DEPTH = 8
_MAX_LINE = 100_000
_LONG = timedelta(days=400)
"""No event is taken to be longer that does not say when it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IcsText:
    """Events and zones, each with its lines from BEGIN to END. `name` and `timezone` are what the calendar
    says of itself, empty where it does not.
    """

    events: tuple[str, ...]
    zones: tuple[str, ...]
    name: str
    timezone: str


def read_ics_text(content: bytes, *, start_on: date, end_on: date) -> IcsText:
    """Return what may matter from `start_on` to before `end_on`. Raises SourceError for what is no whole
    calendar: half a file, or a page that asks to sign in.
    """
    text = content.decode("utf-8-sig", errors="replace").strip()
    if not text[:15].upper() == "BEGIN:VCALENDAR":
        raise SourceError("what is there is no calendar")
    if not text[-13:].upper() == "END:VCALENDAR":
        raise SourceError("what is there breaks off before its end")
    events: list[list[str]] = []
    zones: list[list[str]] = []
    told: dict[str, str] = {}
    for kind, lines in _components(text):
        if kind == "VEVENT" and _may_matter(lines, start_on=start_on, end_on=end_on):
            events.append(lines)
            if len(events) > MAX_EVENTS:
                raise SourceError(f"it holds more than {MAX_EVENTS} events")
        elif kind == "VTIMEZONE":
            zones.append(lines)
        elif kind == "VCALENDAR":
            told = {line.partition(":")[0].upper(): line.partition(":")[2].strip() for line in lines}
    return IcsText(
        events=tuple(map("\r\n".join, events)),
        zones=tuple(map("\r\n".join, zones)),
        name=told.get("X-WR-CALNAME", ""),
        timezone=told.get("X-WR-TIMEZONE", ""),
    )


def _components(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each event and zone with its lines, and at last the calendar with its own."""
    stack: list[str] = []
    own: list[str] = []
    lines: list[str] = []
    for raw in _FOLD.sub("", text).split("\n"):
        line = raw.rstrip("\r")
        found = _NAME.match(line)
        name = found[0].upper() if found else ""
        if name == "BEGIN":
            stack.append(line[6:].strip().upper())
            if len(stack) > _MAX_DEPTH:
                raise SourceError("its parts are nested too deep")
            lines = [] if len(stack) == 2 else lines
        if len(stack) == 1:
            own.append(line)
        elif (len(stack) == 2 and stack[1] == "VEVENT" and name in _WANTED) or (
            stack[1:2] == ["VTIMEZONE"] and name in _OF_ZONE
        ):
            if len(line) > _MAX_LINE:
                raise SourceError("a line of it is too long")
            lines.append(line)
        if name == "END":
            kind = stack.pop() if stack else ""
            if kind != line[4:].strip().upper():
                raise SourceError("its parts do not fit together")
            if len(stack) == 1:
                yield kind, lines
    yield "VCALENDAR", own


def _may_matter(lines: list[str], *, start_on: date, end_on: date) -> bool:
    """Tell whether an event may take time on the days; what can't be told, may. A day is given on either
    side, for zones.
    """
    by_name = {found[0].upper(): line for line in lines if (found := _NAME.match(line))}
    first_on, last_on = start_on - timedelta(days=1), end_on + timedelta(days=1)
    try:
        if "RDATE" in by_name:
            return True
        if "RRULE" in by_name:
            until = _UNTIL.search(by_name["RRULE"])
            return until is None or _day(until) >= first_on - _LONG
        days = [_day(found) for one in _TIMES if (found := _DAY.search(by_name.get(one, "")))]
    except ValueError:  # no such day
        return True
    if not days or "RANGE=" in by_name.get("RECURRENCE-ID", ""):
        return True
    longest = timedelta() if "DTEND" in by_name else _LONG
    return min(days) <= last_on and max(days) + longest >= first_on


def _day(found: re.Match[str]) -> date:
    return date(*map(int, found.groups()))
