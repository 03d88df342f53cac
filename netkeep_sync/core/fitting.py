"""One series held against the book: which of its slots stand, which move, and which fall out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.outcome import Outcome, Result
from netkeep_sync.core.phrase import Day, Phrase, day_of, phrase
from netkeep_sync.core.placement import move_within
from netkeep_sync.core.rhythm import LEAD_DAYS
from netkeep_sync.core.series import Cancelled, Moved, Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.scene import Scene

__all__ = ["Fitting", "settle"]


class Fitting:
    """One series while it is held against the book; `exceptions` is what becomes of its slots.

    What has passed is not looked at: it stays what it was. Of a new series nothing is frozen yet.
    """

    def __init__(self, scene: Scene, contact: Contact, series: Series, *, is_new: bool = False) -> None:
        self._scene = scene
        self._is_new = is_new
        self.contact = contact
        self.exceptions = {one.slot_on: one for one in series.exceptions}
        self._series = series
        self._settled = scene.settled(contact.key, series)
        self._owners = scene.owners_slots(contact, series)
        rhythm = scene.history(contact).rhythm
        self._is_owners_rhythm = rhythm is not None and series.generation <= rhythm.generation
        self._let_go: set[date] = set()
        self.loose: list[tuple[date, datetime]] = []
        self._unfit: list[tuple[date, Phrase | None]] = []

    def series(self) -> Series:
        """Return the series with its exceptions as they are now."""
        exceptions = tuple(one for _, one in sorted(self.exceptions.items()))
        if exceptions == self._series.exceptions:
            return self._series
        return replace(self._series, exceptions=exceptions)

    def _ahead(self) -> Iterator[tuple[date, datetime]]:
        """Yield slot and start of what lies ahead; a cancelled slot's start is the slot's own."""
        for slot_on in self._series.slots(end_on=self._scene.reach_on):
            match self.exceptions.get(slot_on):
                case Moved(local_start=local_start):
                    pass
                case Cancelled(is_for_good=True):
                    continue
                case _:
                    local_start = datetime.combine(slot_on, self._series.local_time)
            local_start = self._scene.on_owners_clock(local_start, self._series.timezone)
            if local_start >= self._scene.local_now:
                yield slot_on, local_start

    def drop_settled(self) -> None:
        """Cancel what the owner has let go, or held early on another day."""
        if not self._settled:
            return
        for slot_on, local_start in self._ahead():
            match self._settled.get(slot_on):
                case Outcome(result=Result.HELD, day=day) if day != local_start.date():
                    self._let_slot_go(slot_on, phrase("held on {day}", day=self._day(day)))
                case Outcome(result=Result.SKIPPED | Result.MISSED):
                    self._let_slot_go(slot_on, phrase("skipped"))
                case _:
                    pass

    def _let_slot_go(self, slot_on: date, reason: Phrase) -> None:
        self.exceptions[slot_on] = Cancelled(slot_on=slot_on, reason=reason)
        self._let_go.add(slot_on)

    def freeze(self) -> None:
        """Do what the owner asked for, and enter what is too near to be moved."""
        self.drop_settled()
        self._drop_visited()
        self._heed_owners_days()
        self._snooze()
        for slot_on, local_start in self._ahead():
            if slot_on in self._let_go:
                continue
            if self._is_loose(slot_on, local_start):
                self.loose.append((slot_on, local_start))
            elif not isinstance(self.exceptions.get(slot_on), Cancelled):
                self._scene.take(self.contact, local_start, self._series.minutes)

    def _is_loose(self, slot_on: date, local_start: datetime) -> bool:
        """Tell whether a check-in may be moved: one that the owner moved may not, nor one by the clock of
        an earlier time zone.
        """
        if slot_on in self._owners and not isinstance(self.exceptions.get(slot_on), Cancelled):
            return False
        if self._is_new:
            return True
        return (
            local_start >= self._scene.local_frozen and self._series.timezone == self._scene.roster.timezone
        )

    def _drop_visited(self) -> None:
        """Cancel what a check-in on a trip stands for."""
        if self.contact.key not in self._scene.visits:
            return
        for slot_on, local_start in self._ahead():
            instead = self._scene.visit_instead(self.contact, slot_on)
            if instead is not None and self._is_loose(slot_on, local_start):
                visit_on, city = instead
                why = phrase("you meet in {city} on {day} instead", city=city, day=self._day(visit_on))
                self._let_slot_go(slot_on, why)

    def _heed_owners_days(self) -> None:
        """Cancel what lies near a day of which the owner has spoken in an earlier series, but for the first:
        its place was looked for knowing of them.
        """
        days = self._scene.owners_days(self.contact, self._series.generation)
        if not days:
            return
        flex = timedelta(days=self.contact.flex_days)
        for slot_on, local_start in self._ahead():
            near = next((one for one in days if abs(one.day - slot_on) <= flex), None)
            if near and slot_on != self._series.first_on and self._is_loose(slot_on, local_start):
                meets = phrase("you meet on {day}", day=self._day(near.day))
                self._let_slot_go(slot_on, meets if near.is_meeting else phrase("skipped"))

    def drop_snoozed(self) -> None:
        """Cancel what lies before the snooze; the new series begins behind it."""
        until_on = self._scene.history(self.contact).snoozed_until_on
        for slot_on, local_start in self._ahead():
            if until_on is not None and local_start.date() < until_on:
                self._let_slot_go(slot_on, self._snoozed(until_on))

    def _snoozed(self, until_on: date) -> Phrase:
        return phrase("snoozed until {day}", day=self._day(until_on))

    def _day(self, day: date) -> Day:
        return day_of(day, today=self._scene.today)

    def _snooze(self) -> None:
        """Move the next check-in behind the snooze; those that a following slot makes up for fall out."""
        until_on = self._scene.history(self.contact).snoozed_until_on
        if until_on is None:
            return
        ahead = [one for one in self._ahead() if one[0] not in self._let_go]
        early = [
            slot_on for slot_on, start in ahead if start.date() < until_on and slot_on not in self._owners
        ]
        for slot_on in early:
            self._let_slot_go(slot_on, self._snoozed(until_on))
        visits_on = (visit_on for visit_on, _ in self._scene.visits.get(self.contact.key, ()))
        others = [*(start.date() for _, start in ahead), *self._newer_days(), *visits_on]
        following = min((day for day in others if day >= until_on), default=None)
        half_period = timedelta(days=self.contact.cadence.period_days / 2)
        is_made_up_for = following is not None and following - until_on <= half_period
        if not early or is_made_up_for or any(day < until_on for day in self._newer_days()):
            return
        found = move_within(
            self._scene.book,
            self.contact,
            local_slot=datetime.combine(early[-1], self._series.local_time),
            why=self._snoozed(until_on),
            days=[until_on + timedelta(days=offset) for offset in range(half_period.days + 1)],
        )
        self.exceptions[early[-1]] = found
        if isinstance(found, Moved):
            self._scene.take(self.contact, found.local_start, self._series.minutes)

    def _newer_days(self) -> list[date]:
        """Return the days ahead of the series that came after this one, if it is not the latest."""
        latest = self._scene.kept.get(self.contact.key)
        if latest is None or latest.uid == self._series.uid:
            return []
        return [start.date() for _, start in self._scene.starts(latest) if start >= self._scene.local_now]

    def keep(self, slot_on: date, local_start: datetime) -> None:
        """Enter a slot that still fits where it is, or where it was moved to."""
        if not isinstance(self.exceptions.get(slot_on), Cancelled) and self._stands(local_start):
            self._scene.take(self.contact, local_start, self._series.minutes)
        else:
            self._unfit.append((slot_on, self._scene.book.why_not(self.contact, local_start)))

    def _stands(self, local_start: datetime) -> bool:
        """Tell whether it may be where it is. The owner's own rhythm, and what is left of those before it,
        gives way to a closed day alone, and not to others.
        """
        if not self._is_owners_rhythm:
            return self._scene.book.fits(self.contact, local_start)
        channel, weekday = self.contact.channel, self._series.rule.weekday
        weekdays = channel.weekdays or self._scene.roster.availability.weekdays
        there = replace(self.contact, channel=replace(channel, weekdays=weekdays | {weekday}))
        return self._scene.book.why_closed(there, local_start.date()) is None

    def move(self) -> None:
        """Find another time for the rest, and a place again for what was cancelled for want of one.

        Only after everybody else stands: a place that was given up is nobody's until then.
        """
        for slot_on, why in self._unfit:
            if self._may_still_be_booked(slot_on):
                continue
            local_slot = datetime.combine(slot_on, self._series.local_time)
            if slot_on >= self._free_from() and self._scene.book.fits(self.contact, local_slot):
                self.exceptions.pop(slot_on, None)
                self._scene.take(self.contact, local_slot, self._series.minutes)
                continue
            found = move_within(
                self._scene.book,
                self.contact,
                local_slot=local_slot,
                why=why or phrase("its slot is taken"),
                days=list(self._days_around(slot_on)),
            )
            if isinstance(found, Moved):
                self._scene.take(self.contact, found.local_start, self._series.minutes)
            elif isinstance(known := self.exceptions.get(slot_on), Cancelled) and known.is_for_want_of_a_day:
                continue  # in the words it was cancelled with: nothing has changed
            self.exceptions[slot_on] = found

    def _may_still_be_booked(self, slot_on: date) -> bool:
        """Tell whether a slot gave way to busy time, and a calendar that may still hold it can't be read."""
        known = self.exceptions.get(slot_on)
        return not self._scene.busy.is_whole and isinstance(known, Cancelled) and known.is_for_busy_time

    def _free_from(self) -> date:
        """Return the first day that a check-in may be moved to."""
        if self._is_new:
            return self._scene.today + timedelta(days=LEAD_DAYS)
        return self._scene.local_frozen.date() + timedelta(days=1)

    def _days_around(self, slot_on: date) -> Iterator[date]:
        """Yield the day itself (for another hour), then its neighbours, the later one of two first."""
        first_on = self._free_from()
        for offset in range(self.contact.flex_days + 1):
            for day in dict.fromkeys((slot_on + timedelta(days=offset), slot_on - timedelta(days=offset))):
                if day >= first_on:
                    yield day


def settle(fittings: Sequence[Fitting]) -> None:
    """Hold series against the book, each step for all of them before the next.

    Slots are entered by their days: one that has only now come into the horizon, at its far end, takes
    no place of one that was in it before.
    """
    for each in fittings:
        each.freeze()
    loose = [
        (slot_on, index, local_start)
        for index, each in enumerate(fittings)
        for slot_on, local_start in each.loose
    ]
    for slot_on, index, local_start in sorted(loose):
        fittings[index].keep(slot_on, local_start)
    for each in fittings:
        each.move()
