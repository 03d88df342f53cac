"""The plan: every series and occurrence of a horizon, each with its reason, and what did not fit.

`make_plan` is pure: the same roster, histories, earlier series, holidays and `now` make the same plan,
byte for byte. It works in three rounds, so that nobody who has a place moves because of somebody else:

1. what stands is entered in the book: what is frozen first, then every slot that still fits;
2. slots that no longer fit (a holiday, away, a full week) are moved inside their tolerance, or cancelled;
3. whoever has no series, or needs a new one, gets a place: the next generation is planned before the old
   one is ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import OpenDays, start_times
from netkeep_sync.core.fitting import Fitting, settle
from netkeep_sync.core.outcome import History, Result
from netkeep_sync.core.placement import choose
from netkeep_sync.core.rhythm import demand, why_replan
from netkeep_sync.core.scene import Scene
from netkeep_sync.core.series import (
    Cancelled,
    Series,
    instant,
    local_occurrences,
    occurrences,
    series_uid,
)
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.placement import Choice, Week
    from netkeep_sync.core.rhythm import Demand
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Occurrence, SlotException

__all__ = ["Plan", "Unplaced", "make_plan"]

_FURTHEST_MOVE = timedelta(days=200)
"""No occurrence lies further from its slot: a snooze moves by half a period at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A contact who gets no place: why, and what would make room."""

    contact: str
    reason: str
    relief: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All series that have something ahead of them, and what the horizon makes of them.

    `series` are sorted by contact and generation, `occurrences` by start. `ended` are series that this
    plan ended and that have nothing ahead any more. The horizon runs from `as_of` to before `end_on`.
    """

    as_of: datetime
    timezone: str
    end_on: date
    series: tuple[Series, ...]
    ended: tuple[Series, ...]
    occurrences: tuple[Occurrence, ...]
    unplaced: tuple[Unplaced, ...]
    load: tuple[Week, ...]


def make_plan(
    roster: Roster,
    *,
    histories: Mapping[str, History],
    previous: Sequence[Series],
    holidays: Mapping[date, str],
    now: datetime,
    end_on: date | None = None,
) -> Plan:
    """Plan the roster from `now` to before `end_on`, two years unless told.

    `previous` are all series ever planned, `holidays` the days to keep free, with their names.
    """
    open_days = OpenDays(roster, holidays)
    going_on: frozenset[str] = frozenset()
    while True:
        run = _Run(roster, histories, open_days, now, end_on, going_on=going_on)
        ending = run.sort_out(previous)
        run.count_passed(previous)
        run.stand(ending)
        run.place(ending)
        if not run.stuck:
            return run.plan()
        # Whoever finds no new rhythm goes on with the old one, and has held its places all along.
        going_on |= run.stuck


class _Run(Scene):
    """The making of one plan. `going_on` are contacts who keep an old rhythm for want of a new place,
    `stuck` those of whom that has turned out only now.
    """

    def __init__(
        self,
        roster: Roster,
        histories: Mapping[str, History],
        open_days: OpenDays,
        now: datetime,
        end_on: date | None,
        *,
        going_on: frozenset[str],
    ) -> None:
        super().__init__(roster, histories, open_days, now, end_on)
        self.going_on = going_on
        self.stuck: set[str] = set()
        self.generation_by_contact: dict[str, int] = {}
        self.tails: list[Series] = []
        self.ended: list[Series] = []
        self.left_out: list[tuple[Contact, Demand]] = []

    # -- what becomes of the earlier series -------------------------------------------------------

    def sort_out(self, previous: Sequence[Series]) -> dict[str, Series]:
        """Keep or end each living series; return those that go on until a new one has its place."""
        ending: dict[str, Series] = {}
        for series in previous:
            contact = self.contacts.get(series.contact)
            known = self.generation_by_contact.get(series.contact, 0)
            self.generation_by_contact[series.contact] = max(known, series.generation)
            if series.until_on is not None and not self.has_more(series):
                continue
            if contact is None or self.history(contact).paused_on is not None:
                self.ended.append(self.end(series, before=self.local_now))
            elif series.until_on is not None:
                self.tails.append(series)
            elif not self.why_replan(contact, series):
                self.kept[contact.key] = self.refresh(contact, series)
            elif contact.key in self.going_on:
                self.go_on(contact, series)
            else:
                ending[contact.key] = series
        return ending

    def go_on(self, contact: Contact, series: Series) -> None:
        """Keep the old rhythm, which is better than none; one of another time zone is ended all the same."""
        self.left_out.append((contact, self.demand(contact, series)))
        if series.timezone != self.roster.timezone:
            self.tails.append(self.end(series, before=self.local_frozen))
            return
        # It still counts from the meeting it was planned for, so that a new one is looked for every time.
        self.kept[contact.key] = replace(self.refresh(contact, series), clock_on=series.clock_on)

    def end(self, series: Series, *, before: datetime) -> Series:
        """Return the series with nothing left that would start at or after `before`, wall clock."""
        last_on = None
        gone: list[SlotException] = []
        standing = dict(self.starts(series))
        for slot_on in series.slots(end_on=self.reach_on):
            if slot_on in standing and standing[slot_on] < before:
                last_on = slot_on
            elif slot_on in standing:
                gone.append(Cancelled(slot_on=slot_on, reason="the series has ended"))
        until_on = last_on + timedelta(days=1) if last_on else series.first_on
        exceptions = {one.slot_on: one for one in (*series.exceptions, *gone)}
        return replace(
            series,
            until_on=until_on,
            exceptions=tuple(one for day, one in sorted(exceptions.items()) if day < until_on),
        )

    def why_replan(self, contact: Contact, series: Series) -> str | None:
        settled = self.settled(contact.key, series)
        next_slot_on = next(
            (
                slot_on
                for slot_on, local_start in self.starts(series)
                if local_start >= self.local_now and slot_on not in settled
            ),
            None,
        )
        return why_replan(
            contact, series, self.history(contact), roster=self.roster, next_slot_on=next_slot_on
        )

    def refresh(self, contact: Contact, series: Series) -> Series:
        """Return the series in today's words; its times stay."""
        held = self.history(contact).held
        return replace(
            series,
            summary=contact.summary,
            category=contact.category,
            channel=contact.channel.key,
            minutes=contact.channel.minutes,
            clock_on=held.day if held else None,
        )

    # -- what has a place -------------------------------------------------------------------------

    def count_passed(self, previous: Sequence[Series]) -> None:
        """Count what has taken place this week already: it is part of the week's budget."""
        monday = self.today - timedelta(days=self.today.weekday())
        for series in previous:
            if series.until_on is not None and series.until_on < monday - _FURTHEST_MOVE:
                continue
            let_go = {
                slot_on
                for slot_on, outcome in self.settled(series.contact, series).items()
                if outcome.result in (Result.SKIPPED, Result.MISSED)
            }
            for slot_on, local_start, _ in local_occurrences(series, end_on=self.today + _FURTHEST_MOVE):
                start = self.on_owners_clock(series, local_start)
                if monday <= start.date() and start < self.local_now and slot_on not in let_go:
                    self.book.count_passed(start.date())

    def stand(self, ending: Mapping[str, Series]) -> None:
        """Enter what is frozen, then what still fits, then move what no longer does."""
        for key, series in ending.items():
            for local_start in self.frozen_starts(self.contacts[key], series):
                self.book.take(local_start, series.minutes)
        tails = [Fitting(self, self.contacts[series.contact], series) for series in self.tails]
        kept = [Fitting(self, self.contacts[key], series) for key, series in sorted(self.kept.items())]
        settle([*tails, *kept])
        self.ended += [each.series() for each in tails]
        for each in kept:
            self.kept[each.contact.key] = each.series()

    # -- who gets a place -------------------------------------------------------------------------

    def place(self, ending: Mapping[str, Series]) -> None:
        """Give everybody without a series a new one: the narrowest windows first, then the latest."""
        wanting = [
            (self.demand(contact, ending.get(contact.key)), contact)
            for contact in self.roster.contacts
            if contact.key not in self.kept
            and contact.key not in self.going_on
            and self.history(contact).paused_on is None
        ]
        for wanted, contact in sorted(
            wanting, key=lambda one: ((one[0].window[1] - one[0].window[0]).days, -one[0].slip, one[1].key)
        ):
            self.place_one(contact, wanted, ending.get(contact.key))

    def demand(self, contact: Contact, ending: Series | None) -> Demand:
        """Return what a new series has to fulfil; a frozen check-in of an old one still counts."""
        history = self.history(contact)
        days = [history.held.day] if history.held else []
        for series in (*filter(None, [ending]), *self.tails):
            if series.contact == contact.key:
                days += [start.date() for start in self.frozen_starts(contact, series)]
        return demand(contact, history, base_on=max(days, default=None), today=self.today)

    def frozen_starts(self, contact: Contact, series: Series) -> Iterator[datetime]:
        settled = self.settled(contact.key, series)
        snoozed_until_on = self.history(contact).snoozed_until_on or self.today
        for slot_on, local_start in self.starts(series):
            if (
                self.local_now <= local_start < self.local_frozen
                and slot_on not in settled
                and local_start.date() >= snoozed_until_on
            ):
                yield local_start

    def place_one(self, contact: Contact, wanted: Demand, ending: Series | None) -> None:
        found = self.find(contact, wanted)
        if found is None:
            self.left_out.append((contact, wanted))
            if ending is not None:
                self.stuck.add(contact.key)
            return
        choice, window = found
        generation = self.generation_by_contact.get(contact.key, 0) + 1
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
            reason=f"{wanted.reason}; the most level place {self.between(window)}",
            clock_on=held.day if held else None,
        )
        self.kept[contact.key] = self.standing(contact, series)
        if ending is not None:
            old = Fitting(self, contact, ending)
            old.drop_settled()
            old.drop_snoozed()
            self.ended.append(self.end(old.series(), before=self.local_frozen))

    def find(self, contact: Contact, wanted: Demand) -> tuple[Choice, tuple[date, date]] | None:
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

    def standing(self, contact: Contact, series: Series) -> Series:
        """Enter one series after all others."""
        standing = Fitting(self, contact, series)
        settle([standing])
        return standing.series()

    def between(self, window: tuple[date, date]) -> str:
        first, last = (day_words(day, today=self.today) for day in window)
        return f"from {first} to {last}"

    def why_unplaced(self, contact: Contact, wanted: Demand) -> Unplaced:
        return Unplaced(
            contact=contact.key,
            reason=f"{wanted.reason}; no day {self.between(wanted.window)} has room",
            relief=self.relief(contact, wanted),
        )

    def relief(self, contact: Contact, wanted: Demand) -> str:
        """Return the smallest raise of the capacity with which a place is found; each is tried."""
        if not start_times(contact.channel):
            return f"give {contact.channel.key} hours that hold {contact.channel.minutes} minutes"
        given = self.roster.capacity
        raises = [(day, week) for week in range(4) for day in range(2) if day or week]
        # The largest is tried first: where that is of no use, none is.
        if self.fits_with(contact, wanted, *raises[-1]):
            by_day, by_week = next(one for one in raises if self.fits_with(contact, wanted, *one))
            changes = [f"capacity.per_day to {given.per_day + by_day}"] if by_day else []
            changes += [f"capacity.per_week to {given.per_week + by_week}"] if by_week else []
            return f"raise {' and '.join(changes)}"
        return f"open another day in availability.days, or give {contact.name} more `flex` or other hours"

    def fits_with(self, contact: Contact, wanted: Demand, by_day: int, by_week: int) -> bool:
        given = self.book.capacity
        self.book.capacity = replace(given, per_day=given.per_day + by_day, per_week=given.per_week + by_week)
        try:
            return self.find(contact, wanted) is not None
        finally:
            self.book.capacity = given

    # -- the answer -------------------------------------------------------------------------------

    def all_unplaced(self) -> Iterator[Unplaced]:
        """Yield who found no place, and who has kept a series of which every slot is taken away."""
        for contact, wanted in self.left_out:
            yield self.why_unplaced(contact, wanted)
        left_out = {contact.key for contact, _ in self.left_out}
        for key, series in self.kept.items():
            gone = [one for one in series.exceptions if one.slot_on >= self.today]
            if key in left_out or not gone or self.has_more(series):
                continue
            if self.history(self.contacts[key]).snoozed_until_on is None:
                capacity = self.roster.capacity
                yield Unplaced(
                    contact=key,
                    reason=f"no check-in is left: {gone[0].reason}",
                    relief=f"raise capacity.per_week above {capacity.per_week}, or open more days",
                )

    def plan(self) -> Plan:
        series = sorted(
            [*self.kept.values(), *filter(self.has_more, self.ended)],
            key=lambda one: (one.contact, one.generation),
        )
        end_at = instant(datetime.combine(self.end_on, time()), self.roster.timezone)
        planned = [
            one
            for each in series
            for one in occurrences(each, end_on=self.reach_on)
            if one.end_at > self.now and one.start_at < end_at
        ]
        return Plan(
            as_of=self.now,
            timezone=self.roster.timezone,
            end_on=self.end_on,
            series=tuple(series),
            ended=tuple(one for one in self.ended if not self.has_more(one)),
            occurrences=tuple(sorted(planned, key=lambda one: (one.start_at, one.contact))),
            unplaced=tuple(sorted(self.all_unplaced(), key=lambda one: one.contact)),
            load=tuple(self.book.weeks(end_on=self.end_on)),
        )
