"""A series or a milestone as an event of Google Calendar, and what of such an event is ours.

Ours are the title, the time (start, end, rule), the place and the part of the description above a marker
line, and only until the owner changes them there. All else of an event belongs to the owner once it is made:
what stands below the line, guests, reminders, colour.

Google answers with the same time in other words: in the calendar's zone, with the parts of a rule in
another order. So times are compared as instants and rules by their parts (`Content`), never as text.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.contact import COLORS
from netkeep_sync.core.pattern import Pattern, last_start, rule_of
from netkeep_sync.core.projection import MilestoneProjection, SeriesProjection
from netkeep_sync.core.series import instant, zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.core.projection import Projection

__all__ = [
    "LINE",
    "TIMES",
    "Content",
    "Part",
    "event_body",
    "event_id",
    "instance_id",
    "instant_of",
    "mark",
    "moment_key",
    "part_body",
    "parts_written",
    "pattern_of",
    "slot_body",
]

LINE = "--- what you write below this line is yours ---"

Part = str
"""A part of an event that is ours: `summary`, `span` (start and end), `rule`, `place` or `notes`."""

TIMES: frozenset[Part] = frozenset({"span", "rule"})

_PARTS = frozenset({"summary", "place", "notes"}) | TIMES

_TAG = re.compile(r"<br\s*/?>|</p>|</?(?:p|span|div|html-blob|u|b|i)\b[^>]*>", re.IGNORECASE)

_ANCHOR = re.compile(r"</?a\b[^>]*>", re.IGNORECASE)
"""What Google's editor makes of an address: in our notes it is one of ours. What the owner wrote keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is ours of an event, in words that compare: `time` is start, end and lines of recurrence, `notes`
    is what stands above the line, `own` what the owner wrote below it.
    """

    summary: str
    time: str
    notes: str
    place: str = ""
    own: str = ""

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Content:
        """Return what is ours of an event as Google tells it, or as it is sent there."""
        notes, _, own = _plain(event.get("description", "")).partition(LINE)
        start, end = _moment(event.get("start", {})), _moment(event.get("end", {}))
        return cls(
            summary=event.get("summary", "").strip(),
            time=" ".join([start, end, *_rules(event)]),
            notes=_ANCHOR.sub("", notes).strip(),
            place=event.get("location", "").strip(),
            own=own.strip(),
        )

    @property
    def span(self) -> str:
        """Start and end."""
        return " ".join(self.time.split(" ")[:2])

    @property
    def rule(self) -> str:
        """The lines of recurrence."""
        return " ".join(self.time.split(" ")[2:])

    def differing(self, other: Content) -> frozenset[Part]:
        """Return the parts in which two contents differ; what the owner wrote is none of ours."""
        return frozenset(part for part in _PARTS if getattr(self, part) != getattr(other, part))

    def digest(self, part: Part) -> str:
        """Return a digest of one part."""
        return hashlib.sha256(str(getattr(self, part)).encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    """Return a description without the markup that Google's editor makes of plain text."""
    if "<" not in text and "&" not in text:
        return text
    broken = _TAG.sub(lambda tag: "\n" if tag[0].lower().startswith(("<br", "</p")) else "", text)
    return html.unescape(broken)


def _moment(time: Mapping[str, Any]) -> str:
    if "date" in time:
        return str(time["date"])
    at = instant_of(time)
    return f"{moment_key(at)}/{time.get('timeZone', '')}" if at else ""


def instant_of(time: Mapping[str, Any]) -> datetime | None:
    """Return a `start`, `end` or `originalStartTime` in UTC, None for a whole day and for nothing."""
    if "dateTime" not in time:
        return None
    at = datetime.fromisoformat(time["dateTime"])
    return (at if at.tzinfo else at.replace(tzinfo=zone(time["timeZone"]))).astimezone(UTC)


def pattern_of(event: Mapping[str, Any]) -> Pattern | None:
    """Return the time of a series, None where it is of whole days."""
    start_at, end_at = instant_of(event.get("start", {})), instant_of(event.get("end", {}))
    if start_at is None or end_at is None:
        return None
    return Pattern(
        start_at=start_at,
        timezone=event["start"].get("timeZone", "UTC"),
        minutes=int((end_at - start_at) / timedelta(minutes=1)),
        recurrence=tuple(event.get("recurrence", ())),
    )


def _rules(event: Mapping[str, Any]) -> list[str]:
    """Return the lines of recurrence, a rule of ours as we say it, with an end at its last start."""
    lines: list[str] = sorted(event.get("recurrence", ()))
    pattern = pattern_of(event)
    rule, end_at = rule_of(pattern) if pattern else (None, None)
    if rule is None or pattern is None:
        return [_rule(line) for line in lines]
    last_at = last_start(pattern)
    until = f";UNTIL={moment_key(last_at or end_at)}" if end_at else ""
    return [f"RRULE:{rule}{until}", *(line for line in lines if not line.startswith("RRULE"))]


def _rule(line: str) -> str:
    """Return an RRULE with its parts in order, and without those that say what goes without saying."""
    name, _, value = line.partition(":")
    parts = sorted(part for part in value.upper().split(";") if part not in {"INTERVAL=1", "WKST=MO"})
    return f"{name.upper()}:{';'.join(parts)}"


# -- identity -------------------------------------------------------------------------------------


def event_id(uid: str) -> str:
    """Return the id of the event: the digest in the UID, which is made of the letters Google allows."""
    return uid.partition("@")[0]


def instance_id(event: str, slot: str) -> str:
    """Return the id of one occurrence: the event's, and the start of its slot. Undocumented, and stable: it
    can be asked for before anything is stored for it. What the owner split off (`…_R…`) names its
    occurrences as the first part does.
    """
    return f"{event.partition('_R')[0]}_{slot}"


def moment_key(at: datetime) -> str:
    """Return an instant as the ids of occurrences have it."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


# -- what is sent ---------------------------------------------------------------------------------


def event_body(projection: Projection, *, owner: str) -> dict[str, Any]:
    """Return a new event. `owner` marks whose it is, in a property that no calendar program shows."""
    body = {
        "id": event_id(projection.uid),
        "summary": projection.summary,
        "description": _description(projection, ""),
        "visibility": "private",
        **_marks({"netkeep": owner, "netkeep_series": event_id(projection.uid), **_written(projection)}),
        **_time(projection),
    }
    match projection:
        case SeriesProjection():
            place = {"location": projection.location} if projection.location else {}
            return {**body, **place, **_wishes(projection)}
        case MilestoneProjection():
            return {**body, "transparency": "transparent", "reminders": {"useDefault": False}}


def _wishes(projection: SeriesProjection) -> dict[str, Any]:
    """Return what a new event begins with and the owner may then have otherwise."""
    minutes = projection.reminders
    wishes: dict[str, Any] = {
        "transparency": "opaque" if projection.is_busy else "transparent",
        "reminders": {"useDefault": True} if minutes is None else _overrides(minutes),
    }
    if projection.color:
        wishes["colorId"] = str(COLORS.index(projection.color) + 1)
    if projection.has_meet:
        wishes["conferenceData"] = {"createRequest": _room(projection.uid)}
    if projection.guests:
        wishes["attendees"] = [{"email": email} for email in projection.guests]
    return wishes


def _overrides(reminders: tuple[int, ...]) -> dict[str, Any]:
    return {"useDefault": False, "overrides": [{"method": "popup", "minutes": one} for one in reminders]}


def _room(uid: str) -> dict[str, Any]:
    """Return the request for a room of Google Meet; its id is derived, so asking twice makes no second."""
    return {"requestId": event_id(uid), "conferenceSolutionKey": {"type": "hangoutsMeet"}}


def part_body(projection: Projection, parts: frozenset[Part], *, own: str) -> dict[str, Any]:
    """Return the change of some parts of an event; `own` is what the owner wrote below the line, which stays.

    Of its marks, the one of the series is that of the first event for good: so the second part of a split
    tells whose it is to a machine that knows nothing.
    """
    body = _marks(_written(projection))
    if "summary" in parts:
        body["summary"] = projection.summary
    time = _time(projection)
    if "span" in parts:
        body |= {side: time[side] for side in ("start", "end")}
    if "rule" in parts:
        body["recurrence"] = time["recurrence"]
    if "place" in parts:
        body["location"] = _place(projection)
    if "notes" in parts:
        body["description"] = _description(projection, own)
    return body


def slot_body(projection: SeriesProjection, local_start: datetime) -> dict[str, Any]:
    """Return the change that puts one occurrence at a time."""
    at = moment_key(instant(local_start, projection.timezone))
    return {**_span(projection, local_start), "status": "confirmed", **_marks({"netkeep_at": at})}


def _marks(marks: Mapping[str, str]) -> dict[str, Any]:
    """Return private properties: no calendar program shows them, and each copy of an event has its own."""
    return {"extendedProperties": {"private": dict(marks)}}


def _written(projection: Projection) -> dict[str, str]:
    """Return what the event says of itself: a digest of each part as we write it."""
    content = Content.of({"description": _description(projection, ""), **_ours(projection)})
    return {"netkeep_wrote": " ".join(f"{part}={content.digest(part)}" for part in sorted(_PARTS))}


def parts_written(event: Mapping[str, Any]) -> dict[Part, str]:
    """Return the digest of each part as it was when we wrote it last."""
    return dict(pair.split("=", 1) for pair in mark(event, "netkeep_wrote").split() if "=" in pair)


def mark(event: Mapping[str, Any], name: str) -> str:
    """Return one of our marks on an event, "" where there is none."""
    return str(event.get("extendedProperties", {}).get("private", {}).get(name, ""))


def _ours(projection: Projection) -> dict[str, Any]:
    return {"summary": projection.summary, "location": _place(projection), **_time(projection)}


def _place(projection: Projection) -> str:
    return projection.location if isinstance(projection, SeriesProjection) else ""


def _description(projection: Projection, own: str) -> str:
    """Return our notes, the line, and what the owner wrote below it. Guests read all of it, so where there
    are some we write no notes, and no line as long as nothing stands below.
    """
    match projection:
        case SeriesProjection(guests=(_, *_)):
            return f"{LINE}\n\n{own}" if own else ""
        case _:
            return "\n\n".join(filter(None, [projection.words_for_owner, LINE, own]))


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
