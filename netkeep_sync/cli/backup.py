"""`backup` and `restore`: the state of a roster into one file, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.backup import Backup

__all__ = ["backup", "restore"]

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--force", "is_forced", is_flag=True, help="Write over a file of that name.")
@click.option("--with-keys", "has_key", is_flag=True, help="Put in the key of the feeds' addresses too.")
@common_options
@click.pass_obj
def backup(session: Session, file: Path, *, is_forced: bool, has_key: bool) -> None:
    """Write all that is remembered of the roster, and its file, to FILE.

    It is of one moment, may be made while `serve` runs, and is read back before it gets its name.
    """
    from netkeep_sync.service.backup import back_up  # noqa: PLC0415

    workspace = session.open_or_last_good()
    made = back_up(
        workspace,
        file,
        made_at=datetime.now(UTC).replace(microsecond=0),
        has_key=has_key,
        is_forced=is_forced,
    )
    click.echo(f"wrote {file}: {_holdings(made)}")
    if not has_key:
        click.echo(
            "the key of the feeds' addresses is not in it: restored elsewhere, feeds have other addresses "
            "(--with-keys puts it in)",
            err=True,
        )


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--replace",
    "is_replacing",
    is_flag=True,
    help="Go on where something is remembered already; a backup of that is made first.",
)
@click.option("--with-roster", "has_roster", is_flag=True, help="Put the roster file in its place too.")
@click.option("--dry-run", is_flag=True, help="Only look whether FILE is whole, and tell what it holds.")
@common_options
@click.pass_obj
def restore(session: Session, file: Path, *, is_replacing: bool, has_roster: bool, dry_run: bool) -> None:
    """Bring back what a backup holds.

    A roster file that is missing comes back too; one that is there stays as it is, unless --with-roster.
    """
    from netkeep_sync.service.backup import restore as bring_back  # noqa: PLC0415
    from netkeep_sync.store.backup import read_backup  # noqa: PLC0415

    found = read_backup(file)
    click.echo(f"{file} is whole: {_holdings(found)}, made {found.made_at:%Y-%m-%d %H:%M} UTC")
    if dry_run:
        return
    workspace = _workspace(session, found, has_roster=has_roster)
    has_roster = has_roster or not workspace.path.exists()
    done = bring_back(
        workspace, found, now=datetime.now(UTC), is_replacing=is_replacing, has_roster=has_roster
    )
    if done.safety_copy:
        click.echo(f"what was there before is in {done.safety_copy}")
    if done.has_roster:
        click.echo(f"wrote {workspace.path}")
    elif workspace.text != found.text:
        click.echo(
            f"note: {workspace.path} has changed since, and stays as it is; --with-roster brings it back",
            err=True,
        )
    if found.feed_key and not done.has_key:
        click.echo(
            "note: there is another key of the feeds' addresses here, which stays: they are not those of the "
            "backup",
            err=True,
        )
    click.echo("restored; `netkeep-sync sync --dry-run` shows what the next pass does")


def _workspace(session: Session, found: Backup, *, has_roster: bool) -> Workspace:
    """Return where the backup belongs: what the roster file says, or the one in the backup if that counts."""
    from netkeep_sync.config.settings import find_roster_file  # noqa: PLC0415
    from netkeep_sync.service.workspace import workspace_of  # noqa: PLC0415

    try:
        path = find_roster_file(session.config)
    except RosterError:  # there is none anywhere
        path = Path("netkeep.yaml").absolute()
    if path.exists() and not has_roster:
        return session.open()
    workspace = workspace_of(found.text, path, today=session.today, environ=session.environ)
    if not path.exists():
        return workspace
    return replace(workspace, text=path.read_text(encoding="utf-8-sig", errors="replace"))


def _holdings(backup: Backup) -> str:
    from netkeep_sync.core.review_plan import REVIEW  # noqa: PLC0415  the planner, not for --help
    from netkeep_sync.service.backup import holdings  # noqa: PLC0415

    rows = backup.dump.rows
    people = "1 person" if len(rows["contact"]) == 1 else f"{len(rows['contact'])} people"
    words = f"{holdings(backup.dump)} about {people}"
    words += ", and the review" if any(row["contact"] == REVIEW for row in rows["series"]) else ""
    return words + (", and the key of the feeds" if backup.feed_key else "")
