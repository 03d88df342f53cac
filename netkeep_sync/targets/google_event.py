"""A series or a milestone as an event of Google Calendar, and what of such an event is ours.

Ours are the title, the time (start, end, rule) and the part of the description above a marker line, and
only until the owner changes them there. All else of an event belongs to the owner once it is made: what
stands below the line, guests, reminders, colour, place.

Google answers with the same time in other words: in the calendar's zone, with the parts of a rule in
another order. So times are compared as instants and rules by their parts (`Content`), never as text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.projection import MilestoneProjection, SeriesProjection
from netkeep_sync.core.series import instant, zone

if TYPE_CHECKING:
    from netkeep_sync.core.projection import Projection

__all__ = ["LINE", "Content", "Part", "event_body", "event_id", "instance_id", "part_body", "slot_body"]

LINE = "--- what you write below this line is yours ---"

Part = str
"""A part of an event that is ours: `summary`, `time` or `notes`."""

_TAG = re.compile(r"<br\s*/?>|</p>|</?(?:p|span|div|html-blob|u|b|i)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is ours of an event, in words that compare: `notes` is what stands above the line, `own` what
    the owner wrote below it.
    """

    summary: str
    time: str
    notes: str
    own: str = ""

    @classmethod
    def of(cls, event: dict[str, Any]) -> Content:
        """Return what is ours of an event as Google tells it, or as it is sent there."""
        notes, _, own = _plain(event.get("description", "")).partition(LINE)
        start, end = _moment(event.get("start", {})), _moment(event.get("end", {}))
        rules = sorted(_rule(line) for line in event.get("recurrence", ()))
        return cls(
            summary=event.get("summary", "").strip(),
            time=" ".join([start, end, *rules]),
            notes=notes.strip(),
            own=own.strip(),
        )

    def differing(self, other: Content) -> frozenset[Part]:
        """Return the parts in which two contents differ; what the owner wrote is none of ours."""
        return frozenset(
            part for part in ("summary", "time", "notes") if getattr(self, part) != getattr(other, part)
        )


def _plain(text: str) -> str:
    """Return a description without the markup that Google's editor makes of plain text."""
    if "<" not in text and "&" not in text:
        return text
    broken = _TAG.sub(lambda tag: "\n" if tag[0].lower().startswith(("<br", "</p")) else "", text)
    return html.unescape(broken)


def _moment(time: dict[str, Any]) -> str:
    if "date" in time:
        return str(time["date"])
    at = datetime.fromisoformat(time["dateTime"]) if "dateTime" in time else None
    if at is None:
        return ""
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone(time["timeZone"]))
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}/{time.get('timeZone', '')}"


def _rule(line: str) -> str:
    """Return an RRULE with its parts in order, and without those that say what goes without saying."""
    name, _, value = line.partition(":")
    parts = sorted(part for part in value.upper().split(";") if part not in {"INTERVAL=1", "WKST=MO"})
    return f"{name.upper()}:{';'.join(parts)}"


# -- identity -------------------------------------------------------------------------------------


def event_id(uid: str) -> str:
    """Return the id of the event: the digest in the UID, which is made of the letters Google allows."""
    return uid.partition("@")[0]


def instance_id(projection: SeriesProjection, slot_on: date) -> str:
    """Return the id of one occurrence: the event's, and the start of its slot in UTC. Undocumented, and
    stable: it can be asked for before anything is stored for it.
    """
    slot_at = instant(datetime.combine(slot_on, projection.local_start.time()), projection.timezone)
    return f"{event_id(projection.uid)}_{slot_at:%Y%m%dT%H%M%SZ}"


# -- what is sent ---------------------------------------------------------------------------------


def event_body(projection: Projection, *, owner: str) -> dict[str, Any]:
    """Return a new event. `owner` marks whose it is, in a property that no calendar program shows."""
    body = {
        "id": event_id(projection.uid),
        "summary": projection.summary,
        "description": _description(projection.description, ""),
        "visibility": "private",
        "extendedProperties": {"private": {"netkeep": owner}},
        **_time(projection),
    }
    match projection:
        case SeriesProjection(location=location):
            return {**body, "transparency": "opaque", **({"location": location} if location else {})}
        case MilestoneProjection():
            return {**body, "transparency": "transparent", "reminders": {"useDefault": False}}


def part_body(projection: Projection, parts: frozenset[Part], *, own: str) -> dict[str, Any]:
    """Return the change of some parts; `own` is what the owner wrote below the line, which stays."""
    body: dict[str, Any] = {}
    if "summary" in parts:
        body["summary"] = projection.summary
    if "time" in parts:
        body |= _time(projection)
    if "notes" in parts:
        body["description"] = _description(projection.description, own)
    return body


def slot_body(projection: SeriesProjection, local_start: datetime) -> dict[str, Any]:
    """Return the change that puts one occurrence at a time."""
    return {**_span(projection, local_start), "status": "confirmed"}


def _description(notes: str, own: str) -> str:
    return "\n\n".join(filter(None, [notes, LINE])) + (f"\n\n{own}" if own else "")


def _time(projection: Projection) -> dict[str, Any]:
    match projection:
        case SeriesProjection():
            return {**_span(projection, projection.local_start), "recurrence": [f"RRULE:{projection.rrule}"]}
        case MilestoneProjection(first_on=first_on):
            return {
                "start": {"date": first_on.isoformat()},
                "end": {"date": (first_on + timedelta(days=1)).isoformat()},
                "recurrence": [f"RRULE:{projection.rrule}"],
            }


def _span(projection: SeriesProjection, local_start: datetime) -> dict[str, Any]:
    """Return start and end: so many minutes of real time, whatever the clocks do meanwhile."""
    end_at = instant(local_start, projection.timezone) + timedelta(minutes=projection.minutes)
    local_end = end_at.astimezone(zone(projection.timezone)).replace(tzinfo=None)
    return {
        name: {"dateTime": local.isoformat(), "timeZone": projection.timezone}
        for name, local in (("start", local_start), ("end", local_end))
    }
