"""The bound is never above the best plan there is, found by trying all of them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.core.series import Rule
from tests.benchmarks.bound import days_between, least_peak, whole_week, window_of
from tests.core.builders import TODAY, contact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netkeep_sync.core.contact import Contact

WEEKS = 6
END_ON = TODAY + timedelta(weeks=WEEKS)


def loads(one: Contact, is_open: Callable[[date], bool]) -> frozenset[tuple[int, ...]]:
    """Every load of the weeks that a contact can make, by any first day and any moves."""
    window = whole_week(window_of(one, today=TODAY))
    return frozenset(made for day in days_between(*window) for made in _loads_from(one, day, is_open))


def _loads_from(one: Contact, first_on: date, is_open: Callable[[date], bool]) -> Iterator[tuple[int, ...]]:
    rule = Rule.through(first_on, one.cadence)
    if not is_open(first_on):
        return
    places: list[set[int | None]] = [
        {*((day - TODAY).days // 7 for day in _days_for(one, slot_on, is_open))} or {None}
        for slot_on in rule.days(first_on, end_on=END_ON)
    ]
    for weeks in product(*places):
        yield tuple(weeks.count(week) for week in range(WEEKS))


def _days_for(one: Contact, slot_on: date, is_open: Callable[[date], bool]) -> list[date]:
    if is_open(slot_on):
        return [slot_on]
    flex = timedelta(days=one.flex_days)
    return [day for day in days_between(max(slot_on - flex, TODAY), slot_on + flex) if is_open(day)]


def best_peak(contacts: list[Contact], is_open: Callable[[date], bool]) -> int:
    """The fullest week of the best plan; a contact without an open day has no check-in."""
    sums: set[tuple[int, ...]] = {(0,) * WEEKS}
    for one in contacts:
        made = loads(one, is_open) or {(0,) * WEEKS}
        sums = {tuple(map(sum, zip(before, more, strict=True))) for before in sums for more in made}
    return min(max(one) for one in sums)


def a_world(seed: int) -> tuple[list[Contact], Callable[[date], bool]]:
    chance = random.Random(seed)
    weekdays = chance.choice([{0, 1, 2, 3, 4}, {0, 1, 2, 3}, {1, 4}, {5}])
    closed = {TODAY + timedelta(days=chance.randrange(60)) for _ in range(chance.choice([0, 3, 15]))}
    contacts = []
    for number in range(chance.randint(2, 5)):
        cadence = chance.choice(["weekly", "weekly", "every 2 weeks", "every 3 weeks", "monthly"])
        met_on = str(TODAY - timedelta(days=chance.randrange(60))) if chance.random() < 0.7 else None
        contacts.append(contact(f"Person {number}", cadence, met_on=met_on))
    return contacts, lambda day: day.weekday() in weekdays and day not in closed


@pytest.mark.parametrize("seed", range(60))
def test_no_plan_is_more_level_than_the_bound_says(seed):
    contacts, is_open = a_world(seed)

    bound = least_peak(contacts, today=TODAY, end_on=END_ON, is_open=is_open, turns=100)

    assert bound <= best_peak(contacts, is_open)


def test_the_bound_is_the_best_peak_of_most_small_worlds():
    worlds = [a_world(seed) for seed in range(60)]

    met = [
        least_peak(*world[:1], today=TODAY, end_on=END_ON, is_open=world[1], turns=100) == best_peak(*world)
        for world in worlds
    ]

    assert sum(met) >= 50


def test_what_cannot_be_avoided_is_counted():
    weekly = [contact(f"Person {number}", "weekly", met_on="2026-09-14") for number in range(3)]

    bound = least_peak(weekly, today=TODAY, end_on=END_ON, is_open=lambda day: day.weekday() < 5, turns=1)

    assert bound == 3


def test_nobody_counts_for_whom_no_day_is_open():
    bound = least_peak([contact()], today=TODAY, end_on=END_ON, is_open=lambda _: False, turns=1)

    assert bound == 0
