"""`sync`: one pass over every calendar of the roster, or a rehearsal of it."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.errors import AuthLost, TargetError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from contextlib import AbstractContextManager

    from netkeep_sync.service.changes import Counts
    from netkeep_sync.service.push import Progress
    from netkeep_sync.service.sync_pass import Pass
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Store
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["Wish", "counts_words", "run_and_tell", "sync"]

_INTERRUPTED = 130


@click.command()
@click.option("--dry-run", is_flag=True, help="Print what would be done, and write nothing anywhere.")
@click.option("--json", "as_json", is_flag=True, help="Print what is done, or would be, as JSON.")
@click.option("--confirm", is_flag=True, help="Go on although it was refused for safety.")
@click.option("--new-calendar", is_flag=True, help="Make the calendar anew: the old one is gone.")
@common_options
@click.pass_obj
def sync(session: Session, *, dry_run: bool, as_json: bool, confirm: bool, new_calendar: bool) -> None:
    """Take up what you did on your calendars, and bring them in step with the roster.

    What is done is stored change by change: stop it at any time, and run it again to go on.
    """
    from netkeep_sync.service.lease import pass_lease  # noqa: PLC0415
    from netkeep_sync.service.rehearsal import scratch_store  # noqa: PLC0415

    workspace = session.open()
    wish = Wish(as_json=as_json, is_rehearsal=dry_run, is_confirmed=confirm, makes_anew=new_calendar)
    if dry_run:
        with scratch_store(workspace) as store:
            run_and_tell(session, workspace, store, wish)
        return
    session.warn_if_ahead(workspace.roster)
    with workspace.store() as store, pass_lease(workspace, store):
        run_and_tell(session, workspace, store, wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a pass is asked for. `makes_anew`: the calendars that the program makes."""

    as_json: bool = False
    is_rehearsal: bool = False
    is_confirmed: bool = False
    makes_anew: bool = False


def run_and_tell(session: Session, workspace: Workspace, store: Store, wish: Wish = Wish()) -> None:
    """Run one pass, tell what it did, and exit with what it comes to unless all is well.

    A rehearsal is given a copy of the store.
    """
    from netkeep_sync.service.listen import begin_anew  # noqa: PLC0415

    targets = workspace.targets(session.environ, is_rehearsal=wish.is_rehearsal)
    if wish.makes_anew and not begin_anew(targets, store, is_confirmed=wish.is_confirmed):
        raise click.UsageError("the roster names no calendar at Google that netkeep-sync makes itself")
    unmade = _unmade(targets)
    done = _run(session, workspace, store, targets, wish)
    made = unmade - _unmade(targets)
    if wish.as_json:
        document = _document(done, targets, made, is_rehearsal=wish.is_rehearsal)
        click.echo(json.dumps(document, indent=2, ensure_ascii=False).encode())
    elif wish.is_rehearsal:
        _print_rehearsal(done, workspace, targets, made)
    _tell(done, workspace, targets, wish)
    status = _status(done)
    if status:
        raise click.exceptions.Exit(status)


def _run(
    session: Session, workspace: Workspace, store: Store, targets: Sequence[CalendarTarget], wish: Wish
) -> Pass:
    from netkeep_sync.service.links import answer_links  # noqa: PLC0415
    from netkeep_sync.service.sync_pass import run_pass  # noqa: PLC0415

    busy = session.busy(workspace.roster)
    try:
        with _progress() as progress:
            return run_pass(
                workspace.roster,
                store,
                targets,
                now=session.now(workspace.roster),
                text=workspace.text,
                links=answer_links(workspace, store),
                is_confirmed=wish.is_confirmed,
                busy=busy,
                progress=progress,
            )
    except KeyboardInterrupt:
        click.echo("stopped; run `netkeep-sync sync` again to go on", err=True)
        raise click.exceptions.Exit(_INTERRUPTED) from None


def _progress() -> AbstractContextManager[Progress]:
    from netkeep_sync.service.push import silent  # noqa: PLC0415

    if not sys.stderr.isatty():
        return nullcontext(silent)
    from netkeep_sync.cli.output.progress import shown_progress  # noqa: PLC0415  rich, for eyes only

    return shown_progress()


def _unmade(targets: Sequence[CalendarTarget]) -> set[str]:
    """Return the targets whose calendar has yet to be made; where nobody is signed in, the pass tells."""
    found = set()
    for target in targets:
        with suppress(TargetError):
            if target.is_remote and not target.calendar_id():
                found.add(target.name)
    return found


def _status(done: Pass) -> int:
    failed = [pushed for pushed in done.pushed.values() if pushed.failures]
    if done.outlook.busy.failures or not all(pushed.needs_sign_in for pushed in failed):
        return 1
    return AuthLost.exit_status if failed else 0


def _tell(done: Pass, workspace: Workspace, targets: Sequence[CalendarTarget], wish: Wish) -> None:
    """Say what was heard, and in a line a target what became of it."""
    from netkeep_sync.cli.output.heard import heard_words  # noqa: PLC0415  rich, with it
    from netkeep_sync.service.changes import counts_of  # noqa: PLC0415  see above

    if done.heard:
        click.echo(f"heard: {heard_words(done.outlook, done.heard)}", err=True)
    for target in targets:
        pushed = done.pushed[target.name]
        if pushed.made or not pushed.failures:
            counts = counts_words(counts_of(pushed, done.outlook), is_rehearsal=wish.is_rehearsal)
            click.echo(f"{_label(workspace, target.name)}: {counts}", err=True)
        for failure in pushed.failures:
            click.echo(f"error: {failure}", err=True)


def counts_words(counts: Counts, *, is_rehearsal: bool = False) -> str:
    """Return "2 created, 0 updated, 0 removed; the review created"."""
    if is_rehearsal:
        told = f"would create {counts.created}, update {counts.updated}, remove {counts.removed}"
        verbs = [str(kind) for kind in counts.review]
        return f"{told}; {', '.join(verbs)} the review" if verbs else told
    told = f"{counts.created} created, {counts.updated} updated, {counts.removed} removed"
    verbs = [f"{kind}d" for kind in counts.review]
    return f"{told}; the review {', '.join(verbs)}" if verbs else told


def _label(workspace: Workspace, target: str) -> str:
    """Return what to call a target: without a file, the first one is the feed alone."""
    return "feed" if target == "ics" and not workspace.ics_files() else target


def _print_rehearsal(
    done: Pass, workspace: Workspace, targets: Sequence[CalendarTarget], made: Collection[str]
) -> None:
    from netkeep_sync.cli.output.changes import print_changes  # noqa: PLC0415  rich, for eyes only
    from netkeep_sync.service.changes import changes_of  # noqa: PLC0415

    for target in targets:
        pushed = done.pushed[target.name]
        label = _label(workspace, target.name)
        if target.name in made:
            click.echo(f"{label}: a calendar would be made")
        elif pushed.made:
            click.echo(label)
        print_changes(done.outlook, changes_of(target, pushed, done.outlook))


def _document(
    done: Pass, targets: Sequence[CalendarTarget], made: Collection[str], *, is_rehearsal: bool
) -> dict[str, Any]:
    from netkeep_sync.cli.changes import fact_document, target_document  # noqa: PLC0415  for whom it serves
    from netkeep_sync.cli.plan_json import iso  # noqa: PLC0415  see above

    outlook = done.outlook
    timezone = outlook.roster.timezone
    return {
        "as_of": iso(outlook.now, timezone),
        "timezone": timezone,
        "is_dry_run": is_rehearsal,
        "heard": [fact_document(fact, timezone=timezone) for fact in done.heard],
        "targets": [
            target_document(target, done.pushed[target.name], outlook, makes_calendar=target.name in made)
            for target in targets
        ],
    }
