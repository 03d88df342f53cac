"""Why a check-in lies where it lies: what was tried in its place, and what stood in the way.

The days about the next check-in are weighed again, by the same rules and against everybody else's
check-ins as they stand now. So it may turn out that another day would be better by now; what stands is
not moved for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import minute_of, start_times
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

__all__ = ["Explanation", "TriedDay", "TriedTime", "counted", "explain", "grouped", "in_short"]

_STEP_MINUTES = 15
"""Times that are tried lie no further apart than this, unless there is a break between the hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedDay:
    """A day on which the rhythm could begin: `why_not` is empty where it could, and `cost` is then what
    that takes. `verdict` compares it, in words, with the day that was chosen, or with the best one where
    that one could not be chosen today or none was.
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

    `series` is the rhythm that goes on, and `chosen_on` its next slot; `next` is the next check-in, that
    one or one on a trip. Each is None where there is none, and `why_none` then says why. `window` is the
    first and the last day that suit the clock.
    """

    contact: Contact
    standing: Standing
    series: Series | None
    chosen_on: date | None
    next: Occurrence | None
    why_none: str
    window: tuple[date, date]
    days: tuple[TriedDay, ...]
    times: tuple[TriedTime, ...]


def explain(plan: Plan, contact: Contact) -> Explanation:
    """Return why the plan has this contact where it has them; for somebody paused nothing is tried."""
    planner = plan.planner
    history = planner.history(contact)
    series = planner.kept.get(contact.key)
    ahead = [one for one in plan.occurrences if series and one.uid == series.uid]
    following = upcoming(history, ahead, now=plan.as_of)
    chosen_on = following.slot_on if following else None
    window, due_on = _window(planner, contact, chosen_on)
    book = planner.book_without(contact)
    is_tried = not history.paused_on
    return Explanation(
        contact=contact,
        standing=standing(contact, history, today=planner.today),
        series=series,
        chosen_on=chosen_on,
        next=upcoming(history, plan.occurrences, now=plan.as_of),
        why_none=_why_none(plan, contact),
        window=window,
        days=tuple(_days(planner, book, contact, window=window, due_on=due_on, chosen_on=chosen_on))
        if is_tried
        else (),
        times=tuple(_times(planner, book, contact, series, chosen_on)) if series and chosen_on else (),
    )


def _why_none(plan: Plan, contact: Contact) -> str:
    if plan.planner.history(contact).paused_on:
        return "paused"
    return next((one.reason for one in plan.unplaced if one.contact == contact.key), "")


def _window(planner: Planner, contact: Contact, chosen_on: date | None) -> tuple[tuple[date, date], date]:
    """Return the days that suit the clock, a whole week of them at least, and the due one: about a later
    slot, the slot itself.
    """
    wanted = planner.demand(contact)
    first_on, last_on = wanted.window
    window = (first_on, max(last_on, first_on + timedelta(days=6)))
    if chosen_on is None or window[0] <= chosen_on <= window[1]:
        return window, wanted.due_on or first_on
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
    from_what = "the due day" if planner.demand(contact).due_on else "the soonest day"
    best = min(((cost, day) for day, (_, cost) in weighed.items() if cost), default=None)
    here, here_on = best or (None, date.max)
    if chosen_on in weighed and (chosen := weighed[chosen_on][1]):
        here, here_on = chosen, chosen_on
    for day, (why_not, cost) in weighed.items():
        verdict = why_not
        if day == chosen_on:
            verdict = "chosen"
        elif day == here_on:
            verdict = "the best by now"
        elif cost and here:
            verdict = _compared(cost, here, from_what=from_what) or _as_good(is_earlier=day < here_on)
        yield TriedDay(day=day, why_not=why_not, cost=cost, verdict=verdict)


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
    """Return what makes a day better or worse than the chosen one, the first thing that differs; empty
    where nothing does.
    """
    than = "better by now, but what stands is not moved: " if other < here else ""
    if other.peak != here.peak:
        return f"{than}{count(other.peak, 'other check-in')} in its fullest week, not {here.peak}"
    if other.misfits != here.misfits:
        return f"{than}{count(other.misfits, 'later check-in')} would have to move, not {here.misfits}"
    if other.in_weeks != here.in_weeks:
        return f"{than}{other.in_weeks:.3f} other check-ins in its weeks on average, not {here.in_weeks:.3f}"
    if other.on_weekday != here.on_weekday:
        return f"{than}{count(other.on_weekday, 'other check-in')} on that weekday, not {here.on_weekday}"
    if other.on_days != here.on_days:
        return f"{than}{count(other.on_days, 'other check-in')} on its days, not {here.on_days}"
    if other.distance != here.distance:
        return f"{than}{count(other.distance, 'day')} from {from_what}, not {here.distance}"
    return ""


def _as_good(*, is_earlier: bool) -> str:
    return (
        "as good by now, but what stands is not moved" if is_earlier else "as good; the earlier day is taken"
    )


def _times(
    planner: Planner, book: Book, contact: Contact, series: Series, chosen_on: date
) -> Iterator[TriedTime]:
    """Yield every time of the channel, and on how many of the days ahead it is free: of those on which
    there can be a check-in at all.
    """
    slots = [
        day
        for day in series.slots(end_on=planner.level_on)
        if day >= chosen_on and not book.why_closed(contact, day) and not book.why_full(day, contact.channel)
    ]
    for at in sorted({*start_times(contact.channel), series.local_time}):
        why_not = [why for day in slots if (why := book.why_not(contact, datetime.combine(day, at)))]
        if at == series.local_time:
            verdict = "chosen"
        elif why_not:
            verdict = f"{len(why_not)} of {count(len(slots), 'day')}: {why_not[0]}"
        elif at < series.local_time:
            verdict = "free by now, but what stands is not moved"
        else:
            verdict = "free as well; the earlier time is taken"
        yield TriedTime(at=at, verdict=verdict)


def in_short(one: TriedDay, *, today: date) -> str:
    """Return why a day is out of the question, without naming it or its week."""
    monday = one.day - timedelta(days=one.day.weekday())
    words = one.why_not.replace(f"the week of {day_words(monday, today=today)}", "its week")
    return words.replace(day_words(one.day, today=today), "the day")


def counted(days: Iterable[TriedDay], *, today: date, most: int) -> Iterator[tuple[str, str]]:
    """Yield which days were out of the question, and why: what is alike is said once, what rules out most
    days first, and no more than `most` reasons.
    """
    days_by_reason: dict[str, list[date]] = {}
    for one in days:
        if one.why_not:
            days_by_reason.setdefault(in_short(one, today=today), []).append(one.day)
    reasons = sorted(days_by_reason.items(), key=lambda pair: -len(pair[1]))
    most += len(reasons) == most + 1  # one more is as short as to say that there is one more
    for reason, same in reasons[:most]:
        yield day_words(same[0], today=today) if len(same) == 1 else count(len(same), "day"), reason
    rest = [len(same) for _, same in reasons[most:]]
    if rest:
        yield count(sum(rest), "day"), count(len(rest), "other reason")


def grouped(times: Iterable[TriedTime]) -> Iterator[tuple[str, str]]:
    """Yield from when to when the times are alike, without a break, and what is said of them."""
    groups: list[tuple[str, list[int]]] = []
    for one in times:
        words, minute = one.verdict.replace(f"{one.at:%H:%M} ", "that "), minute_of(one.at)
        if not groups or groups[-1][0] != words or minute - groups[-1][1][-1] > _STEP_MINUTES:
            groups.append((words, []))
        groups[-1][1].append(minute)
    for words, minutes in groups:
        first, last = (f"{minute // 60:02}:{minute % 60:02}" for minute in (minutes[0], minutes[-1]))
        yield first if first == last else f"{first} to {last}", words
