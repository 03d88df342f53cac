"""`undo`: take back the last edit of the roster file, and what it did to the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.consent import consent_options
from netkeep_sync.cli.output.file_diff import print_file_diff
from netkeep_sync.cli.session import Session, common_options

if TYPE_CHECKING:
    from netkeep_sync.cli.consent import Consent

__all__ = ["undo"]


@click.command()
@consent_options
@common_options
@click.pass_obj
def undo(session: Session, *, consent: Consent) -> None:
    """Take back the last edit of the roster file that a pass was made from.

    The file and the check-ins become what they were. What you did on your calendar since then, and what was
    held, stays.
    """
    from netkeep_sync.cli.sync import Wish, run_and_tell  # noqa: PLC0415
    from netkeep_sync.service.lease import pass_lease  # noqa: PLC0415
    from netkeep_sync.service.undo import undo as take_back  # noqa: PLC0415
    from netkeep_sync.service.undo import what_to_undo  # noqa: PLC0415

    workspace = session.open()
    memory = workspace.memory()
    try:
        found = what_to_undo(workspace, memory)
    finally:
        memory.close()
    print_file_diff(str(workspace.path), found.text_after, found.text_before, labels=("now", "before"))
    if not consent.is_given("Undo it?"):
        return
    with workspace.store() as store, pass_lease(workspace, store):
        take_back(workspace, store, now=session.now(workspace.roster))
        click.echo(f"wrote {workspace.path}", err=True)
        # What it takes off the calendar was put there by the edit: nobody need be asked again.
        run_and_tell(session, session.open(), store, Wish(is_confirmed=True))
