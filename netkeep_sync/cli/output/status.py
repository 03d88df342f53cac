"""Where each contact stands, and what came of the latest check-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from netkeep_sync.cli.output.screen import NOBODY, make_console, moment_words
from netkeep_sync.cli.output.table import print_table
from netkeep_sync.core.comeback import is_advised
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.core.words import count, cut, day_words
from netkeep_sync.service.briefs import debts
from netkeep_sync.service.overview import lately, overview, own_rhythms, resting

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

    from netkeep_sync.service.briefs import Debt
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.overview import Line

__all__ = ["print_status"]

_MOST_FOUND = 5
_MOST_DEBTS = 8


def print_status(outlook: Outlook) -> None:
    """Print where each contact stands, and what came of the latest check-ins."""
    console = make_console()
    if not (outlook.roster.contacts or outlook.roster.bench):
        console.print(NOBODY)
        return
    _print_debts(console, outlook)
    lines = overview(outlook)
    rows = []
    for line in lines:
        met = "never"
        if line.history.held:
            met = day_words(line.history.held.day, today=outlook.today)
            met += " (presumed)" if line.evidence is Evidence.PRESUMED else ""
        state = _state_words(line, today=outlook.today)
        when = moment_words(outlook, line.next.start_at) if line.next else "none"
        style = "bold" if line.standing.state is State.OVERDUE else ""
        cells = [Text(cell, style=style) for cell in (when, line.contact.name, state, met)]
        rows.append((*cells, Text(str(line.contact.cadence))))
    print_table(console, ("Next", "Who", "State", "Last met", "How often"), rows)
    for contact, instead_of in own_rhythms(outlook):
        console.print(
            Text(
                f"\n{contact.name}: {contact.cadence} by your calendar, {instead_of} in the roster; write "
                f'"cadence: {contact.cadence}" there to keep it, or anything else to plan anew'
            )
        )
    _print_bench(console, outlook)
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
    _print_found(console, outlook)
    if is_advised(outlook.roster, outlook.histories, outlook.plan):
        console.print(
            "\nMore than a third are overdue. `netkeep-sync replan` spreads them over the coming weeks."
        )
    counts = [(state, sum(line.standing.state is state for line in lines)) for state in State]
    counted = [f"{number} {state}" for state, number in counts if number]
    console.print(
        "\n" + ", ".join([*counted, *[f"{len(outlook.roster.bench)} resting"] * bool(outlook.roster.bench)])
    )


def _print_bench(console: Console, outlook: Outlook) -> None:
    """Print who rests, and until when."""
    bench = resting(outlook)
    if bench:
        console.print("\n[bold]On the bench[/bold]")
    for one in bench:
        words = one.contact.name
        if one.met_on:
            words += f", last met {day_words(one.met_on, today=outlook.today)}"
        if one.again_on:
            is_due = one.again_on <= outlook.today
            words += f"; {'to be looked at again since' if is_due else 'look again'} "
            words += day_words(one.again_on, today=outlook.today)
            words += f": `netkeep-sync resume {one.contact.key}` brings them back" if is_due else ""
        console.print(Text(f"  {words}"))


def _print_debts(console: Console, outlook: Outlook) -> None:
    """Print what the owner has promised and not kept yet, and what others should have by now."""
    found = [one for one in debts(outlook) if not one.owed.promise.is_theirs or one.is_overdue(outlook.today)]
    if found:
        console.print("[bold]Promises[/bold]")
    shown, more = cut(found, most=_MOST_DEBTS)
    for one in shown:
        style = "bold" if one.is_overdue(outlook.today) else ""
        console.print(Text(f"  {_debt_words(one, today=outlook.today)}", style=style))
    if more:
        console.print(f"  and {more} more")
    if found:
        console.print()


def _debt_words(debt: Debt, *, today: date) -> str:
    promise, due_on = debt.owed.promise, debt.owed.due_on
    name = debt.contact.name
    words = f"{name} promised: {promise.what}" if promise.is_theirs else f"to {name}: {promise.what}"
    if due_on is None:
        return words
    if due_on < today:
        return f"{words}, overdue by {count((today - due_on).days, 'day')}"
    return f"{words}, by {day_words(due_on, today=today)}"


def _print_found(console: Console, outlook: Outlook) -> None:
    """Print the meetings that the owner may confirm, the newest first."""
    if outlook.found:
        console.print("\n[bold]Found on your calendar[/bold]")
    shown, earlier = cut(outlook.found[::-1], most=_MOST_FOUND)
    for one in shown:
        title = one.meeting.title or "a meeting"
        day = day_words(one.day, today=outlook.today)
        console.print(
            Text(
                f"  {day}  {title}, with {one.contact.name}; confirm with "
                f"`netkeep-sync done {one.contact.key} --on {one.day}`, or say `missed`"
            )
        )
    if earlier:
        console.print(f"  and {earlier} earlier ones")


def _state_words(line: Line, *, today: date) -> str:
    state = str(line.standing.state)
    if line.standing.state is State.OVERDUE and line.standing.due_on:
        state = f"overdue by {count((today - line.standing.due_on).days, 'day')}"
    if line.history.snoozed_until_on:
        state += f", snoozed until {day_words(line.history.snoozed_until_on, today=today)}"
    if line.history.skips_in_a_row > 1:
        state += f", skipped {line.history.skips_in_a_row} times in a row"
    if line.history.asks_in_a_row > 1:
        state += f"; the last {line.history.asks_in_a_row} times you only asked: what could you bring?"
    return state
