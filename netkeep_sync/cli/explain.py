"""`explain`: why somebody's check-in lies where it lies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.contact_argument import contact_argument
from netkeep_sync.cli.session import Session, common_options

if TYPE_CHECKING:
    from netkeep_sync.core.explain import Explanation
    from netkeep_sync.service.outlook import Outlook

__all__ = ["explain"]


@click.command()
@contact_argument()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_obj
def explain(session: Session, *, contact: tuple[str, ...], as_json: bool) -> None:
    """Tell why this weekday, this week and this hour for CONTACT, what was tried and what was in the way.

    CONTACT is any part of the name that fits one person only. Looks only: nothing is recorded.
    """
    from netkeep_sync.core.explain import explain as explain_contact  # noqa: PLC0415
    from netkeep_sync.service.naming import contact_named  # noqa: PLC0415

    outlook = session.look()
    told = explain_contact(outlook.plan, contact_named(outlook.roster, " ".join(contact)))
    if as_json:
        click.echo(json.dumps(_document(outlook, told), indent=2, ensure_ascii=False).encode())
        return
    from netkeep_sync.cli.output.explanation import print_explanation  # noqa: PLC0415

    print_explanation(outlook, told)


def _document(outlook: Outlook, told: Explanation) -> dict[str, Any]:
    from netkeep_sync.cli.plan_json import iso  # noqa: PLC0415

    contact, stands = told.contact, told.standing
    return {
        "contact": contact.key,
        "name": contact.name,
        "cadence": str(contact.cadence),
        "channel": contact.channel.key,
        "state": str(stands.state),
        "last_met": stands.met_on.isoformat() if stands.met_on else None,
        "due": stands.due_on.isoformat() if stands.due_on else None,
        "window": [day.isoformat() for day in told.window],
        "next": iso(told.next.start_at, outlook.roster.timezone) if told.next else None,
        "rrule": told.series.rrule if told.series else None,
        "reason": str(told.next.reason if told.next else told.why_none or ""),
        "days": [
            {
                "day": one.day.isoformat(),
                "is_possible": not one.why_not,
                "verdict": str(one.verdict),
                "cost": one.cost._asdict() if one.cost else None,
            }
            for one in told.days
        ],
        "times": [{"time": f"{one.at:%H:%M}", "verdict": str(one.verdict)} for one in told.times],
        "exceptions": [
            {"slot": one.slot_on.isoformat(), "reason": str(one.reason)}
            for one in (told.series.exceptions if told.series else ())
            if one.slot_on >= outlook.today
        ],
    }
