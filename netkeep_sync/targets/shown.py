"""What a remote calendar shows of an entry, by what it last told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.entry import Entry, iso_in, plain_rrule
from netkeep_sync.targets.content import moment_of

if TYPE_CHECKING:
    from netkeep_sync.targets.held import Held

__all__ = ["shown_of"]


def shown_of(held: Held) -> Entry | None:
    """Return what is shown; None where the entry is gone."""
    if held.is_gone:
        return None
    content = held.content
    start, end, *lines = content.time.split(" ")
    start, timezone = _zoned(start)
    end, _ = _zoned(end)
    rules = [line.partition(":")[2] for line in lines if line.startswith("RRULE:")]
    return Entry(
        title=content.summary,
        start=_iso(start, timezone),
        timezone=timezone,
        minutes=round((moment_of(end) - moment_of(start)) / timedelta(minutes=1)) if timezone else 0,
        rrule=plain_rrule(rules[0]) if rules else "",
        notes=content.notes,
        place=content.place,
        exceptions=tuple(
            (_iso(slot, timezone), _iso(where, timezone) if where else "")
            for slot, where in sorted(held.slots.items())
            if where != slot
        ),
    )


def _zoned(moment: str) -> tuple[str, str]:
    """Return a moment of a content and its zone, "" for that of a day."""
    key, _, timezone = moment.partition("/")
    return key, timezone or ("UTC" if "T" in key else "")


def _iso(key: str, timezone: str) -> str:
    return iso_in(moment_of(key), timezone) if timezone else key
