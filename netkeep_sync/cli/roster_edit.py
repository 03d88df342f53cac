"""An edit of the roster file, whichever command makes it: shown with what follows from it on the calendars,
then written, and followed by a pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.cli.session import Session
    from netkeep_sync.core.busy import Busy
    from netkeep_sync.service.next_pass import NextPass
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.workspace import Workspace

__all__ = ["make_edit", "show_edit"]


def show_edit(
    session: Session, workspace: Workspace, text: str, *, busy: Busy, wakes: Iterable[str] = ()
) -> Outlook:
    """Print what the text changes in the file and on the calendars, and return what would be planned. `wakes`
    are the keys of those who come back from the bench. Raises RosterError for a text that is no roster.
    """
    from netkeep_sync.cli.output.file_diff import print_file_diff  # noqa: PLC0415
    from netkeep_sync.service.next_pass import rehearse  # noqa: PLC0415
    from netkeep_sync.service.roster_patch import wake_facts  # noqa: PLC0415
    from netkeep_sync.service.workspace import workspace_of  # noqa: PLC0415

    edited = workspace_of(text, workspace.path, today=session.today, environ=session.environ)
    print_file_diff(str(workspace.path), workspace.text, text)
    now = session.now(edited.roster)
    coming = rehearse(
        edited,
        targets=edited.targets(session.environ, is_rehearsal=True),
        now=now,
        busy=busy,
        facts=wake_facts(wakes, source="cli", now=now),
    )
    _print_changes(edited, coming)
    known = {one.name for one in workspace.roster.contacts}
    names = {one.key: one.name for one in coming.outlook.roster.contacts if one.name not in known}
    for one in coming.outlook.plan.unplaced:
        if one.contact in names:
            click.echo(f"{names[one.contact]} has no place: {one.reason}")
    return coming.outlook


def _print_changes(edited: Workspace, coming: NextPass) -> None:
    from netkeep_sync.cli.output.changes import print_changes  # noqa: PLC0415  rich, for eyes only

    click.echo()
    for one in coming.targets:
        if one.changes:
            click.echo("feed" if one.target == "ics" and not edited.ics_files() else one.target)
        print_changes(coming.outlook, one.changes, is_review_told=False)
        for failure in one.failures:
            click.echo(f"error: {failure}", err=True)
    if coming.refusal:
        click.echo(f"the file would be written, but not the calendars: {coming.refusal}", err=True)
    if not any(one.changes for one in coming.targets):
        click.echo("no check-in changes")


def make_edit(
    session: Session,
    workspace: Workspace,
    text: str,
    *,
    told: Iterable[str | bytes] = (),
    wakes: Iterable[str] = (),
) -> None:
    """Write the file, print what is `told` of that, and run the pass that follows.

    Exits with what the pass comes to unless all is well. Raises Refused with nothing written.
    """
    from netkeep_sync.cli.sync import run_and_tell  # noqa: PLC0415
    from netkeep_sync.service.lease import pass_lease  # noqa: PLC0415
    from netkeep_sync.service.roster_patch import write_edit  # noqa: PLC0415

    session.warn_if_ahead(workspace.roster)
    with workspace.store() as store, pass_lease(workspace, store):
        write_edit(workspace, text, store, wakes=wakes, source="cli", now=session.now(workspace.roster))
        click.echo(f"wrote {workspace.path}", err=True)
        for line in told:
            click.echo(line)
        run_and_tell(session, session.open(), store)
