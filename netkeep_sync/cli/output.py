"""What is printed for eyes: tables and small charts. Plain text off a terminal, and no colour there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netkeep_sync.cli.plan_json import week_name
from netkeep_sync.core.capacity import Fits, quota_warnings, room_for_more
from netkeep_sync.core.comeback import LetGo, is_advised
from netkeep_sync.core.explain import counted, grouped, in_short
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.core.series import Cancelled, zone
from netkeep_sync.core.words import count, day_words
from netkeep_sync.service.overview import lately, overview

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from netkeep_sync.core.book import Week
    from netkeep_sync.core.explain import Explanation
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.comeback import Comeback
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.overview import Line

__all__ = ["print_capacity", "print_comeback", "print_explanation", "print_plan", "print_status"]

_CHART_WEEKS = 13
_NOT_ON_TERMINAL = 110
_ALTERNATIVES = 4
_MOST_REASONS = 8
_MORE = 20
_NOBODY = "Nobody is in the roster yet. Add one or two people under `contacts:`."


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
        console.print(_NOBODY)
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
            often = f"in {series.city}" if series.city else str(series.cadence)
            cells = (_when(outlook, one.start_at), name, often, how, one.reason)
            table.add_row(*map(Text, cells))
    console.print(table)
    console.print()
    _print_load(console, plan.load[:_CHART_WEEKS])
    console.print()
    _print_verdict(console, outlook)
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


def print_capacity(outlook: Outlook) -> None:
    """Print the time it takes, by category, against the time there is."""
    console, plan, limits = _console(), outlook.plan, outlook.roster.capacity
    if not outlook.roster.contacts:
        console.print(_NOBODY)
        return
    verdict = outlook.verdict
    minutes = f", {limits.minutes_per_month} minutes a month" if limits.minutes_per_month else ""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_row(Text("Needs", style="bold"), Text(str(verdict.needs)))
    grid.add_row(Text("Limits", style="bold"), f"{limits.per_day} a day, {limits.per_week} a week{minutes}")
    console.print(grid)
    console.print()
    keep = {category.key: category.keep for category in outlook.roster.categories}
    table = _table("Category", "People", "Keep", "Check-ins a year", "Hours a year", "Room for more")
    for one in verdict.needs.categories:
        someone = next(each for each in outlook.roster.contacts if each.category == one.category)
        more = room_for_more(plan, someone, most=_MORE)
        table.add_row(
            Text(one.category),
            str(one.contacts),
            str(keep[one.category] or "any"),
            f"{one.per_year.checkins:.0f}",
            f"{one.per_year.minutes / 60:.0f}",
            Text(f"{more or 'none'} like {someone.name}" if more < _MORE else f"{more} or more"),
        )
    console.print(table)
    console.print()
    _print_verdict(console, outlook)


def _print_verdict(console: Console, outlook: Outlook) -> None:
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


def _state_words(line: Line, *, today: date) -> str:
    state = str(line.standing.state)
    if line.standing.state is State.OVERDUE and line.standing.due_on:
        state = f"overdue by {count((today - line.standing.due_on).days, 'day')}"
    if line.history.snoozed_until_on:
        state += f", snoozed until {day_words(line.history.snoozed_until_on, today=today)}"
    if line.history.skips_in_a_row > 1:
        state += f", skipped {line.history.skips_in_a_row} times in a row"
    return state


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


def print_explanation(outlook: Outlook, told: Explanation) -> None:
    """Print somebody's clock, their next check-in, and what else was tried."""
    console, contact, series, today = _console(), told.contact, told.series, outlook.today

    def say(heading: str, lines: Iterable[tuple[str, str]]) -> None:
        grid = Table.grid(padding=(0, 2, 0, 0))
        for label, words in lines:
            grid.add_row(Text(f"  {label}"), Text(words))
        console.print(Text(heading, style="bold"))
        console.print(grid)

    first, last = (day_words(day, today=today) for day in told.window)
    lines = [("Clock", _clock_words(told, today=today)), ("Window", f"{first} to {last}")]
    if told.next:
        lines.append(("Next", f"{_when(outlook, told.next.start_at)}: {told.next.reason}"))
    else:
        lines.append(("Next", f"none; {told.why_none}" if told.why_none else "none"))
    if series is not None:
        lines.append(("Rule", f"{series.rule.words} at {series.local_time:%H:%M}, {series.timezone}"))
    how = f"{contact.channel.key}, {contact.channel.minutes} min"
    say(f"{contact.name}: {contact.cadence}, {how}", lines)

    possible = sorted((one for one in told.days if one.cost), key=lambda one: (one.cost, one.day))
    others = [one for one in possible if one.day != told.chosen_on]
    days = [(day_words(one.day, today=today), one.verdict) for one in others[:_ALTERNATIVES]]
    out = [one for one in told.days if one.why_not and one.day != told.chosen_on]
    if told.chosen_on:
        by_now = [in_short(one, today=today) for one in told.days if one.why_not and one not in out]
        days.insert(0, (day_words(told.chosen_on, today=today), ", but by now ".join(["chosen", *by_now])))
    if told.days:
        which = day_words(told.chosen_on, today=today) if told.chosen_on else "no day"
        tried = f"{count(len(told.days), 'day')} tried, {len(possible)} possible"
        say(f"\nWhy {which}: {tried}", [*days, *counted(out, today=today, most=_MOST_REASONS)])
    if told.times:
        say("\nWhy that hour", grouped(told.times))
    ahead = [one for one in (series.exceptions if series else ()) if one.slot_on >= today]
    exceptions = [(day_words(one.slot_on, today=today), one.reason) for one in ahead[:_MOST_REASONS]]
    if ahead[_MOST_REASONS:]:
        exceptions.append(("later", f"{len(ahead) - _MOST_REASONS} more"))
    if exceptions:
        say("\nExceptions", exceptions)


def _clock_words(told: Explanation, *, today: date) -> str:
    stands = told.standing
    if stands.met_on is None or stands.due_on is None:
        return "never met"
    met, due = day_words(stands.met_on, today=today), day_words(stands.due_on, today=today)
    return f"last met on {met}, so due {due}; {stands.state}"


def print_comeback(comeback: Comeback) -> None:
    """Print what becomes of everybody who is overdue."""
    console, outlook = _console(), comeback.outlook
    names = {contact.key: contact.name for contact in outlook.roster.contacts}

    def when(one: Occurrence | None) -> str:
        return _when(outlook, one.start_at) if one else "none"

    table = _table("Who", "Late by", "Next", "would be")
    for step in comeback.steps:
        late = f"{step.what.slip:.1f} periods" if step.what.slip > 0 else "missed"
        after = [when(step.after)] if when(step.after) != when(step.before) else []
        if isinstance(step.what, LetGo):
            after.append(f"let go: {step.what.reason}")
        table.add_row(*map(Text, (names[step.what.contact], late, when(step.before), "; ".join(after))))
    if comeback.steps:
        console.print(table)
    else:
        console.print("There is nobody to catch up with.")
    click.echo(f"\n{comeback.summary}")


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
        state = _state_words(line, today=outlook.today)
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
    if is_advised(outlook.roster, outlook.histories, outlook.plan):
        console.print(
            "\nMore than a third are overdue. `netkeep-sync replan` spreads them over the coming weeks."
        )
    counts = [(state, sum(line.standing.state is state for line in lines)) for state in State]
    console.print("\n" + ", ".join(f"{number} {state}" for state, number in counts if number))
