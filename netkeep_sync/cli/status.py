"""`status`: where everybody stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.core.statistics import Statistics
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import PassRecord

__all__ = ["status"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_obj
def status(session: Session, *, as_json: bool) -> None:
    """Show who is due, overdue, next and never met, and what came of the last check-ins.

    With a file that can't be read, its mistakes are told and the last good plan is shown.
    """
    try:
        workspace = session.open()
    except RosterError as error:
        _show_last_good(session, error, as_json=as_json)
        raise
    _show(session, workspace, as_json=as_json, problems=())


def _show_last_good(session: Session, error: RosterError, *, as_json: bool) -> None:
    from netkeep_sync.service.workspace import last_good_workspace  # noqa: PLC0415

    workspace = last_good_workspace(session.path, today=session.today, environ=session.environ)
    if workspace is None:
        return
    click.echo("the roster file can't be read; this is the last good plan\n", err=True)
    _show(session, workspace, as_json=as_json, problems=tuple(map(str, error.problems)))


def _show(session: Session, workspace: Workspace, *, as_json: bool, problems: tuple[str, ...]) -> None:
    from netkeep_sync.service.outlook import look  # noqa: PLC0415

    busy = session.busy(workspace.roster)
    memory = workspace.memory()
    try:
        outlook = look(workspace.roster, memory, now=session.now(workspace.roster), busy=busy)
        record, good = memory.last_pass(), memory.last_good_pass()
    finally:
        memory.close()
    if as_json:
        document = _document(outlook, record, good, problems)
        click.echo(json.dumps(document, indent=2, ensure_ascii=False).encode())
        return
    from netkeep_sync.cli.output.screen import moment_words  # noqa: PLC0415
    from netkeep_sync.cli.output.status import print_status  # noqa: PLC0415

    print_status(outlook)
    if record is not None and record.problem and not problems:
        at = moment_words(outlook, record.finished_at)
        told = "\n  ".join(record.problem.splitlines())
        click.echo(f"\nat the last pass, {at}, not everything could be done:\n  {told}", err=True)


def _document(
    outlook: Outlook, record: PassRecord | None, good: PassRecord | None, problems: tuple[str, ...]
) -> dict[str, Any]:
    from netkeep_sync.cli.plan_json import iso  # noqa: PLC0415
    from netkeep_sync.service.briefs import debts  # noqa: PLC0415
    from netkeep_sync.service.numbers import numbers  # noqa: PLC0415
    from netkeep_sync.service.overview import lately, overview, own_rhythms, resting  # noqa: PLC0415

    timezone = outlook.roster.timezone
    by_roster = {contact.key: cadence for contact, cadence in own_rhythms(outlook)}
    return {
        "as_of": iso(outlook.now, timezone),
        "timezone": timezone,
        "contacts": [
            {
                "contact": line.contact.key,
                "name": line.contact.name,
                "category": line.contact.category,
                "cadence": str(line.contact.cadence),
                "cadence_in_roster": str(by_roster.get(line.contact.key, line.contact.cadence)),
                "state": str(line.standing.state),
                "last_met": _iso_day(line.standing.met_on),
                "evidence": str(line.evidence) if line.evidence else None,
                "due": _iso_day(line.standing.due_on),
                "slip": round(line.standing.slip, 3),
                "snoozed_until": _iso_day(line.history.snoozed_until_on),
                "skips_in_a_row": line.history.skips_in_a_row,
                "asks_in_a_row": line.history.asks_in_a_row,
                "next": iso(line.next.start_at, timezone) if line.next else None,
            }
            for line in overview(outlook)
        ],
        "bench": [
            {
                "contact": one.contact.key,
                "name": one.contact.name,
                "category": one.contact.category,
                "last_met": _iso_day(one.met_on),
                "again": _iso_day(one.again_on),
            }
            for one in resting(outlook)
        ],
        "promises": [
            {
                "contact": one.contact.key,
                "is_theirs": one.owed.promise.is_theirs,
                "what": one.owed.promise.what,
                "made": one.owed.promise.made_on.isoformat(),
                "due": _iso_day(one.owed.due_on),
                "is_overdue": one.is_overdue(outlook.today),
            }
            for one in debts(outlook)
        ],
        "lately": [
            {
                "contact": contact.key,
                "day": outcome.day.isoformat(),
                "result": str(outcome.result),
                "evidence": str(outcome.evidence),
                "note": outcome.note,
            }
            for contact, outcome in lately(outlook)
        ],
        "found": [
            {
                "contact": one.contact.key,
                "day": one.day.isoformat(),
                "title": one.meeting.title,
                "start": iso(one.meeting.start_at, timezone),
            }
            for one in outlook.found
        ],
        "numbers": _numbers(numbers(outlook)),
        "last_pass": iso(record.finished_at, timezone) if record else None,
        "last_good_pass": iso(good.finished_at, timezone) if good else None,
        "problems": [
            *problems,
            *outlook.busy.failures,
            *([record.problem] if record and record.problem else []),
        ],
    }


def _numbers(found: Statistics) -> dict[str, Any]:
    counted = ("held", "skipped", "missed", "unknown", "promised", "kept", "they_promised", "they_kept")
    return {
        "quarters": [
            {
                "quarter": str(one.quarter),
                **{name: getattr(one, name) for name in (*counted, "gave", "asked")},
            }
            for one in found.quarters
        ],
        "in_touch": [
            {
                "category": one.category,
                "quarter": str(one.quarter),
                "in_touch": one.in_touch,
                "people": one.people,
            }
            for one in found.in_touch
        ],
        "ties": [
            {
                "contact": one.contact,
                "first_met": one.first_on.isoformat(),
                "last_met": one.last_on.isoformat(),
                "meetings": one.meetings,
            }
            for one in found.ties
        ],
    }


def _iso_day(day: date | None) -> str | None:
    return day.isoformat() if day else None
