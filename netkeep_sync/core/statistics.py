"""The numbers of a network: what became of check-ins and promises in each quarter, how well each category was
kept in touch with, and which ties are the oldest.

They tell of everybody there ever was, so that a quarter's numbers stay what they were when somebody leaves;
only who is in touch is told of the people of today. A promise counts in the quarter in which it was made, and
as kept whenever that was.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import add_months
from netkeep_sync.core.outcome import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.outcome import History

__all__ = ["InTouch", "Quarter", "QuarterNumbers", "Statistics", "Tie", "make_statistics"]


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months; `number` counts from 1."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter that a day is in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_on(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end_on(self) -> date:
        """The day after its last."""
        return add_months(self.first_on, 3)

    @property
    def words(self) -> str:
        """As people say it: "Q3 2026"."""
        return f"Q{self.number} {self.year}"

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterNumbers:
    """What was in a quarter. `missed` slipped by; of `unknown` nobody has told. `kept` are those of what the
    owner `promised` then that they have kept by now, and so for the others.
    """

    quarter: Quarter
    held: int = 0
    skipped: int = 0
    missed: int = 0
    unknown: int = 0
    promised: int = 0
    kept: int = 0
    they_promised: int = 0
    they_kept: int = 0
    gave: int = 0
    asked: int = 0

    @property
    def check_ins(self) -> int:
        """How many check-ins there were, whatever came of them."""
        return self.held + self.skipped + self.missed + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class InTouch:
    """Of the `people` of a category, how many were not overdue at the end of a quarter, or are not today."""

    category: str
    quarter: Quarter
    in_touch: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Somebody who was met, from the first meeting known to the last."""

    contact: str
    first_on: date
    last_on: date
    meetings: int

    @property
    def days(self) -> int:
        """How long it has lasted."""
        return (self.last_on - self.first_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """All numbers: `quarters` from the first of which anything is known to this one, without a gap;
    `in_touch` by category, then by quarter; `ties` of everybody met, the longest first.
    """

    quarters: tuple[QuarterNumbers, ...]
    in_touch: tuple[InTouch, ...]
    ties: tuple[Tie, ...]


def make_statistics(
    histories: Iterable[History],
    contacts: Sequence[Contact],
    *,
    since_by_contact: Mapping[str, date],
    today: date,
) -> Statistics:
    """Return the numbers of all these histories, and of the contacts that are kept now.

    `since_by_contact` tells since when a contact is one.
    """
    histories = tuple(histories)
    counts = _counted(histories, today=today)
    quarters = _quarters(counts, today=today)
    by_contact = {history.contact: history for history in histories}
    return Statistics(
        quarters=tuple(QuarterNumbers(quarter=one, **counts.get(one, Counter())) for one in quarters),
        in_touch=tuple(_in_touch(contacts, by_contact, quarters, since_by_contact, today=today)),
        ties=tuple(sorted(_ties(histories, today=today), key=lambda tie: (-tie.days, tie.contact))),
    )


def _counted(histories: Iterable[History], *, today: date) -> dict[Quarter, Counter[str]]:
    """Return what is to be counted, by the names of the fields."""
    counts: dict[Quarter, Counter[str]] = {}
    by_month: dict[tuple[int, int], Counter[str]] = {}

    def note(day: date, name: str) -> None:
        month = (day.year, day.month)
        if month not in by_month:
            by_month[month] = counts.setdefault(Quarter.of(day), Counter())
        by_month[month][name] += 1

    for history in histories:
        for outcome in history.outcomes:
            if outcome.day <= today:
                note(outcome.day, outcome.result.value)
        ledger = history.ledger
        for entry in ledger.gave:
            note(entry.day, "gave")
        for entry in ledger.asked:
            note(entry.day, "asked")
        for promise in (*ledger.promises, *ledger.kept):
            note(promise.made_on, "they_promised" if promise.is_theirs else "promised")
        for promise in ledger.kept:
            note(promise.made_on, "they_kept" if promise.is_theirs else "kept")
    return counts


def _quarters(found: Iterable[Quarter], *, today: date) -> list[Quarter]:
    """Return every quarter from the first one found to that of today."""
    now = Quarter.of(today)
    quarter = min([*found, now])
    quarters = [quarter]
    while quarter < now:
        quarter = Quarter.of(quarter.end_on)
        quarters.append(quarter)
    return quarters


def _held_days(history: History, *, today: date) -> list[date]:
    """Return the days of the meetings, by day."""
    return [one.day for one in history.outcomes if one.result is Result.HELD and one.day <= today]


def _in_touch(
    contacts: Sequence[Contact],
    by_contact: Mapping[str, History],
    quarters: Sequence[Quarter],
    since_by_contact: Mapping[str, date],
    *,
    today: date,
) -> Iterator[InTouch]:
    """Yield who was in touch. Who is paused rests since then, and counts no more."""
    people: Counter[tuple[str, Quarter]] = Counter()
    in_touch: Counter[tuple[str, Quarter]] = Counter()
    ends = [(one, min(one.end_on - timedelta(days=1), today)) for one in quarters]
    for contact in contacts:
        history = by_contact[contact.key]
        days = _held_days(history, today=today)
        since_on = min([since_by_contact.get(contact.key, today), *days[:1]])
        rests_on = history.paused_on or date.max
        late_on = [contact.cadence.after(day) + timedelta(days=contact.flex_days) for day in days]
        for quarter, last_on in ends:
            if since_on <= last_on < rests_on:
                met = bisect_left(days, last_on + timedelta(days=1))
                people[contact.category, quarter] += 1
                in_touch[contact.category, quarter] += met > 0 and late_on[met - 1] >= last_on
    for category in dict.fromkeys(contact.category for contact in contacts):
        for quarter in quarters:
            key = (category, quarter)
            yield InTouch(category=category, quarter=quarter, in_touch=in_touch[key], people=people[key])


def _ties(histories: Iterable[History], *, today: date) -> Iterator[Tie]:
    for history in histories:
        if days := sorted(set(_held_days(history, today=today))):
            yield Tie(contact=history.contact, first_on=days[0], last_on=days[-1], meetings=len(days))
