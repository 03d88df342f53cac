"""How low the fullest week of a roster can be: a bound that no plan goes below, with its proof.

What a plan may choose. The first slot of a contact lies on any open day of its window (`window_of`); the
cadence makes all others of it. A check-in whose slot is on an open day stands there. One whose slot is
closed may lie on any open day within the tolerance on either side, and falls out when there is none.
Capacity, hours and overlaps are left aside, which only makes more plans possible. (Check-ins that leave
an open day, because it is full, are counted beside it and have a budget of their own: n of them could
take a plan below the bound, by n at the most.)

The proof. Give every week of the horizon a weight, all of them together 1. The fullest week holds at least
the weighted mean of what the weeks hold. That mean is a sum over the contacts, and each of them adds
the weights of the weeks its check-ins lie in: at least as much as the cheapest of its choices adds,
where a moved check-in takes the cheapest week it can reach. So the sum of the cheapest is a bound,
**whatever the weights are**, and as loads are whole numbers it may be rounded up. What can leave the
horizon, or fall out, costs nothing: only what can't be avoided is counted.

Equal weights for the weeks from a to b, and none elsewhere, say the plain thing: so many check-ins have to
lie in these weeks, so one of the weeks holds their mean. Other weights say more. They are found by a play
in turns: every contact makes its cheapest choice, and the weeks that get full by it become heavier
(multiplicative weights, https://theoryofcomputing.org/articles/v008a006/). That tends to the best bound of
this kind, the optimum of the linear program, but no convergence is needed: each turn is a proof of
its own, and the best is kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, exp, inf, sqrt
from typing import TYPE_CHECKING

from netkeep_sync.core.series import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.contact import Contact

LEAD_DAYS = 3
CATCH_UP_DAYS = 14
TURNS = 1_000
_STRIDE = 0.3
_ROUNDING = 1e-6


def window_of(contact: Contact, *, today: date) -> tuple[date, date]:
    """Return the first and the last day on which a new series of a contact may begin.

    Said here once more, in the words of the design, for the planner is checked with it.
    """
    soonest_on = today + timedelta(days=LEAD_DAYS)
    if contact.met_on is None:
        return soonest_on, contact.cadence.after(soonest_on) - timedelta(days=1)
    due_on = contact.cadence.after(contact.met_on)
    flex = timedelta(days=contact.flex_days)
    if due_on + flex < soonest_on:
        return soonest_on, soonest_on + max(timedelta(days=CATCH_UP_DAYS), 2 * flex)
    return max(due_on - flex, soonest_on), due_on + flex


def whole_week(window: tuple[date, date]) -> tuple[date, date]:
    """Return the window that stands in for one of few days without an open one among them."""
    return window[0], max(window[1], window[0] + timedelta(days=6))


def days_between(first_on: date, last_on: date) -> Iterator[date]:
    """Yield the days from `first_on` to `last_on`, both included."""
    return (first_on + timedelta(days=offset) for offset in range((last_on - first_on).days + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The days from `today` to before `end_on`, in weeks from Monday to Sunday, counted from 0.

    Week number `weeks` is all that lies behind them.
    """

    today: date
    end_on: date
    is_open: Callable[[date], bool]

    def week(self, day: date) -> int:
        monday = self.today - timedelta(days=self.today.weekday())
        return min((day - monday).days // 7, self.weeks)

    @property
    def weeks(self) -> int:
        monday = self.today - timedelta(days=self.today.weekday())
        return ((self.end_on - monday).days + 6) // 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What follows from a first day: the weeks in which a check-in lies, and for each one on a closed day
    the weeks that it can be moved to.
    """

    weeks: tuple[int, ...]
    reaches: tuple[tuple[int, ...], ...] = ()


def pattern(horizon: Horizon, contact: Contact, first_on: date) -> Pattern | None:
    """Return the pattern of a contact that begins on that day, None when it can't begin there."""
    rule = Rule.through(first_on, contact.cadence)
    if not horizon.is_open(first_on):
        return None
    weeks: list[int] = []
    reaches: list[tuple[int, ...]] = []
    for slot_on in rule.days(first_on, end_on=horizon.end_on):
        if horizon.is_open(slot_on):
            weeks.append(horizon.week(slot_on))
            continue
        flex = timedelta(days=contact.flex_days)
        near = days_between(max(slot_on - flex, horizon.today), slot_on + flex)
        reaches.append(tuple(sorted({horizon.week(day) for day in near if horizon.is_open(day)})))
    # What has no place to go falls out; what can go behind the horizon is not bound to lie before it.
    staying = (reach for reach in reaches if reach and horizon.weeks not in reach)
    return Pattern(weeks=tuple(weeks), reaches=tuple(staying))


class Choices:
    """What all contacts may choose from; those with one cadence, tolerance and window are one group."""

    def __init__(self, contacts: Iterable[Contact], horizon: Horizon) -> None:
        self._horizon = horizon
        kinds: dict[tuple[Cadence, int], list[tuple[date, date]]] = defaultdict(list)
        self._patterns: list[list[Pattern | None]] = []
        self._groups: list[tuple[int, int, int, int]] = []
        members = {(one.cadence, one.flex_days): one for one in contacts}
        for one in contacts:
            kinds[one.cadence, one.flex_days].append(whole_week(window_of(one, today=horizon.today)))
        for kind, (key, windows) in enumerate(kinds.items()):
            first_on, last_on = min(first for first, _ in windows), max(last for _, last in windows)
            wanted = {day for window in set(windows) for day in days_between(*window)}
            self._patterns.append(
                [
                    pattern(horizon, members[key], day) if day in wanted else None
                    for day in days_between(first_on, last_on)
                ]
            )
            for (first, last), number in Counter(windows).items():
                self._groups.append((kind, (first - first_on).days, (last - first_on).days + 1, number))

    def cheapest(self, weights: Sequence[float]) -> tuple[float, list[int]]:
        """Return what the cheapest choices of all cost, and how many check-ins each week then holds."""
        cost_of = [*weights, 0.0].__getitem__
        costs = [
            [
                inf
                if one is None
                else sum(map(cost_of, one.weeks)) + sum(min(map(cost_of, reach)) for reach in one.reaches)
                for one in patterns
            ]
            for patterns in self._patterns
        ]
        total = 0.0
        loads = [0] * (self._horizon.weeks + 1)
        for kind, start, stop, number in self._groups:
            cost, index = min(zip(costs[kind][start:stop], range(start, stop), strict=True))
            chosen = self._patterns[kind][index]
            if chosen is None:
                continue  # no day of the window is open
            total += number * cost
            for week in (*chosen.weeks, *(min(reach, key=cost_of) for reach in chosen.reaches)):
                loads[week] += number
        return total, loads[:-1]


def least_peak(
    contacts: Iterable[Contact],
    *,
    today: date,
    end_on: date,
    is_open: Callable[[date], bool],
    turns: int = TURNS,
) -> int:
    """Return how many check-ins the fullest week from `today` to before `end_on` holds at the least."""
    horizon = Horizon(today=today, end_on=end_on, is_open=is_open)
    choices = Choices(tuple(contacts), horizon)
    powers = [0.0] * horizon.weeks
    best = 0.0
    for turn in range(1, turns + 1):
        highest = max(powers)
        weights = [exp(power - highest) for power in powers]
        cost, loads = choices.cheapest(weights)
        mean = cost / sum(weights)
        best = max(best, mean)
        if mean:
            powers = [
                power + _STRIDE / sqrt(turn) * (load / mean - 1)
                for power, load in zip(powers, loads, strict=True)
            ]
    return ceil(best - _ROUNDING)
