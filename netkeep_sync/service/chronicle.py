"""Everybody there ever was, and all check-ins with them: those who have left the roster too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.checkin import check_ins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.checkin import CheckIn
    from netkeep_sync.core.outcome import History
    from netkeep_sync.service.outlook import Outlook

__all__ = ["Person", "chronicle", "everybody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact of today, or of another day. `category` is the last one known, empty for none. Who rests on
    the bench has not left.
    """

    key: str
    name: str
    email: str
    category: str
    history: History
    has_left: bool


def everybody(outlook: Outlook) -> tuple[Person, ...]:
    """Return everybody of whom anything is remembered, sorted by key."""
    known = {one.key: one for one in outlook.known}
    last_category = {series.contact: series.category for series in outlook.previous}
    here = {one.key: one for one in outlook.roster.contacts}
    here |= {one.contact.key: one.contact for one in outlook.roster.bench}
    people = []
    for key, history in sorted({**outlook.histories, **outlook.left}.items()):
        named = here.get(key) or known.get(key)
        people.append(
            Person(
                key=key,
                name=named.name if named else key,
                email=named.email if named else "",
                category=here[key].category if key in here else last_category.get(key, ""),
                history=history,
                has_left=key not in here,
            )
        )
    return tuple(people)


def chronicle(outlook: Outlook, people: Iterable[Person]) -> tuple[tuple[Person, CheckIn], ...]:
    """Return all check-ins with these people up to today, the earliest first."""
    found = [(one, each) for one in people for each in check_ins(one.history, today=outlook.today)]
    return tuple(sorted(found, key=lambda pair: pair[1].outcome.day))
