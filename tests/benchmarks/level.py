"""How level plans are: the fullest week against the proven bound, and how the days are spread.

Everything is counted from the occurrences and held against the roster here once more; nothing of it is
taken from what the planner says about itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from netkeep_sync.core.series import Rule
from tests.benchmarks.bound import days_between, least_peak, whole_week, window_of
from tests.benchmarks.rosters import END_ON, SIZES, Case, make_case
from tests.benchmarks.table import Row, show
from tests.core.builders import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.plan import Plan

WEEKDAY_MOST = 1.25
FIRST_WEEK_MOST = 1.15
HOLIDAY_MOST = 1.25
LEAVING_MOST = 0.01
MANY = 200
"""A share is a claim from so many contacts on: among 20, the one who is met weekly makes a weekday alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin:
    """One occurrence of a plan, by the owner's clock."""

    contact: str
    slot_on: date
    local_start: datetime
    local_end: datetime

    @property
    def day(self) -> date:
        return self.local_start.date()


def checkins_of(plan: Plan) -> list[Checkin]:
    zone = ZoneInfo(plan.timezone)
    return [
        Checkin(
            contact=one.contact,
            slot_on=one.slot_on,
            local_start=one.start_at.astimezone(zone).replace(tzinfo=None),
            local_end=one.end_at.astimezone(zone).replace(tzinfo=None),
        )
        for one in plan.occurrences
    ]


def peak(checkins: Iterable[Checkin]) -> int:
    """Return the load of the fullest week."""
    return max(Counter(one.day - timedelta(days=one.day.weekday()) for one in checkins).values())


# -- how the days are spread --------------------------------------------------------------------------


def spread_rows(name: str, case: Case, checkins: list[Checkin]) -> list[Row]:
    """Return the share of the check-ins on some kinds of days, beside the share of these days of all."""
    last_on = END_ON - timedelta(days=1)
    open_days = [day for day in days_between(min(one.day for one in checkins), last_on) if case.is_open(day)]
    before_holidays = _before_holidays(case)
    is_many = len(case.roster.contacts) >= MANY

    def row(words: str, is_one: Callable[[date], bool], most: float) -> Row:
        fair = sum(map(is_one, open_days)) / len(open_days)
        share = sum(is_one(one.day) for one in checkins) / len(checkins)
        return Row(name=f"{name}, {words}", figure=share, floor=fair, most=most * fair if is_many else None)

    weekdays = [
        row(f"on a {_WEEKDAYS[weekday]}", _is_weekday(weekday), WEEKDAY_MOST)
        for weekday in sorted(case.roster.availability.weekdays)
    ]
    rows = [
        max(weekdays, key=lambda one: one.figure / one.floor),
        row("on the first 7 days of a month", lambda day: day.day <= 7, FIRST_WEEK_MOST),
    ]
    if before_holidays:
        rows.append(row("on the 2 days before a holiday", before_holidays.__contains__, HOLIDAY_MOST))
    leaving = sum(one.day != one.slot_on and case.is_open(one.slot_on) for one in checkins)
    share = leaving / len(checkins)
    most = LEAVING_MOST if is_many else None
    return [*rows, Row(name=f"{name}, moved off an open day", figure=share, floor=0, most=most)]


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _is_weekday(weekday: int) -> Callable[[date], bool]:
    return lambda day: day.weekday() == weekday


def _before_holidays(case: Case) -> frozenset[date]:
    """Return the 2 open days before each holiday that falls on one of the owner's weekdays."""
    found: set[date] = set()
    for holiday in case.holidays:
        if holiday.weekday() in case.roster.availability.weekdays:
            earlier = (holiday - timedelta(days=offset) for offset in range(1, 15))
            found.update([day for day in earlier if case.is_open(day)][:2])
    return frozenset(found)


# -- what is wrong with a plan ------------------------------------------------------------------------


def faults(case: Case, plan: Plan, checkins: list[Checkin]) -> Iterator[str]:
    """Yield, in words, everything in which a plan of new series breaks its word."""
    contacts = {one.key: one for one in case.roster.contacts}
    yield from (f"{one.contact} has no place: {one.reason}" for one in plan.unplaced)
    for contact in sorted(contacts.keys() - {one.contact for one in plan.series}):
        yield f"{contact} has no series"
    for series in plan.series:
        first_on, last_on = _first_window(case, contacts[series.contact])
        if not first_on <= series.first_on <= last_on:
            yield f"{series.contact} begins on {series.first_on}, not from {first_on} to {last_on}"
    yield from _misplaced(case, contacts, checkins)
    yield from _fallen_out(case, contacts, plan, checkins)
    yield from _over_capacity(case, checkins)
    in_order = sorted(checkins, key=lambda one: one.local_start)
    for one, following in pairwise(in_order):
        if following.local_start < one.local_end:
            yield f"{one.contact} and {following.contact} overlap on {one.local_start}"


def _first_window(case: Case, contact: Contact) -> tuple[date, date]:
    window = window_of(contact, today=TODAY)
    has_open_day = any(
        case.is_open(day) and Rule.through(day, contact.cadence) for day in days_between(*window)
    )
    return window if has_open_day else whole_week(window)


def _misplaced(case: Case, contacts: dict[str, Contact], checkins: list[Checkin]) -> Iterator[str]:
    for one in checkins:
        if not case.is_open(one.day):
            yield f"{one.contact} lies on {one.day}, a closed day"
        if abs((one.day - one.slot_on).days) > contacts[one.contact].flex_days:
            yield f"{one.contact} was moved from {one.slot_on} to {one.day}"


def _fallen_out(
    case: Case, contacts: dict[str, Contact], plan: Plan, checkins: list[Checkin]
) -> Iterator[str]:
    """Yield the slots without a check-in, where an open day lies within the tolerance."""
    standing = {(one.contact, one.slot_on) for one in checkins}
    for series in plan.series:
        flex = timedelta(days=contacts[series.contact].flex_days)
        for slot_on in series.rule.days(series.first_on, end_on=END_ON - flex):
            near = days_between(slot_on - flex, slot_on + flex)
            if (series.contact, slot_on) not in standing and any(map(case.is_open, near)):
                yield f"{series.contact} has no check-in around {slot_on}"


def _over_capacity(case: Case, checkins: list[Checkin]) -> Iterator[str]:
    capacity = case.roster.capacity
    by_day = Counter(one.day for one in checkins)
    yield from (f"{load} on {day}" for day, load in by_day.items() if load > capacity.per_day)
    if (most := peak(checkins)) > capacity.per_week:
        yield f"{most} in a week"


# -- the tables ---------------------------------------------------------------------------------------


def run(sizes: Iterable[int] = SIZES) -> bool:
    """Measure all sizes, print the tables, and tell whether every budget is kept."""
    peaks: list[Row] = []
    spread: list[Row] = []
    wrong: list[Row] = []
    examples: list[str] = []
    for size in sizes:
        for words, weekdays in (("Mon-Fri", range(5)), ("Mon-Thu, holidays", range(4))):
            name = f"{size} contacts, {words}"
            case = make_case(size, weekdays=weekdays, has_holidays="holidays" in words)
            bound = least_peak(case.roster.contacts, today=TODAY, end_on=END_ON, is_open=cache(case.is_open))
            case = case.with_room_for(bound)
            plan = case.plan(case.histories())
            checkins = checkins_of(plan)
            peaks.append(
                Row(name=name, figure=peak(checkins), floor=bound, most=max(1.05 * bound, bound + 1))
            )
            spread += spread_rows(name, case, checkins)
            found = list(faults(case, plan, checkins))
            wrong.append(Row(name=name, figure=len(found), floor=0, most=0))
            examples += [f"  {name}: {one}" for one in found[:3]]
    is_kept = [
        show("The fullest week, against the proven bound", peaks, unit="check-ins"),
        show("Share of check-ins, against the share of such days", spread, unit="share"),
        show("Outside the window, on a closed day, over capacity, lost", wrong, unit="faults"),
    ]
    print("\n".join(examples))
    return all(is_kept)
