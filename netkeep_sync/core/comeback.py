"""Coming back after leave or a busy month: what is overdue is spread over the coming weeks, those who have
slipped most first, and what no longer matters is let go.

No shame, no pile: everybody gets a week that has room left, and whoever is met soon anyway, or finds no
room in the coming weeks, is let go until their next check-in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import Missed, Replanned, Skipped
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.placement import choose
from netkeep_sync.core.reconcile import upcoming
from netkeep_sync.core.rhythm import LEAD_DAYS, State, standing
from netkeep_sync.core.series import zone
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netkeep_sync.core.book import Book
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import SlotName
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Occurrence

__all__ = ["CatchUp", "LetGo", "absences", "come_back", "is_advised"]

MOST_WEEKS = 8
"""What can't be caught up within so many weeks is let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """A contact who gets a check-in on a day that comes soon; `slip` is how many periods they are late."""

    contact: str
    slip: float
    day: date
    facts: tuple[Replanned | Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """A contact whose missed check-ins are not made up for, and why."""

    contact: str
    slip: float
    reason: str
    facts: tuple[Skipped, ...]


def is_advised(roster: Roster, histories: Mapping[str, History], plan: Plan) -> bool:
    """Tell whether more than a third of those who are kept up with are overdue, and a comeback would bring
    any of them back sooner.
    """
    today = plan.planner.today
    kept = [contact for contact in roster.contacts if not histories[contact.key].paused_on]
    states = [standing(contact, histories[contact.key], today=today).state for contact in kept]
    if 3 * states.count(State.OVERDUE) <= len(kept):
        return False
    room = _Room(plan, from_on=today, not_before={})
    return any(
        isinstance(_step(room, contact, histories[contact.key], slip=slip, source=""), CatchUp)
        for slip, contact in _slipped(roster, histories, plan)
    )


def absences(
    histories: Mapping[str, History], *, since_on: date, now: datetime, source: str
) -> tuple[Missed, ...]:
    """Return that nothing was held since a day, but what the owner has said so of."""
    return tuple(
        Missed(contact=key, noted_at=now, source=source, slot=outcome.slot)
        for key, history in histories.items()
        for outcome in history.outcomes
        if outcome.slot is not None and outcome.evidence is Evidence.PRESUMED and outcome.day >= since_on
    )


def come_back(
    roster: Roster,
    histories: Mapping[str, History],
    plan: Plan,
    planned: Callable[[Sequence[Replanned | Skipped]], Plan],
    *,
    from_on: date,
    source: str,
) -> tuple[CatchUp | LetGo, ...]:
    """Return what becomes of everybody who is overdue or was missed, those who have slipped most first.

    `plan` tells the room that the coming weeks have, and whom they bring anyway; nothing is caught up
    before `from_on`. `planned` is the plan as it would be with more facts: whoever turns out to have no
    place in it is tried again in later weeks, and whoever has one only by then gets it too, by what was
    caught up or let go: a check-in of this week that is let go leaves its room to others. So a second
    comeback finds nothing left to do.
    """
    not_before: dict[str, date] = {}
    while True:
        room = _Room(plan, from_on=from_on, not_before=not_before)
        steps = [
            _step(room, contact, histories[contact.key], slip=slip, source=source)
            for slip, contact in _slipped(roster, histories, plan)
        ]
        facts = [fact for step in steps for fact in step.facts]
        if not facts:
            return tuple(steps)
        then = planned(facts)
        lost = _lost(steps, then)
        if not lost:
            break
        not_before |= lost
    later = come_back(
        roster,
        then.planner.histories,
        then,
        lambda more: planned([*facts, *more]),
        from_on=from_on,
        source=source,
    )
    caught = {step.contact: step for step in later if isinstance(step, CatchUp)}
    return tuple(
        replace(caught[step.contact], facts=(*step.facts, *caught[step.contact].facts))
        if step.contact in caught
        else step
        for step in steps
    )


def _lost(steps: Iterable[CatchUp | LetGo], plan: Plan) -> dict[str, date]:
    """Return who has no check-in in the plan on the day they were given, and from when on to try again."""
    days = {(one.contact, _day(plan, one)) for one in plan.occurrences}
    return {
        step.contact: step.day + timedelta(days=7 - step.day.weekday())
        for step in steps
        if isinstance(step, CatchUp) and (step.contact, step.day) not in days
    }


class _Room:
    """The coming weeks as the plan leaves them, filled with one comeback after the other.

    Whoever is given a place here keeps those of their old series too, until the plan is made: what looks
    free here is free there.
    """

    def __init__(self, plan: Plan, *, from_on: date, not_before: Mapping[str, date]) -> None:
        self.plan = plan
        self.from_on = from_on
        self._not_before = not_before
        self._given: list[tuple[Contact, datetime]] = []

    def weeks(self, contact: Contact) -> Iterator[tuple[date, date]]:
        """Yield the first and the last day of each week in which the contact may be caught up with."""
        for week in _weeks(self.plan, self.from_on):
            if week[0] >= self._not_before.get(contact.key, week[0]):
                yield week

    def book(self, contact: Contact) -> Book:
        """Return the book as everybody else leaves it."""
        book = self.plan.planner.book_without(contact)
        for other, local_start in self._given:
            book.take(local_start, other.channel.minutes, buffer_minutes=other.channel.buffer_minutes)
        return book

    def find(self, book: Book, contact: Contact, window: tuple[date, date]) -> date | None:
        """Return the day of the window on which the contact's rhythm can begin best, and keep its slots."""
        level_on = self.plan.planner.level_on
        choice = choose(book, contact, window=window, due_on=window[0], end_on=level_on)
        if choice is None:
            return None
        slots = choice.rule.days(choice.first_on, end_on=level_on)
        starts = (datetime.combine(slot_on, choice.local_time) for slot_on in slots)
        self._given += [(contact, start) for start in starts if book.fits(contact, start)]
        return choice.first_on


def _step(room: _Room, contact: Contact, history: History, *, slip: float, source: str) -> CatchUp | LetGo:
    plan, today = room.plan, room.plan.planner.today
    following_on = _following_on(history, plan, from_on=room.from_on)

    def let_go(reason: str) -> LetGo:
        skips = tuple(
            Skipped(contact=contact.key, noted_at=plan.as_of, source=source, slot=slot)
            for slot in _missed(history)
        )
        return LetGo(contact=contact.key, slip=slip, reason=reason, facts=skips)

    if history.snoozed_until_on:
        until = day_words(history.snoozed_until_on, today=today)
        return let_go(f"snoozed until {until}")
    book = None
    for window in room.weeks(contact):
        if _is_soon(contact, following_on, last_on=window[1]):
            return let_go("the next check-in is soon enough")
        book = book or room.book(contact)
        first_on = room.find(book, contact, window)
        if first_on is not None:
            fresh = Replanned(
                contact=contact.key,
                noted_at=plan.as_of,
                source=source,
                from_on=first_on,
                until_on=first_on,
                generation=plan.planner.next_generation(contact.key),
            )
            return CatchUp(contact=contact.key, slip=slip, day=first_on, facts=(fresh,))
    return let_go(f"{MOST_WEEKS} weeks have no room")


def _weeks(plan: Plan, from_on: date) -> list[tuple[date, date]]:
    """Return the weeks that are caught up in, each from its first day to its last; of the first one only
    what leaves time to arrange something.
    """
    first_on = max(from_on, plan.planner.today + timedelta(days=LEAD_DAYS))
    monday = first_on - timedelta(days=first_on.weekday())
    mondays = [monday + timedelta(weeks=number) for number in range(MOST_WEEKS)]
    return [(max(first_on, monday), monday + timedelta(days=6)) for monday in mondays]


def _is_soon(contact: Contact, following_on: date | None, *, last_on: date) -> bool:
    """Tell whether a check-in comes soon enough after a week, its last day, in which there could be one."""
    return following_on is not None and following_on <= last_on + timedelta(days=contact.flex_days)


def _day(plan: Plan, one: Occurrence) -> date:
    return one.start_at.astimezone(zone(plan.timezone)).date()


def _following_on(history: History, plan: Plan, *, from_on: date) -> date | None:
    """Return the day of the contact's next check-in from a day on."""
    mine = (one for one in plan.occurrences if one.contact == history.contact)
    later = (one for one in mine if _day(plan, one) >= from_on)
    following = upcoming(history, later, now=plan.as_of)
    return _day(plan, following) if following else None


def _slipped(roster: Roster, histories: Mapping[str, History], plan: Plan) -> list[tuple[float, Contact]]:
    """Return whom to catch up with, and by how many periods they are late, the latest first."""
    slipped = []
    for contact in roster.contacts:
        history = histories[contact.key]
        stands = standing(contact, history, today=plan.planner.today)
        if history.paused_on or _is_caught_up_with(history, plan):
            continue
        if stands.state is State.OVERDUE or _missed(history):
            slipped.append((stands.slip, contact))
    return sorted(slipped, key=lambda one: (-one[0], one[1].key))


def _is_caught_up_with(history: History, plan: Plan) -> bool:
    """Tell whether an earlier comeback has given the contact the check-in that is next."""
    fresh = history.replanned
    following_on = _following_on(history, plan, from_on=fresh.from_on) if fresh else None
    return bool(fresh and following_on and following_on <= fresh.until_on)


def _missed(history: History) -> tuple[SlotName, ...]:
    """Return the check-ins that did not come about since the last one that was held."""
    held_on = history.held.day if history.held else date.min
    return tuple(
        outcome.slot
        for outcome in history.outcomes
        if outcome.result is Result.MISSED and outcome.slot and outcome.day > held_on
    )
