"""The smallest raise of the limits with which everybody fits."""

from __future__ import annotations

import heapq
from dataclasses import replace
from itertools import islice
from math import gcd
from typing import TYPE_CHECKING

from netkeep_sync.core.relief.change import (
    Kind,
    NoRelief,
    Raise,
)
from netkeep_sync.core.relief.trial import Spent, Trial, spent
from netkeep_sync.core.words import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Capacity, Roster


__all__ = ["find_raise"]

MOST_TIMES = 4
"""Nobody has more than four times the time they said they have."""

_MOST_CANDIDATES = 1_000
"""So many changes are looked at, planned or not, for the proof that none smaller fits."""

_Point = tuple[int, int, int]
"""A step on each of the three scales of limits."""


class _Scales:
    """The values each limit can be raised to: per day, per week, and minutes a month."""

    def __init__(self, roster: Roster, contacts: Sequence[Contact]) -> None:
        given = roster.capacity
        self._given = given
        minutes = given.minutes_per_month
        # Less than the greatest common length of check-ins makes no difference.
        channels = [one.channel for one in contacts]
        channels += [channel for trip in roster.trips for channel in trip.channels]
        step = gcd(*(one.minutes for one in channels))
        self._per_day = range(given.per_day, MOST_TIMES * given.per_day + 1)
        self._per_week = range(given.per_week, MOST_TIMES * given.per_week + 1)
        self._minutes: list[int] = []
        if minutes is not None:
            first = (minutes // step + 1) * step
            self._minutes = [minutes, *range(first, max(first, MOST_TIMES * minutes) + 1, step)]
        weekdays = roster.availability.weekdays.union(*(one.weekdays or () for one in channels))
        self._days_in_week = len(weekdays)
        self.largest: _Point = (
            len(self._per_day) - 1,
            len(self._per_week) - 1,
            max(0, len(self._minutes) - 1),
        )

    def capacity(self, point: _Point) -> Capacity:
        day, week, month = point
        return replace(
            self._given,
            per_day=self._per_day[day],
            per_week=self._per_week[week],
            minutes_per_month=self._minutes[month] if self._minutes else None,
        )

    def cost(self, point: _Point) -> tuple[int, int, _Point]:
        """Rank a point by its relative raise, in whole numbers, then by how many limits it changes."""
        day, week, month = point
        given_minutes = self._minutes[0] if self._minutes else 1
        by_minutes = self._minutes[month] - given_minutes if self._minutes else 0
        given = self._given
        raised = (
            day * given.per_week * given_minutes
            + week * given.per_day * given_minutes
            + by_minutes * given.per_day * given.per_week
        )
        return raised, sum(step > 0 for step in point), point

    def is_of_use(self, point: _Point) -> bool:
        """Tell whether no smaller point means the same: a week can't hold more than its days."""
        day, week, _ = point
        per_day, per_week = self._per_day[day], self._per_week[week]
        return (not day or per_day <= per_week) and (not week or per_week <= per_day * self._days_in_week)

    def points(self) -> Iterator[_Point]:
        """Yield all points that raise something, the smallest raise first."""
        heap = [(self.cost((0, 0, 0)), (0, 0, 0))]
        seen = {(0, 0, 0)}
        while heap:
            _, point = heapq.heappop(heap)
            if any(point) and self.is_of_use(point):
                yield point
            for axis in range(3):
                step = self._with(point, axis, point[axis] + 1)
                if step[axis] <= self.largest[axis] and step not in seen:
                    seen.add(step)
                    heapq.heappush(heap, (self.cost(step), step))

    def _with(self, point: _Point, axis: int, step: int) -> _Point:
        day, week, month = point
        return (
            step if axis == 0 else day,
            step if axis == 1 else week,
            step if axis == 2 else month,
        )

    def lowered(self, point: _Point, axis: int, fits: Callable[[_Point], bool]) -> _Point:
        """Return the point as low on one scale as it fits; it is known to fit as it is."""
        lowest = self._with(point, axis, 0)
        if lowest == point or (any(lowest) and fits(lowest)):
            return lowest
        low, high = 0, point[axis]
        while high - low > 1:
            middle = (low + high) // 2
            if fits(self._with(point, axis, middle)):
                high = middle
            else:
                low = middle
        return self._with(point, axis, high)


class _Raising:
    """The search for the smallest raise."""

    def __init__(self, trial: Trial, scales: _Scales) -> None:
        self._trial = trial
        self._scales = scales
        self.found: _Point | None = None
        self.is_certain = False

    def run(self) -> None:
        """Find the smallest, as far as the plans go."""
        try:
            if self._fits(self._scales.largest):
                self._halve()
            self._sweep()
        except Spent:
            pass

    def _fits(self, point: _Point) -> bool:
        return self._trial.fits(replace(self._trial.roster, capacity=self._scales.capacity(point)))

    def _halve(self) -> None:
        """Lower one limit after the other from the largest raise, the dearest first and last."""
        self.found = self._scales.largest
        for axes in ((0, 1, 2), (2, 1, 0)):
            point = self._scales.largest
            for axis in axes:
                point = self._scales.lowered(point, axis, self._fits)
                self.found = min(self.found, point, key=self._scales.cost)

    def _sweep(self) -> None:
        """Try all that is smaller; where the largest does not help, only if there are plans enough."""
        points = list(islice(self._scales.points(), _MOST_CANDIDATES))
        if self.found is None and len(points) > self._trial.plans_left:
            return
        self.is_certain = len(points) < _MOST_CANDIDATES
        for point in points:
            if point == self.found or self._fits(point):
                self.found = point
                self.is_certain = True
                return


def find_raise(trial: Trial) -> Raise | NoRelief:
    """Return the limits that would have to be raised, by as little as possible."""
    scales = _Scales(trial.roster, trial.contacts)
    raising = _Raising(trial, scales)
    raising.run()
    if raising.found is None:
        return _no_raise(trial, scales, is_certain=raising.is_certain)
    return Raise(
        given=trial.roster.capacity,
        capacity=scales.capacity(raising.found),
        is_smallest=raising.is_certain,
    )


def _no_raise(trial: Trial, scales: _Scales, *, is_certain: bool) -> NoRelief:
    changed = replace(trial.roster, capacity=scales.capacity(scales.largest))
    channels: tuple[str, ...] = ()
    proof = trial.counting.proof(changed)
    if proof is not None:
        is_certain = True
        reason = f"even limits {MOST_TIMES} times as high are not enough: {proof}"
    else:
        try:
            unfit = trial.unfit_with(changed) or ()
        except Spent:
            return spent(trial, Kind.RAISE)
        keys = {one.contact for one in unfit}
        channels = tuple(sorted({one.channel.key for one in trial.contacts if one.key in keys}))
        reason = (
            f"even limits {MOST_TIMES} times as high do not help: the days and hours are what is short; "
            f"add hours to channel {listed(channels)}, or open more days"
        )
    return NoRelief(kind=Kind.RAISE, reason=reason, channels=channels, is_certain=is_certain)
