"""Briefs as they are read on a screen: a line of when and whom, and what the entry on a calendar says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from netkeep_sync.cli.output.screen import NOBODY, make_console, moment_words
from netkeep_sync.core.brief import brief_words
from netkeep_sync.core.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.service.briefs import Briefed
    from netkeep_sync.service.outlook import Outlook

__all__ = ["print_briefs"]


def print_briefs(outlook: Outlook, briefs: Sequence[Briefed]) -> None:
    """Print the briefs, the next check-in first."""
    console = make_console()
    if not briefs:
        console.print("No check-in is planned." if outlook.roster.contacts else NOBODY)
    for number, one in enumerate(briefs):
        if number:
            console.print()
        console.print(Text(_heading(outlook, one), style="bold"))
        console.print(Text(f"\n{brief_words(one.brief)}"))


def _heading(outlook: Outlook, briefed: Briefed) -> str:
    if briefed.next is None:
        return f"{briefed.contact.name}: no check-in is planned"
    words = f"{moment_words(outlook, briefed.next.start_at)}  {briefed.next.summary}"
    days = briefed.brief.days_since
    return words if days is None else f"{words}, {count(days, 'day')} after you last met"
