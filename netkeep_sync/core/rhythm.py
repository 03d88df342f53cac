"""What a contact's clock asks for: when the next check-in is due, and whether a series still fits it.

The clock runs from the day the two really met. A check-in held inside the tolerance of its slot keeps
the series as it is; a meeting further off, or one that did not come about, asks for a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import lies_in_hours
from netkeep_sync.core.contact import ClockFrom
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.phrase import Phrase, day_of, phrase

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.outcome import History, Outcome
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series

__all__ = [
    "Demand",
    "Standing",
    "State",
    "clock_day",
    "counts_from_visit",
    "demand",
    "early_by",
    "standing",
    "why_replan",
]

LEAD_DAYS = 3
"""A first check-in leaves this much time to arrange it."""

CATCH_UP_DAYS = 14
"""What is overdue is caught up within so many days, or within twice its tolerance if that is more."""


class State(StrEnum):
    """Where a contact stands, in the words of `status`."""

    NEVER_MET = "never met"
    OVERDUE = "overdue"
    DUE = "due"
    ON_TIME = "on time"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A contact's clock. `met_on` and `due_on` are None for somebody never met. `slip` is how far the
    due date has gone by, in periods: 0.5 is half a cadence late, negative is early.
    """

    state: State
    met_on: date | None
    due_on: date | None
    slip: float


def clock_day(contact: Contact, history: History) -> date | None:
    """Return the day that the contact's clock runs from: when they last met, or when they were to meet
    by a fixed schedule; None for somebody never met.
    """
    held = history.held
    if held is not None and held.slot is not None and contact.counts_from is ClockFrom.SCHEDULE:
        return held.slot.slot_on
    return held.day if held else None


def standing(contact: Contact, history: History, *, today: date) -> Standing:
    """Return where a contact stands today: due inside the tolerance, overdue beyond it."""
    held, clock_on = history.held, clock_day(contact, history)
    if held is None or clock_on is None:
        state = State.PAUSED if history.paused_on else State.NEVER_MET
        return Standing(state=state, met_on=None, due_on=None, slip=0.0)
    due_on = contact.cadence.after(clock_on)
    late_days = (today - due_on).days
    if history.paused_on:
        state = State.PAUSED
    elif late_days > contact.flex_days:
        state = State.OVERDUE
    elif late_days >= -contact.flex_days:
        state = State.DUE
    else:
        state = State.ON_TIME
    return Standing(state=state, met_on=held.day, due_on=due_on, slip=late_days / contact.cadence.period_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """When a new series may begin: on a day of `window`, both ends included, nearest to `due_on`.

    `slip` ranks the late ones, `reason` says all this in words. `visit_on` is the day of the check-in on
    a trip that it counts from, None where it counts from another.
    """

    window: tuple[date, date]
    due_on: date | None
    slip: float
    reason: Phrase
    visit_on: date | None = None


NEARLY = 1 / 3
"""A check-in is pulled forward onto a trip by so much of its period, or by its tolerance."""


def early_by(contact: Contact, *, has_met: bool) -> timedelta:
    """Return how long before its day a check-in may be held on a trip; the first one almost a period."""
    period, flex = timedelta(days=contact.cadence.period_days), timedelta(days=contact.flex_days)
    nearly = max(flex, period * NEARLY)
    # A week less: the slots of a rhythm by months are not all equally far apart.
    return nearly if has_met else max(nearly, period - flex - timedelta(days=7))


def demand(
    contact: Contact, history: History, *, base_on: date | None, today: date, generation: int = 1
) -> Demand:
    """Return what a new series of that generation has to fulfil; `base_on` is the meeting, or the
    check-in that already stands on the calendar, that its clock runs from.
    """
    soonest_on = today + timedelta(days=LEAD_DAYS)
    if history.snoozed_until_on is not None:
        soonest_on = max(soonest_on, history.snoozed_until_on)
    fresh = history.replanned
    if fresh and fresh.generation >= generation and fresh.until_on >= soonest_on:
        window = (max(soonest_on, fresh.from_on), fresh.until_on)
        reason = phrase("caught up from {day} on, as you asked", day=day_of(window[0], today=today))
        return Demand(window=window, due_on=window[0], slip=0.0, reason=reason)
    if base_on is None:
        last_on = contact.cadence.after(soonest_on) - timedelta(days=1)
        reason = phrase("not met yet")
        if history.outcomes and history.outcomes[-1].result is Result.MISSED:
            last_on = min(last_on, soonest_on + timedelta(days=CATCH_UP_DAYS))
            reason = phrase("the last check-in did not come about")
        return Demand(window=(soonest_on, last_on), due_on=None, slip=0.0, reason=reason)
    due_on = contact.cadence.after(base_on)
    flex = timedelta(days=contact.flex_days)
    slip = (today - due_on).days / contact.cadence.period_days
    since, due = day_of(base_on, today=today), day_of(due_on, today=today)
    if due_on + flex < soonest_on:
        last_on = soonest_on + max(timedelta(days=CATCH_UP_DAYS), 2 * flex)
        reason = phrase("{cadence} from {day}, due since {due}", cadence=contact.cadence, day=since, due=due)
        return Demand(window=(soonest_on, last_on), due_on=soonest_on, slip=slip, reason=reason)
    window = (max(due_on - flex, soonest_on), due_on + flex)
    reason = phrase("{cadence} from {day}, due {due}", cadence=contact.cadence, day=since, due=due)
    return Demand(window=window, due_on=due_on, slip=slip, reason=reason)


def why_replan(
    contact: Contact,
    series: Series,
    history: History,
    *,
    roster: Roster,
    next_slot_on: date,
    visits_on: Collection[date] = (),
    missed_uids: Collection[str] = (),
) -> str | None:
    """Return why a living series can't go on as it is; None when it can.

    `next_slot_on` is its next slot that stands, `visits_on` are the days of check-ins on trips, and
    `missed_uids` those of them that the series counts on and that did not come about.
    """
    if series.cadence != contact.cadence:
        return f"{contact.cadence} now, {series.cadence} before"
    if history.replanned and series.generation < history.replanned.generation:
        return "you asked for a fresh start"
    if series.timezone != roster.timezone:
        return f"your time zone is {roster.timezone} now"
    weekdays = contact.channel.weekdays
    if series.rule.weekday not in (roster.availability.weekdays if weekdays is None else weekdays):
        return "its weekday is no longer among your days"
    if not lies_in_hours(contact.channel, series.local_time):
        return f"{series.local_time:%H:%M} is outside the hours of {contact.channel.key}"
    if contact.counts_from is ClockFrom.SCHEDULE:
        return None
    held = history.held
    own_uids = {series.uid, *missed_uids}
    missed = [
        outcome
        for outcome in history.outcomes
        if outcome.result is Result.MISSED and outcome.slot and outcome.slot.uid in own_uids
    ]
    if missed and (held is None or missed[-1].day > held.day):
        return "the last check-in did not come about"
    if held is None or _suits(contact, series, held, next_slot_on=next_slot_on, visits_on=visits_on):
        return None
    if _counts_from_skipped(series, history, held):
        return None
    return "you met on another day than planned"


def counts_from_visit(series: Series, held: Outcome | None, visits_on: Collection[date]) -> bool:
    """Tell whether a series counts from a check-in on a trip, rather than from the last one held."""
    clock_on = series.clock_on
    return clock_on is not None and clock_on in visits_on and (held is None or held.day < clock_on)


def _counts_from_skipped(series: Series, history: History, held: Outcome) -> bool:
    """Tell whether a series counts from a check-in that was presumed held until the owner skipped it: that
    leaves the clock alone, and the next slot stands.
    """
    is_set_back = series.clock_on is not None and series.clock_on > held.day
    return is_set_back and any(
        outcome.result is Result.SKIPPED and outcome.day > held.day for outcome in history.outcomes
    )


def _suits(
    contact: Contact,
    series: Series,
    held: Outcome,
    *,
    next_slot_on: date,
    visits_on: Collection[date],
) -> bool:
    """Tell whether a series suits the last meeting."""
    flex = timedelta(days=contact.flex_days)
    if held.day == series.clock_on or counts_from_visit(series, held, visits_on):
        return True
    if held.slot and held.slot.uid == series.uid and abs(held.day - held.slot.slot_on) <= flex:
        return True
    return abs(next_slot_on - contact.cadence.after(held.day)) <= flex
