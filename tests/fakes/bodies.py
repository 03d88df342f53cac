"""Bodies: what becomes of what a client sends as an event: merged, checked, rewritten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.fakes.moments import read_moment
from tests.fakes.recurrence import read_recurrence
from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.events import Fields
    from tests.fakes.manners import Manners

READ_ONLY = {
    "created",
    "creator",
    "endTimeUnspecified",
    "etag",
    "hangoutLink",
    "htmlLink",
    "iCalUID",
    "id",
    "kind",
    "locked",
    "organizer",
    "originalStartTime",
    "privateCopy",
    "recurringEventId",
    "sequence",
    "updated",
}
LONGEST_KEY = 44
LONGEST_VALUE = 1024
MOST_PROPERTIES = 300
MOST_PROPERTY_BYTES = 32 * 1024
MOST_REMINDERS = 5
FOUR_WEEKS_IN_MINUTES = 40_320


def merged(fields: Fields, body: Mapping[str, Any]) -> Fields:
    """Return fields with a patch: objects field by field, lists as a whole, null takes away."""
    result = dict(fields)
    for name, value in body.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            result[name] = merged(result.get(name) or {}, value)
        else:
            result[name] = value
    return result


def writable(body: Mapping[str, Any]) -> Fields:
    """Return a body without what only Google sets: clients send whole events back."""
    return {name: value for name, value in body.items() if name not in READ_ONLY}


def accepted(fields: Fields, manners: Manners) -> Fields:
    """Return fields as Google keeps them, or raise the Refusal they earn."""
    fields = _without_nothing(fields)
    _check_simple(fields)
    fields = _with_times(fields, manners)
    if "reminders" in fields:
        _check_reminders(fields["reminders"])
    if "attendees" in fields:
        fields["attendees"] = [_attendee(one) for one in fields["attendees"]]
    if "extendedProperties" in fields:
        fields["extendedProperties"] = _properties(fields["extendedProperties"])
    if "description" in fields and manners.html_descriptions:
        fields["description"] = html(fields["description"])
    return _without_nothing(fields)


def html(text: str) -> str:
    """Return a description as HTML: line ends as tags, stray signs as entities; HTML stays as it is."""
    text = re.sub(r"&(?!(#\d+|#x[0-9a-f]+|\w+);)", "&amp;", text, flags=re.IGNORECASE)
    text = re.sub(r"<(?!/?[a-z][^<>]*>)", "&lt;", text, flags=re.IGNORECASE)
    return re.sub(r"\r\n|\r|\n", "<br>", text)


def _without_nothing(fields: Mapping[str, Any]) -> Fields:
    """Return fields without empty texts, nulls and empty objects, which Google drops in silence."""
    kept = {
        name: _without_nothing(value) if isinstance(value, dict) else value for name, value in fields.items()
    }
    return {name: value for name, value in kept.items() if value not in ("", None, {}, [])}


def _check_simple(fields: Fields) -> None:
    colors = {str(number) for number in range(1, 12)}
    choices = {
        "colorId": colors,
        "status": {"confirmed", "tentative", "cancelled"},
        "transparency": {"opaque", "transparent"},
        "visibility": {"default", "public", "private", "confidential"},
    }
    for name, allowed in choices.items():
        if name in fields and fields[name] not in allowed:
            raise Refusal("invalid", f"Invalid value for: {name}")
    url = fields.get("source", {}).get("url")
    if url and not url.startswith(("http://", "https://")):
        raise Refusal("invalid", "Invalid source URL.")


def _with_times(fields: Fields, manners: Manners) -> Fields:
    """Return fields with start, end and recurrence as they are kept, after checking them together."""
    is_recurring = "recurrence" in fields
    if (
        bool(fields.get("start", {}).get("date")) != bool(fields.get("end", {}).get("date"))
        and "end" in fields
    ):
        raise Refusal("invalid", "Start and end times must either both be date or both be dateTime.")
    start = read_moment(fields.get("start", {}), "start", is_recurring=is_recurring)
    end = read_moment(fields.get("end", {}), "end", is_recurring=is_recurring)
    if end.value < start.value:
        raise Refusal("timeRangeEmpty")
    fields = fields | {"start": start.stored(), "end": end.stored()}
    if is_recurring:
        recurrence = read_recurrence(fields["recurrence"], start)
        fields["recurrence"] = recurrence.rewritten(
            expands=manners.expands_rules, folds_count=manners.folds_count
        )
    return fields


def _check_reminders(reminders: Mapping[str, Any]) -> None:
    overrides = reminders.get("overrides", [])
    if overrides and reminders.get("useDefault"):
        raise Refusal(
            "cannotUseDefaultRemindersAndSpecifyOverride",
            "Cannot specify both default reminders and overrides at the same time.",
        )
    if len(overrides) > MOST_REMINDERS:
        raise Refusal("tooManyOverrideReminders", "The maximum number of override reminders is 5.")
    for one in overrides:
        if (
            one.get("method") not in {"email", "popup"}
            or not 0 <= one.get("minutes", -1) <= FOUR_WEEKS_IN_MINUTES
        ):
            raise Refusal("invalid", "Invalid reminder override.")


def _attendee(sent: Mapping[str, Any]) -> Fields:
    if "@" not in (sent.get("email") or ""):
        raise Refusal(
            "required" if not sent.get("email") else "invalid", "Missing or invalid attendee email."
        )
    return {"responseStatus": "needsAction", **sent}


def _properties(sent: Mapping[str, Mapping[str, str]]) -> Fields:
    """Return extended properties as kept: a key too long is dropped, a value cut, both in silence."""
    kept = {
        side: {name: value[:LONGEST_VALUE] for name, value in pairs.items() if len(name) <= LONGEST_KEY}
        for side, pairs in sent.items()
    }
    pairs = [(name, value) for side in kept.values() for name, value in side.items()]
    size = sum(len(name.encode()) + len(value.encode()) for name, value in pairs)
    if len(pairs) > MOST_PROPERTIES or size > MOST_PROPERTY_BYTES:
        raise Refusal("invalid", "Too many extended properties.")
    return kept
