"""One in, one out: what one more person costs, and who could rest in their place.

Whoever the owner has confirmed often is never named. Of the others those come first of whose check-ins the
least has come about; who is new comes last, for nothing is known of them yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.capacity import needs
from netkeep_sync.core.review import OFTEN
from netkeep_sync.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.capacity import Amount
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.dossier import Case
    from netkeep_sync.core.roster import Roster

__all__ = ["Cost", "Instead", "cost_of", "whom_instead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a contact takes of a year, and how full their category is with them: `people` of `keep`, None for
    any number.
    """

    name: str
    per_year: Amount
    category: str
    people: int
    keep: int | None

    @property
    def is_over(self) -> bool:
        """Tell whether the category holds more than it is to keep."""
        return self.keep is not None and self.people > self.keep

    def __str__(self) -> str:
        checkins, hours = round(self.per_year.checkins), round(self.per_year.minutes / 60, 1)
        time = "1 hour" if hours == 1 else f"{hours:g} hours"
        words = f"{self.name} takes {count(checkins, 'check-in')} and {time} a year"
        if self.keep is None:
            return words
        return f"{words}; {self.category} then holds {self.people} of the {self.keep} to keep"


def cost_of(roster: Roster, contact: Contact) -> Cost:
    """Return what a contact of a roster costs."""
    [need] = [one for one in needs(roster).contacts if one.contact == contact.key]
    return Cost(
        name=contact.name,
        per_year=need.per_year,
        category=contact.category,
        people=sum(one.category == contact.category for one in roster.contacts),
        keep=next(one.keep for one in roster.categories if one.key == contact.category),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """Somebody who could rest instead, and why."""

    contact: str
    name: str
    reason: str


def whom_instead(cases: Iterable[Case], *, category: str | None, most: int = 3) -> tuple[Instead, ...]:
    """Return who could rest, of one category or, with None, of all: whom least has come of first."""
    may_rest = [one for one in cases if one.confirmed < OFTEN and category in (None, one.category)]
    chosen = sorted(may_rest, key=_least_missed)[:most]
    return tuple(Instead(contact=one.contact, name=one.name, reason=_reason(one)) for one in chosen)


def _least_missed(case: Case) -> tuple[int, float, int, float, str]:
    """Rank by how little would be lost."""
    share = case.ever.kept / max(1, case.ever.tried)
    rank = 0 if case.paused_on else 1 if case.ever.tried else 2
    return rank, share, case.confirmed, -case.slip, case.contact


def _reason(case: Case) -> str:
    if case.paused_on:
        return f"paused since {case.paused_on.day} {case.paused_on:%b %Y}"
    if case.ever.tried:
        return f"{case.ever.kept} of {count(case.ever.tried, 'check-in')} came about"
    return "never met" if case.met_on is None else "nothing is known of their check-ins yet"
