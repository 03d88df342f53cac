"""A series or a milestone as an event of Google Calendar, and such an event in the words of every calendar
(`content.py`). What we have to remember of it stands in private properties, which no calendar program shows.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.contact import COLORS
from netkeep_sync.core.pattern import Pattern
from netkeep_sync.core.projection import MilestoneProjection, SeriesProjection
from netkeep_sync.core.series import instant, zone
from netkeep_sync.targets.content import (
    Content,
    Told,
    described,
    digests_from,
    digests_of,
    moment_key,
    parted,
    recurrence_words,
    series_id,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.core.projection import Projection
    from netkeep_sync.targets.content import Part

__all__ = [
    "content_of",
    "event_body",
    "instance_id",
    "instant_of",
    "mark",
    "part_body",
    "pattern_of",
    "slot_body",
    "start_of_occurrence",
    "told_of",
]

_TAG = re.compile(r"<br\s*/?>|</p>|</?(?:p|span|div|html-blob|u|b|i)\b[^>]*>", re.IGNORECASE)

_ANCHOR = re.compile(r"</?a\b[^>]*>", re.IGNORECASE)
"""What Google's editor makes of an address: in our notes it is one of ours. What the owner wrote keeps it."""


def content_of(event: Mapping[str, Any]) -> Content:
    """Return what is ours of an event as Google tells it, or as it is sent there."""
    notes, own = parted(_plain(event.get("description", "")))
    start, end = _moment(event.get("start", {})), _moment(event.get("end", {}))
    return Content(
        summary=event.get("summary", "").strip(),
        time=" ".join([start, end, *recurrence_words(event.get("recurrence", ()), pattern_of(event))]),
        notes=_ANCHOR.sub("", notes).strip(),
        place=event.get("location", "").strip(),
        own=own,
    )


def told_of(event: Mapping[str, Any]) -> Told:
    """Return an event as Google tells it, in the words of every calendar."""
    identity, series = str(event["id"]), mark(event, "netkeep_series")
    return Told(
        entry=identity,
        etag=event["etag"],
        content=content_of(event),
        written=digests_from(mark(event, "netkeep_wrote")),
        pattern=pattern_of(event),
        owner=mark(event, "netkeep"),
        series=series,
        first=series,
        is_part=identity.startswith(f"{series}_R"),
    )


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
    at = at if at.tzinfo else at.replace(tzinfo=zone(time["timeZone"]))
    try:
        return at.astimezone(UTC)
    except OverflowError:  # in UTC it is the year 10000
        return datetime.max.replace(tzinfo=UTC)


def start_of_occurrence(event: Mapping[str, Any]) -> datetime | None:
    """Return where an occurrence is, None for nowhere; one of a whole day is at the hour of its slot."""
    if event.get("status") == "cancelled":
        return None
    start, slot = event.get("start", {}), event.get("originalStartTime", {})
    slot_at = instant_of(slot)
    if "date" not in start or slot_at is None:
        return instant_of(start)
    timezone = zone(slot.get("timeZone", "UTC"))
    hour = slot_at.astimezone(timezone).time()
    return datetime.combine(date.fromisoformat(start["date"]), hour, tzinfo=timezone).astimezone(UTC)


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


# -- identity -------------------------------------------------------------------------------------


def instance_id(event: str, slot: str) -> str:
    """Return the id of one occurrence: the event's, and the start of its slot. Undocumented, and stable: it
    can be asked for before anything is stored for it. What the owner split off (`…_R…`) names its
    occurrences as the first part does.
    """
    return f"{event.partition('_R')[0]}_{slot}"


# -- what is sent ---------------------------------------------------------------------------------


def event_body(projection: Projection, *, owner: str) -> dict[str, Any]:
    """Return a new event. `owner` marks whose it is, in a property that no calendar program shows."""
    body = {
        "id": series_id(projection.uid),
        "summary": projection.summary,
        "description": described(projection, ""),
        "visibility": "private",
        **_marks({"netkeep": owner, "netkeep_series": series_id(projection.uid), **_written(projection)}),
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
    return {"requestId": series_id(uid), "conferenceSolutionKey": {"type": "hangoutsMeet"}}


def part_body(
    projection: Projection, parts: frozenset[Part], *, own: str, unsigned: frozenset[Part] = frozenset()
) -> dict[str, Any]:
    """Return the change of some parts of an event; `own` is what the owner wrote below the line, which stays,
    and `unsigned` are the parts that are not said to be as we wrote them.

    Of its marks, the one of the series is that of the first event for good: so the second part of a split
    tells whose it is to a machine that knows nothing.
    """
    body = _marks(_written(projection, unsigned))
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
        body["description"] = described(projection, own)
    return body


def slot_body(projection: SeriesProjection, local_start: datetime) -> dict[str, Any]:
    """Return the change that puts one occurrence at a time."""
    at = moment_key(instant(local_start, projection.timezone))
    return {**_span(projection, local_start), "status": "confirmed", **_marks({"netkeep_at": at})}


def _marks(marks: Mapping[str, str]) -> dict[str, Any]:
    """Return private properties: no calendar program shows them, and each copy of an event has its own."""
    return {"extendedProperties": {"private": dict(marks)}}


def _written(projection: Projection, unsigned: frozenset[Part] = frozenset()) -> dict[str, str]:
    """Return what the event says of itself: a digest of each part as we write it."""
    content = content_of({"description": described(projection, ""), **_ours(projection)})
    return {"netkeep_wrote": digests_of(content, but=unsigned)}


def mark(event: Mapping[str, Any], name: str) -> str:
    """Return one of our marks on an event, "" where there is none."""
    return str(event.get("extendedProperties", {}).get("private", {}).get(name, ""))


def _ours(projection: Projection) -> dict[str, Any]:
    return {"summary": projection.summary, "location": _place(projection), **_time(projection)}


def _place(projection: Projection) -> str:
    return projection.location if isinstance(projection, SeriesProjection) else ""


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
