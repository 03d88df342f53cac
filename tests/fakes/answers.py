"""Answers: resources as Google sends them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from tests.fakes.moments import read_stored, stamp_text

if TYPE_CHECKING:
    from tests.fakes.events import Calendar, View

_DEFAULTS = {"transparency": "opaque", "visibility": "default"}


def event_answer(view: View, calendar: Calendar, account: str, *, zone: str | None = None) -> dict[str, Any]:
    """Return an event in full."""
    zone = zone or calendar.zone
    plain = {
        name: value
        for name, value in view.fields.items()
        if name not in {"start", "end"} and _DEFAULTS.get(name) != value
    }
    own_status = "cancelled" if view.is_cancelled else view.fields.get("status", "confirmed")
    answer = {
        "kind": "calendar#event",
        "etag": view.etag,
        "reminders": {"useDefault": True},
        "eventType": "default",
        **plain,
        "id": view.id,
        "status": own_status,
        "htmlLink": _link(view, calendar),
        "created": stamp_text(view.like.created),
        "updated": stamp_text(view.like.updated),
        "creator": _person(view.like.organizer or account, calendar),
        "organizer": organizer_of(view, calendar),
        "start": view.start.answered(zone, calendar.zone),
        "end": view.end.answered(zone, calendar.zone),
        "iCalUID": view.like.ical_uid,
        "sequence": view.like.sequence,
    }
    return answer | _place_in_series(view, calendar, zone)


def tombstone(view: View, calendar: Calendar) -> dict[str, Any]:
    """Return of a deleted event only what the reference promises."""
    return {"id": view.id, "status": "cancelled"} | _place_in_series(view, calendar, calendar.zone)


def _place_in_series(view: View, calendar: Calendar, zone: str) -> dict[str, Any]:
    if view.series is None or view.slot is None:
        return {}
    return {
        "recurringEventId": view.series.id,
        "originalStartTime": view.slot.answered(zone, calendar.zone),
    }


def _link(view: View, calendar: Calendar) -> str:
    name = urlsafe_b64encode(f"{view.id} {calendar.id}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={name}"


def _person(email: str, calendar: Calendar) -> dict[str, Any]:
    """Return a person; `self` is the calendar, so nobody is on a secondary one."""
    return {"email": email} | ({"self": True} if email == calendar.id else {})


def organizer_of(view: View, calendar: Calendar) -> dict[str, Any]:
    """Return the organizer: the calendar itself, unless somebody else invited."""
    if view.like.organizer:
        return {"email": view.like.organizer}
    name = {} if calendar.is_primary else {"displayName": calendar.fields["summary"]}
    return {"email": calendar.id, **name, "self": True}


def calendar_answer(calendar: Calendar, account: str) -> dict[str, Any]:
    """Return a calendar."""
    owner = {} if calendar.is_primary else {"dataOwner": account}
    return {"kind": "calendar#calendar", "etag": calendar.etag, "id": calendar.id, **calendar.fields, **owner}


def list_entry_answer(calendar: Calendar, account: str) -> dict[str, Any]:
    """Return a calendar as it stands in the account's list."""
    return calendar_answer(calendar, account) | {
        "kind": "calendar#calendarListEntry",
        "accessRole": calendar.role,
        "defaultReminders": [],
        "selected": True,
        **({"primary": True} if calendar.is_primary else {}),
        **calendar.of_list,
    }


def busy_answer(periods: list[tuple[Any, Any]]) -> dict[str, Any]:
    """Return busy periods, those that touch as one."""
    merged: list[list[Any]] = []
    for start, end in sorted(periods):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return {"busy": [{"start": start, "end": end} for start, end in merged]}


def slot_text(stored: dict[str, str], zone: str) -> str:
    """Return a start as `originalStart` asks for it."""
    answered = read_stored(stored).answered(zone, zone)
    return answered.get("dateTime") or answered["date"]
