"""Why a check-in lies where it lies: what was tried in its place, and what stood in the way.

The days about the next check-in are weighed again, by the same rules and against everybody else's
check-ins as they stand now. So it may turn out that another day would be better by now; what stands is
not moved for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import start_times
from netkeep_sync.core.placement import cost_of, is_rhythm
from netkeep_sync.core.reconcile import upcoming
from netkeep_sync.core.rhythm import standing
from netkeep_sync.core.words import count, day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netkeep_sync.core.book import Book
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.placement import Cost
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.planner import Planner
    from netkeep_sync.core.rhythm import Standing
    from netkeep_sync.core.series import Occurrence, Series

__all__ = ["Explanation", "TriedDay", "TriedTime", "counted", "explain", "grouped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedDay:
    """A day on which the rhythm could begin: `why_not` is empty where it could, and `cost` is then what
    that takes. `verdict` compares it with the day that was chosen, in words.
    """

    day: date
    why_not: str
    cost: Cost | None
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedTime:
    """A time of the chosen day, and what stands in its way there or on later days."""

    at: time
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that can be said of one contact's place.

    `series` is the one that goes on and `next` its next occurrence, each None where there is none;
    `unplaced` is then why. `window` is the first and the last day that suit the clock.
    """

    contact: Contact
    standing: Standing
    series: Series | None
    next: Occurrence | None
    unplaced: str
    window: tuple[date, date]
    days: tuple[TriedDay, ...]
    times: tuple[TriedTime, ...]


def explain(plan: Plan, contact: Contact) -> Explanation:
    """Return why the plan has this contact where it has them."""
    planner = plan.planner
    history = planner.history(contact)
    series = planner.kept.get(contact.key)
    following = upcoming(history, plan.occurrences, now=plan.as_of)
    chosen_on = following.slot_on if series and following and following.uid == series.uid else None
    window, due_on = _window(planner, contact, chosen_on)
    book = planner.book_without(contact)
    return Explanation(
        contact=contact,
        standing=standing(contact, history, today=planner.today),
        series=series,
        next=following,
        unplaced=next((one.reason for one in plan.unplaced if one.contact == contact.key), ""),
        window=window,
        days=tuple(_days(planner, book, contact, window=window, due_on=due_on, chosen_on=chosen_on)),
        times=tuple(_times(planner, book, contact, series, chosen_on)) if series and chosen_on else (),
    )


def _window(planner: Planner, contact: Contact, chosen_on: date | None) -> tuple[tuple[date, date], date]:
    """Return the days that suit the clock, and the due one: about a later slot, the slot itself."""
    wanted = planner.demand(contact)
    if chosen_on is None or wanted.window[0] <= chosen_on <= wanted.window[1]:
        return wanted.window, wanted.due_on or wanted.window[0]
    flex = timedelta(days=contact.flex_days)
    return (max(chosen_on - flex, planner.today), chosen_on + flex), chosen_on


def _days(
    planner: Planner,
    book: Book,
    contact: Contact,
    *,
    window: tuple[date, date],
    due_on: date,
    chosen_on: date | None,
) -> Iterator[TriedDay]:
    weighed: dict[date, tuple[str, Cost | None]] = {}
    day = window[0]
    while day <= window[1]:
        weighed[day] = _weigh(planner, book, contact, day, due_on)
        day += timedelta(days=1)
    here = weighed[chosen_on][1] if chosen_on in weighed else None
    for day, (why_not, cost) in weighed.items():
        from_what = "the due day" if planner.demand(contact).due_on else "the soonest day"
        verdict = _compared(cost, here, from_what=from_what) if cost and here else why_not
        yield TriedDay(day=day, why_not=why_not, cost=cost, verdict="chosen" if day == chosen_on else verdict)


def _weigh(
    planner: Planner, book: Book, contact: Contact, day: date, due_on: date
) -> tuple[str, Cost | None]:
    """Return why the rhythm can't begin on a day, else what that costs."""
    why_not = book.why_closed(contact, day) or book.why_full(day, contact.channel)
    if why_not:
        return why_not, None
    openings = book.openings(contact)
    pattern = book.patterns(contact.cadence, book.index(planner.level_on))[book.index(day)]
    if not book.free_starts(openings, [book.index(day)]):
        return f"no hour of {contact.channel.key} is free", None
    cost = cost_of(book, openings, pattern, distance=abs((day - due_on).days))
    if not is_rhythm(cost, pattern):
        return f"{cost.misfits} of its {len(pattern.days)} check-ins would have to move", None
    return "", cost


def _compared(other: Cost, here: Cost, *, from_what: str) -> str:
    """Return what makes a day better or worse than the chosen one: the first thing that differs."""
    than = "better by now, but what stands is not moved: " if other < here else ""
    if other.peak != here.peak:
        return f"{than}{count(other.peak, 'other check-in')} in its fullest week, not {here.peak}"
    if other.misfits != here.misfits:
        return f"{than}{count(other.misfits, 'later check-in')} would have to move, not {here.misfits}"
    if other.in_weeks != here.in_weeks:
        return f"{than}{other.in_weeks:.2f} other check-ins in its weeks on average, not {here.in_weeks:.2f}"
    if other.on_weekday != here.on_weekday:
        return f"{than}{count(other.on_weekday, 'other check-in')} on that weekday, not {here.on_weekday}"
    if other.on_days != here.on_days:
        return f"{than}{count(other.on_days, 'other check-in')} on its days, not {here.on_days}"
    if other.distance != here.distance:
        return f"{than}{count(other.distance, 'day')} from {from_what}, not {here.distance}"
    return "as good; the earlier day is taken"


def _times(
    planner: Planner, book: Book, contact: Contact, series: Series, chosen_on: date
) -> Iterator[TriedTime]:
    """Yield every time of the channel, and on how many of the days ahead it is free."""
    slots = [day for day in series.slots(end_on=planner.level_on) if day >= chosen_on]
    for at in dict.fromkeys((*start_times(contact.channel), series.local_time)):
        why_not = [why for day in slots if (why := book.why_not(contact, datetime.combine(day, at)))]
        if at == series.local_time:
            verdict = "chosen"
        elif why_not:
            verdict = f"{len(why_not)} of {len(slots)} days: {why_not[0]}"
        else:
            verdict = "free as well; the earlier time is taken"
        yield TriedTime(at=at, verdict=verdict)


def counted(days: Iterable[TriedDay], *, today: date) -> Iterator[tuple[str, str]]:
    """Yield which days were out of the question, and why: what is alike is said once, and what rules out
    most days first.
    """
    days_by_reason: dict[str, list[date]] = {}
    for one in days:
        if one.why_not:
            words = one.why_not.replace(day_words(one.day, today=today), "the day")
            days_by_reason.setdefault(words, []).append(one.day)
    for reason, same in sorted(days_by_reason.items(), key=lambda pair: -len(pair[1])):
        yield day_words(same[0], today=today) if len(same) == 1 else count(len(same), "day"), reason


def grouped(times: Iterable[TriedTime]) -> Iterator[tuple[str, str]]:
    """Yield from when to when the times are alike, and what is said of them."""
    for verdict, alike in groupby(times, key=lambda one: one.verdict.replace(f"{one.at:%H:%M} ", "that ")):
        first, *_, last = [one.at for one in alike] * 2
        yield f"{first:%H:%M}" if first == last else f"{first:%H:%M} to {last:%H:%M}", verdict
