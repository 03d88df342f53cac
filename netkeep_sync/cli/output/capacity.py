"""The time it takes against the time there is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from netkeep_sync.cli.output.screen import NOBODY, make_console
from netkeep_sync.cli.output.table import print_table
from netkeep_sync.core.capacity import Fits, quota_warnings, room_for_more
from netkeep_sync.core.words import count

if TYPE_CHECKING:
    from rich.console import Console

    from netkeep_sync.service.outlook import Outlook

__all__ = ["print_capacity", "print_verdict"]

_MORE = 20


def print_capacity(outlook: Outlook) -> None:
    """Print the time it takes, by category, against the time there is."""
    console, plan, limits = make_console(), outlook.plan, outlook.roster.capacity
    if not outlook.roster.contacts:
        console.print(NOBODY)
        return
    verdict = outlook.verdict
    minutes = f", {limits.minutes_per_month} minutes a month" if limits.minutes_per_month else ""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_row(Text("Needs", style="bold"), Text(str(verdict.needs)))
    grid.add_row(Text("Limits", style="bold"), f"{limits.per_day} a day, {limits.per_week} a week{minutes}")
    console.print(grid)
    console.print()
    keep = {category.key: category.keep for category in outlook.roster.categories}
    rows = []
    for one in verdict.needs.categories:
        someone = next(each for each in outlook.roster.contacts if each.category == one.category)
        more = room_for_more(plan, someone, most=_MORE)
        cells = (
            one.category,
            str(one.contacts),
            str(keep[one.category] or "any"),
            f"{one.per_year.checkins:.0f}",
            f"{one.per_year.minutes / 60:.0f}",
            f"{more or 'none'} like {someone.name}" if more < _MORE else f"{more} or more",
        )
        rows.append(cells)
    print_table(
        console, ("Category", "People", "Keep", "Check-ins a year", "Hours a year", "Room for more"), rows
    )
    console.print()
    print_verdict(console, outlook)


def print_verdict(console: Console, outlook: Outlook) -> None:
    """Print whether the roster fits, who does not, what would make it fit, and who is one too many."""
    verdict = outlook.verdict
    console.print(Text(f"{str(verdict)[:1].upper()}{str(verdict)[1:]}."))
    if not isinstance(verdict, Fits):
        console.print("\n[bold]Without room[/bold]")
        for one in verdict.unfit:
            lost = "" if one.is_unplaced else f"{count(len(one.slots), 'check-in')}; "
            console.print(Text(f"  {one.name}: {lost}{one.reason}"))
        if sys.stderr.isatty():
            click.echo("looking for what would make it fit ...", err=True)
        reliefs = outlook.reliefs()
        if reliefs.found:
            console.print("\n[bold]Any of these makes it fit[/bold]")
        for relief in reliefs.found:
            console.print(Text(f"  {relief}" + ("" if relief.is_smallest else "; less may do")))
        for missing in reliefs.missing:
            console.print(Text(f"  ({missing})", style="dim"))
    over = quota_warnings(outlook.roster)
    if over:
        console.print("\n[bold]More than you meant to keep[/bold]")
    for warning in over:
        console.print(Text(f"  {warning}"))
