"""Why somebody's check-in lies where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from netkeep_sync.cli.output.screen import make_console, moment_words
from netkeep_sync.core.explain import counted, grouped, in_short
from netkeep_sync.core.words import count, cut, day_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from netkeep_sync.core.explain import Explanation
    from netkeep_sync.service.outlook import Outlook

__all__ = ["print_explanation"]

_ALTERNATIVES = 4
_MOST_REASONS = 8


def print_explanation(outlook: Outlook, told: Explanation) -> None:
    """Print somebody's clock, their next check-in, and what else was tried."""
    console, contact, series, today = make_console(), told.contact, told.series, outlook.today

    def say(heading: str, lines: Iterable[tuple[str, str]]) -> None:
        grid = Table.grid(padding=(0, 2, 0, 0))
        for label, words in lines:
            grid.add_row(Text(f"  {label}"), Text(words))
        console.print(Text(heading, style="bold"))
        console.print(grid)

    first, last = (day_words(day, today=today) for day in told.window)
    lines = [("Clock", _clock_words(told, today=today)), ("Window", f"{first} to {last}")]
    if told.next:
        lines.append(("Next", f"{moment_words(outlook, told.next.start_at)}: {told.next.reason}"))
    else:
        lines.append(("Next", f"none; {told.why_none}" if told.why_none else "none"))
    if series is not None:
        lines.append(("Rule", f"{series.rule.words} at {series.local_time:%H:%M}, {series.timezone}"))
    how = f"{contact.channel.key}, {contact.channel.minutes} min"
    say(f"{contact.name}: {contact.cadence}, {how}", lines)

    possible = sorted((one for one in told.days if one.cost), key=lambda one: (one.cost, one.day))
    others = [one for one in possible if one.day != told.chosen_on]
    days = [(day_words(one.day, today=today), str(one.verdict)) for one in others[:_ALTERNATIVES]]
    out = [one for one in told.days if one.why_not and one.day != told.chosen_on]
    if told.chosen_on:
        by_now = [str(in_short(one.why_not)) for one in told.days if one.why_not and one not in out]
        days.insert(0, (day_words(told.chosen_on, today=today), ", but by now ".join(["chosen", *by_now])))
    if told.days:
        which = day_words(told.chosen_on, today=today) if told.chosen_on else "no day"
        tried = f"{count(len(told.days), 'day')} tried, {len(possible)} possible"
        closed = counted(out, today=today, most=_MOST_REASONS)
        say(f"\nWhy {which}: {tried}", [*days, *((str(those), str(why)) for those, why in closed)])
    if told.times:
        say("\nWhy that hour", grouped(told.times))
    ahead = [one for one in (series.exceptions if series else ()) if one.slot_on >= today]
    soon, later = cut(ahead, most=_MOST_REASONS)
    exceptions = [(day_words(one.slot_on, today=today), str(one.reason)) for one in soon]
    if later:
        exceptions.append(("later", f"{later} more"))
    if exceptions:
        say("\nExceptions", exceptions)


def _clock_words(told: Explanation, *, today: date) -> str:
    stands = told.standing
    if stands.met_on is None or stands.due_on is None:
        return "never met"
    met, due = day_words(stands.met_on, today=today), day_words(stands.due_on, today=today)
    return f"last met on {met}, so due {due}; {stands.state}"
