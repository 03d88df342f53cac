"""Who is due, overdue, next and never met: what `status` prints and the first page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.reconcile import upcoming
from netkeep_sync.core.rhythm import Standing, State, standing

if TYPE_CHECKING:
    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.outcome import History, Outcome
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.outlook import Outlook

__all__ = ["Bench", "Line", "lately", "overview", "own_rhythms", "resting"]

_ORDER = (State.OVERDUE, State.DUE, State.NEVER_MET, State.ON_TIME, State.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One contact: where they stand, and their next check-in if there is one."""

    contact: Contact
    standing: Standing
    history: History
    next: Occurrence | None

    @property
    def evidence(self) -> Evidence | None:
        """Why the last meeting is believed; None where there was none."""
        return self.history.held.evidence if self.history.held else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Somebody who rests: when the owner last met them, and when to look at them again."""

    contact: Contact
    met_on: date | None
    again_on: date | None


def resting(outlook: Outlook) -> tuple[Bench, ...]:
    """Return the bench: those to look at again first, the earliest of them at the top."""
    lines = [
        Bench(contact=one.contact, met_on=_met_on(outlook, one.contact), again_on=one.again_on)
        for one in outlook.roster.bench
    ]
    return tuple(sorted(lines, key=lambda one: (one.again_on or date.max, one.contact.key)))


def _met_on(outlook: Outlook, contact: Contact) -> date | None:
    history = outlook.left.get(contact.key)
    held_on = history.held.day if history and history.held else None
    return max((day for day in (held_on, contact.met_on) if day), default=None)


def overview(outlook: Outlook) -> tuple[Line, ...]:
    """Return a line for each contact: the overdue first, those that slipped most at the top."""
    lines = [
        Line(
            contact=contact,
            standing=standing(contact, outlook.histories[contact.key], today=outlook.today),
            history=outlook.histories[contact.key],
            next=upcoming(outlook.histories[contact.key], outlook.plan.occurrences, now=outlook.now),
        )
        for contact in outlook.roster.contacts
    ]
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                _ORDER.index(line.standing.state),
                -line.standing.slip,
                line.next.start_at if line.next else outlook.now,
                line.contact.key,
            ),
        )
    )


def lately(outlook: Outlook, *, most: int = 5) -> tuple[tuple[Contact, Outcome], ...]:
    """Return the latest outcomes, newest first; open questions before all others."""
    contacts = {contact.key: contact for contact in outlook.roster.contacts}
    found = [
        outcome
        for history in outlook.histories.values()
        for outcome in history.outcomes
        if outcome.slot is not None and outcome.day <= outlook.today
    ]
    found.sort(key=lambda outcome: (outcome.result is Result.UNKNOWN, outcome.day), reverse=True)
    return tuple((contacts[outcome.contact], outcome) for outcome in found[:most])


def own_rhythms(outlook: Outlook) -> tuple[tuple[Contact, Cadence], ...]:
    """Return whom the owner meets by a rhythm that they gave them on a calendar, and what the roster says
    instead.
    """
    by_key = {contact.key: contact.cadence for contact in outlook.written.contacts}
    return tuple(
        (contact, by_key[contact.key])
        for contact in outlook.roster.contacts
        if contact.cadence != by_key[contact.key]
    )
