"""The rosters that are measured: mixed cadences, some people met, some overdue, some never met.

Chance has a fixed seed, so every run measures the same ones.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

from dateutil.easter import easter

from netkeep_sync.core.busy import FREE
from netkeep_sync.core.cadence import add_months
from netkeep_sync.core.plan import Plan, make_plan
from netkeep_sync.core.reconcile import reconcile
from netkeep_sync.core.roster import Capacity, Roster
from tests.core.builders import HOLIDAY_CODE, NOW, TODAY, channel, contact, roster

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.channel import Channel
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.series import Series

SIZES = (20, 50, 200, 1_000, 10_000)

END_ON = add_months(TODAY, 24)

CADENCES = {
    "weekly": 1,
    "every 2 weeks": 2,
    "monthly": 11,
    "every 6 weeks": 10,
    "quarterly": 36,
    "every 6 months": 25,
    "yearly": 15,
}
"""How many of a hundred contacts are met how often."""

NEVER_MET = 0.15
OVERDUE = 0.05

COFFEE = channel("08:00-18:00", minutes=30)
CALL = channel("00:00-23:59", key="call", minutes=3)
"""Short and round the clock: one owner holds 10 000 contacts in a week of 4 days, and no two overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A roster and its holidays, at the moment when the clock of the builders stands."""

    roster: Roster
    holidays: Mapping[date, str]

    def is_open(self, day: date) -> bool:
        """Tell whether the day is the owner's; said here once more, for the planner is checked with it."""
        return day.weekday() in self.roster.availability.weekdays and day not in self.holidays

    def histories(self) -> dict[str, History]:
        return reconcile(self.roster.contacts, (), today=TODAY, timezone="UTC")

    def plan(
        self, histories: Mapping[str, History], *, previous: Sequence[Series] = (), busy: Busy = FREE
    ) -> Plan:
        return make_plan(
            self.roster,
            histories=histories,
            previous=previous,
            holidays={HOLIDAY_CODE: self.holidays},
            now=NOW,
            busy=busy,
        )

    def with_room_for(self, checkins: int) -> Case:
        """Return the case with room for so many check-ins a week, and some to spare.

        A day holds twice its part: half of a week's days may be closed, and nobody has to leave an open day.
        """
        per_day = ceil(2 * checkins / len(self.roster.availability.weekdays))
        capacity = Capacity(per_day=max(2, per_day), per_week=ceil(1.3 * checkins))
        return replace(self, roster=replace(self.roster, capacity=capacity))


def make_case(size: int, *, weekdays: Sequence[int] = (0, 1, 2, 3, 4), has_holidays: bool = False) -> Case:
    """Return a case of so many contacts, with more room than they can need."""
    chance = random.Random(size)
    cadences = chance.choices(list(CADENCES), weights=list(CADENCES.values()), k=size)
    meet = CALL if size > 200 else COFFEE
    people = [
        person(f"Person {number}", cadence, chance, meet=meet) for number, cadence in enumerate(cadences)
    ]
    made = roster(*people, per_day=size, per_week=size, weekdays=weekdays)
    availability = replace(made.availability, holidays=("DE",))
    return Case(roster=replace(made, availability=availability), holidays=_holidays() if has_holidays else {})


def person(name: str, cadence: str, chance: random.Random, *, meet: Channel = CALL) -> Contact:
    """Return a contact who was met within the last period, or longer ago, or never."""
    made = contact(name, cadence, channel=meet)
    kind, periods = chance.random(), chance.random()
    if kind < NEVER_MET:
        return made
    if kind < NEVER_MET + OVERDUE:
        periods += 1.2
    return replace(made, met_on=TODAY - timedelta(days=round(periods * made.cadence.period_days)))


def _holidays() -> dict[date, str]:
    """Return the holidays that all of Germany has, in the years that a plan may see."""
    found: dict[date, str] = {}
    for year in range(TODAY.year, TODAY.year + 4):
        found |= {
            date(year, 1, 1): "New Year's Day",
            date(year, 5, 1): "Labour Day",
            date(year, 10, 3): "German Unity Day",
            date(year, 12, 25): "Christmas Day",
            date(year, 12, 26): "Second Day of Christmas",
        }
        for name, days in (("Good Friday", -2), ("Easter Monday", 1), ("Ascension", 39), ("Whit Monday", 50)):
            found[easter(year) + timedelta(days=days)] = name
    return found
