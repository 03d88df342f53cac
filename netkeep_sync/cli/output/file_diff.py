"""What an edit would change in the roster file, as a diff."""

from __future__ import annotations

import difflib

from netkeep_sync.cli.output.screen import say

__all__ = ["print_file_diff"]

_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def print_file_diff(path: str, now: str, then: str, *, labels: tuple[str, str] = ("now", "then")) -> None:
    """Print the lines of a file that come and go."""
    before, after = labels
    lines = difflib.unified_diff(now.splitlines(), then.splitlines(), path, path, before, after, lineterm="")
    for number, line in enumerate(lines):
        is_heading = number < 2  # the names of the file begin with signs too
        say(line, color="" if is_heading else _COLORS.get(line[0], ""))
