"""The briefs worth reading now: for whoever is met in the next two days, or for one contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.brief import make_brief
from netkeep_sync.core.reconcile import upcoming
from netkeep_sync.core.series import zone

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.core.brief import Brief, Owed
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.outlook import Outlook

__all__ = ["Briefed", "Debt", "brief_for", "briefs_soon", "debts"]

_SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefed:
    """The brief for a contact and the check-in that it is for, None where none is planned."""

    contact: Contact
    next: Occurrence | None
    brief: Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """An open promise of the owner's, or of the contact's if it `is_theirs`."""

    contact: Contact
    owed: Owed

    def is_overdue(self, today: date) -> bool:
        """Tell whether its day has gone by."""
        return self.owed.due_on is not None and self.owed.due_on < today


def brief_for(outlook: Outlook, contact: Contact) -> Briefed:
    """Return the brief for the contact's next check-in."""
    history = outlook.histories[contact.key]
    one = upcoming(history, outlook.plan.occurrences, now=outlook.now)
    next_on = one.start_at.astimezone(zone(outlook.roster.timezone)).date() if one else None
    return Briefed(contact=contact, next=one, brief=make_brief(contact, history, for_on=next_on))


def briefs_soon(outlook: Outlook) -> tuple[Briefed, ...]:
    """Return the briefs for the check-ins of today and the next two days, by start; with none of these, that
    for the next one.
    """
    until_on = outlook.today + _SOON
    planned = sorted(
        (one for one in (brief_for(outlook, contact) for contact in outlook.roster.contacts) if one.next),
        key=lambda one: one.next.start_at if one.next else outlook.now,
    )
    soon = [one for one in planned if one.brief.for_on and one.brief.for_on <= until_on]
    return tuple(soon or planned[:1])


def debts(outlook: Outlook) -> tuple[Debt, ...]:
    """Return every open promise: the owner's first, what is due soonest at the top, without a day last."""
    found = [
        Debt(contact=contact, owed=one)
        for contact in outlook.roster.contacts
        if outlook.histories[contact.key].ledger.promises
        for one in brief_for(outlook, contact).brief.owed
    ]
    return tuple(
        sorted(
            found,
            key=lambda debt: (
                debt.owed.promise.is_theirs,
                debt.owed.due_on is None,
                debt.owed.due_on or debt.owed.promise.made_on,
            ),
        )
    )
