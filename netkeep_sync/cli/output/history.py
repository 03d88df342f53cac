"""All check-ins there ever were, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.cli.output.screen import make_console
from netkeep_sync.cli.output.table import print_table
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netkeep_sync.core.checkin import CheckIn
    from netkeep_sync.service.chronicle import Person
    from netkeep_sync.service.outlook import Outlook

__all__ = ["print_history"]


def print_history(outlook: Outlook, found: Sequence[tuple[Person, CheckIn]]) -> None:
    """Print the check-ins, the latest last, where a terminal shows it."""
    console = make_console()
    if not found:
        console.print("No check-in lies behind you yet.")
        return
    rows = []
    for person, one in found:
        day = one.outcome.day
        name = f"{person.name} (left)" if person.has_left else person.name
        rows.append((f"{day:%a} {day}", name, _outcome_words(one), "\n".join(_said(one))))
    print_table(console, ("Day", "Who", "Outcome", "What was said"), rows)
    held = sum(one.outcome.result is Result.HELD for _, one in found)
    people = len({person.key for person, _ in found})
    console.print(
        f"\n{count(len(found), 'check-in')} with {'1 person' if people == 1 else f'{people} people'} "
        f"up to {outlook.today}, {held} held"
    )


def _outcome_words(one: CheckIn) -> str:
    outcome = one.outcome
    words = str(outcome.result)
    if outcome.result is Result.HELD and outcome.evidence is Evidence.PRESUMED:
        words = "held, presumed"
    if one.planned_on not in (None, outcome.day):
        words += f"; planned for {one.planned_on}"
    return words


def _said(one: CheckIn) -> Iterator[str]:
    if one.outcome.note:
        yield one.outcome.note
    yield from (f"you gave: {what}" for what in one.gave)
    yield from (f"you asked for: {what}" for what in one.asked)
    yield from (f"you promised: {what}" for what in one.promised)
    yield from (f"they promised: {what}" for what in one.they_promised)
