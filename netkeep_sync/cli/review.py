"""`review`: the regular look at the list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.session import Session, common_options

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.core.dossier import Case, Tally
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.review import Review

__all__ = ["review"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_obj
def review(session: Session, *, as_json: bool) -> None:
    """Look over your list: what came of everybody in the last quarter, and what is worth a change.

    For each person there is a proposal with its reason: keep, stretch, swap, rest or retire.
    """
    from netkeep_sync.service.review import review_of  # noqa: PLC0415

    outlook = session.look()
    found = review_of(outlook)
    if as_json:
        click.echo(json.dumps(_document(outlook, found), indent=2, ensure_ascii=False).encode())
        return
    from netkeep_sync.cli.output.review import print_review  # noqa: PLC0415

    print_review(outlook, found)


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
        "reason": proposal.reason,
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
