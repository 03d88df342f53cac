"""What `doctor` found of one thing: a line, below itself on a narrower screen, and never cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from netkeep_sync.cli.output.screen import make_console
from netkeep_sync.service.doctor import Level

if TYPE_CHECKING:
    from netkeep_sync.service.doctor import Finding

__all__ = ["print_finding"]

_STYLES = {Level.PROBLEM: "red", Level.WARNING: "yellow"}


def print_finding(finding: Finding) -> None:
    """Print how bad it is, what it is about, and what to do; whoever reads a pipe finds it in one line."""
    is_said = finding.advice in finding.words  # errors tell themselves what to do
    words = f"{finding.about}: {finding.words}" + ("" if is_said else f"; {finding.advice}")
    console = make_console()
    if not console.is_terminal:
        click.echo(f"{finding.level:<8} {words}")
        return
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=8)
    grid.add_column(overflow="fold")
    grid.add_row(Text(str(finding.level), style=_STYLES.get(finding.level, "")), Text(words))
    console.print(grid)
