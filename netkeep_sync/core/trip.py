"""Check-ins on trips: who lives where the owner travels is met there, in person, when it is nearly time.

Such a visit is a series of one occurrence, in the clock of the city. It stands for the check-in that was
due about then, which falls out of its own series; once it is held, the contact's clock runs from there.
A visit is never moved: one that has lost its place is given up, and another planned where there is room.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import lies_in_hours, start_times, wall_clock_is_whole
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.contact import slug
from netkeep_sync.core.fitting import Fitting
from netkeep_sync.core.phrase import day_of, phrase
from netkeep_sync.core.rhythm import LEAD_DAYS, clock_day, early_by, standing
from netkeep_sync.core.series import Rule, Series, series_uid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from netkeep_sync.core.channel import Channel
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Roster, Trip
    from netkeep_sync.core.scene import Scene

__all__ = ["Visit", "is_still_wanted", "plan_visits"]

_ONCE = Cadence(unit=Unit.WEEK, count=1)


def _trip_of(roster: Roster, contact: Contact, series: Series) -> Trip | None:
    """Return the trip that a visit belongs to, None when it is off or the contact has moved away."""
    return next(
        (trip for trip in roster.trips if _lives_there(contact, trip) and series.first_on in trip.days), None
    )


def _channel_of(roster: Roster, contact: Contact, series: Series) -> Channel | None:
    trip = _trip_of(roster, contact, series)
    channels = _channels(contact, trip) if trip else ()
    return next((one for one in channels if one.key == series.channel), None)


def _lives_there(contact: Contact, trip: Trip) -> bool:
    return contact.city != "" and slug(contact.city) == slug(trip.city)


def _channels(contact: Contact, trip: Trip) -> tuple[Channel, ...]:
    return trip.channels if contact.channel.is_remote else (contact.channel,)


def _timezone(roster: Roster, trip: Trip) -> str:
    return trip.timezone or roster.timezone


# -- a visit that stands --------------------------------------------------------------------------


def is_still_wanted(scene: Scene, contact: Contact, series: Series) -> bool:
    """Tell whether a visit still goes with its trip and its channel, and they have not just met."""
    trip, channel = _trip_of(scene.roster, contact, series), _channel_of(scene.roster, contact, series)
    if trip is None or channel is None or series.timezone != _timezone(scene.roster, trip):
        return False
    if not lies_in_hours(channel, series.local_time):
        return False
    held = scene.history(contact).held
    if held is None or held.day == series.clock_on:
        return True
    return series.first_on >= contact.cadence.after(held.day) - early_by(contact, has_met=True)


class Visit(Fitting):
    """A visit held against the book: it stays where it is, or `is_lost`. A new one has its place."""

    def __init__(self, scene: Scene, contact: Contact, series: Series, *, is_new: bool = False) -> None:
        channel = _channel_of(scene.roster, contact, series)
        held = scene.history(contact).held
        if channel is not None:
            contact = replace(contact, channel=channel)
            series = replace(
                series,
                summary=contact.summary,
                category=contact.category,
                minutes=channel.minutes,
                clock_on=held.day if held else None,
            )
        super().__init__(scene, contact, series, is_new=is_new)
        self.uid = series.uid
        self.is_lost = False

    def freeze(self) -> None:
        """Do what the owner asked for, and enter what is new or too near."""
        self.drop_settled()
        for slot_on, local_start in self._ahead():
            if slot_on in self._let_go:
                continue
            if self._is_new or slot_on in self._owners or local_start < self._scene.local_frozen:
                self._scene.take(self.contact, local_start, self._series.minutes)
            else:
                self.loose.append((slot_on, local_start))

    def keep(self, slot_on: date, local_start: datetime) -> None:
        """Enter it where it is; the hour is the city's."""
        if _has_room(self._scene, self.contact, slot_on, local_start):
            self._scene.take(self.contact, local_start, self._series.minutes)
        else:
            self.is_lost = True


def _has_room(scene: Scene, there: Contact, day: date, local_start: datetime) -> bool:
    """Tell whether the day is open where they meet, and the time free on the owner's clock."""
    local_end = local_start + timedelta(minutes=there.channel.minutes)
    return (
        scene.book.why_closed(there, day) is None
        and local_end.date() == local_start.date()
        and scene.book.has_room(there, local_start)
    )


# -- a new one ------------------------------------------------------------------------------------


def plan_visits(scene: Scene, generation_by_contact: Mapping[str, int]) -> Iterator[Series]:
    """Yield a visit for everybody whose city the owner comes to when it is nearly time, the latest
    first, and enter it in the book. Nobody gets two at once: a second one depends on the first.
    """
    visited: set[str] = set()
    for trip in scene.roster.trips:
        there = [one for one in scene.roster.contacts if _lives_there(one, trip) and one.key not in visited]
        there.sort(key=lambda one: (-standing(one, scene.history(one), today=scene.today).slip, one.key))
        for contact in there:
            days = _days(scene, contact, trip)
            generation = generation_by_contact.get(contact.key, 0) + 1
            visit = _visit(scene, contact, trip, days=days, generation=generation)
            if visit is not None:
                visited.add(contact.key)
                yield visit


def _days(scene: Scene, contact: Contact, trip: Trip) -> list[date]:
    """Return the days of the trip on which a check-in is due, or nearly so; none when they meet on the
    trip anyway.
    """
    history = scene.history(contact)
    if history.paused_on or any(visit_on in trip.days for visit_on, _ in scene.visits.get(contact.key, ())):
        return []
    soonest_on = scene.today + timedelta(days=LEAD_DAYS)
    soonest_on = max(trip.days.start_on, soonest_on, history.snoozed_until_on or soonest_on)
    for early_on, late_on in _spans(scene, contact, trip):
        first_on, last_on = max(soonest_on, early_on), min(trip.last_on, late_on, scene.level_on)
        if first_on <= last_on:
            return [first_on + timedelta(days=offset) for offset in range((last_on - first_on).days + 1)]
    return []


def _spans(scene: Scene, contact: Contact, trip: Trip) -> Iterator[tuple[date, date]]:
    """Yield from when to when a visit could stand for each check-in that lies ahead."""
    clock_on = clock_day(contact, scene.history(contact))
    early, flex = early_by(contact, has_met=clock_on is not None), timedelta(days=contact.flex_days)
    series = scene.kept.get(contact.key)
    if series is None:
        yield (contact.cadence.after(clock_on) - early if clock_on else trip.days.start_on), trip.last_on
        return
    settled = scene.settled(contact.key, series)
    ahead = [
        (slot_on, start)
        for slot_on, start in scene.starts(series)
        if start >= scene.local_now and slot_on not in settled
    ]
    if not contact.channel.is_remote and any(start.date() in trip.days for _, start in ahead):
        return
    for slot_on, start in ahead:
        if contact.key in scene.latest_on:
            yield slot_on - early, max(slot_on + flex, scene.latest_on[contact.key])
        elif start >= scene.local_frozen:
            yield slot_on - early, slot_on + flex
        # Whoever was never met will have been by the check-in after this one.
        early = early_by(contact, has_met=True)


def _visit(scene: Scene, contact: Contact, trip: Trip, *, days: list[date], generation: int) -> Series | None:
    first, last = (day_of(day, today=scene.today) for day in (trip.days.start_on, trip.last_on))
    held = scene.history(contact).held
    for channel in _channels(contact, trip):
        there = replace(contact, channel=channel)
        local_start = _place(scene, there, trip, days)
        if local_start is not None:
            return Series(
                contact=contact.key,
                generation=generation,
                uid=series_uid(scene.roster.key, contact.key, generation),
                summary=there.summary,
                category=contact.category,
                channel=channel.key,
                cadence=_ONCE,
                minutes=channel.minutes,
                timezone=_timezone(scene.roster, trip),
                local_time=local_start.time(),
                first_on=local_start.date(),
                rule=Rule.through(local_start.date(), _ONCE),
                reason=phrase(
                    "you are in {city} from {first} to {last}", city=trip.city, first=first, last=last
                ),
                clock_on=held.day if held else None,
                until_on=local_start.date() + timedelta(days=1),
                city=trip.city,
            )
    return None


def _place(scene: Scene, there: Contact, trip: Trip, days: list[date]) -> datetime | None:
    """Return the emptiest time of the days, by the city's clock, and enter it in the book."""
    timezone, minutes = _timezone(scene.roster, trip), there.channel.minutes
    for day in sorted(days, key=lambda day: scene.book.day_load[scene.book.index(day)]):
        for at in start_times(there.channel):
            local_start = datetime.combine(day, at)
            start = scene.on_owners_clock(local_start, timezone)
            if wall_clock_is_whole(local_start, timezone, minutes) and _has_room(scene, there, day, start):
                scene.take(there, start, minutes)
                return local_start
    return None
