"""What an edit would change in the roster file, as a diff."""

from __future__ import annotations

import difflib

import click

__all__ = ["print_file_diff"]


def print_file_diff(path: str, now: str, then: str, *, labels: tuple[str, str] = ("now", "then")) -> None:
    """Print the lines of a file that come and go."""
    before, after = labels
    for line in difflib.unified_diff(
        now.splitlines(), then.splitlines(), path, path, before, after, lineterm=""
    ):
        click.echo(line)
