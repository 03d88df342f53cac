"""Where each contact stands, and what came of the latest check-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from netkeep_sync.cli.output.screen import make_console, moment_words, table_of
from netkeep_sync.core.comeback import is_advised
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.core.words import count, day_words
from netkeep_sync.service.overview import lately, overview

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.overview import Line

__all__ = ["print_status"]


def print_status(outlook: Outlook) -> None:
    """Print where each contact stands, and what came of the latest check-ins."""
    console = make_console()
    lines = overview(outlook)
    table = table_of("Next", "Who", "State", "Last met", "How often")
    for line in lines:
        met = "never"
        if line.history.held:
            met = day_words(line.history.held.day, today=outlook.today)
            met += " (presumed)" if line.evidence is Evidence.PRESUMED else ""
        state = _state_words(line, today=outlook.today)
        when = moment_words(outlook, line.next.start_at) if line.next else "none"
        style = "bold" if line.standing.state is State.OVERDUE else ""
        table.add_row(
            *(Text(cell, style=style) for cell in (when, line.contact.name, state, met)),
            str(line.contact.cadence),
        )
    console.print(table)
    recent = lately(outlook)
    if recent:
        console.print("\n[bold]Lately[/bold]")
    for contact, outcome in recent:
        words = str(outcome.result)
        if outcome.result is Result.UNKNOWN:
            words = f'did you meet? `netkeep-sync done "{contact.name}" --on {outcome.day}` or `missed`'
        elif outcome.evidence is Evidence.PRESUMED:
            words = f"{outcome.result}, presumed"
        console.print(Text(f"  {day_words(outcome.day, today=outlook.today)}  {contact.name}: {words}"))
    if is_advised(outlook.roster, outlook.histories, outlook.plan):
        console.print(
            "\nMore than a third are overdue. `netkeep-sync replan` spreads them over the coming weeks."
        )
    counts = [(state, sum(line.standing.state is state for line in lines)) for state in State]
    console.print("\n" + ", ".join(f"{number} {state}" for state, number in counts if number))


def _state_words(line: Line, *, today: date) -> str:
    state = str(line.standing.state)
    if line.standing.state is State.OVERDUE and line.standing.due_on:
        state = f"overdue by {count((today - line.standing.due_on).days, 'day')}"
    if line.history.snoozed_until_on:
        state += f", snoozed until {day_words(line.history.snoozed_until_on, today=today)}"
    if line.history.skips_in_a_row > 1:
        state += f", skipped {line.history.skips_in_a_row} times in a row"
    return state
