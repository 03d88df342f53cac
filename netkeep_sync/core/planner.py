"""The making of a plan, in rounds, so that nobody who has a place moves because of somebody else. What of the
earlier series is to stand is told before (`sorting.py`).

1. what stands is entered in the book: what is frozen first, then every slot that still fits;
2. slots that no longer fit (a holiday, away, a full week) are moved inside their tolerance, or cancelled;
3. whoever has no series, or needs a new one, gets a place: the next generation is planned before the old
   one is ended;
4. who lives where a trip goes is met there.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import start_times
from netkeep_sync.core.fitting import Fitting, settle
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.phrase import day_of, phrase
from netkeep_sync.core.placement import choose
from netkeep_sync.core.reconcile import reconcile
from netkeep_sync.core.series import Series, local_occurrences, series_uid
from netkeep_sync.core.sorting import Sorting
from netkeep_sync.core.trip import plan_visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netkeep_sync.core.book import Book
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.phrase import Phrase
    from netkeep_sync.core.placement import Choice
    from netkeep_sync.core.rhythm import Demand
    from netkeep_sync.core.scene import Given
    from netkeep_sync.core.sorting import Learned

__all__ = ["Planner"]

_FURTHEST_MOVE = timedelta(days=200)
"""No occurrence lies further from its slot: a snooze moves by half a period at most."""


class Planner(Sorting):
    """The making of one plan. `stuck` are contacts of whom it has turned out only now that they must keep an
    old rhythm for want of a new place, `lost` are check-ins on trips that have lost theirs. With
    `is_rarest_first` those who ask for least get their places first, which serves most people where not all
    can be served.
    """

    def __init__(self, given: Given, learned: Learned, *, is_rarest_first: bool) -> None:
        super().__init__(given, learned)
        self._is_rarest_first = is_rarest_first
        self.stuck: set[str] = set()
        self.lost: set[str] = set()

    def make(self, previous: Sequence[Series]) -> None:
        """Make the plan; its parts are then in `kept`, `ended`, `left_out` and the book."""
        self.count_generations(previous)
        previous = self.with_own_rhythms(previous)
        ending = self.sort_out(previous)
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
        newcomers = reconcile(contacts, (), today=self.today, timezone=roster.timezone)
        extended.histories = {**self.histories, **newcomers}
        extended.generation_by_contact = dict(self.generation_by_contact)
        extended.kept = dict(self.kept)
        extended.left_out = list(self.left_out)
        extended.latest_on = dict(self.latest_on)
        extended.stuck = set()
        extended._place(contacts, {})  # noqa: SLF001  of its own kind
        return extended

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
            for local_start in self.frozen_starts(self.contacts[key], series):
                self.take(self.contacts[key], local_start, series.minutes)
        tails = [Fitting(self, self.contacts[series.contact], series) for series in self.tails]
        kept = [Fitting(self, self.contacts[key], series) for key, series in sorted(self.kept.items())]
        settle([*self.standing_visits, *tails, *kept])
        self.lost = {each.uid for each in self.standing_visits if each.is_lost}
        self.ended += [each.series() for each in (*self.standing_visits, *tails)]
        for each in kept:
            self.kept[each.contact.key] = each.series()

    # -- who gets a place -------------------------------------------------------------------------

    def _place(self, contacts: Sequence[Contact], ending: Mapping[str, Series]) -> None:
        """Give those without a series a new one: the narrowest windows first, then the latest."""
        wanting = [
            (self.demand(contact, ending.get(contact.key)), contact)
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
            reason=phrase(
                "{demand}; the most level place {between}",
                demand=wanted.reason,
                between=self._between(window),
            ),
            clock_on=wanted.visit_on or (held.day if held else None),
        )
        self.kept[contact.key] = self._standing(contact, series)
        self.latest_on[contact.key] = wanted.window[1]
        if ending is not None:
            old = Fitting(self, contact, ending)
            old.drop_settled()
            old.drop_snoozed()
            self.ended.append(self.make_way(contact, old.series()))

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

    def _between(self, window: tuple[date, date]) -> Phrase:
        first, last = (day_of(day, today=self.today) for day in window)
        if first == last:
            return phrase("on {day}", day=first)
        return phrase("from {first} to {last}", first=first, last=last)

    def why_no_place(self, contact: Contact, wanted: Demand) -> Phrase:
        """Return what stands against every day of the window."""
        channel = contact.channel
        if not start_times(channel):
            return phrase(
                "{channel} has no hours that hold {number} minutes",
                channel=channel.name,
                number=channel.minutes,
            )
        if contact.timezone and not self.book.openings(contact).starts_on(wanted.window[0]):
            return phrase(
                "no hour of {channel} suits {name}'s day in {timezone}",
                channel=channel.name,
                name=contact.name,
                timezone=contact.timezone,
            )
        return phrase("no day {between} has room", between=self._between(wanted.window))

    def visit(self) -> tuple[Series, ...]:
        """Return the check-ins on trips that were not planned before."""
        return tuple(plan_visits(self, self.generation_by_contact))
