"""`export`: one pass whose targets are files. It pushes nothing to a calendar elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.core.words import count
from netkeep_sync.errors import Refused

if TYPE_CHECKING:
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.targets.ics import IcsTarget

__all__ = ["export"]

_FILE = "checkins.ics"


@click.command()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="The .ics file, or - for standard output (default: those under `calendars:`, else checkins.ics).",
)
@click.option("--confirm", is_flag=True, help="Go on although many contacts have left the roster.")
@common_options
@click.pass_obj
def export(session: Session, *, output: str | None, confirm: bool) -> None:
    """Plan, record what has passed, and write the check-ins to .ics files: all that the roster names, each
    with as much as it shows. Nothing is sent to a calendar at Google.

    An unchanged plan gives the same bytes; a change touches only its own events.
    """
    from netkeep_sync.cli.sync import counts_words  # noqa: PLC0415
    from netkeep_sync.service.changes import counts_of  # noqa: PLC0415
    from netkeep_sync.service.feed import make_feed  # noqa: PLC0415
    from netkeep_sync.service.lease import pass_lease  # noqa: PLC0415
    from netkeep_sync.service.links import answer_links  # noqa: PLC0415
    from netkeep_sync.service.push import projections, push  # noqa: PLC0415
    from netkeep_sync.service.sync_pass import run_pass  # noqa: PLC0415

    workspace = session.open()
    session.warn_if_ahead(workspace.roster)
    now = session.now(workspace.roster)
    _check_way_out(workspace, output)
    target, *others = _targets(workspace, output)
    handed_on = _handed_on(workspace, output)
    busy = session.busy(workspace.roster)
    with workspace.store() as store, pass_lease(workspace, store):
        done = run_pass(
            workspace.roster,
            store,
            [target, *others],
            now=now,
            text=workspace.text,
            links=answer_links(workspace, store),
            is_confirmed=confirm,
            busy=busy,
        )
        failures = [failure for each in done.pushed.values() for failure in each.failures]
        if handed_on:
            target, pushed = handed_on, push(handed_on, projections(done.outlook), store, now=now)
            failures += pushed.failures
        else:
            pushed = done.pushed[target.name]
        feed = make_feed(store, target, now=now)
    if output == "-":
        sys.stdout.buffer.write(feed.document)
        sys.stdout.flush()
    for failure in failures:
        click.echo(f"error: {failure}", err=True)
    if failures:
        raise click.exceptions.Exit(1)
    files = [path for each in (target, *others) for path in each.files]
    where = ", ".join(map(str, files)) or "standard output"
    click.echo(
        f"wrote {where}: {count(len(done.outlook.plan.occurrences), 'check-in')} planned, "
        f"{counts_words(counts_of(pushed, done.outlook))}",
        err=True,
    )


def _check_way_out(workspace: Workspace, output: str | None) -> None:
    """Raise Refused for a file of the command's own that can't be written, before anything is recorded. Those
    of the roster are written as in every pass: one that fails stops no other.
    """
    from netkeep_sync.targets.ics_file import check_writable, why_unwritten  # noqa: PLC0415

    is_of_roster = output is None and (workspace.ics_files() or workspace.reduced_ics_targets())
    if output == "-" or is_of_roster:
        return
    path = Path(output or _FILE)
    try:
        check_writable(path)
    except OSError as error:
        raise Refused(f"nothing is planned or written: {why_unwritten(path, error)}") from error


def _handed_on(workspace: Workspace, output: str | None) -> IcsTarget | None:
    """Return the target of a file that others may get, with no links to answer in it; None where the entries
    have none, and the feed's own document will do.
    """
    if output is None or not workspace.roster.serve.public_url:
        return None
    return workspace.ics_target(() if output == "-" else (Path(output),), name="ics:export")


def _targets(workspace: Workspace, output: str | None) -> tuple[IcsTarget, ...]:
    """Return the target that the feed is made of, then those of all other files."""
    if output is not None and workspace.roster.serve.public_url:
        return (workspace.ics_target(()),)
    if output is not None:
        return (workspace.ics_target(() if output == "-" else (Path(output),)),)
    others = workspace.reduced_ics_targets()
    files = workspace.ics_files() if others else workspace.ics_files() or (Path(_FILE),)
    return (workspace.ics_target(files), *others)
