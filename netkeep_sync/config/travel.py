"""The owner's travels: each with its days, and one at a time."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from netkeep_sync.core.roster import DateRange, Trip
from netkeep_sync.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.config.findings import Findings
    from netkeep_sync.config.schema import TripEntry
    from netkeep_sync.core.channel import Channel

__all__ = ["resolve_trips"]

_MOST_DAYS = 366


def resolve_trips(
    entries: Iterable[TripEntry], *, channels: tuple[Channel, ...], findings: Findings
) -> tuple[Trip, ...]:
    """Return the trips by their start; those that end before it or overlap are told.

    `channels` are the ways to meet in person.
    """
    trips = [
        (_trip(entry, channels), index)
        for index, entry in enumerate(entries)
        if not any(findings.is_told(("travel", index, key)) for key in ("from", "to"))
        and _has_length(index, entry, findings)
    ]
    trips.sort(key=lambda pair: (pair[0].days, pair[1]))
    _tell_overlaps(trips, findings)
    return tuple(trip for trip, _ in trips)


def _trip(entry: TripEntry, channels: tuple[Channel, ...]) -> Trip:
    days = DateRange(start_on=entry.start_on, end_on=entry.last_on + timedelta(days=1))
    return Trip(city=entry.city, days=days, channels=channels, timezone=entry.timezone or None)


def _has_length(index: int, entry: TripEntry, findings: Findings) -> bool:
    days = (entry.last_on - entry.start_on).days + 1
    if days < 1:
        findings.tell(
            ("travel", index, "to"),
            f"the trip to {shown(entry.city)} ends before it starts, on {entry.start_on}",
            f'write "from: {entry.last_on}" and "to: {entry.start_on}"',
        )
    elif days > _MOST_DAYS:
        findings.tell(
            ("travel", index, "to"),
            f"the trip to {shown(entry.city)} is {days} days long",
            f"write {entry.start_on + timedelta(days=_MOST_DAYS - 1)} or earlier",
        )
    return 1 <= days <= _MOST_DAYS


def _tell_overlaps(trips: list[tuple[Trip, int]], findings: Findings) -> None:
    """Tell each trip, of all sorted by start, that begins before an earlier one is over."""
    longest_so_far = accumulate(trips, lambda *both: max(both, key=lambda pair: pair[0].days.end_on))
    for (before, first), (trip, index) in zip(longest_so_far, trips[1:], strict=False):
        if trip.days.start_on < before.days.end_on:
            findings.tell(
                ("travel", index, "from"),
                f"on {trip.days.start_on} you are in {shown(before.city)}, "
                f"by {findings.where(('travel', first))}",
                f"write {before.days.end_on} or later, or end that trip earlier",
            )
