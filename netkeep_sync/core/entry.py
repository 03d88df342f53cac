"""What a calendar shows of one series or milestone, in words of no particular calendar system, and how that
differs from what it showed before.

Times are ISO 8601 with their offset, or a day for a whole one: they compare, sort and print as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from netkeep_sync.core.series import zone

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Difference", "Entry", "differences", "iso_in", "plain_rrule"]

_ORDER = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "UNTIL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One series or milestone as its calendar holds it.

    `exceptions` pairs the start of each slot that is elsewhere with where it is, "" for nowhere.
    """

    title: str
    start: str
    timezone: str
    minutes: int
    rrule: str
    notes: str
    place: str = ""
    exceptions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is otherwise: `what` names a field of an entry, or is `occurrence`, and then `slot`
    tells which. None stands for what is not there.
    """

    what: str
    before: str | int | None
    after: str | int | None
    slot: str | None = None


def differences(before: Entry | None, after: Entry | None) -> tuple[Difference, ...]:
    """Return in what two states of an entry differ; None is that of one that is not there."""
    names = [one.name for one in fields(Entry) if one.name != "exceptions"]
    found = []
    for name in names:
        was, is_now = (getattr(one, name) or None if one else None for one in (before, after))
        if was != is_now:
            found.append(Difference(what=name, before=was, after=is_now))
    return (*found, *_moves(before, after))


def _moves(before: Entry | None, after: Entry | None) -> tuple[Difference, ...]:
    """Return the occurrences that are elsewhere than before; one without an exception is in its slot."""
    if after is None:
        return ()
    was, is_now = (dict(one.exceptions) if one else {} for one in (before, after))
    if before is None or (before.start, before.rrule) != (after.start, after.rrule):
        was = {slot: start for slot, start in was.items() if slot in is_now}  # others may be no slots now
    return tuple(
        Difference(
            what="occurrence",
            before=was.get(slot, slot) or None,
            after=is_now.get(slot, slot) or None,
            slot=slot,
        )
        for slot in sorted(was.keys() | is_now.keys())
        if was.get(slot, slot) != is_now.get(slot, slot)
    )


def iso_in(at: datetime, timezone: str) -> str:
    """Return an instant as ISO 8601 in a zone, with its offset."""
    return at.astimezone(zone(timezone)).isoformat(timespec="seconds")


def plain_rrule(value: str) -> str:
    """Return an RRULE value in our own order, for every calendar has another."""
    parts = dict(part.partition("=")[::2] for part in value.upper().split(";") if part)
    parts = {"INTERVAL": "1", **parts}
    parts.pop("WKST", None)
    known = [name for name in _ORDER if name in parts]
    return ";".join(f"{name}={parts[name]}" for name in (*known, *sorted(parts.keys() - set(_ORDER))))
