"""The dossier of a period: what came of everybody in it, and how the list as a whole stands.

It is made of what happened up to the end of the period, and never of what day it is: asked for again the next
day, or written to a calendar, it is the same until something is learnt. What the file says counts as it is
now, for that is what is reviewed; and whoever was met since then was met (`met_on`).

Somebody's rhythm is judged by the meetings since they have the cadence that the file gives them: whoever was
given another one begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Unit, add_months
from netkeep_sync.core.capacity import needs
from netkeep_sync.core.lived import gaps_between
from netkeep_sync.core.outcome import Evidence, History, Result
from netkeep_sync.core.roster import DateRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.capacity import Amount
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.outcome import Outcome
    from netkeep_sync.core.roster import Capacity, Roster
    from netkeep_sync.core.series import Series

__all__ = ["Case", "Dossier", "Fill", "Group", "Tally", "Waiting", "last_period", "make_dossier"]

_MEMORY_MONTHS = 24
"""So far back a confirmed meeting speaks for somebody."""

_LATEST_GAPS = 4
"""A rhythm is told from the latest meetings: what was years ago is over."""

_ENOUGH_TRIED = 3

_BY_WORD = frozenset({"cli", "web"})
"""Where the owner pauses somebody in so many words; elsewhere it was a series that they deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many check-ins came to what; `confirmed` are those of the `kept` that the owner spoke of."""

    kept: int = 0
    confirmed: int = 0
    skipped: int = 0
    missed: int = 0
    untold: int = 0

    @property
    def tried(self) -> int:
        """How many of them are known to have come about, or not."""
        return self.kept + self.skipped + self.missed

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            kept=self.kept + other.kept,
            confirmed=self.confirmed + other.confirmed,
            skipped=self.skipped + other.skipped,
            missed=self.missed + other.missed,
            untold=self.untold + other.untold,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person: `lately` is what came of the check-ins of the period, `ever` of all since `since_on`, the
    first day that the cadence of the file asked for; None where none has come round yet.

    `lived_days` is how far apart meetings really are, None where that can't be told yet, and `met_on` the
    day of the last one. `confirmed` are the meetings of two years that the owner spoke of. `gave` and `asked`
    are how often they did so in the period. `paused_on` is None unless the contact is paused, and then
    `is_deleted` tells that it was by deleting the series on a calendar.
    """

    contact: str
    name: str
    category: str
    cadence: Cadence
    lately: Tally
    ever: Tally
    since_on: date | None
    met_on: date | None
    lived_days: float | None
    confirmed: int
    gave: int
    asked: int
    paused_on: date | None = None
    is_deleted: bool = False

    @property
    def slip(self) -> float:
        """How many times longer than intended it takes until they meet again; 1 where that is not known."""
        return 1.0 if self.lived_days is None else self.lived_days / self.cadence.period_days


class Fill(StrEnum):
    """How a category stands to its quota."""

    EMPTY = "empty"
    THIN = "thin"
    RIGHT = "right"
    OVER = "over"
    ANY = "no quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One category: how many people it holds, of how many it is to `keep`; None for any number."""

    category: str
    people: int
    keep: int | None

    @property
    def fill(self) -> Fill:
        """How the one stands to the other."""
        if not self.people:
            return Fill.EMPTY
        if self.keep is None:
            return Fill.ANY
        if self.people == self.keep:
            return Fill.RIGHT
        return Fill.THIN if self.people < self.keep else Fill.OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody on the bench, and when the owner wants to look at them again."""

    contact: str
    name: str
    category: str
    again_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What a review looks at. `cases` are in the order of the roster's categories, then by name; `wanted` is
    what they take of a year, paused ones left out, and `declared` what the owner has time for.
    """

    period: DateRange
    cases: tuple[Case, ...]
    groups: tuple[Group, ...]
    wanted: Amount
    declared: Capacity
    bench: tuple[Waiting, ...] = field(default=())

    @property
    def tally(self) -> Tally:
        """What came of all check-ins of the period."""
        return sum((one.lately for one in self.cases), Tally())

    @property
    def never_met(self) -> tuple[Case, ...]:
        """Those who were never met, as far as is known."""
        return tuple(one for one in self.cases if one.met_on is None)

    @property
    def deleted(self) -> tuple[Case, ...]:
        """Those whose series the owner deleted on a calendar."""
        return tuple(one for one in self.cases if one.is_deleted)


def last_period(today: date, every: Cadence) -> DateRange:
    """Return the last whole period before today: the last quarter, half-year or the like of the calendar.

    A review by weeks looks at a calendar month.
    """
    months = every.count if every.unit is Unit.MONTH else 1
    since = (today.year * 12 + today.month - 1) % months
    end_on = add_months(today.replace(day=1), -since)
    return DateRange(start_on=add_months(end_on, -months), end_on=end_on)


def make_dossier(
    roster: Roster,
    *,
    histories: Mapping[str, History],
    series: Iterable[Series],
    period: DateRange,
    bench: Sequence[Waiting] = (),
) -> Dossier:
    """Return the dossier of a period. The `roster` has the cadences of the file; `series` are all there ever
    were.
    """
    by_contact: dict[str, list[Series]] = {}
    for one in series:
        if not one.city:
            by_contact.setdefault(one.contact, []).append(one)
    order = {category.key: number for number, category in enumerate(roster.categories)}
    cases = [
        _case(
            contact,
            histories.get(contact.key) or History(contact=contact.key),
            since_on=_since(contact, by_contact.get(contact.key, ()), before=period.end_on),
            period=period,
        )
        for contact in roster.contacts
    ]
    cases.sort(key=lambda one: (order.get(one.category, len(order)), one.name.casefold(), one.contact))
    paused = frozenset(one.contact for one in cases if one.paused_on)
    return Dossier(
        period=period,
        cases=tuple(cases),
        groups=tuple(
            Group(
                category=category.key,
                people=sum(one.category == category.key for one in cases),
                keep=category.keep,
            )
            for category in roster.categories
        ),
        wanted=needs(roster, paused).per_year,
        declared=roster.capacity,
        bench=tuple(sorted(bench, key=lambda one: (one.category, one.name.casefold(), one.contact))),
    )


def _since(contact: Contact, series: Iterable[Series], *, before: date) -> date | None:
    """Return the first day of the latest series in a row that have the contact's cadence; None where that is
    yet to come.
    """
    since_on = None
    for one in sorted(series, key=lambda one: -one.generation):
        if one.until_on == one.first_on:
            continue  # it was taken back before anything came of it
        if one.cadence != contact.cadence:
            break
        since_on = one.first_on
    return since_on if since_on is not None and since_on < before else None


def _case(contact: Contact, history: History, *, since_on: date | None, period: DateRange) -> Case:
    known = [one for one in history.outcomes if one.day < period.end_on]
    flex = timedelta(days=contact.flex_days)
    # What the file tells of before says nothing of how the rhythm is lived.
    judged = [one for one in known if since_on and one.day >= since_on - flex and one.day != contact.met_on]
    remembered_on = add_months(period.end_on, -_MEMORY_MONTHS)
    pause = history.pause
    return Case(
        contact=contact.key,
        name=contact.name,
        category=contact.category,
        cadence=contact.cadence,
        lately=_tally(one for one in known if one.day in period),
        ever=_tally(judged),
        since_on=since_on,
        met_on=history.held.day if history.held else None,
        lived_days=_lived_days(
            [one.day for one in judged if one.result is Result.HELD],
            contact=contact,
            tried=_tally(judged).tried,
            end_on=period.end_on,
        ),
        confirmed=_tally(one for one in known if one.day >= remembered_on).confirmed,
        gave=sum(one.day in period for one in history.ledger.gave),
        asked=sum(one.day in period for one in history.ledger.asked),
        paused_on=history.paused_on,
        is_deleted=pause is not None and pause.source not in _BY_WORD,
    )


def _tally(outcomes: Iterable[Outcome]) -> Tally:
    found = list(outcomes)

    def number(result: Result) -> int:
        return sum(one.result is result for one in found)

    return Tally(
        kept=number(Result.HELD),
        confirmed=sum(one.result is Result.HELD and one.evidence is Evidence.CONFIRMED for one in found),
        skipped=number(Result.SKIPPED),
        missed=number(Result.MISSED),
        untold=number(Result.UNKNOWN),
    )


def _lived_days(days: Sequence[date], *, contact: Contact, tried: int, end_on: date) -> float | None:
    """Return the median of the latest gaps between meetings. The time since the last one is such a gap once
    it is longer than all of these, and than the cadence. One gap alone tells little where little was tried.
    """
    gaps = gaps_between(days)[-_LATEST_GAPS:]
    longest = max((*gaps, contact.cadence.period_days + contact.flex_days))
    if days and (since := (end_on - max(days)).days) > longest:
        gaps = (*gaps, since)
    return float(median(gaps)) if len(gaps) > 1 or (gaps and tried >= _ENOUGH_TRIED) else None
