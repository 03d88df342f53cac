"""`netkeep-sync`: the commands, and the only place where errors become words and exit codes.

A command's module is imported when the command runs, so that `--help` and `--version` cost little more
than starting Python. Exit status: 0 done, 1 failed at run time, 2 bad input or usage, 3 refused for
safety, 4 sign-in needed, 70 a fault of the program, 130 stopped by Ctrl-C, 141 stopped because nobody read
on. The last is what a shell tells of `git` and `cat` then; 0 would say that all was done, and a command that
shows first and does then has done nothing yet.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, NoReturn

import click

from netkeep_sync import __version__
from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.errors import GuardRefused, NetkeepError, Problem, RosterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

__all__ = ["cli", "main"]

_NOBODY_READS = 141
_FULL = (errno.ENOSPC, errno.EDQUOT)

_COMMANDS = {
    "init": ("setup", "Write a starter roster to edit."),
    "check": ("setup", "Read the roster and tell every mistake in it."),
    "schema": ("setup", "Print the JSON Schema of the roster file."),
    "import": ("importing", "Choose some people of an address book for the roster."),
    "plan": ("plan", "Show who, when, how and why for the time ahead."),
    "capacity": ("capacity", "Show the time it takes against the time you have."),
    "replan": ("replan", "Catch up after leave or a busy month."),
    "explain": ("explain", "Tell why somebody's check-in lies where it lies."),
    "connect": ("connect", "Sign in to Google Calendar, or to a CalDAV server."),
    "sync": ("sync", "Take up what you did on your calendar, and bring it in step."),
    "undo": ("undo", "Take back the last edit of the file, on the calendar too."),
    "export": ("export", "Plan, and write the check-ins to .ics files."),
    "serve": ("serve", "Serve the feed and a page, and keep both in step."),
    "healthcheck": ("healthcheck", "Tell whether a `serve` on this machine is alive."),
    "feed": ("feed", "Show, make, renew and end the secret addresses of feeds."),
    "links": ("links", "Tell where the links in your entries lead, or end them all."),
    "password": ("password", "Set the password of the pages."),
    "doctor": ("doctor", "Look for what keeps it from its work, and tell what to do."),
    "status": ("status", "Show who is due, overdue, next and never met."),
    "done": ("answers", "You met: at the check-in just passed, or today."),
    "log": ("answers", "You met on some day, planned or not."),
    "skip": ("answers", "Let the next check-in go; the clock runs on."),
    "missed": ("answers", "The last check-in did not come about."),
    "snooze": ("answers", "Put the next check-in off."),
    "pause": ("answers", "Stop the check-ins with somebody."),
    "resume": ("answers", "Bring somebody back, from a pause or the bench."),
    "add": ("tend", "Put somebody into the file."),
    "edit": ("tend", "Change what the file says of somebody."),
    "rename": ("tend", "Give somebody another name; they stay who they are."),
    "rest": ("tend", "Put somebody on the bench."),
    "retire": ("tend", "Take somebody out of the file."),
    "kept": ("answers", "A promise was kept."),
    "history": ("history", "Show all check-ins there ever were."),
    "backup": ("backup", "Write all that is remembered to one file."),
    "restore": ("backup", "Bring back what a backup holds."),
    "brief": ("brief", "What to know and to bring before you meet."),
    "review": ("review", "Look over your list: whom to keep, stretch, rest or retire."),
    "completion": ("completion", "Print what makes your shell complete commands and contacts."),
    "man": ("manual", "Print the manual page."),
}

_SECTIONS = {
    "To begin": ("init", "check", "schema", "import"),
    "The plan": ("plan", "capacity", "explain", "replan"),
    "Calendars": ("connect", "sync", "undo", "export", "serve", "feed", "links"),
    "What came of it": (
        "status",
        "done",
        "log",
        "skip",
        "missed",
        "snooze",
        "pause",
        "resume",
        "kept",
        "history",
        "brief",
    ),
    "The list": ("review", "add", "edit", "rename", "rest", "retire"),
    "Upkeep": ("password", "doctor", "healthcheck", "backup", "restore", "completion", "man"),
}
"""Where each command stands in the help."""


class _Commands(click.Group):
    """A group whose commands are imported on use and listed without."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        found = _COMMANDS.get(cmd_name)
        if found is None:
            return None
        module = import_module(f"netkeep_sync.cli.{found[0]}")
        command: click.Command = getattr(module, f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            from netkeep_sync.core.spelling import did_you_mean  # noqa: PLC0415  where something is to mend

            meant = did_you_mean(args[0], _COMMANDS)
            advice = f'did you mean "{meant}"?' if meant else "`netkeep-sync --help` lists them all"
            raise click.UsageError(f'there is no command "{args[0]}"; {advice}', ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        from click.shell_completion import CompletionItem  # noqa: PLC0415

        begun = [(name, words) for name, (_, words) in _COMMANDS.items() if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=words) for name, words in begun]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        widest = max(map(len, _COMMANDS))
        for heading, names in _SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), _COMMANDS[name][1]) for name in names])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@common_options
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Check-ins with the people who matter, booked on your calendar from one YAML file.

    \b
    netkeep-sync init             write a starter file
    netkeep-sync plan             see what it plans
    netkeep-sync serve            subscribe to it from any calendar
    netkeep-sync sync             or keep a calendar at Google or on CalDAV in step
    """  # noqa: D301  \b keeps click from filling the lines
    ctx.ensure_object(Session)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, and end the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows a ? for it
    gc.disable()  # a command is over before garbage matters; collecting takes a tenth of a `plan`
    status: str | int | None
    stdout = sys.stdout
    try:
        status = _run(arguments)
    except SystemExit as stop:
        # Where a pipe is closed, click covers the stream and stops, and rich stops; a completion stops too.
        is_pipe_closed = sys.stdout is not stdout or isinstance(stop.__context__, BrokenPipeError)
        status = _NOBODY_READS if is_pipe_closed else stop.code
    except BrokenPipeError:
        status = _NOBODY_READS
    except OSError as error:
        status = _tell_of_full_disk(error)
    _drop_unwritten()
    sys.exit(status)


def _run(arguments: Sequence[str] | None) -> int:
    """Run a command, and return what it ends with; its errors become words. Raises OSError where nobody reads
    these, or they find no room.
    """
    try:
        # Click returns the status of an Exit, and of a command what it returns: nothing.
        status: int | None = cli.main(
            args=arguments,
            standalone_mode=False,
            prog_name="netkeep-sync",
            obj=Session(environ=os.environ),
        )
        if sys.stdout:  # a shell may have closed it, as with >&-
            sys.stdout.flush()
    except click.Abort:
        click.echo("stopped", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except NetkeepError as error:
        click.echo(_told(error), err=True)
        return error.exit_status
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.EPIPE, *_FULL):
            raise
        return _apologise()
    return status or 0


def _told(error: NetkeepError) -> str:
    match error:
        case RosterError(problems=(Problem(line=0),)):  # of the file as a whole: there may be none
            return f"error: {error}"
        case RosterError(problems=problems):
            mistakes = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
            return f"{error}\n{mistakes}; nothing was changed"
        case GuardRefused():
            return f"refused: {error}"
        case _:
            return f"error: {error}"


def _apologise() -> int:
    """Say that the fault is ours, and keep the trace where its sender can look through it first."""
    import traceback  # noqa: PLC0415

    from netkeep_sync.config.settings import data_folder  # noqa: PLC0415

    trace = traceback.format_exc()
    words = "This is a fault in netkeep-sync, not in what you did. Sorry."
    try:
        path = data_folder() / "error.log"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(f"netkeep-sync {__version__}, Python {sys.version}\n\n{trace}", encoding="utf-8")
        path.chmod(0o600)
    except OSError:
        click.echo(f"{trace}\n{words}", err=True)
    else:
        click.echo(f"{words}\nThe details are in {path}; please look them over and report them.", err=True)
    return 70


def _drop_unwritten() -> None:
    """Let go of output that can't be written: Python would complain of it at the very end."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _tell_of_full_disk(error: OSError) -> int:
    where = f"{error.filename} can't be written" if error.filename else "the output can't be written"
    with suppress(OSError):
        click.echo(f"error: {where}: {error.strerror}; make room, and run this again", err=True)
    return NetkeepError.exit_status
