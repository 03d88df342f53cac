"""`capacity`: what the roster needs, what the limits allow, and the smallest change where it does not fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.session import Session, common_options

if TYPE_CHECKING:
    from netkeep_sync.core.capacity import Amount
    from netkeep_sync.core.relief import Relief
    from netkeep_sync.service.outlook import Outlook

__all__ = ["capacity", "capacity_document"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_obj
def capacity(session: Session, *, as_json: bool) -> None:
    """Show how much time the roster needs against the time you have, and what would make it fit.

    Every change that is proposed has been planned, and nothing smaller of its kind was found to do.
    Looks only: nothing is recorded.
    """
    outlook = session.look()
    if as_json:
        click.echo(json.dumps(capacity_document(outlook), indent=2, ensure_ascii=False).encode())
        return
    from netkeep_sync.cli.output.capacity import print_capacity  # noqa: PLC0415

    print_capacity(outlook)


def capacity_document(outlook: Outlook) -> dict[str, Any]:
    """Return what `capacity --json` prints, and `plan --json` under "capacity"."""
    from netkeep_sync.core.capacity import Fits, Impossible, quota_warnings  # noqa: PLC0415

    verdict, reliefs = outlook.verdict, outlook.reliefs()
    return {
        "fits": isinstance(verdict, Fits),
        "is_proven_impossible": isinstance(verdict, Impossible),
        "verdict": str(verdict),
        "limits": {
            "per_day": outlook.roster.capacity.per_day,
            "per_week": outlook.roster.capacity.per_week,
            "minutes_per_month": outlook.roster.capacity.minutes_per_month,
        },
        "needed_per_year": _amount(verdict.needs.per_year),
        "needed_per_month": _amount(verdict.needs.per_year.per_month),
        "allowed_per_year": {
            "checkins": round(verdict.room.checkins, 1),
            "minutes": verdict.room.minutes,
        },
        "categories": [
            {"category": one.category, "contacts": one.contacts, "per_year": _amount(one.per_year)}
            for one in verdict.needs.categories
        ],
        "unfit": [
            {
                "contact": one.contact,
                "is_unplaced": one.is_unplaced,
                "slots": [day.isoformat() for day in one.slots],
                "reason": str(one.reason),
            }
            for one in ([] if isinstance(verdict, Fits) else verdict.unfit)
        ],
        "relief": [_relief(one) for one in reliefs.found],
        "no_relief": [{"kind": str(one.kind), "reason": one.reason} for one in reliefs.missing],
        "over_quota": [
            {"category": one.category, "keep": one.keep, "contacts": list(one.contacts)}
            for one in quota_warnings(outlook.roster)
        ],
    }


def _amount(amount: Amount) -> dict[str, float]:
    return {"checkins": round(amount.checkins, 1), "minutes": round(amount.minutes)}


def _relief(relief: Relief) -> dict[str, Any]:
    from netkeep_sync.core.relief import Raise, Rest, Stretch  # noqa: PLC0415

    document: dict[str, Any] = {"change": str(relief), "is_smallest": relief.is_smallest}
    match relief:
        case Raise():
            return {"kind": "raise", **document, "limits": dict(relief.limits)}
        case Stretch():
            longer = [
                {"contact": one.contact, "from": str(one.given), "to": str(one.cadence)}
                for one in relief.contacts
            ]
            return {"kind": "stretch", **document, "cadences": longer}
        case Rest():
            return {"kind": "rest", **document, "contacts": list(relief.contacts)}
