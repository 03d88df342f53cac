"""The options of commands that change the roster file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.contact_argument import complete_contact

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["file_options", "instead_option"]


def file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that edits the file `--yes` and `--dry-run`."""
    command = click.option("--dry-run", is_flag=True, help="Only show it.")(command)
    return click.option("--yes", "is_sure", is_flag=True, help="Do it without asking.")(command)


instead_option = click.option(
    "--instead-of",
    metavar="CONTACT",
    default="",
    shell_complete=complete_contact,
    help="Put this one on the bench in the same edit.",
)
