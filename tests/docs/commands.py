"""Every command with its options as Markdown, made of the program: all that `COMMAND --help` tells."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from netkeep_sync.cli.main import cli  # noqa: E402  the path is needed first

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = ROOT / "netkeep_sync" / "cli" / "COMMANDS.md"

HEAD = """\
# The commands, with all their options

Made from the commands themselves; `netkeep-sync COMMAND --help` tells the same. `--config FILE` (`-c`) names
the roster and `--as-of DATE` takes that day for now: both may stand before a command or after it.
"""

_COMMON = {"--config", "--as-of", "--help"}


def reference() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(_section(ctx) for ctx in contexts())])


def contexts() -> Iterator[click.Context]:
    """Return every command that is shown, those below a group after it."""
    yield from _below(click.Context(cli, info_name="netkeep-sync"))


def options(ctx: click.Context) -> list[tuple[str, str]]:
    """Return the options of a command that not every command has, and what each does."""
    own = [one for one in ctx.command.params if isinstance(one, click.Option) and not _COMMON & {*one.opts}]
    return [record for one in own if (record := one.get_help_record(ctx))]


def _below(parent: click.Context) -> Iterator[click.Context]:
    assert isinstance(parent.command, click.Group)
    for name in parent.command.list_commands(parent):
        command = parent.command.get_command(parent, name)
        if command is not None and not command.hidden:
            ctx = click.Context(command, info_name=name, parent=parent)
            yield ctx
            if isinstance(command, click.Group):
                yield from _below(ctx)


def _section(ctx: click.Context) -> str:
    usage = [one for one in ctx.command.collect_usage_pieces(ctx) if one != "[OPTIONS]"]
    parts = [f"## {ctx.command_path.removeprefix('netkeep-sync ')}\n"]
    parts += [f"`{' '.join([ctx.command_path, *usage])}`\n", *_paragraphs(ctx.command.help or "")]
    if told := options(ctx):
        rows = "".join(f"| `{_cell(names)}` | {_cell(words)} |\n" for names, words in told)
        parts.append(f"| option | |\n| --- | --- |\n{rows}")
    return "\n".join(parts)


def _paragraphs(text: str) -> Iterator[str]:
    """Return the paragraphs of a help text; one that begins with a backspace keeps its lines."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text.partition("\f")[0]).strip()):
        if paragraph.startswith("\b"):
            lines = "\n".join(paragraph.splitlines()[1:])
            yield f"```text\n{inspect.cleandoc(lines)}\n```\n"
        else:
            yield f"{' '.join(paragraph.split())}\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
