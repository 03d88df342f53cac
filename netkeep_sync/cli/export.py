"""`export`: one pass whose target is a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.core.words import count

__all__ = ["export"]


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
    """Plan, record what has passed, and write the check-ins to an .ics file.

    An unchanged plan gives the same bytes; a change touches only its own events.
    """
    from netkeep_sync.service.feed import make_feed  # noqa: PLC0415
    from netkeep_sync.service.lease import pass_lease  # noqa: PLC0415
    from netkeep_sync.service.sync_pass import run_pass  # noqa: PLC0415

    workspace = session.open()
    session.warn_if_ahead(workspace.roster)
    files: list[Path] = []
    if output is None:
        files = [Path(calendar.path) for calendar in workspace.roster.calendars] or [Path("checkins.ics")]
    elif output != "-":
        files = [Path(output)]
    now = session.now(workspace.roster)
    target = workspace.ics_target(files)
    with workspace.store() as store, pass_lease(workspace, store):
        done = run_pass(workspace.roster, store, [target], now=now, text=workspace.text, is_confirmed=confirm)
        feed = make_feed(store, target, now=now)
    if not files:
        sys.stdout.buffer.write(feed.document)
    pushed = done.pushed[target.name]
    for failure in pushed.failures:
        click.echo(f"error: {failure}", err=True)
    if pushed.failures:
        raise click.exceptions.Exit(1)
    where = ", ".join(map(str, files)) or "standard output"
    click.echo(
        f"wrote {where}: {count(len(done.outlook.plan.occurrences), 'check-in')} planned, "
        f"{pushed.created} entries created, {pushed.updated} updated, {pushed.removed} removed",
        err=True,
    )
