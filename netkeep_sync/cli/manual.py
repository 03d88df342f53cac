"""`man`: the manual page, made from the commands themselves, in the man macros of roff (man(7))."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import click

from netkeep_sync import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EXIT_STATUSES", "man", "manual"]

EXIT_STATUSES = {
    0: "Done.",
    1: "It failed at run time.",
    2: "There is a mistake in the file or in the command.",
    3: "It was refused for safety; --confirm goes on.",
    4: "A sign-in is needed: connect google.",
    70: "A fault of the program.",
    130: "Stopped with Ctrl-C.",
    141: "Stopped because nobody read its output any more.",
}

_COMMON = {"--config", "--as-of"}

_FILES = {
    "netkeep.yaml": "The roster: in the working folder, else in ~/.config/netkeep-sync.",
    "~/.local/share/netkeep-sync/netkeep.db": (
        "What is remembered, unless the roster or NETKEEP_DATABASE names another database. The key of the "
        "feeds' addresses lies beside it."
    ),
    "~/.config/netkeep-sync/google-token.json": "The sign-in at Google.",
}

_ENVIRONMENT = {
    "NETKEEP_DATABASE": "The URL of the database; it beats the one in the roster.",
    "NO_COLOR": "When set, nothing is coloured.",
    "XDG_CONFIG_HOME, XDG_DATA_HOME": "Where the folders of the files above lie.",
}


@click.command()
@click.pass_context
def man(ctx: click.Context) -> None:
    """Print the manual page; `netkeep-sync man | man -l -` shows it."""
    click.echo(manual(ctx.find_root()), nl=False)


def manual(root: click.Context) -> str:
    """Return the page about the command of a context, and about all below it."""
    common = [one for one in root.command.params if set(one.opts) & _COMMON]
    lines = [
        f'.TH NETKEEP-SYNC 1 "" "netkeep-sync {__version__}" "User Commands"',
        ".SH NAME",
        _text("netkeep-sync - check-ins with the people who matter, booked on your calendar"),
        ".SH SYNOPSIS",
        ".B netkeep\\-sync",
        "[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        *_paragraphs(root.command.help or ""),
        ".SH OPTIONS",
        "These may stand before a command or after it.",
        *(line for option in common for line in _option(option, root)),
        ".SH COMMANDS",
        *_commands(root),
        ".SH EXIT STATUS",
        *_list({str(status): words for status, words in EXIT_STATUSES.items()}),
        ".SH FILES",
        *_list(_FILES),
        ".SH ENVIRONMENT",
        *_list(_ENVIRONMENT),
    ]
    return "\n".join(lines) + "\n"


def _commands(parent: click.Context, path: str = "") -> Iterator[str]:
    assert isinstance(parent.command, click.Group)  # noqa: S101  only groups are asked
    for name in parent.command.list_commands(parent):
        command = parent.command.get_command(parent, name)
        if command is None or command.hidden:
            continue
        ctx = click.Context(command, info_name=name, parent=parent)
        words = f"{path}{name}"
        yield f'.SS "{_text(" ".join([words, *_usage(ctx)]))}"'
        yield from _paragraphs(command.help or "")
        for one in command.params:
            if isinstance(one, click.Option) and not set(one.opts) & _COMMON:
                yield from _option(one, ctx)
        if isinstance(command, click.Group):
            yield from _commands(ctx, f"{words} ")


def _usage(ctx: click.Context) -> list[str]:
    """Return what follows the name of a command, without the word for options that all have."""
    return [one for one in ctx.command.collect_usage_pieces(ctx) if one != "[OPTIONS]"]


def _option(option: click.Parameter, ctx: click.Context) -> Iterator[str]:
    record = option.get_help_record(ctx)
    if record is not None:
        names, words = record
        yield from (".TP", f"\\fB{_text(names)}\\fR", _text(words) or "\\&")


def _list(entries: dict[str, str]) -> Iterator[str]:
    for name, words in entries.items():
        yield from (".TP", f"\\fB{_text(name)}\\fR", _text(words))


def _paragraphs(text: str) -> Iterator[str]:
    """Return the paragraphs of a help text; one that begins with a backspace keeps its lines."""
    first = True
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text.partition("\f")[0]).strip()):
        if not first:
            yield ".PP"
        first = False
        if paragraph.startswith("\b"):
            yield from (".nf", *map(_text, paragraph.splitlines()[1:]), ".fi")
        else:
            yield _text(" ".join(paragraph.split()))


def _text(text: str) -> str:
    """Return a line that roff prints as it stands."""
    line = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("`", "\\(ga")
    return f"\\&{line}" if line.startswith((".", "'")) else line
