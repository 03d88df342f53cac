"""The plan: everybody's next check-in, the load of the coming weeks, and whether it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.output.capacity import print_verdict
from netkeep_sync.cli.output.screen import NOBODY, make_console, moment_words
from netkeep_sync.cli.output.table import print_table
from netkeep_sync.cli.plan_json import week_name
from netkeep_sync.core.series import Cancelled
from netkeep_sync.core.words import count, day_words

if TYPE_CHECKING:
    from rich.console import Console

    from netkeep_sync.core.book import Week
    from netkeep_sync.service.outlook import Outlook

__all__ = ["print_plan"]

_CHART_WEEKS = 13


def print_plan(outlook: Outlook) -> None:
    """Print everybody's next check-in, the load of the coming weeks, and who has no place."""
    console, plan = make_console(), outlook.plan
    names = {contact.key: contact.name for contact in outlook.roster.contacts}
    if not names:
        console.print(NOBODY)
        return
    series_by_uid = {series.uid: series for series in plan.series}
    rows = []
    shown: set[str] = set()
    for one in plan.occurrences:
        if one.contact not in shown:
            shown.add(one.contact)
            series = series_by_uid[one.uid]
            how = f"{series.channel}, {series.minutes} min"
            name = names.get(one.contact, one.contact)
            often = f"in {series.city}" if series.city else str(series.cadence)
            rows.append((moment_words(outlook, one.start_at), name, often, how, str(one.reason)))
    print_table(console, ("Next", "Who", "How often", "How", "Why"), rows)
    console.print()
    _print_load(console, plan.load[:_CHART_WEEKS])
    console.print()
    print_verdict(console, outlook)
    dropped = sum(
        isinstance(exception, Cancelled) and exception.slot_on >= outlook.today
        for series in plan.series
        for exception in series.exceptions
    )
    click.echo(
        f"\n{count(len(plan.occurrences), 'check-in')} with {count(len(shown), 'contact')} "
        f"until {day_words(plan.end_on, today=outlook.today)}; "
        f"{dropped} cancelled, {sum(not one.goes_on for one in plan.unplaced)} without a place."
    )


def _print_load(console: Console, weeks: tuple[Week, ...]) -> None:
    """Draw a bar for each week against what it can hold."""
    widest = max((max(week.checkins, week.capacity) for week in weeks), default=0)
    scale = min(1.0, 40 / widest) if widest else 1.0
    rows = []
    for week in weeks:
        full = round(week.checkins * scale)
        free = round(max(week.capacity - week.checkins, 0) * scale)
        bar = "█" * full + "░" * free
        words = f"{week.checkins} of {week.capacity}, {week.minutes} min" if week.capacity else "kept free"
        rows.append((week_name(week.monday), bar, words))
    print_table(console, ("Week", "Load", ""), rows)
