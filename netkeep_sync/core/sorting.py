"""The sorting out of what was planned before: each series is kept, is ended, or goes on until another has its
place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import chain, filterfalse
from operator import attrgetter
from typing import TYPE_CHECKING

from netkeep_sync.core.outcome import Result
from netkeep_sync.core.phrase import day_of, phrase
from netkeep_sync.core.rhythm import clock_day, counts_from_visit, demand, why_replan
from netkeep_sync.core.scene import Scene
from netkeep_sync.core.series import ENDED, Cancelled, Series, zone
from netkeep_sync.core.trip import Visit, is_still_wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import Rhythm
    from netkeep_sync.core.rhythm import Demand
    from netkeep_sync.core.scene import Given
    from netkeep_sync.core.series import SlotException

__all__ = ["Learned", "Sorting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What planning in vain has taught: `going_on` are contacts who keep an old rhythm for want of a new
    place, `given_up` are check-ins on trips that have lost theirs, and `new_visits` have just got one.
    """

    going_on: frozenset[str] = frozenset()
    given_up: frozenset[str] = frozenset()
    new_visits: tuple[Series, ...] = ()


class Sorting(Scene):
    """The earlier series, sorted: `kept`, `ended`, and `tails`, which have an end that lies ahead. Those who
    keep an old rhythm are `left_out` of a new one; `standing_visits` are the check-ins on trips that are
    still wanted.
    """

    def __init__(self, given: Given, learned: Learned) -> None:
        super().__init__(given)
        self.going_on = learned.going_on
        self._given_up = learned.given_up
        self._new_visits = learned.new_visits
        self.generation_by_contact: dict[str, int] = {}
        self.tails: list[Series] = []
        self.ended: list[Series] = []
        self.left_out: list[tuple[Contact, Demand]] = []
        self._rhythm_by_contact: dict[str, int] = {}
        self.standing_visits: list[Visit] = []
        self._missed_visits: dict[str, list[Series]] = {}

    def count_generations(self, previous: Sequence[Series]) -> None:
        """Take note of the last generation that each contact has had."""
        for series in (*previous, *self._new_visits):
            for latest in [self.generation_by_contact, *([] if series.city else [self._rhythm_by_contact])]:
                latest[series.contact] = max(latest.get(series.contact, 0), series.generation)

    def next_generation(self, contact: str) -> int:
        """Return the number of the series that the contact would get next."""
        return self.generation_by_contact.get(contact, 0) + 1

    def with_own_rhythms(self, previous: Sequence[Series]) -> list[Series]:
        """Return the earlier series with those that follow a rhythm of the owner's in the place of others."""
        found = []
        for series in previous:
            contact = self.contacts.get(series.contact)
            rhythm = self.history(contact).rhythm if contact and not series.city else None
            if contact and rhythm and series.generation < rhythm.generation:
                found.append(self._make_way(series, rhythm))
            elif contact and rhythm and series.generation == rhythm.generation:
                found.append(self._from_then(contact, series, rhythm))
            else:
                found.append(series)
        return found

    def _make_way(self, series: Series, rhythm: Rhythm) -> Series:
        """End a series where the owner's own rhythm begins, if it does not end before that anyway."""
        if series.until_on is not None and series.until_on <= rhythm.from_on:
            return series
        ended = self.end(series, before=max(datetime.combine(rhythm.from_on, time()), self._told(rhythm)))
        if ended != series and not self.has_more(ended):
            self.ended.append(ended)
        return ended

    def _from_then(self, contact: Contact, series: Series, rhythm: Rhythm) -> Series:
        """Count from the last meeting before the owner's own rhythm, on whatever day that was."""
        held = self.history(contact).held
        if held and held.day < max(series.first_on, self._told(rhythm).date() + timedelta(days=1)):
            return replace(series, clock_on=held.day)
        return series

    def _told(self, rhythm: Rhythm) -> datetime:
        return rhythm.noted_at.astimezone(zone(self.roster.timezone)).replace(tzinfo=None)

    def sort_out(self, previous: Sequence[Series]) -> dict[str, Series]:
        """Keep or end each living series; return those that go on until a new one has its place."""
        self.earlier = {series.uid: series for series in previous if not series.city}
        self._sort_out_visits(filter(attrgetter("city"), previous))
        ending: dict[str, Series] = {}
        for series in filterfalse(attrgetter("city"), previous):
            contact = self.contacts.get(series.contact)
            if series.until_on is not None and not self.has_more(series):
                continue
            if contact is None:
                self.ended.append(self.end(series, before=self.local_now))
            elif pause := self.history(contact).pause:
                cut_on = pause.from_on
                self.tails.append(series.ended(cut_on) if cut_on else self.end(series, before=self.local_now))
            elif series.until_on is not None:
                self.tails.append(series)
            elif not self._why_replan(contact, series):
                self.kept[contact.key] = self._refresh(contact, series)
            elif contact.key in self.going_on:
                self._go_on(contact, series)
            else:
                ending[contact.key] = series
        return ending

    def _go_on(self, contact: Contact, series: Series) -> None:
        """Keep the old rhythm, which is better than none; one of another time zone is ended all the same."""
        self.left_out.append((contact, self.demand(contact, series)))
        if series.timezone != self.roster.timezone:
            self.tails.append(self.make_way(contact, series))
            return
        # It still counts from the meeting it was planned for, so that a new one is looked for every time.
        self.kept[contact.key] = replace(self._refresh(contact, series), clock_on=series.clock_on)

    def _refresh(self, contact: Contact, series: Series) -> Series:
        """Return the series in today's words; its times stay."""
        held = self.history(contact).held
        reason = series.reason
        is_after_visit = counts_from_visit(series, held, self._visits_on(contact))
        if held and held.day != series.clock_on and series.first_on > self.today and not is_after_visit:
            reason = phrase(
                "{cadence} from {day}; it stood there already, and still suits",
                cadence=contact.cadence,
                day=day_of(held.day, today=self.today),
            )
        return replace(
            series,
            summary=contact.summary,
            category=contact.category,
            channel=contact.channel.key,
            minutes=contact.channel.minutes,
            clock_on=series.clock_on if is_after_visit else held.day if held else None,
            reason=reason,
        )

    def _why_replan(self, contact: Contact, series: Series) -> str | None:
        visits_on, history = self._visits_on(contact), self.history(contact)
        counts_from = series.clock_on
        if counts_from and counts_from > self.today and counts_from not in visits_on:
            return "the check-in on a trip that it counts from is off"
        return why_replan(
            contact,
            series,
            history,
            roster=self.roster,
            next_slot_on=self._next_slot_on(contact, series),
            visits_on=visits_on,
            missed_uids=[
                visit.uid
                for visit in self._missed_visits.get(contact.key, ())
                if visit.generation > series.generation or visit.first_on == counts_from
            ],
        )

    def _next_slot_on(self, contact: Contact, series: Series) -> date:
        """Return the next slot that stands, or that a check-in on a trip ahead stands for."""
        settled = self.settled(contact.key, series)
        standing = (slot_on for slot_on, start in self.starts(series) if start >= self.local_now)
        beyond = (slot_on for slot_on in series.slots(end_on=date.max) if slot_on >= self.reach_on)
        following = next(slot_on for slot_on in chain(standing, beyond) if slot_on not in settled)
        if contact.key not in self.visits:
            return following
        held = self.history(contact).held
        held_for = (held.slot.slot_on if held.slot else held.day) if held else date.min
        replaced = (
            slot_on
            for slot_on in series.slots(end_on=following)
            if slot_on >= self.today and slot_on not in settled
            if (instead := self.visit_instead(contact, slot_on)) and instead[0] >= self.today
            if instead[0] > held_for
        )
        return next(replaced, following)

    def make_way(self, contact: Contact, series: Series) -> Series:
        """Return the series as another leaves it that takes its place: with what is too near to be moved, and
        what the owner has put where it is.
        """
        return self.end(series, before=self.local_frozen, keeping=self.owners_slots(contact, series))

    def end(self, series: Series, *, before: datetime, keeping: Collection[date] = ()) -> Series:
        """Return the series with nothing left that would start at or after `before`, wall clock, but for the
        slots that are kept.
        """
        last_on = None
        gone: list[SlotException] = []
        standing = dict(self.starts(series))
        for slot_on in series.slots(end_on=self.reach_on):
            own_start = datetime.combine(slot_on, series.local_time)
            start = standing.get(slot_on) or self.on_owners_clock(own_start, series.timezone)
            if slot_on in standing and (start < before or slot_on in keeping):
                last_on = slot_on
            elif start >= before:
                gone.append(Cancelled(slot_on=slot_on, reason=ENDED))
        until_on = last_on + timedelta(days=1) if last_on else series.first_on
        exceptions = {one.slot_on: one for one in (*series.exceptions, *gone)}
        return replace(
            series,
            until_on=until_on,
            exceptions=tuple(one for day, one in sorted(exceptions.items()) if day < until_on),
        )

    # -- check-ins on trips ---------------------------------------------------------------------------

    def _sort_out_visits(self, previous: Iterable[Series]) -> None:
        for series in previous:
            self._sort_out_visit(self.contacts.get(series.contact), series)
        for series in self._new_visits:
            self._expect_visit(self.contacts[series.contact], series, is_new=True)

    def _sort_out_visit(self, contact: Contact | None, series: Series) -> None:
        """Keep a check-in on a trip, or end it; what is over, or too near to be moved, stays."""
        if series.until_on == series.first_on:
            return
        planned = self.on_owners_clock(series.local_start, series.timezone)
        start = next((start for _, start in self.starts(series)), planned)
        is_over = start + timedelta(minutes=series.minutes) <= self.local_now
        if contact is None or (not is_over and self._is_put_off(contact, series.first_on)):
            if not is_over:
                self.ended.append(self.end(series, before=self.local_now))
        elif is_over:
            self._note_visit(contact, series)
        elif (
            start >= self.local_frozen
            and series.first_on not in self.owners_slots(contact, series)
            and (series.uid in self._given_up or not is_still_wanted(self, contact, series))
        ):
            self.ended.append(self.end(series, before=self.local_frozen))
        else:
            self._expect_visit(contact, series)

    def _is_put_off(self, contact: Contact, day: date) -> bool:
        """Tell whether the owner does not want to meet the contact on that day."""
        history = self.history(contact)
        is_paused = history.pause is not None and (history.pause.from_on or day) <= day
        return is_paused or (history.snoozed_until_on or day) > day

    def _expect_visit(self, contact: Contact, series: Series, *, is_new: bool = False) -> None:
        self.standing_visits.append(Visit(self, contact, series, is_new=is_new))
        self._note_visit(contact, series)

    def _note_visit(self, contact: Contact, series: Series) -> None:
        """Take note of a check-in on a trip, skipped ones too: it stands for one of the contact's series."""
        outcome = self.settled(contact.key, series).get(series.first_on)
        if outcome and outcome.result is Result.MISSED:
            self._missed_visits.setdefault(contact.key, []).append(series)
        else:
            self.visits.setdefault(contact.key, []).append((series.first_on, series.city))

    def _visits_on(self, contact: Contact) -> list[date]:
        return [visit_on for visit_on, _ in self.visits.get(contact.key, ())]

    # -- what a new series has to fulfil ---------------------------------------------------------------

    def demand(self, contact: Contact, ending: Series | None = None) -> Demand:
        """Return what a new series has to fulfil; what is still to come of an old one counts: of the `ending`
        one, that is what is frozen.
        """
        history = self.history(contact)
        clock_on = clock_day(contact, history)
        days = [clock_on] if clock_on else []
        if ending is not None:
            frozen = (start for _, start in self._coming_starts(contact, ending) if start < self.local_frozen)
            days += [start.date() for start in frozen]
        for tail in self.tails:  # one that the owner has cut off may go on for years
            if tail.contact == contact.key:
                owners = self.owners_slots(contact, tail)
                coming = self._coming_starts(contact, tail)
                days += [
                    start.date()
                    for slot_on, start in coming
                    if slot_on not in owners or start < self.local_frozen
                ]
        wanted = self._demand_after(contact, max(days, default=None))
        visits_on = [day for day in self._visits_on(contact) if self.today <= day <= wanted.window[1]]
        if not visits_on:
            return wanted
        visit_on, history = max(visits_on), replace(history, replanned=None)
        wanted = demand(contact, history, base_on=visit_on, today=self.today)
        return replace(wanted, visit_on=visit_on)

    def _demand_after(self, contact: Contact, base_on: date | None) -> Demand:
        """Return what a new series has to fulfil that counts from a day, or from one about its window of
        which the owner has said whether they meet: that is the check-in that would be due.
        """
        history, generation = self.history(contact), self._rhythm_by_contact.get(contact.key, 0) + 1
        flex = timedelta(days=contact.flex_days)
        wanted = demand(contact, history, base_on=base_on, generation=generation, today=self.today)
        for day, is_meeting in self.owners_days(contact, self.next_generation(contact.key)):
            since = self.today
            if base_on:
                since = max(since, base_on) if is_meeting else contact.cadence.after(base_on) - flex
            if not since <= day <= wanted.window[1] + flex:
                continue
            base_on = day
            wanted = demand(contact, history, base_on=day, generation=generation, today=self.today)
            if not is_meeting:
                let_go_on = day_of(day, today=self.today)
                why = phrase("{cadence} from {day}, which you let go", cadence=contact.cadence, day=let_go_on)
                wanted = replace(wanted, reason=why)
        return wanted

    def frozen_starts(self, contact: Contact, series: Series) -> Iterator[datetime]:
        """Yield when the check-ins are that stay: too near to be moved, or put there by the owner."""
        owners = self.owners_slots(contact, series)
        for slot_on, local_start in self._coming_starts(contact, series):
            if local_start < self.local_frozen or slot_on in owners:
                yield local_start

    def _coming_starts(self, contact: Contact, series: Series) -> Iterator[tuple[date, datetime]]:
        """Yield slots and starts of the check-ins that are still to come."""
        settled = self.settled(contact.key, series)
        snoozed_until_on = self.history(contact).snoozed_until_on or self.today
        for slot_on, local_start in self.starts(series):
            if (
                self.local_now <= local_start
                and slot_on not in settled
                and local_start.date() >= snoozed_until_on
            ):
                yield slot_on, local_start
