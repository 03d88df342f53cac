"""`brief`: what to know and to bring before the next check-in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.contact_argument import contact_argument
from netkeep_sync.cli.session import Session, common_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from netkeep_sync.core.brief import Owed
    from netkeep_sync.service.briefs import Briefed
    from netkeep_sync.service.outlook import Outlook

__all__ = ["brief"]


@click.command()
@contact_argument(is_required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_obj
def brief(session: Session, *, contact: tuple[str, ...], as_json: bool) -> None:
    """Show the brief for CONTACT: open promises, your last meetings, what to ask and to offer.

    Without CONTACT, for everybody you meet today or in the next two days, else for whom you meet next.
    """
    from netkeep_sync.service.briefs import brief_for, briefs_soon  # noqa: PLC0415
    from netkeep_sync.service.naming import contact_named  # noqa: PLC0415

    outlook = session.look()
    if contact:
        found: Sequence[Briefed] = [brief_for(outlook, contact_named(outlook.roster, " ".join(contact)))]
    else:
        found = briefs_soon(outlook)
    if as_json:
        click.echo(json.dumps(_document(outlook, found), indent=2, ensure_ascii=False).encode())
        return
    from netkeep_sync.cli.output.brief import print_briefs  # noqa: PLC0415

    print_briefs(outlook, found)


def _document(outlook: Outlook, briefs: Sequence[Briefed]) -> dict[str, Any]:
    from netkeep_sync.cli.plan_json import iso  # noqa: PLC0415

    timezone = outlook.roster.timezone
    return {
        "as_of": iso(outlook.now, timezone),
        "timezone": timezone,
        "briefs": [_brief(one, timezone=timezone) for one in briefs],
    }


def _brief(briefed: Briefed, *, timezone: str) -> dict[str, Any]:
    from netkeep_sync.cli.plan_json import iso  # noqa: PLC0415
    from netkeep_sync.core.milestone import milestone_words  # noqa: PLC0415

    one = briefed.brief
    return {
        "contact": briefed.contact.key,
        "name": briefed.contact.name,
        "next": iso(briefed.next.start_at, timezone) if briefed.next else None,
        "days_since": one.days_since,
        "promised": [_owed(each) for each in one.promised],
        "they_promised": [_owed(each) for each in one.they_promised],
        "meetings": [
            {
                "day": each.day.isoformat(),
                "is_presumed": each.is_presumed,
                "note": each.note,
                "gave": list(each.gave),
                "asked": list(each.asked),
            }
            for each in one.meetings
        ],
        "asks_in_a_row": one.asks_in_a_row,
        "milestones": [milestone_words(each) for each in one.milestones],
        "ask": list(one.ask),
        "offer": one.offer or None,
        "notes": one.notes,
    }


def _owed(owed: Owed) -> dict[str, Any]:
    promise = owed.promise
    return {"what": promise.what, "made": promise.made_on.isoformat(), "due": _iso_day(owed.due_on)}


def _iso_day(day: date | None) -> str | None:
    return day.isoformat() if day else None
