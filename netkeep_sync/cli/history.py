"""`history`: all check-ins there ever were, for reading, for a spreadsheet, for a script."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.contact_argument import contact_argument
from netkeep_sync.cli.session import Session, common_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from netkeep_sync.core.checkin import CheckIn
    from netkeep_sync.service.chronicle import Person
    from netkeep_sync.service.outlook import Outlook

__all__ = ["history"]

_COLUMNS = (
    *("contact", "name", "category", "planned", "held", "outcome", "evidence"),
    *("note", "gave", "asked", "promised", "they_promised"),
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


@click.command()
@contact_argument(is_required=False)
@click.option("--csv", "as_csv", is_flag=True, help="Print it as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@common_options
@click.pass_obj
def history(session: Session, *, contact: tuple[str, ...], as_csv: bool, as_json: bool) -> None:
    """Show all check-ins with CONTACT, or with everybody there ever was in the roster.

    Those who have left it are among them.
    """
    from netkeep_sync.service.chronicle import chronicle, everybody  # noqa: PLC0415
    from netkeep_sync.service.naming import one_named  # noqa: PLC0415

    if as_csv and as_json:
        raise click.UsageError("--csv or --json: choose one of the two")
    outlook = session.look_or_last_good()
    people = everybody(outlook)
    if contact:
        people = (one_named(people, " ".join(contact)),)
    found = chronicle(outlook, people)
    if as_json:
        click.echo(json.dumps(_document(outlook, found), indent=2, ensure_ascii=False).encode())
    elif as_csv:
        click.echo(_csv(found), nl=False)
    else:
        from netkeep_sync.cli.output.history import print_history  # noqa: PLC0415

        print_history(outlook, found)


def _document(outlook: Outlook, found: Sequence[tuple[Person, CheckIn]]) -> dict[str, Any]:
    from netkeep_sync.cli.plan_json import iso  # noqa: PLC0415

    timezone = outlook.roster.timezone
    return {
        "as_of": iso(outlook.now, timezone),
        "timezone": timezone,
        "check_ins": [_record(*one) for one in found],
    }


def _record(person: Person, one: CheckIn) -> dict[str, Any]:
    return {
        "contact": person.key,
        "name": person.name,
        "category": person.category,
        "has_left": person.has_left,
        "planned": _iso_day(one.planned_on),
        "held": _iso_day(one.held_on),
        "day": one.outcome.day.isoformat(),
        "outcome": str(one.outcome.result),
        "evidence": str(one.outcome.evidence),
        "note": one.outcome.note,
        "gave": list(one.gave),
        "asked": list(one.asked),
        "promised": list(one.promised),
        "they_promised": list(one.they_promised),
    }


def _csv(found: Sequence[tuple[Person, CheckIn]]) -> bytes:
    """Return RFC 4180: a heading, CRLF, quotes where they are needed, UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for person, one in found:
        record = _record(person, one)
        writer.writerow([_cell(record[name]) for name in _COLUMNS])
    return text.getvalue().encode()


def _cell(value: str | list[str] | None) -> str:
    """Return a cell that no spreadsheet runs."""
    words = "; ".join(value) if isinstance(value, list) else value or ""
    return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words


def _iso_day(day: date | None) -> str | None:
    return day.isoformat() if day else None
