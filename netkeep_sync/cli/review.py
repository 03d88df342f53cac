"""`review`: the regular look at the list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.consent import Consent, consent_options
from netkeep_sync.cli.session import Session, common_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from netkeep_sync.core.dossier import Case, Tally
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.review import Review
    from netkeep_sync.service.workspace import Workspace

__all__ = ["review"]


@click.command()
@click.option("--apply", "is_to_apply", is_flag=True, help="Choose what to follow, and write it to the file.")
@click.option("--only", metavar="CONTACT", multiple=True, help="Apply what is proposed for them alone.")
@consent_options
@click.option("--book", is_flag=True, help="Put the review back into your calendar after you deleted it.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_obj
def review(
    session: Session,
    *,
    is_to_apply: bool,
    only: tuple[str, ...],
    consent: Consent,
    book: bool,
    as_json: bool,
) -> None:
    """Look over your list: what came of everybody in the last quarter, and what is worth a change.

    For each person there is a proposal with its reason: keep, stretch, swap, rest or retire. With --apply you
    choose among the changes, and those you choose are written to the file, whose diff is shown first.
    """
    if as_json and (is_to_apply or book):
        raise click.UsageError("--json only shows; leave it away with --apply and --book")
    if not is_to_apply and (only or consent != Consent()):
        raise click.UsageError("--only, --yes and --dry-run go with --apply")
    from netkeep_sync.service.review import review_of  # noqa: PLC0415

    workspace = session.open()
    outlook = _look(session, workspace)
    found = review_of(outlook)
    if book:
        _book(workspace, outlook)
    elif is_to_apply:
        _apply(session, workspace, outlook, _chosen(outlook, found, only), consent)
    elif as_json:
        click.echo(json.dumps(_document(outlook, found), indent=2, ensure_ascii=False).encode())
    else:
        from netkeep_sync.cli.output.review import print_review  # noqa: PLC0415

        print_review(outlook, found)


def _look(session: Session, workspace: Workspace) -> Outlook:
    from netkeep_sync.service.outlook import look  # noqa: PLC0415

    memory = workspace.memory()
    try:
        return look(
            workspace.roster,
            memory,
            now=session.now(workspace.roster),
            busy=session.busy(workspace.roster),
        )
    finally:
        memory.close()


def _chosen(outlook: Outlook, found: Review, only: Sequence[str]) -> tuple[Proposal, ...]:
    """Return the changes that are about somebody named in `only`, all where nobody is."""
    from netkeep_sync.service.naming import contact_named  # noqa: PLC0415

    keys = {contact_named(outlook.roster, words).key for words in only}
    return tuple(one for one in found.changes if not keys or one.contact in keys)


def _apply(
    session: Session,
    workspace: Workspace,
    outlook: Outlook,
    changes: Sequence[Proposal],
    consent: Consent,
) -> None:
    from netkeep_sync.cli.roster_edit import make_edit, show_edit  # noqa: PLC0415
    from netkeep_sync.service.review_patch import with_changes, woken  # noqa: PLC0415

    if not changes:
        click.echo("nothing is changed: the review proposes to keep them all", err=True)
        return
    if consent.may_ask:
        changes = tuple(one for one in changes if _is_wanted(one))
    if not changes:
        click.echo("nothing is changed", err=True)
        return
    text = with_changes(workspace, outlook, changes)
    wakes = woken(changes)
    show_edit(session, workspace, text, busy=outlook.busy, wakes=wakes)
    if consent.is_given("Write it?"):
        make_edit(session, workspace, text, wakes=wakes)


def _is_wanted(change: Proposal) -> bool:
    from netkeep_sync.core.review_text import change_words  # noqa: PLC0415

    click.echo(f"{change.name}: {change_words(change)}\n      {change.reason}")
    return click.confirm("      Do it?")


def _book(workspace: Workspace, outlook: Outlook) -> None:
    """Put the review back into the calendar. Raises Refused where it can't be."""
    from netkeep_sync.service.review import book_again  # noqa: PLC0415

    click.echo(book_again(workspace, outlook, source="cli"), err=True)


def _document(outlook: Outlook, found: Review) -> dict[str, Any]:
    from netkeep_sync.cli.plan_json import iso  # noqa: PLC0415

    dossier = found.dossier
    month, declared = dossier.wanted.per_month, dossier.declared
    return {
        "as_of": iso(outlook.now, outlook.roster.timezone),
        "timezone": outlook.roster.timezone,
        "period": {"from": dossier.period.start_on.isoformat(), "to": dossier.period.end_on.isoformat()},
        "tally": _tally(dossier.tally),
        "contacts": [_line(case, proposal) for case, proposal in found.lines],
        "categories": [
            {"category": one.category, "people": one.people, "keep": one.keep, "fill": str(one.fill)}
            for one in dossier.groups
        ],
        "wanted_per_month": {"checkins": round(month.checkins, 2), "minutes": round(month.minutes)},
        "declared": {
            "per_day": declared.per_day,
            "per_week": declared.per_week,
            "minutes_per_month": declared.minutes_per_month,
        },
    }


def _line(case: Case, proposal: Proposal) -> dict[str, Any]:
    return {
        "contact": case.contact,
        "name": case.name,
        "category": case.category,
        "cadence": str(case.cadence),
        "lived_days": case.lived_days,
        "since": _iso_day(case.since_on),
        "last_met": _iso_day(case.met_on),
        "period": _tally(case.lately),
        "since_then": _tally(case.ever),
        "confirmed_in_two_years": case.confirmed,
        "gave": case.gave,
        "asked": case.asked,
        "paused": _iso_day(case.paused_on),
        "is_deleted": case.is_deleted,
        "proposal": _proposal(proposal),
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {
        "kept": tally.kept,
        "confirmed": tally.confirmed,
        "skipped": tally.skipped,
        "missed": tally.missed,
        "untold": tally.untold,
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    from netkeep_sync.core.review import Rest, Stretch, Swap  # noqa: PLC0415

    told: dict[str, Any] = {
        "kind": type(proposal).__name__.lower(),
        "reason": str(proposal.reason),
        "cadence": None,
        "again": None,
        "instead": None,
    }
    match proposal:
        case Stretch(cadence=cadence):
            told["cadence"] = str(cadence)
        case Swap(instead=instead, again_on=again_on):
            told |= {"instead": instead, "again": again_on.isoformat()}
        case Rest(again_on=again_on):
            told["again"] = again_on.isoformat()
        case _:
            pass
    return told


def _iso_day(day: date | None) -> str | None:
    return day.isoformat() if day else None
