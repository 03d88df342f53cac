"""What the owner did to check-ins on a calendar, and what it means for planning: their word stands.

A check-in that they moved stays where they put it. A rhythm that they gave a series takes the place of the
roster's, opens the weekday and the hour it lies on, and holds until the roster asks for another cadence.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import lies_in_hours
from netkeep_sync.core.cadence import Cadence
from netkeep_sync.core.channel import Hours
from netkeep_sync.core.phrase import phrase
from netkeep_sync.core.reconcile import own_moves
from netkeep_sync.core.series import Cancelled, Moved, Series, series_uid, zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import AnyFact, Rhythm
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.series import SlotException

__all__ = ["YOURS", "own_cadence", "own_series", "with_moves", "with_own_rhythm"]

YOURS = phrase("you moved it there")


def with_moves(series: Iterable[Series], facts: Iterable[AnyFact], *, timezone: str) -> tuple[Series, ...]:
    """Return the series with each check-in where the owner, who lives by the clock of `timezone`, has put it,
    in whatever order they come.
    """
    moves = own_moves(facts, timezone=timezone)
    if not moves:
        return tuple(series)
    by_uid: dict[str, dict[date, datetime]] = {}
    for slot, start_at in moves.items():
        by_uid.setdefault(slot.uid, {})[slot.slot_on] = start_at
    return tuple(_moved(one, by_uid[one.uid]) if one.uid in by_uid else one for one in series)


def _moved(series: Series, starts: Mapping[date, datetime]) -> Series:
    exceptions = {one.slot_on: one for one in series.exceptions}
    for slot_on, start_at in starts.items():
        if not _is_open(series, exceptions.get(slot_on), slot_on):
            continue
        local_start = start_at.astimezone(zone(series.timezone)).replace(tzinfo=None)
        if local_start == datetime.combine(slot_on, series.local_time):
            exceptions.pop(slot_on, None)
        else:
            exceptions[slot_on] = Moved(slot_on=slot_on, local_start=local_start, reason=YOURS)
    return replace(series, exceptions=tuple(one for _, one in sorted(exceptions.items())))


def _is_open(series: Series, known: SlotException | None, slot_on: date) -> bool:
    """Tell whether a series still has an occurrence of a slot, or may have it again."""
    has_ended = series.until_on is not None and slot_on >= series.until_on
    return not has_ended and not (isinstance(known, Cancelled) and known.is_for_good)


def own_cadence(rhythm: Rhythm) -> Cadence:
    """Return how often the owner's own rhythm comes round."""
    return Cadence(unit=rhythm.rule.unit, count=rhythm.rule.interval)


def with_own_rhythm(
    contact: Contact, history: History, *, series: Iterable[Series], weekdays: frozenset[int]
) -> Contact:
    """Return the contact as the owner's own rhythm has it, if they gave one and the roster agrees: it has
    the cadence of then, or that of the rhythm, and had no other since. `weekdays` are the owner's days.
    """
    rhythm = history.rhythm
    if rhythm is None or contact.cadence not in (rhythm.instead_of, own_cadence(rhythm)):
        return contact
    if _is_over(rhythm, series):
        return contact
    cadence, channel = own_cadence(rhythm), contact.channel
    start = _local_start(rhythm)
    hours = Hours(start=start.time(), end=(start + timedelta(minutes=channel.minutes)).time())
    if not lies_in_hours(channel, start.time()) and hours.start < hours.end:
        channel = replace(channel, hours=tuple(sorted((*channel.hours, hours))))
    open_on = weekdays if channel.weekdays is None else channel.weekdays
    if rhythm.rule.weekday not in open_on:
        channel = replace(channel, weekdays=open_on | {rhythm.rule.weekday})
    # A tolerance of weeks suits no rhythm of days.
    flex_days = (
        contact.flex_days
        if cadence == contact.cadence
        else round(contact.flex_days * cadence.period_days / contact.cadence.period_days)
    )
    return replace(contact, cadence=cadence, channel=channel, flex_days=flex_days)


def _is_over(rhythm: Rhythm, series: Iterable[Series]) -> bool:
    """Tell whether a later series has been planned by another cadence, which the roster had meanwhile."""
    later = [
        one
        for one in series
        if one.contact == rhythm.contact
        and one.generation > rhythm.generation
        and one.until_on != one.first_on
        and not one.city
    ]
    latest = max(later, key=lambda one: one.generation, default=None)
    return latest is not None and latest.cadence != own_cadence(rhythm)


def own_series(rhythm: Rhythm, instead_of: Series, *, roster: str) -> Series:
    """Return the series that follows the owner's own rhythm in place of another."""
    start = _local_start(rhythm)
    return replace(
        instead_of,
        generation=rhythm.generation,
        uid=series_uid(roster, rhythm.contact, rhythm.generation),
        cadence=own_cadence(rhythm),
        timezone=rhythm.timezone,
        local_time=start.time(),
        first_on=start.date(),
        rule=rhythm.rule,
        reason=phrase("your own rhythm, from your calendar"),
        city="",
        until_on=None,
        exceptions=(),
    )


def _local_start(rhythm: Rhythm) -> datetime:
    return rhythm.start_at.astimezone(zone(rhythm.timezone)).replace(tzinfo=None)
