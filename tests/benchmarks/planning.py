"""Planning 10 000 contacts over two years, against plain date arithmetic over the same occurrences.

The arithmetic is the least that any planner has to do: from the series that it came to, the days of each
by its rule, the wall clock times, and the instants in UTC. Among appointments, it also has to hold each
check-in against those next to it.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from netkeep_sync.core.busy import Busy, BusyTime
from netkeep_sync.core.plan import extend_plan
from tests.benchmarks.bound import least_peak
from tests.benchmarks.rosters import END_ON, make_case, person
from tests.benchmarks.table import Row, cpu_seconds, show
from tests.core.builders import NOW, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netkeep_sync.core.series import Rule, Series

CONTACTS = 10_000
APPOINTMENTS_A_DAY = 4
RATIO_MOST = 20
# 50 ms where the arithmetic takes 160 ms.
ONE_MORE_RATIO_MOST = 0.3


def run() -> bool:
    """Measure, print a table, and tell whether every budget is kept."""
    case = make_case(CONTACTS)
    bound = least_peak(case.roster.contacts, today=TODAY, end_on=END_ON, is_open=case.is_open, turns=1)
    case = case.with_room_for(bound)
    histories = case.histories()
    plan = case.plan(histories)

    floor = cpu_seconds(lambda: date_arithmetic(plan.series), runs=5)
    from_nothing = cpu_seconds(lambda: case.plan(histories), runs=2)
    again = cpu_seconds(lambda: case.plan(histories, previous=plan.series), runs=2)
    most = RATIO_MOST * floor
    rows = [
        Row(name=f"{CONTACTS} contacts, from nothing", figure=from_nothing, floor=floor, most=most),
        Row(name="the same, planned before", figure=again, floor=floor, most=most),
    ]
    busy = appointments()
    booked_floor = cpu_seconds(lambda: clashes(date_arithmetic(plan.series), busy), runs=5)
    booked = cpu_seconds(lambda: case.plan(histories, busy=busy), runs=2)
    name = f"the same, among {APPOINTMENTS_A_DAY} appointments a day"
    rows.append(Row(name=name, figure=booked, floor=booked_floor, most=RATIO_MOST * booked_floor))
    more = person("One More", "quarterly", random.Random(1))
    extending = cpu_seconds(lambda: extend_plan(plan, [more]), runs=10)
    rows.append(Row(name="one more contact", figure=extending, floor=floor, most=ONE_MORE_RATIO_MOST * floor))
    title = f"Planning, against the dates of {len(plan.occurrences)} check-ins"
    return show(title, rows, unit="ms")


def appointments() -> Busy:
    """Return when an owner with a full calendar is booked over two years."""
    chance = random.Random(1)
    starts = (
        NOW + timedelta(days=day, hours=chance.randint(0, 9))
        for day in range(730)
        for _ in range(APPOINTMENTS_A_DAY)
    )
    return Busy(times=tuple(BusyTime(start_at=at, end_at=at + timedelta(minutes=45)) for at in starts))


def date_arithmetic(series: Iterable[Series]) -> list[tuple[datetime, datetime, datetime]]:
    """Return wall clock start, start and end in UTC of every slot; nothing but the standard library."""
    zones = {name: ZoneInfo(name) for name in {one.timezone for one in series}}
    found = []
    for one in series:
        zone, at, length = zones[one.timezone], one.local_time, timedelta(minutes=one.minutes)
        for day in _days(one.rule, one.first_on):
            local_start = datetime.combine(day, at, zone)
            start_at = local_start.astimezone(UTC)
            found.append((local_start, start_at, start_at + length))
    return found


def clashes(slots: Iterable[tuple[datetime, datetime, datetime]], busy: Busy) -> int:
    """Return how many slots lie in busy time, each sought among the sorted times."""
    times = sorted((one.start_at, one.end_at) for one in busy.times)
    found = 0
    for _, start_at, end_at in slots:
        before = bisect_left(times, (end_at,)) - 1
        found += before >= 0 and times[before][1] > start_at
    return found


def _days(rule: Rule, day: date) -> Iterator[date]:
    if rule.nth is None:
        step = timedelta(weeks=rule.interval)
        while day < END_ON:
            yield day
            day += step
        return
    months = day.year * 12 + day.month - 1
    while day < END_ON:
        yield day
        months += rule.interval
        first = date(months // 12, months % 12 + 1, 1)
        day = first + timedelta(days=(rule.weekday - first.weekday()) % 7 + 7 * (rule.nth - 1))
