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
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series

__all__ = ["Demand", "Standing", "State", "demand", "standing", "why_replan"]

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


def standing(contact: Contact, history: History, *, today: date) -> Standing:
    """Return where a contact stands today: due inside the tolerance, overdue beyond it."""
    held = history.held
    if held is None:
        state = State.PAUSED if history.paused_on else State.NEVER_MET
        return Standing(state=state, met_on=None, due_on=None, slip=0.0)
    due_on = contact.cadence.after(held.day)
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

    `slip` ranks the late ones, `reason` says all this in words.
    """

    window: tuple[date, date]
    due_on: date | None
    slip: float
    reason: str


def demand(contact: Contact, history: History, *, base_on: date | None, today: date) -> Demand:
    """Return what a new series has to fulfil; `base_on` is the meeting, or the check-in that already
    stands on the calendar, that its clock runs from.
    """
    soonest_on = today + timedelta(days=LEAD_DAYS)
    if history.snoozed_until_on is not None:
        soonest_on = max(soonest_on, history.snoozed_until_on)
    if base_on is None:
        last_on = contact.cadence.after(soonest_on) - timedelta(days=1)
        reason = "not met yet"
        if history.outcomes and history.outcomes[-1].result is Result.MISSED:
            last_on = min(last_on, soonest_on + timedelta(days=CATCH_UP_DAYS))
            reason = "the last check-in did not come about"
        return Demand(window=(soonest_on, last_on), due_on=None, slip=0.0, reason=reason)
    due_on = contact.cadence.after(base_on)
    flex = timedelta(days=contact.flex_days)
    slip = (today - due_on).days / contact.cadence.period_days
    since = f"{contact.cadence} from {day_words(base_on, today=today)}"
    if due_on + flex < soonest_on:
        last_on = soonest_on + max(timedelta(days=CATCH_UP_DAYS), 2 * flex)
        reason = f"{since}, due since {day_words(due_on, today=today)}"
        return Demand(window=(soonest_on, last_on), due_on=soonest_on, slip=slip, reason=reason)
    window = (max(due_on - flex, soonest_on), due_on + flex)
    return Demand(
        window=window, due_on=due_on, slip=slip, reason=f"{since}, due {day_words(due_on, today=today)}"
    )


def why_replan(
    contact: Contact, series: Series, history: History, *, roster: Roster, next_slot_on: date | None
) -> str | None:
    """Return why a living series can't go on as it is; None when it can.

    `next_slot_on` is its next slot that stands.
    """
    if series.cadence != contact.cadence:
        return f"{contact.cadence} now, {series.cadence} before"
    if series.timezone != roster.timezone:
        return f"your time zone is {roster.timezone} now"
    if series.rule.weekday not in roster.availability.weekdays:
        return "its weekday is no longer among your days"
    if not lies_in_hours(contact.channel, series.local_time):
        return f"{series.local_time:%H:%M} is outside the hours of {contact.channel.key}"
    return _why_off_beat(contact, series, history, next_slot_on=next_slot_on)


def _why_off_beat(
    contact: Contact, series: Series, history: History, *, next_slot_on: date | None
) -> str | None:
    held = history.held
    missed = [
        outcome
        for outcome in history.outcomes
        if outcome.result is Result.MISSED and outcome.slot and outcome.slot.uid == series.uid
    ]
    if missed and (held is None or missed[-1].day > held.day):
        return "the last check-in did not come about"
    if held is None or held.day == series.clock_on or (held.slot and held.slot.uid == series.uid):
        return None
    due_on = contact.cadence.after(held.day)
    if next_slot_on and abs((next_slot_on - due_on).days) <= contact.flex_days:
        return None
    return "you met on another day than planned"
