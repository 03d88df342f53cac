"""The plan as JSON: a stable format, told in full in JSON.md beside this file."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from netkeep_sync.cli.capacity import capacity_document
from netkeep_sync.core.series import Moved, instant, zone

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.series import Occurrence, Series, SlotException
    from netkeep_sync.service.outlook import Outlook

__all__ = ["iso", "plan_document", "plan_text", "week_name"]


def iso(at: datetime, timezone: str) -> str:
    """Return an instant as ISO 8601 in the zone, with its offset."""
    return at.astimezone(zone(timezone)).isoformat(timespec="seconds")


def week_name(day: date) -> str:
    """Return the ISO 8601 week of a day: `2026-W48`."""
    return f"{day:%G-W%V}"


def plan_document(outlook: Outlook) -> dict[str, Any]:
    """Return what `plan --json` prints."""
    plan = outlook.plan
    contacts = {contact.key: contact for contact in outlook.roster.contacts}
    return {
        "as_of": iso(plan.as_of, plan.timezone),
        "timezone": plan.timezone,
        "horizon": {"from": outlook.today.isoformat(), "to": plan.end_on.isoformat()},
        "series": [_series(one, contacts.get(one.contact)) for one in plan.series],
        "occurrences": [_occurrence(one, plan.timezone) for one in plan.occurrences],
        "capacity": capacity_document(outlook),
        "unplaced": [{"contact": one.contact, "reason": str(one.reason)} for one in plan.unplaced],
        "load": [
            {
                "week": week_name(week.monday),
                "checkins": week.checkins,
                "minutes": week.minutes,
                "capacity": week.capacity,
            }
            for week in plan.load
        ],
    }


def plan_text(outlook: Outlook) -> str:
    """Return the document as text, each record on a line of its own: easy on eyes, grep and diff."""
    parts = []
    for key, value in plan_document(outlook).items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value:
            text = "[\n" + ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in value) + "\n  ]"
        parts.append(f'  "{key}": {text}')
    return "{\n" + ",\n".join(parts) + "\n}"


def _series(series: Series, contact: Contact | None) -> dict[str, Any]:
    return {
        "contact": series.contact,
        "name": contact.name if contact else series.contact,
        "category": series.category,
        "channel": series.channel,
        "cadence": "once" if series.city else str(series.cadence),
        "city": series.city or None,
        "uid": series.uid,
        "generation": series.generation,
        "start": iso(instant(series.local_start, series.timezone), series.timezone),
        "minutes": series.minutes,
        "timezone": series.timezone,
        "rrule": series.rrule,
        "exceptions": [_exception(one, series) for one in series.exceptions],
        "reason": str(series.reason),
    }


def _exception(exception: SlotException, series: Series) -> dict[str, Any]:
    slot = datetime.combine(exception.slot_on, series.local_time)
    moved_to = exception.local_start if isinstance(exception, Moved) else None
    return {
        "slot": iso(instant(slot, series.timezone), series.timezone),
        "start": iso(instant(moved_to, series.timezone), series.timezone) if moved_to else None,
        "reason": str(exception.reason),
    }


def _occurrence(one: Occurrence, timezone: str) -> dict[str, Any]:
    return {
        "contact": one.contact,
        "uid": one.uid,
        "slot": iso(one.slot_at, timezone),
        "start": iso(one.start_at, timezone),
        "end": iso(one.end_at, timezone),
        "summary": one.summary,
        "reason": str(one.reason),
    }
