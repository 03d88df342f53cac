"""The plan: every series and occurrence of a horizon, each with its reason, and what did not fit.

`make_plan` is pure: the same roster, histories, earlier series, holidays and `now` make the same plan,
byte for byte. How it is made is told in `planner.py`.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from operator import attrgetter
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import OpenDays
from netkeep_sync.core.busy import FREE
from netkeep_sync.core.phrase import Phrase, phrase
from netkeep_sync.core.planner import Planner
from netkeep_sync.core.scene import Given
from netkeep_sync.core.series import Cancelled, instant, occurrences
from netkeep_sync.core.sorting import Learned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netkeep_sync.core.availability import Holidays
    from netkeep_sync.core.book import Week
    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Occurrence, Series

__all__ = ["Plan", "Unplaced", "extend_plan", "make_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A contact who gets no place, and why; one who `goes_on` keeps the check-ins of before."""

    contact: str
    reason: Phrase
    goes_on: bool = False


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
    planner: Planner = field(repr=False, compare=False)


def make_plan(
    roster: Roster,
    *,
    histories: Mapping[str, History],
    previous: Sequence[Series],
    holidays: Holidays,
    now: datetime,
    end_on: date | None = None,
    busy: Busy = FREE,
) -> Plan:
    """Plan the roster from `now` to before `end_on`, two years unless told.

    `previous` are all series ever planned, `holidays` the days to keep free, by the roster's codes, `busy`
    the time that the owner is booked elsewhere.
    """
    given = Given(
        roster=roster,
        histories=histories,
        open_days=OpenDays(roster, holidays),
        now=now,
        end_on=end_on,
        busy=busy,
    )

    def made(*, is_rarest_first: bool) -> Planner:
        learned = Learned()
        while True:
            planner = Planner(given, learned, is_rarest_first=is_rarest_first)
            planner.make(previous)
            if planner.stuck or planner.lost:
                # Whoever finds no new rhythm goes on with the old one, and has held its places all along.
                # A check-in on a trip that has lost its place gives back the one that it stands for.
                learned = Learned(
                    going_on=learned.going_on | planner.stuck, given_up=learned.given_up | planner.lost
                )
            elif visits := planner.visit():
                # They stand for a check-in of another series, which has to make way for them.
                learned = replace(learned, new_visits=learned.new_visits + visits)
            else:
                return planner

    planner = made(is_rarest_first=False)
    if planner.left_out:
        planner = min(planner, made(is_rarest_first=True), key=lambda one: len(one.left_out))
    return _plan_of(planner)


def _plan_of(planner: Planner) -> Plan:
    series = sorted([*planner.kept.values(), *filter(planner.has_more, planner.ended)], key=_by_contact)
    return Plan(
        as_of=planner.now,
        timezone=planner.roster.timezone,
        end_on=planner.end_on,
        series=tuple(series),
        ended=tuple(one for one in planner.ended if not planner.has_more(one)),
        occurrences=tuple(sorted(_planned(planner, series), key=attrgetter("start_at"))),
        unplaced=tuple(sorted(_unplaced(planner), key=lambda one: one.contact)),
        load=tuple(planner.book.weeks(end_on=planner.end_on)),
        planner=planner,
    )


def _by_contact(one: Series) -> tuple[str, int]:
    return one.contact, one.generation


def _by_start(one: Occurrence) -> tuple[datetime, str]:
    return one.start_at, one.contact


def _planned(planner: Planner, series: Iterable[Series]) -> list[Occurrence]:
    end_at = instant(datetime.combine(planner.end_on, time()), planner.roster.timezone)
    return [
        one
        for each in series
        for one in occurrences(each, end_on=planner.reach_on)
        if one.end_at > planner.now and one.start_at < end_at
    ]


def _unplaced(planner: Planner) -> Iterator[Unplaced]:
    """Yield who found no place, and who has kept a series of which every slot is taken away."""
    left_out = set()
    for contact, wanted in planner.left_out:
        left_out.add(contact.key)
        why = planner.why_no_place(contact, wanted)
        reason = phrase("{demand}; {why}", demand=wanted.reason, why=why)
        goes_on = contact.key in planner.kept
        if goes_on:
            reason = phrase("{why}, so the earlier check-ins stay", why=reason)
        yield Unplaced(contact=contact.key, reason=reason, goes_on=goes_on)
    for key, series in planner.kept.items():
        gone = [
            one
            for one in series.exceptions
            if one.slot_on >= planner.today and isinstance(one, Cancelled) and one.is_for_want_of_a_day
        ]
        if key in left_out or not gone or planner.has_more(series):
            continue
        if planner.history(planner.contacts[key]).snoozed_until_on is None:
            yield Unplaced(contact=key, reason=phrase("no check-in is left: {why}", why=gone[0].reason))


def extend_plan(plan: Plan, contacts: Sequence[Contact]) -> Plan:
    """Return the plan with new contacts in it: what planning everybody again would make of it, as long
    as all have a place, in a hundredth of the time. Trips are not looked at.
    """
    planner = plan.planner.with_newcomers(contacts)
    newcomers = [planner.kept[one.key] for one in contacts if one.key in planner.kept]
    series, listed = list(plan.series), list(plan.occurrences)
    for each in newcomers:
        insort(series, each, key=_by_contact)
    for one in _planned(planner, newcomers):
        insort(listed, one, key=_by_start)
    return replace(
        plan,
        series=tuple(series),
        occurrences=tuple(listed),
        unplaced=tuple(sorted(_unplaced(planner), key=lambda one: one.contact)),
        load=tuple(planner.book.weeks(end_on=planner.end_on)),
        planner=planner,
    )
