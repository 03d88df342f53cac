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
from netkeep_sync.core.book import DAY_FULL, WEEK_FULL
from netkeep_sync.core.phrase import Phrase, day_of, phrase, phrases
from netkeep_sync.core.placement import cost_of, is_rhythm
from netkeep_sync.core.reconcile import upcoming
from netkeep_sync.core.rhythm import standing

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
    """A day on which the rhythm could begin: `why_not` is None where it could, and `cost` is then what
    that takes. `verdict` compares it, in words, with the day that was chosen, or with the best one where
    that one could not be chosen today or none was.
    """

    day: date
    why_not: Phrase | None
    cost: Cost | None
    verdict: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedTime:
    """A time of the chosen day, and what stands in its way there or on later days."""

    at: time
    verdict: Phrase


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
    why_none: Phrase | None
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


def _why_none(plan: Plan, contact: Contact) -> Phrase | None:
    if plan.planner.history(contact).paused_on:
        return phrase("paused")
    return next((one.reason for one in plan.unplaced if one.contact == contact.key), None)


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
    weighed: dict[date, Phrase | Cost] = {}
    day = window[0]
    while day <= window[1]:
        weighed[day] = _weigh(planner, book, contact, day, due_on)
        day += timedelta(days=1)
    is_due = planner.demand(contact).due_on is not None
    possible = [(found, day) for day, found in weighed.items() if not isinstance(found, Phrase)]
    here, here_on = min(possible, default=(None, date.max))
    if chosen_on in weighed and not isinstance(chosen := weighed[chosen_on], Phrase):
        here, here_on = chosen, chosen_on
    for day, found in weighed.items():
        why_not, cost = (found, None) if isinstance(found, Phrase) else (None, found)
        if day == chosen_on:
            verdict = phrase("chosen")
        elif day == here_on:
            verdict = phrase("the best by now")
        elif isinstance(found, Phrase):
            verdict = found
        else:
            verdict = _compared(found, here or found, is_due=is_due, is_earlier=day < here_on)
        yield TriedDay(day=day, why_not=why_not, cost=cost, verdict=verdict)


def _weigh(planner: Planner, book: Book, contact: Contact, day: date, due_on: date) -> Phrase | Cost:
    """Return why the rhythm can't begin on a day, else what that costs."""
    why_not = book.why_closed(contact, day) or book.why_full(day, contact.channel)
    if why_not:
        return why_not
    openings = book.openings(contact)
    pattern = book.patterns(contact.cadence, book.index(planner.level_on))[book.index(day)]
    if not book.free_starts(openings, [book.index(day)]):
        return phrase("no hour of {channel} is free", channel=contact.channel.name)
    cost = cost_of(book, openings, pattern, distance=abs((day - due_on).days))
    if not is_rhythm(cost, pattern):
        return phrase(
            "{misfits} of its {number} check-ins would have to move",
            misfits=cost.misfits,
            number=len(pattern.days),
        )
    return cost


def _compared(other: Cost, here: Cost, *, is_due: bool, is_earlier: bool) -> Phrase:
    """Return how a day compares with the chosen one, by the first thing that differs."""
    found = _difference(other, here, is_due=is_due)
    if found and other < here:
        return phrase("better by now, but what stands is not moved: {difference}", difference=found)
    if found:
        return found
    if is_earlier:
        return phrase("as good by now, but what stands is not moved")
    return phrase("as good; the earlier day is taken")


def _difference(other: Cost, here: Cost, *, is_due: bool) -> Phrase | None:
    if other.peak != here.peak:
        return phrases(
            "{number} other check-in in its fullest week, not {here}",
            "{number} other check-ins in its fullest week, not {here}",
            other.peak,
            here=here.peak,
        )
    if other.misfits != here.misfits:
        return phrases(
            "{number} later check-in would have to move, not {here}",
            "{number} later check-ins would have to move, not {here}",
            other.misfits,
            here=here.misfits,
        )
    if other.in_weeks != here.in_weeks:
        return phrase(
            "{average} other check-ins in its weeks on average, not {here}",
            average=float(other.in_weeks),
            here=float(here.in_weeks),
        )
    if other.on_weekday != here.on_weekday:
        return phrases(
            "{number} other check-in on that weekday, not {here}",
            "{number} other check-ins on that weekday, not {here}",
            other.on_weekday,
            here=here.on_weekday,
        )
    if other.on_days != here.on_days:
        return phrases(
            "{number} other check-in on its days, not {here}",
            "{number} other check-ins on its days, not {here}",
            other.on_days,
            here=here.on_days,
        )
    if other.distance == here.distance:
        return None
    if is_due:
        return phrases(
            "{number} day from the due day, not {here}",
            "{number} days from the due day, not {here}",
            other.distance,
            here=here.distance,
        )
    return phrases(
        "{number} day from the soonest day, not {here}",
        "{number} days from the soonest day, not {here}",
        other.distance,
        here=here.distance,
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
            verdict = phrase("chosen")
        elif why_not:
            verdict = phrases(
                "{part} of {number} day: {why}",
                "{part} of {number} days: {why}",
                len(slots),
                part=len(why_not),
                why=why_not[0],
            )
        elif at < series.local_time:
            verdict = phrase("free by now, but what stands is not moved")
        else:
            verdict = phrase("free as well; the earlier time is taken")
        yield TriedTime(at=at, verdict=verdict)


def in_short(why_not: Phrase) -> Phrase:
    """Return why a day is out of the question, without naming it or its week."""
    if why_not.message == DAY_FULL:
        return phrase("the day is full")
    if why_not.message == WEEK_FULL:
        return phrase("its week is full")
    return why_not


def counted(days: Iterable[TriedDay], *, today: date, most: int) -> Iterator[tuple[Phrase, Phrase]]:
    """Yield which days were out of the question, and why: what is alike is said once, what rules out most
    days first, and no more than `most` reasons.
    """
    days_by_reason: dict[Phrase, list[date]] = {}
    for one in days:
        if one.why_not:
            days_by_reason.setdefault(in_short(one.why_not), []).append(one.day)
    reasons = sorted(days_by_reason.items(), key=lambda pair: -len(pair[1]))
    most += len(reasons) == most + 1  # one more is as short as to say that there is one more
    for reason, same in reasons[:most]:
        if len(same) == 1:
            yield phrase("{day}", day=day_of(same[0], today=today)), reason
        else:
            yield _days_words(len(same)), reason
    rest = [len(same) for _, same in reasons[most:]]
    if rest:
        yield _days_words(sum(rest)), phrases("{number} other reason", "{number} other reasons", len(rest))


def _days_words(number: int) -> Phrase:
    return phrases("{number} day", "{number} days", number)


def grouped(times: Iterable[TriedTime]) -> Iterator[tuple[str, str]]:
    """Yield from when to when the times are alike, without a break, and what is said of them, in English."""
    groups: list[tuple[str, list[int]]] = []
    for one in times:
        words, minute = str(one.verdict).replace(f"{one.at:%H:%M} ", "that "), minute_of(one.at)
        if not groups or groups[-1][0] != words or minute - groups[-1][1][-1] > _STEP_MINUTES:
            groups.append((words, []))
        groups[-1][1].append(minute)
    for words, minutes in groups:
        first, last = (f"{minute // 60:02}:{minute % 60:02}" for minute in (minutes[0], minutes[-1]))
        yield first if first == last else f"{first} to {last}", words
