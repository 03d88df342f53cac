"""The screen: how wide it is, and how moments look on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
from rich.console import Console

from netkeep_sync.core.series import zone
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from datetime import datetime

    from netkeep_sync.service.outlook import Outlook

__all__ = ["NOBODY", "make_console", "moment_words", "say"]

_NOT_ON_TERMINAL = 110
NOBODY = "Nobody is in the roster yet. Add one or two people under `contacts:`."


def make_console() -> Console:
    """Return a console as wide as the terminal, and not too wide to read."""
    console = Console(highlight=False, soft_wrap=False)
    console.width = min(console.width, 140) if console.is_terminal else _NOT_ON_TERMINAL
    return console


def say(line: str, *, color: str = "") -> None:
    """Print a line as it is, however long; in colour on a terminal, unless NO_COLOR is set."""
    click.echo(click.style(line, fg=color) if color and not os.environ.get("NO_COLOR") else line)


def moment_words(outlook: Outlook, at: datetime) -> str:
    """Return day and hour by the owner's clock: "Tue 8 Dec 10:00"."""
    local = at.astimezone(zone(outlook.roster.timezone))
    return f"{day_words(local.date(), today=outlook.today)} {local:%H:%M}"
