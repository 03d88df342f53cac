"""Where a check-in goes: the choice of the slot that keeps days and weeks level.

A series is placed by weighing every open day of its window as its first slot. The day decides the weekday,
the week of the month and so all later slots; taken is the one whose fullest week stays lowest, then the
one with the fewest slots to move, then the emptiest weeks, weekday and days, then the nearest to the due
date.
That is greedy, deterministic, and within a few per cent of the proven bound on the fullest week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from netkeep_sync.core.availability import minute_of
from netkeep_sync.core.phrase import Phrase, day_of, phrase
from netkeep_sync.core.series import KEPT_FREE, NO_ROOM, Cancelled, Moved, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netkeep_sync.core.book import Book, Openings, Pattern
    from netkeep_sync.core.contact import Contact

__all__ = ["Choice", "Cost", "best_time", "choose", "cost_of", "is_rhythm", "move_within"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The pattern of slots that was chosen."""

    rule: Rule
    first_on: date
    local_time: time


class Cost(NamedTuple):
    """What a pattern costs, the gravest first: the check-ins that already lie in its fullest week, the
    slots that would have to move, how many check-ins its weeks hold on average, those on its weekday and
    on its days, and the days from the due date.
    """

    peak: int
    misfits: int
    in_weeks: float
    on_weekday: int
    on_days: int
    distance: int


def choose(
    book: Book,
    contact: Contact,
    *,
    window: tuple[date, date],
    due_on: date | None,
    end_on: date,
) -> Choice | None:
    """Return the best pattern whose first slot lies in `window` (both ends included), looking ahead to
    `end_on`. None when no day of the window has room, or when more than half of the later slots would
    have to move: that is no rhythm. Nothing is entered in the book.
    """
    openings = book.openings(contact)
    due = book.index(due_on or window[0])
    patterns_by_peak = _patterns_by_peak(book, openings, window=window, end_on=end_on)
    for peak in sorted(patterns_by_peak):
        weighed = [
            (cost_of(book, openings, pattern, distance=abs(pattern.days[0] - due)), pattern)
            for pattern in patterns_by_peak[peak]
        ]
        for cost, pattern in sorted(weighed, key=itemgetter(0)):
            at = best_time(book, openings, pattern) if is_rhythm(cost, pattern) else None
            if at is not None:
                return Choice(rule=pattern.rule, first_on=book.day(pattern.days[0]), local_time=at)
    return None


def is_rhythm(cost: Cost, pattern: Pattern) -> bool:
    """Tell whether a pattern may keep at least half of its slots."""
    return 2 * cost.misfits <= len(pattern.days)


def _patterns_by_peak(
    book: Book, openings: Openings, *, window: tuple[date, date], end_on: date
) -> dict[int, list[Pattern]]:
    """Return what may begin on the days of the window by its fullest week: only the best are worth a
    closer look. Hours are not looked at.
    """
    channel, blocked = openings.contact.channel, openings.blocked
    patterns = book.patterns(openings.contact.cadence, book.index(end_on))
    by_peak: dict[int, list[Pattern]] = {}
    week_load = book.week_load
    for index in range(book.index(window[0]), book.index(window[1]) + 1):
        if not blocked[index] and (not book.is_rationed or book.can_hold(index, channel)):
            pattern = patterns[index]
            peak = max(pattern.of_weeks(week_load))
            if 1 in pattern.of_days(blocked):
                peak = max(week_load[day // 7] for day in pattern.days if not blocked[day])
            by_peak.setdefault(peak, []).append(pattern)
    return by_peak


def cost_of(book: Book, openings: Openings, pattern: Pattern, *, distance: int) -> Cost:
    """Return what a pattern costs that may begin on its first day."""
    channel, blocked = openings.contact.channel, openings.blocked
    days, misfits = pattern.days, 0
    weeks: Sequence[int] = pattern.of_weeks(book.week_load)
    on_days: Sequence[int] = pattern.of_days(book.day_load)
    if book.is_rationed or 1 in pattern.of_days(blocked):
        fitting = [day for day in days if not blocked[day] and book.can_hold(day, channel)]
        misfits = len(days) - len(fitting)
        weeks = [book.week_load[day // 7] for day in fitting]
        on_days = [book.day_load[day] for day in fitting]
    if openings.booked:
        misfits += sum(day in openings.booked and not blocked[day] for day in days)
    return Cost(
        max(weeks),
        misfits,
        sum(weeks) / len(weeks),
        book.weekday_load[days[0] % 7],
        sum(on_days),
        distance,
    )


def best_time(book: Book, openings: Openings, pattern: Pattern) -> time | None:
    """Return the time with the fewest clashes, the earliest of those; None if the first day has none."""
    days = pattern.days
    free = book.free_starts(openings, days)
    if not free:
        at_first = book.free_starts(openings, days[:1])
        if not at_first:
            return None
        free = _most_often(at_first, [book.free_starts(openings, [days[0], index]) for index in days[1:]])
    return _first(free)


def _first(starts: int) -> time | None:
    minute = (starts & -starts).bit_length() - 1
    return time(minute // 60, minute % 60) if starts else None


def _most_often(among: int, masks: Iterable[int]) -> int:
    """Return those of some bits that are set in the most masks. Every bit is counted at once: the first of
    the `digits` holds the ones of all counts, the next their twos.
    """
    digits: list[int] = []
    for mask in masks:
        carry = mask
        for place, digit in enumerate(digits):
            digits[place], carry = digit ^ carry, digit & carry
        if carry:
            digits.append(carry)
    for digit in reversed(digits):
        among = among & digit or among
    return among


def move_within(
    book: Book, contact: Contact, *, local_slot: datetime, why: Phrase, days: Sequence[date]
) -> Moved | Cancelled:
    """Return where the occurrence of a slot goes that it can't take: its own day at another hour, else
    the emptiest of `days` with room, the first of those, else nowhere. Nothing is entered in the book.
    """
    slot_on = local_slot.date()
    slot, openings = book.index(slot_on), book.openings(contact)
    open_days = [
        (index != slot, book.week_load[index // 7] >= book.peak, book.day_load[index], nearness, day)
        for nearness, day in enumerate(days)
        if not openings.closed[index := book.index(day)] and book.can_hold(index, contact.channel)
    ]
    for *_, day in sorted(open_days):
        at = _time_on(book, openings, day, local_slot)
        if at is not None:
            reason = (
                phrase("{why}, moved to {time}", why=why, time=at)
                if day == slot_on
                else phrase("{why}, moved to {day}", why=why, day=day_of(day, today=book.today))
            )
            return Moved(slot_on=slot_on, local_start=datetime.combine(day, at), reason=reason)
    is_kept_free = all(openings.closed[book.index(day)] for day in days)
    return Cancelled(slot_on=slot_on, reason=phrase(KEPT_FREE if is_kept_free else NO_ROOM, why=why))


def _time_on(book: Book, openings: Openings, day: date, local_slot: datetime) -> time | None:
    """Return the hour of the slot if it is free on that day, else the first that is, None if none is."""
    free = book.free_starts(openings, [book.index(day)])
    if day == local_slot.date():
        free &= ~(1 << minute_of(local_slot.time()))
    elif book.fits(openings.contact, datetime.combine(day, local_slot.time())):
        return local_slot.time()
    return _first(free)
