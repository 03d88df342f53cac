"""Taking an answer of the owner: on the command line, or on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.language import ENGLISH
from netkeep_sync.service.answers import Desk
from netkeep_sync.service.outlook import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.answers import Answer
    from netkeep_sync.store.store import Store

__all__ = ["take_answer"]


def take_answer(
    roster: Roster,
    store: Store,
    *,
    who: Callable[[Roster], Contact],
    ask: Callable[[Desk], Answer],
    source: str,
    now: datetime,
    busy: Busy,
    language: Language = ENGLISH,
) -> tuple[Contact, Answer]:
    """Record what `ask` makes of the contact whom `who` finds, and return both.

    Call it with the lease held, and run a pass next: that plans what follows. Raises UnknownContact and
    Refused, with nothing recorded.
    """
    outlook = look(roster, store, now=now, busy=busy)
    contact = who(outlook.roster)
    answer = ask(Desk(outlook, contact, source=source, language=language))
    # What has passed is told first, so that the answer corrects it and not the other way round.
    store.add_facts((*outlook.passed, *answer.facts))
    return contact, answer
