"""Where a series and each slot of it belong on a calendar, by keys of moments (`content.moment_key`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from netkeep_sync.core.pattern import slots_from
from netkeep_sync.core.projection import SeriesProjection
from netkeep_sync.core.series import Rule, instant, zone
from netkeep_sync.targets.content import endless, moment_key, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netkeep_sync.core.projection import Projection
    from netkeep_sync.targets.held import Held

__all__ = ["begun_as_held", "is_beyond", "to_place", "wall_clock"]


def begun_as_held(projection: Projection, held: Held) -> Projection:
    """Return the projection with the start that its entry has, where that makes the same check-ins from its
    own start on: a rhythm that the owner gave their event has begun before, be it by the clock of another
    zone.

    To write a start anew would put back what they have moved or deleted in the series since.
    """
    if isinstance(projection, SeriesProjection) and held.minutes:
        projection = replace(projection, minutes=held.minutes)
    first, *_ = held.content.span.split(" ")
    start, _, timezone = first.partition("/")
    if not isinstance(projection, SeriesProjection) or "T" not in start:
        return projection
    local_start, first_on = wall_clock(start, projection), projection.local_start.date()
    if timezone != projection.timezone:
        local_start = datetime.combine(local_start, projection.local_start.time())
    rule, theirs = (endless(words) for words in (f"RRULE:{projection.rrule}", held.content.rule))
    is_earlier = local_start.date() < first_on and local_start.time() == projection.local_start.time()
    if rule != theirs or not is_earlier:
        return projection
    days = list(takewhile(lambda day: day <= first_on, slots_from(_rule(projection), local_start.date())))
    # A start that is no instance of its rule is a check-in all the same, for which there is no slot.
    is_same = days[:1] == [local_start.date()] and days[-1] == first_on
    return replace(projection, local_start=local_start) if is_same else projection


def _rule(projection: SeriesProjection) -> Rule:
    return Rule.parse(endless(projection.rrule))


def to_place(projection: SeriesProjection, held: Held, *, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield each slot whose occurrence is not where the projection has it, and where it belongs, "" for
    nowhere: where it is moved to, or back in its place.

    What is over stays as it is, and so does what the owner moved, and what is left over from another rhythm
    of theirs.
    """
    goals = _goals(projection)
    for slot in sorted(goals.keys() | held.slots.keys()):
        goal, where = goals.get(slot, _own_goal(slot, projection)), held.slots.get(slot, slot)
        if goal is None or goal == where or slot in held.their_slots:
            continue
        if max(goal, where) >= moment_key(now):
            yield slot, goal


def _goals(projection: SeriesProjection) -> dict[str, str]:
    """Return where each slot belongs that is elsewhere than its series has it, "" for nowhere."""
    time = projection.local_start.time()

    def key(local: datetime) -> str:
        return moment_key(instant(local, projection.timezone))

    goals = {key(datetime.combine(slot_on, time)): key(start) for slot_on, start in projection.moved}
    return goals | {key(datetime.combine(slot_on, time)): "" for slot_on in projection.cancelled}


def _own_goal(slot: str, projection: SeriesProjection) -> str | None:
    """Return where a slot belongs by its series: nowhere beyond the end, for calendars keep the exceptions
    there; None for one that is none of its slots.
    """
    if is_beyond(slot, projection):
        return ""
    local = wall_clock(slot, projection)
    days = _rule(projection).days(projection.local_start.date(), end_on=local.date() + timedelta(days=1))
    start = datetime.combine(local.date(), projection.local_start.time())
    is_slot = local.date() in days and moment_key(instant(start, projection.timezone)) == slot
    return slot if is_slot else None


def is_beyond(slot: str, projection: SeriesProjection) -> bool:
    """Tell whether a slot lies beyond the end of its series."""
    until = projection.rrule.partition("UNTIL=")[2]
    return bool(until) and moment_of(slot) > moment_of(until)


def wall_clock(moment: str, projection: SeriesProjection) -> datetime:
    """Return a moment as a key on the wall clock of the series."""
    return moment_of(moment).astimezone(zone(projection.timezone)).replace(tzinfo=None)
