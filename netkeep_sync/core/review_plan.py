"""The review's own place on the calendar: a recurring entry that reminds the owner to look at the list.

It is a series like that of a contact, planned by the same planner, for a contact that is nobody (`REVIEW`):
so it keeps off holidays and away days, stays where it is from plan to plan, is recognised after the database
is lost, and whatever the owner does to it on a calendar is heard and respected like anything else they do
there: dragged it stays, one deleted is skipped, all deleted it is off until they ask for it again.

It is planned by itself, after the check-ins, whose times count as busy: so it takes nothing of the capacity,
moves no check-in, and is in no list or count of people. A kind of projection with rules of its own, as
milestones have, would have needed all of that once more.

What the entry says is the review of the last whole period (`review_text.note`). It changes when something
is learnt of that period, and when the next one begins, and not from day to day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.busy import Busy, BusyTime
from netkeep_sync.core.channel import Channel
from netkeep_sync.core.contact import ClockFrom, Contact
from netkeep_sync.core.dossier import last_period
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.own import with_own_rhythm
from netkeep_sync.core.plan import make_plan
from netkeep_sync.core.projection import project, published
from netkeep_sync.core.reconcile import reconcile
from netkeep_sync.core.rhythm import LEAD_DAYS
from netkeep_sync.core.roster import Capacity, DateRange, Roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from netkeep_sync.core.availability import Holidays
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.projection import SeriesProjection
    from netkeep_sync.core.roster import ReviewTime
    from netkeep_sync.core.series import Series

__all__ = ["REVIEW", "plan_review", "project_reviews", "reviewer", "with_reviewer"]

REVIEW = "review of your network"
"""The key under which the store knows it. It is no slug, so nobody of a roster can have it."""

_FLEX_DAYS = 10
_BEGINS = timedelta(days=10)
"""A review lies in the first three weeks of a period, best in the middle of them."""


def reviewer(review: ReviewTime, *, today: date, language: Language = ENGLISH) -> Contact:
    """Return who stands for the review in planning and hearing. They were last "met" so that the next review
    falls into the first weeks of a period of the calendar.
    """
    due_on = last_period(today, review.cadence).end_on + _BEGINS
    while due_on + timedelta(days=_FLEX_DAYS) < today + timedelta(days=LEAD_DAYS):
        due_on = review.cadence.after(due_on)
    met_on = last_period(due_on, review.cadence).start_on + _BEGINS
    return Contact(
        key=REVIEW,
        name="your network",
        category="",
        cadence=review.cadence,
        channel=Channel(
            key="review",
            minutes=review.minutes,
            hours=review.hours,
            title=language.gettext("Review of your network"),
        ),
        flex_days=_FLEX_DAYS,
        met_on=met_on,
        counts_from=ClockFrom.SCHEDULE,
        is_key_given=True,
    )


def with_reviewer(roster: Roster, *, today: date) -> Roster:
    """Return the roster with the review among its contacts, if it has one: for whoever listens."""
    if roster.review is None:
        return roster
    return replace(
        roster, contacts=(*roster.contacts, reviewer(roster.review, today=today, language=roster.language))
    )


def plan_review(
    roster: Roster,
    *,
    facts: Iterable[AnyFact],
    previous: Sequence[Series],
    holidays: Holidays,
    check_ins: Plan,
    busy: Busy,
    today: date,
) -> Plan | None:
    """Return the plan of the review, which has one series or none; None where there is none and never was.
    `previous` are all series that it ever had, and `check_ins` is the plan of everybody else.
    """
    if roster.review is None and not previous:
        return None
    who = () if roster.review is None else (reviewer(roster.review, today=today, language=roster.language),)
    histories = reconcile(who, facts, today=today, timezone=roster.timezone)
    # Which reviews took place says nothing of when the next one is.
    histories = {
        key: replace(
            one, outcomes=tuple(each for each in one.outcomes if each.slot is None or _is_let_go(each.result))
        )
        for key, one in histories.items()
    }
    weekdays = roster.availability.weekdays
    alone = replace(
        roster,
        capacity=Capacity(per_day=1, per_week=1),
        availability=replace(
            roster.availability, away=tuple(sorted((*roster.availability.away, *_trips(roster))))
        ),
        contacts=tuple(
            with_own_rhythm(one, histories[one.key], series=previous, weekdays=weekdays) for one in who
        ),
        trips=(),
    )
    taken = (BusyTime(start_at=one.start_at, end_at=one.end_at) for one in check_ins.occurrences)
    return make_plan(
        alone,
        histories=histories,
        previous=previous,
        holidays=holidays,
        now=check_ins.as_of,
        end_on=check_ins.end_on,
        busy=replace(busy, times=tuple(sorted((*busy.times, *taken), key=_by_start))),
    )


def project_reviews(
    series: Iterable[Series], *, plan: Plan | None, roster: Roster, note: str, today: date
) -> Iterator[SeriesProjection]:
    """Yield what a calendar shows of the review; `note` is what its entry says."""
    who = reviewer(roster.review, today=today, language=roster.language) if roster.review else None
    ahead = {one.uid for one in (plan.series if plan else ())}
    for one in published(series, today=today):
        shown = project(one, contact=who, history=None, is_ahead=one.uid in ahead, language=roster.language)
        yield replace(shown, description=note if who and one.uid in ahead else "")


def _is_let_go(result: Result) -> bool:
    return result is not Result.HELD


def _trips(roster: Roster) -> Iterator[DateRange]:
    for trip in roster.trips:
        yield trip.days


def _by_start(one: BusyTime) -> tuple[datetime, datetime]:
    return one.start_at, one.end_at
