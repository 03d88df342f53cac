"""`doctor`: what keeps the program from its work, or soon will, and what to do about it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.errors import NetkeepError, RosterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netkeep_sync.service.doctor import Finding
    from netkeep_sync.service.workspace import Workspace

__all__ = ["doctor"]


@click.command()
@click.option("--offline", is_flag=True, help="Ask no calendar anything, at Google or on a CalDAV server.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_obj
def doctor(session: Session, *, offline: bool, as_json: bool) -> int:
    """Look for what keeps it from its work, or soon will: a line for each thing, and what to do about it.

    Nothing is changed. Ends with 1 when there is a problem.
    """
    from netkeep_sync.cli.output.finding import print_finding  # noqa: PLC0415  rich, for eyes only
    from netkeep_sync.service.doctor import Level  # noqa: PLC0415

    found = []
    for finding in _findings(session, is_online=not offline):
        found.append(finding)
        if not as_json:
            print_finding(finding)
    counts = Counter(finding.level for finding in found)
    if as_json:
        click.echo(json.dumps(_document(found), indent=2, ensure_ascii=False).encode())
    else:
        left_out = f", {counts[Level.LEFT_OUT]} left out" if counts[Level.LEFT_OUT] else ""
        to_know, to_mend = counts[Level.WARNING], counts[Level.PROBLEM]
        click.echo(f"{counts[Level.OK]} ok, {to_know} to know, {to_mend} to mend{left_out}")
    return 1 if counts[Level.PROBLEM] else 0


def _findings(session: Session, *, is_online: bool) -> Iterator[Finding]:
    """Yield every finding; with a file that can't be read, those of the last good one too."""
    from netkeep_sync.service.doctor import broken_file, examine  # noqa: PLC0415

    workspace = None
    try:
        workspace = session.open()
    except NetkeepError as error:
        yield broken_file(error)
        if isinstance(error, RosterError):
            workspace = _last_good(session)
        if workspace is None:
            return
        is_read = False
    else:
        is_read = True
    now = session.now(workspace.roster)
    for finding in examine(workspace, now=now, environ=session.environ, is_online=is_online):
        if is_read or finding.about != "config":
            yield finding


def _last_good(session: Session) -> Workspace | None:
    from netkeep_sync.service.workspace import last_good_workspace  # noqa: PLC0415

    try:
        return last_good_workspace(session.path, today=session.today, environ=session.environ)
    except NetkeepError:  # nothing to go on from, and the file has been told
        return None


def _document(found: list[Finding]) -> dict[str, Any]:
    return {
        "findings": [
            {"level": str(one.level), "about": one.about, "words": one.words, "advice": one.advice}
            for one in found
        ]
    }
