"""What is printed for eyes: tables and small charts. Plain text off a terminal, and no colour there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netkeep_sync.cli.plan_json import week_name
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.core.series import Cancelled, zone
from netkeep_sync.core.words import count, day_words
from netkeep_sync.service.overview import lately, overview

if TYPE_CHECKING:
    from datetime import datetime

    from netkeep_sync.core.placement import Week
    from netkeep_sync.service.outlook import Outlook

__all__ = ["print_plan", "print_status"]

_CHART_WEEKS = 13
_NOT_ON_TERMINAL = 110


def _console() -> Console:
    console = Console(highlight=False, soft_wrap=False)
    console.width = min(console.width, 140) if console.is_terminal else _NOT_ON_TERMINAL
    return console


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in {"Next", "Load", "Week"})
    return table


def _when(outlook: Outlook, at: datetime) -> str:
    local = at.astimezone(zone(outlook.roster.timezone))
    return f"{day_words(local.date(), today=outlook.today)} {local:%H:%M}"


def print_plan(outlook: Outlook) -> None:
    """Print everybody's next check-in, the load of the coming weeks, and who has no place."""
    console, plan = _console(), outlook.plan
    names = {contact.key: contact.name for contact in outlook.roster.contacts}
    if not names:
        console.print("Nobody is in the roster yet. Add one or two people under `contacts:`.")
        return
    series_by_uid = {series.uid: series for series in plan.series}
    table = _table("Next", "Who", "How often", "How", "Why")
    shown: set[str] = set()
    for one in plan.occurrences:
        if one.contact not in shown:
            shown.add(one.contact)
            series = series_by_uid[one.uid]
            how = f"{series.channel}, {series.minutes} min"
            name = names.get(one.contact, one.contact)
            cells = (_when(outlook, one.start_at), name, str(series.cadence), how, one.reason)
            table.add_row(*map(Text, cells))
    console.print(table)
    console.print()
    _print_load(console, plan.load[:_CHART_WEEKS])
    if plan.unplaced:
        console.print("\n[bold]No room for[/bold]")
        for lost in plan.unplaced:
            console.print(Text(f"  {names[lost.contact]}: {lost.reason}\n    {lost.relief}"))
    dropped = sum(
        isinstance(exception, Cancelled) and exception.slot_on >= outlook.today
        for series in plan.series
        for exception in series.exceptions
    )
    click.echo(
        f"\n{count(len(plan.occurrences), 'check-in')} with {count(len(shown), 'contact')} "
        f"until {day_words(plan.end_on, today=outlook.today)}; "
        f"{dropped} cancelled, {len(plan.unplaced)} without a place."
    )


def _print_load(console: Console, weeks: tuple[Week, ...]) -> None:
    """Draw a bar for each week against what it can hold."""
    widest = max((max(week.checkins, week.capacity) for week in weeks), default=0)
    scale = min(1.0, 40 / widest) if widest else 1.0
    table = _table("Week", "Load", "")
    for week in weeks:
        full = round(week.checkins * scale)
        free = round(max(week.capacity - week.checkins, 0) * scale)
        bar = "█" * full + "░" * free
        words = f"{week.checkins} of {week.capacity}, {week.minutes} min" if week.capacity else "kept free"
        table.add_row(week_name(week.monday), bar, words)
    console.print(table)


def print_status(outlook: Outlook) -> None:
    """Print where each contact stands, and what came of the latest check-ins."""
    console = _console()
    lines = overview(outlook)
    table = _table("Next", "Who", "State", "Last met", "How often")
    for line in lines:
        met = "never"
        if line.history.held:
            met = day_words(line.history.held.day, today=outlook.today)
            met += " (presumed)" if line.evidence is Evidence.PRESUMED else ""
        state = str(line.standing.state)
        if line.standing.state is State.OVERDUE and line.standing.due_on:
            state = f"overdue by {count((outlook.today - line.standing.due_on).days, 'day')}"
        when = _when(outlook, line.next.start_at) if line.next else "none"
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
    counts = [(state, sum(line.standing.state is state for line in lines)) for state in State]
    console.print("\n" + ", ".join(f"{number} {state}" for state, number in counts if number))
