"""What the owner did on a calendar, in a few words each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.cli.output.screen import moment_words
from netkeep_sync.core.fact import Held, Missed, Noted, Paused, Rescheduled, Rhythm, Skipped
from netkeep_sync.core.words import cut, day_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.service.outlook import Outlook

__all__ = ["heard_words"]

_MOST = 10


def heard_words(outlook: Outlook, facts: Iterable[AnyFact]) -> str:
    """Return "John Doe moved to Thu 10 Dec 15:00; Joan Diaz skipped Tue 8 Dec"."""
    told = [_words(outlook, fact) for fact in facts]
    shown, more = cut(told, most=_MOST)
    return "; ".join([*shown, *[f"and {more} more"] * bool(more)])


def _words(outlook: Outlook, fact: AnyFact) -> str:
    names = {contact.key: contact.name for contact in outlook.roster.contacts}
    name, today = names.get(fact.contact, fact.contact), outlook.today
    match fact:
        case Rescheduled(start_at=start_at):
            return f"{name} moved to {moment_words(outlook, start_at)}"
        case Skipped(slot=slot, note=note):
            return f"{name} {note or 'skipped'} {day_words(slot.slot_on, today=today)}"
        case Held(held_on=held_on):
            return f"{name} held {day_words(held_on, today=today)}"
        case Missed(slot=slot):
            return f"{name} missed {day_words(slot.slot_on, today=today)}"
        case Noted():
            return f"a note on {name}"
        case Paused():
            return f"{name} paused"
        case Rhythm(rule=rule, start_at=start_at):
            return f"{name} {rule.words}, from {moment_words(outlook, start_at)}"
        case _:
            return f"{name} {type(fact).__name__.lower()}"
