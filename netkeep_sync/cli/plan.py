"""`plan`: what lies ahead, for eyes or as JSON."""

from __future__ import annotations

import re
from datetime import date, timedelta

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.core.cadence import add_months

__all__ = ["plan"]

_HORIZON = re.compile(r"(\d{1,4}) ?(d|day|w|week|m|month|y|year)s?", re.IGNORECASE)
_MAX_YEARS = 10


class _Horizon(click.ParamType[str]):
    """A length of time; returned as it was written, for the day it ends on depends on today."""

    name = "LENGTH"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            _horizon_end(value, today=date(2000, 1, 1))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return value


def _horizon_end(words: str, *, today: date) -> date:
    match = _HORIZON.fullmatch(words.strip())
    if match is None:
        raise ValueError(f'"{words}" is no length of time; write "2 years", "6 months" or "90 days"')
    number, unit = int(match[1]), match[2][0].lower()
    days = {"d": 1, "w": 7}.get(unit)
    if number == 0 or number * {"d": 1, "w": 7, "m": 30, "y": 365}[unit] > 366 * _MAX_YEARS:
        raise ValueError(f'"{words}" is out of range; write between 1 day and {_MAX_YEARS} years')
    if days:
        return today + timedelta(days=number * days)
    return add_months(today, number * (12 if unit == "y" else 1))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the whole plan as JSON.")
@click.option(
    "--horizon", default="2 years", type=_Horizon(), show_default=True, help="How far to look ahead."
)
@common_options
@click.pass_obj
def plan(session: Session, *, as_json: bool, horizon: str) -> None:
    """Show who, when, how and why for the time ahead, and the load of the weeks.

    Looks only: nothing is recorded, written or sent.
    """
    outlook = session.look(horizon=lambda today: _horizon_end(horizon, today=today))
    if as_json:
        from netkeep_sync.cli.plan_json import plan_text  # noqa: PLC0415

        click.echo(plan_text(outlook).encode())  # UTF-8 wherever it goes
    else:
        from netkeep_sync.cli.output.plan import print_plan  # noqa: PLC0415  rich, for eyes only

        print_plan(outlook)
