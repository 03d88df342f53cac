"""The making of a plan, in rounds, so that nobody who has a place moves because of somebody else.

1. what stands is entered in the book: what is frozen first, then every slot that still fits;
2. slots that no longer fit (a holiday, away, a full week) are moved inside their tolerance, or cancelled;
3. whoever has no series, or needs a new one, gets a place: the next generation is planned before the old
   one is ended;
4. who lives where a trip goes is met there.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import chain, filterfalse
from operator import attrgetter
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import start_times
from netkeep_sync.core.fact import SlotName
from netkeep_sync.core.fitting import Fitting, settle
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.placement import choose
from netkeep_sync.core.reconcile import reconcile
from netkeep_sync.core.rhythm import clock_day, counts_from_visit, demand, why_replan
from netkeep_sync.core.scene import Scene
from netkeep_sync.core.series import ENDED, Cancelled, Series, local_occurrences, series_uid, zone
from netkeep_sync.core.trip import Visit, is_still_wanted, plan_visits
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netkeep_sync.core.availability import OpenDays
    from netkeep_sync.core.book import Book
    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import Rhythm
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.placement import Choice
    from netkeep_sync.core.rhythm import Demand
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import SlotException

__all__ = ["Planner"]

_FURTHEST_MOVE = timedelta(days=200)
"""No occurrence lies further from its slot: a snooze moves by half a period at most."""


class Planner(Scene):
    """The making of one plan. `going_on` are contacts who keep an old rhythm for want of a new place,
    `stuck` those of whom that has turned out only now; `given_up` and `lost` are the same for check-ins on
    trips that have lost theirs, and `new_visits` are those that have just got one. With `is_rarest_first`
    those who ask for least get their places first, which serves most people where not all can be served.
    """

    def __init__(
        self,
        roster: Roster,
        histories: Mapping[str, History],
        open_days: OpenDays,
        now: datetime,
        end_on: date | None,
        *,
        busy: Busy,
        going_on: frozenset[str],
        given_up: frozenset[str],
        new_visits: Sequence[Series],
        is_rarest_first: bool,
    ) -> None:
        super().__init__(roster, histories, open_days, now, end_on, busy=busy)
        self.going_on = going_on
        self._given_up = given_up
        self._new_visits = new_visits
        self._is_rarest_first = is_rarest_first
        self.stuck: set[str] = set()
        self.generation_by_contact: dict[str, int] = {}
        self.tails: list[Series] = []
        self.ended: list[Series] = []
        self.left_out: list[tuple[Contact, Demand]] = []
        self.lost: set[str] = set()
        self._rhythm_by_contact: dict[str, int] = {}
        self._standing_visits: list[Visit] = []
        self._missed_visits: dict[str, list[Series]] = {}

    def make(self, previous: Sequence[Series]) -> None:
        """Make the plan; its parts are then in `kept`, `ended`, `left_out` and the book."""
        self._count_generations(previous)
        previous = self._with_own_rhythms(previous)
        ending = self._sort_out(previous)
        self._count_passed(previous)
        self._passed = self.book.copy()
        self._stand(ending)
        self._place(self.roster.contacts, ending)

    def book_without(self, contact: Contact) -> Book:
        """Return the book as everybody else leaves it."""
        book = self._passed.copy()
        for series in (*self.kept.values(), *self.ended):
            other = self.contacts.get(series.contact)
            if other is None or other.key == contact.key:
                continue
            for _, local_start in self.starts(series):
                if local_start >= self.local_now:
                    buffer_minutes = other.channel.buffer_minutes
                    book.take(local_start, series.minutes, buffer_minutes=buffer_minutes)
        return book

    def with_newcomers(self, contacts: Sequence[Contact]) -> Planner:
        """Return a planner that has given new contacts a place too; this one stays as it is."""
        roster = replace(
            self.roster, contacts=tuple(sorted((*self.roster.contacts, *contacts), key=lambda one: one.key))
        )
        extended = copy(self)
        extended.roster = roster
        extended.open_days = self.open_days.for_roster(roster)
        extended.book = self.book.copy(extended.open_days)
        extended.contacts = self.contacts | {contact.key: contact for contact in contacts}
        extended.histories = {**self.histories, **reconcile(contacts, (), today=self.today)}
        extended.generation_by_contact = dict(self.generation_by_contact)
        extended.kept = dict(self.kept)
        extended.left_out = list(self.left_out)
        extended.latest_on = dict(self.latest_on)
        extended.stuck = set()
        extended._place(contacts, {})  # noqa: SLF001  of its own kind
        return extended

    def next_generation(self, contact: str) -> int:
        """Return the number of the series that the contact would get next."""
        return self.generation_by_contact.get(contact, 0) + 1

    # -- what becomes of the earlier series -------------------------------------------------------

    def _sort_out(self, previous: Sequence[Series]) -> dict[str, Series]:
        """Keep or end each living series; return those that go on until a new one has its place."""
        self._sort_out_visits(filter(attrgetter("city"), previous))
        ending: dict[str, Series] = {}
        for series in filterfalse(attrgetter("city"), previous):
            contact = self.contacts.get(series.contact)
            if series.until_on is not None and not self.has_more(series):
                continue
            if contact is None:
                self.ended.append(self._end(series, before=self.local_now))
            elif pause := self.history(contact).pause:
                before = datetime.combine(pause.from_on or self.today, time())
                self.tails.append(self._end(series, before=max(before, self.local_now)))
            elif series.until_on is not None:
                self.tails.append(series)
            elif not self._why_replan(contact, series):
                self.kept[contact.key] = self._refresh(contact, series)
            elif contact.key in self.going_on:
                self._go_on(contact, series)
            else:
                ending[contact.key] = series
        return ending

    def _with_own_rhythms(self, previous: Sequence[Series]) -> list[Series]:
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
        ended = self._end(series, before=max(datetime.combine(rhythm.from_on, time()), self._told(rhythm)))
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

    def _count_generations(self, previous: Sequence[Series]) -> None:
        for series in (*previous, *self._new_visits):
            for latest in [self.generation_by_contact, *([] if series.city else [self._rhythm_by_contact])]:
                latest[series.contact] = max(latest.get(series.contact, 0), series.generation)

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
                self.ended.append(self._end(series, before=self.local_now))
        elif is_over:
            self._note_visit(contact, series)
        elif (
            start >= self.local_frozen
            and SlotName(uid=series.uid, slot_on=series.first_on) not in self.history(contact).moved
            and (series.uid in self._given_up or not is_still_wanted(self, contact, series))
        ):
            self.ended.append(self._end(series, before=self.local_frozen))
        else:
            self._expect_visit(contact, series)

    def _is_put_off(self, contact: Contact, day: date) -> bool:
        """Tell whether the owner does not want to meet the contact on that day."""
        history = self.history(contact)
        return history.paused_on is not None or (history.snoozed_until_on or day) > day

    def _expect_visit(self, contact: Contact, series: Series, *, is_new: bool = False) -> None:
        self._standing_visits.append(Visit(self, contact, series, is_new=is_new))
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

    def _go_on(self, contact: Contact, series: Series) -> None:
        """Keep the old rhythm, which is better than none; one of another time zone is ended all the same."""
        self.left_out.append((contact, self._demand(contact, series)))
        if series.timezone != self.roster.timezone:
            self.tails.append(self._end(series, before=self.local_frozen))
            return
        # It still counts from the meeting it was planned for, so that a new one is looked for every time.
        self.kept[contact.key] = replace(self._refresh(contact, series), clock_on=series.clock_on)

    def _end(self, series: Series, *, before: datetime) -> Series:
        """Return the series with nothing left that would start at or after `before`, wall clock."""
        last_on = None
        gone: list[SlotException] = []
        standing = dict(self.starts(series))
        for slot_on in series.slots(end_on=self.reach_on):
            if slot_on in standing and standing[slot_on] < before:
                last_on = slot_on
            elif slot_on in standing:
                gone.append(Cancelled(slot_on=slot_on, reason=ENDED))
        until_on = last_on + timedelta(days=1) if last_on else series.first_on
        exceptions = {one.slot_on: one for one in (*series.exceptions, *gone)}
        return replace(
            series,
            until_on=until_on,
            exceptions=tuple(one for day, one in sorted(exceptions.items()) if day < until_on),
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

    def _refresh(self, contact: Contact, series: Series) -> Series:
        """Return the series in today's words; its times stay."""
        held = self.history(contact).held
        reason = series.reason
        is_after_visit = counts_from_visit(series, held, self._visits_on(contact))
        if held and held.day != series.clock_on and series.first_on > self.today and not is_after_visit:
            since = day_words(held.day, today=self.today)
            reason = f"{contact.cadence} from {since}; it stood there already, and still suits"
        return replace(
            series,
            summary=contact.summary,
            category=contact.category,
            channel=contact.channel.key,
            minutes=contact.channel.minutes,
            clock_on=series.clock_on if is_after_visit else held.day if held else None,
            reason=reason,
        )

    # -- what has a place -------------------------------------------------------------------------

    def _count_passed(self, previous: Sequence[Series]) -> None:
        """Count what has taken place this week and this month already: it is part of their budgets."""
        monday = self.today - timedelta(days=self.today.weekday())
        since = min(monday, self.today.replace(day=1))
        for series in previous:
            if series.until_on is not None and series.until_on < since - _FURTHEST_MOVE:
                continue
            let_go = {
                slot_on
                for slot_on, outcome in self.settled(series.contact, series).items()
                if outcome.result in (Result.SKIPPED, Result.MISSED)
            }
            for slot_on, local_start, _ in local_occurrences(series, end_on=self.today + _FURTHEST_MOVE):
                start = self.on_owners_clock(local_start, series.timezone)
                if since <= start.date() and start < self.local_now and slot_on not in let_go:
                    self.book.count_passed(start.date(), series.minutes)

    def _stand(self, ending: Mapping[str, Series]) -> None:
        """Enter what is frozen, then what still fits, then move what no longer does."""
        for key, series in ending.items():
            for local_start in self._frozen_starts(self.contacts[key], series):
                self.take(self.contacts[key], local_start, series.minutes)
        tails = [Fitting(self, self.contacts[series.contact], series) for series in self.tails]
        kept = [Fitting(self, self.contacts[key], series) for key, series in sorted(self.kept.items())]
        settle([*self._standing_visits, *tails, *kept])
        self.lost = {each.uid for each in self._standing_visits if each.is_lost}
        self.ended += [each.series() for each in (*self._standing_visits, *tails)]
        for each in kept:
            self.kept[each.contact.key] = each.series()

    # -- who gets a place -------------------------------------------------------------------------

    def _place(self, contacts: Sequence[Contact], ending: Mapping[str, Series]) -> None:
        """Give those without a series a new one: the narrowest windows first, then the latest."""
        wanting = [
            (self._demand(contact, ending.get(contact.key)), contact)
            for contact in contacts
            if contact.key not in self.kept
            and contact.key not in self.going_on
            and self.history(contact).paused_on is None
        ]
        for wanted, contact in sorted(wanting, key=self._rank):
            self._place_one(contact, wanted, ending.get(contact.key))

    def _rank(self, wanting: tuple[Demand, Contact]) -> tuple[float, float, str]:
        wanted, contact = wanting
        width = (wanted.window[1] - wanted.window[0]).days
        need = contact.channel.minutes / contact.cadence.period_days
        return (need if self._is_rarest_first else width), -wanted.slip, contact.key

    def _demand(self, contact: Contact, ending: Series | None) -> Demand:
        """Return what a new series has to fulfil; a frozen check-in of an old one still counts."""
        history = self.history(contact)
        clock_on = clock_day(contact, history)
        days = [clock_on] if clock_on else []
        for series in (*filter(None, [ending]), *self.tails):
            if series.contact == contact.key:
                days += [start.date() for start in self._frozen_starts(contact, series)]
        base_on, generation = max(days, default=None), self._rhythm_by_contact.get(contact.key, 0) + 1
        wanted = demand(contact, history, base_on=base_on, generation=generation, today=self.today)
        visits_on = [day for day in self._visits_on(contact) if self.today <= day <= wanted.window[1]]
        if not visits_on:
            return wanted
        visit_on, history = max(visits_on), replace(history, replanned=None)
        wanted = demand(contact, history, base_on=visit_on, today=self.today)
        return replace(wanted, visit_on=visit_on)

    def _frozen_starts(self, contact: Contact, series: Series) -> Iterator[datetime]:
        settled = self.settled(contact.key, series)
        snoozed_until_on = self.history(contact).snoozed_until_on or self.today
        for slot_on, local_start in self.starts(series):
            if (
                self.local_now <= local_start < self.local_frozen
                and slot_on not in settled
                and local_start.date() >= snoozed_until_on
            ):
                yield local_start

    def _place_one(self, contact: Contact, wanted: Demand, ending: Series | None) -> None:
        found = self._find(contact, wanted)
        if found is None:
            self.left_out.append((contact, wanted))
            if ending is not None:
                self.stuck.add(contact.key)
            return
        choice, window = found
        generation = self.next_generation(contact.key)
        held = self.history(contact).held
        series = Series(
            contact=contact.key,
            generation=generation,
            uid=series_uid(self.roster.key, contact.key, generation),
            summary=contact.summary,
            category=contact.category,
            channel=contact.channel.key,
            cadence=contact.cadence,
            minutes=contact.channel.minutes,
            timezone=self.roster.timezone,
            local_time=choice.local_time,
            first_on=choice.first_on,
            rule=choice.rule,
            reason=f"{wanted.reason}; the most level place {self._between(window)}",
            clock_on=wanted.visit_on or (held.day if held else None),
        )
        self.kept[contact.key] = self._standing(contact, series)
        self.latest_on[contact.key] = wanted.window[1]
        if ending is not None:
            old = Fitting(self, contact, ending)
            old.drop_settled()
            old.drop_snoozed()
            self.ended.append(self._end(old.series(), before=self.local_frozen))

    def _find(self, contact: Contact, wanted: Demand) -> tuple[Choice, tuple[date, date]] | None:
        """Return a place, and the window it was found in: the demanded one, or a whole week when a
        tolerance of few days holds no open day.
        """
        first_on, last_on = wanted.window
        whole_week = (first_on, max(last_on, first_on + timedelta(days=6)))
        for window in dict.fromkeys((wanted.window, whole_week)):
            choice = choose(self.book, contact, window=window, due_on=wanted.due_on, end_on=self.level_on)
            if choice is not None:
                return choice, window
        return None

    def _standing(self, contact: Contact, series: Series) -> Series:
        """Enter one series after all others."""
        standing = Fitting(self, contact, series, is_new=True)
        settle([standing])
        return standing.series()

    def _between(self, window: tuple[date, date]) -> str:
        first, last = (day_words(day, today=self.today) for day in window)
        return f"from {first} to {last}" if first != last else f"on {first}"

    def why_no_place(self, contact: Contact, wanted: Demand) -> str:
        """Return what stands against every day of the window, in words."""
        channel = contact.channel
        if not start_times(channel):
            return f"{channel.key} has no hours that hold {channel.minutes} minutes"
        if contact.timezone and not self.book.openings(contact).starts_on(wanted.window[0]):
            return f"no hour of {channel.key} suits {contact.name}'s day in {contact.timezone}"
        return f"no day {self._between(wanted.window)} has room"

    def demand(self, contact: Contact) -> Demand:
        """Return what a series for the contact would have to fulfil today."""
        return self._demand(contact, None)

    def visit(self) -> tuple[Series, ...]:
        """Return the check-ins on trips that were not planned before."""
        return tuple(plan_visits(self, self.generation_by_contact))
