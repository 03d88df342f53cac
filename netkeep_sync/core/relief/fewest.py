"""The fewest contacts to stretch, or to rest, with which everybody fits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, islice
from math import ceil, comb
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.capacity import quota_warnings
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.relief.change import (
    Kind,
    NoRelief,
    Rest,
    Stretch,
    Stretched,
    apply_relief,
)
from netkeep_sync.core.relief.trial import Spent, Trial, spent

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence
    from datetime import date

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.roster import Roster


__all__ = ["find_rest", "find_stretch"]

LADDER = (
    Cadence(unit=Unit.WEEK, count=1),
    Cadence(unit=Unit.WEEK, count=2),
    Cadence(unit=Unit.MONTH, count=1),
    Cadence(unit=Unit.WEEK, count=6),
    Cadence(unit=Unit.MONTH, count=2),
    Cadence(unit=Unit.MONTH, count=3),
    Cadence(unit=Unit.MONTH, count=4),
    Cadence(unit=Unit.MONTH, count=6),
    Cadence(unit=Unit.MONTH, count=12),
    Cadence(unit=Unit.MONTH, count=24),
)
"""The rhythms that a cadence is stretched to, one step at a time."""


_LEAST_STRETCH = 1.2
"""From every 4 weeks to monthly is no step."""

_DEFAULT_FLEX = 0.15

_MOST_CANDIDATES = 1_000
"""So many changes are looked at, planned or not, for the proof that none smaller fits."""


class _Fewest:
    """The search for the fewest contacts to change. `rankings` say whom to change first, each in its
    own way; `changed` makes the roster in which some are.
    """

    def __init__(
        self,
        trial: Trial,
        rankings: Sequence[Sequence[Contact]],
        changed: Callable[[frozenset[str]], Roster],
    ) -> None:
        self._trial = trial
        self._rankings = [[one.key for one in ranking] for ranking in rankings]
        self._contacts = rankings[0]
        self._changed = changed
        self.found: frozenset[str] | None = None
        self.is_certain = False
        self.was_cut_off = False

    def run(self) -> None:
        """Find the fewest, as far as the plans go."""
        least = self._least_number()
        if least is None:
            self.is_certain = True
            return
        try:
            self._halve(least)
            self._sweep(least)
        except Spent:
            self.was_cut_off = True

    @cached_property
    def _bounds(self) -> list[tuple[int, dict[str, int]]]:
        """For each span, how much there is too much of at least, and how much each change takes away."""
        counting = self._trial.counting
        keys = [one.key for one in self._contacts]
        changed = {one.key: one for one in self._changed(frozenset(keys)).contacts}
        bounds = []
        for span in counting.spans:
            most = counting.room(self._trial.roster.capacity, span)
            if most is None:
                continue
            least = {one.key: counting.least(one, span) for one in self._trial.contacts}
            saved = {
                key: least[key] - (counting.least(changed[key], span) if key in changed else 0)
                for key in keys
            }
            bounds.append((sum(least.values()) - most, saved))
        return bounds

    def _least_number(self) -> int | None:
        """Return how many must change, by counting; None where changing all is not enough."""
        numbers = [1]
        for excess, saved in self._bounds:
            sums = enumerate(accumulate(sorted(saved.values(), reverse=True), initial=0))
            enough = next((number for number, one in sums if one >= excess), None)
            if enough is None:
                return None
            numbers.append(enough)
        return max(numbers) if self._contacts else None

    def _is_ruled_out(self, keys: frozenset[str]) -> bool:
        return any(sum(saved[key] for key in keys) < excess for excess, saved in self._bounds)

    def _fits(self, keys: frozenset[str]) -> bool:
        return self._trial.fits(self._changed(keys))

    def _try(self, number: int) -> bool:
        """Try so many by each of the rankings."""
        for ranking in self._rankings:
            keys = frozenset(ranking[:number])
            if self._fits(keys):
                self.found = keys
                return True
        return False

    def _halve(self, least: int) -> None:
        """Find some number that fits, in ever longer steps from the least, then by halves."""
        high = len(self._contacts)
        if not self._try(high):
            return
        # To change those who do not fit is often enough.
        likely = max(least, len(self._trial.unfit))
        if likely < high and self._try(likely):
            high = likely
        low, step = least - 1, 1
        while high - low > 1:
            middle = min(low + step, (low + high) // 2)
            if self._try(middle):
                high = middle
            else:
                low, step = middle, 2 * step

    def _sweep(self, least: int) -> None:
        """Try all that is smaller than what was found, if there are plans enough for that."""
        every = len(self._contacts)
        end = len(self.found) if self.found is not None else every + 1
        groups = self._groups
        if sum(comb(every, number) for number in range(least, end)) <= self._trial.plans_left:
            groups = [[one.key] for one in self._contacts]
        choices = (
            frozenset(key for size, group in zip(sizes, groups, strict=True) for key in group[:size])
            for number in range(least, end)
            for sizes in _shares(number, [len(group) for group in groups])
        )
        looked_at = list(islice(choices, _MOST_CANDIDATES + 1))
        open_choices = [keys for keys in looked_at if not self._is_ruled_out(keys)]
        if len(looked_at) > _MOST_CANDIDATES or len(open_choices) > self._trial.plans_left:
            return
        self.is_certain = True
        for keys in open_choices:
            if self._fits(keys):
                self.found = keys
                return

    @property
    def _groups(self) -> list[list[str]]:
        """The contacts by who is like whom: within a group any one stands for any other."""
        groups: dict[Hashable, list[str]] = {}
        for one in self._contacts:
            kind = (one.category, one.cadence, one.channel, one.flex_days, one.timezone, one.city)
            groups.setdefault(kind, []).append(one.key)
        return list(groups.values())


def _shares(number: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every way to take so many from groups of these sizes, the first groups' members first."""
    if not sizes:
        yield ()
        return
    for taken in range(min(number, sizes[0]), max(0, number - sum(sizes[1:])) - 1, -1):
        for others in _shares(number - taken, sizes[1:]):
            yield (taken, *others)


def find_stretch(trial: Trial) -> Stretch | NoRelief:
    """Return the fewest contacts who would have to be met less often."""
    stretched = {one.key: longer for one in trial.contacts if (longer := _stretched(one)) is not None}
    contacts = [one for one in trial.contacts if one.key in stretched]
    crowded = {warning.category for warning in quota_warnings(trial.roster)}
    sizes = Counter(one.category for one in contacts)

    def relief(keys: frozenset[str], *, is_smallest: bool) -> Stretch:
        chosen = [one for key, one in stretched.items() if key in keys]
        return Stretch(
            contacts=tuple(sorted(chosen, key=lambda one: (one.category, one.cadence.period_days, one.name))),
            is_smallest=is_smallest,
        )

    def by_preference(contact: Contact) -> tuple[object, ...]:
        return (contact.category not in crowded, -sizes[contact.category], -saved(contact), contact.key)

    def saved(contact: Contact) -> float:
        return 1 / contact.cadence.period_days - 1 / stretched[contact.key].cadence.period_days

    fewest = _Fewest(
        trial,
        _rankings(trial, sorted(contacts, key=by_preference), saved),
        lambda keys: apply_relief(trial.roster, relief(keys, is_smallest=False)),
    )
    fewest.run()
    if fewest.found is not None:
        return relief(fewest.found, is_smallest=fewest.is_certain)
    if fewest.was_cut_off:
        return spent(trial, Kind.STRETCH)
    return NoRelief(
        kind=Kind.STRETCH,
        reason="to stretch every cadence by one step does not help",
        channels=(),
        is_certain=fewest.is_certain,
    )


def _stretched(contact: Contact) -> Stretched | None:
    """Return the contact's next longer rhythm, None where there is none."""
    given = contact.cadence
    longer = next((one for one in LADDER if one.period_days >= _LEAST_STRETCH * given.period_days), None)
    if longer is None:
        return None
    is_default = contact.flex_days == max(1, round(given.period_days * _DEFAULT_FLEX))
    share = _DEFAULT_FLEX if is_default else contact.flex_days / given.period_days
    # Half a period is no tolerance: the windows of two due dates would meet.
    flex_days = min(round(longer.period_days * share), ceil(longer.period_days / 2) - 1)
    return Stretched(
        contact=contact.key,
        name=contact.name,
        category=contact.category,
        given=given,
        cadence=longer,
        flex_days=flex_days,
    )


def find_rest(trial: Trial) -> Rest | NoRelief:
    """Return the fewest contacts who would have to be left out."""
    held = {one.key: _held_days(trial.histories.get(one.key)) for one in trial.contacts}

    def by_outcome(contact: Contact) -> tuple[object, ...]:
        days = held[contact.key]
        return (len(days), days[-1:], contact.key)

    # Of a category beyond its quota only so many are too many.
    surplus = {
        key
        for warning in quota_warnings(trial.roster)
        for key in [
            one.key for one in sorted(trial.contacts, key=by_outcome) if one.category == warning.category
        ][: len(warning.contacts) - warning.keep]
    }
    fewest = _Fewest(
        trial,
        _rankings(
            trial,
            sorted(trial.contacts, key=lambda one: (one.key not in surplus, by_outcome(one))),
            lambda contact: 1 / contact.cadence.period_days,
        ),
        lambda keys: replace(
            trial.roster, contacts=tuple(one for one in trial.roster.contacts if one.key not in keys)
        ),
    )
    fewest.run()
    if fewest.found is None:
        return spent(trial, Kind.REST)
    names = {one.key: one.name for one in trial.contacts}
    keys = tuple(sorted(fewest.found))
    return Rest(contacts=keys, names=tuple(names[key] for key in keys), is_smallest=fewest.is_certain)


def _held_days(history: History | None) -> list[date]:
    outcomes = history.outcomes if history else ()
    return sorted(one.day for one in outcomes if one.result is Result.HELD)


def _rankings(
    trial: Trial, preferred: Sequence[Contact], saved: Callable[[Contact], float]
) -> list[Sequence[Contact]]:
    """Return whom to change first: by preference, by what it saves, and those who do not fit."""
    unfit = {one.contact: one.is_unplaced for one in trial.unfit}
    channels = {one.channel.key for one in preferred if one.key in unfit}
    return [
        preferred,
        sorted(preferred, key=lambda one: -saved(one)),
        sorted(
            preferred,
            key=lambda one: (
                not unfit.get(one.key, False),
                one.key not in unfit,
                one.channel.key not in channels,
            ),
        ),
    ]
