"""What becomes of everybody who is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.output.screen import make_console, moment_words
from netkeep_sync.cli.output.table import print_table
from netkeep_sync.core.comeback import LetGo

if TYPE_CHECKING:
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.comeback import Comeback

__all__ = ["print_comeback"]


def print_comeback(comeback: Comeback) -> None:
    """Print what becomes of everybody who is overdue."""
    console, outlook = make_console(), comeback.outlook
    names = {contact.key: contact.name for contact in outlook.roster.contacts}

    def when(one: Occurrence | None) -> str:
        return moment_words(outlook, one.start_at) if one else "none"

    rows = []
    for step in comeback.steps:
        late = f"{step.what.slip:.1f} periods" if step.what.slip > 0 else "missed"
        after = [when(step.after)] if when(step.after) != when(step.before) else []
        if isinstance(step.what, LetGo):
            after.append(f"let go: {step.what.reason}")
        rows.append((names[step.what.contact], late, when(step.before), "; ".join(after)))
    if comeback.steps:
        print_table(console, ("Who", "Late by", "Next", "would be"), rows)
    else:
        console.print("There is nobody to catch up with.")
    if comeback.facts:
        click.echo(f"\n{comeback.summary}")
