"""What a pass changed on a target, or would change, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netkeep_sync.core.entry import iso_in
from netkeep_sync.service.changes import Kind, changes_of

if TYPE_CHECKING:
    from netkeep_sync.core.entry import Difference
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.service.changes import Change
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.push import Pushed
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["fact_document", "target_document"]


def target_document(
    target: CalendarTarget, pushed: Pushed, outlook: Outlook, *, makes_calendar: bool
) -> dict[str, Any]:
    """Return what `sync --json` prints of one target, but what was heard there."""
    changes = changes_of(target, pushed, outlook)
    return {
        "target": target.name,
        "makes_calendar": makes_calendar,
        **{str(kind): [_change(one) for one in changes if one.kind is kind] for kind in Kind},
        "needs_sign_in": pushed.needs_sign_in,
        "problems": [*pushed.failures],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "contact": change.contact,
        "uid": change.uid,
        "title": change.title,
        "changes": [_difference(one) for one in change.differences],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    slot = {"slot": difference.slot} if difference.slot else {}
    return {"what": difference.what, **slot, "before": difference.before, "after": difference.after}


def fact_document(fact: AnyFact, *, timezone: str) -> dict[str, Any]:
    """Return one thing that the owner did: where it was seen, about whom, which slot, and what it says."""
    slot, start_at = getattr(fact, "slot", None), getattr(fact, "start_at", None)
    rule = getattr(fact, "rule", None)
    return {
        "target": fact.source,
        "contact": fact.contact,
        "fact": type(fact).__name__.lower(),
        "slot": slot.slot_on.isoformat() if slot else None,
        "start": iso_in(start_at, timezone) if start_at else None,
        "rrule": str(rule) if rule else None,
        "note": getattr(fact, "note", ""),
    }
