"""What every command has: which file, and what time it is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.workspace import Workspace

__all__ = ["DAY", "FIRST_YEAR", "LAST_YEAR", "Session", "common_options"]


@dataclass
class Session:
    """The common options of one run. `as_of` is a day or a moment; None is the clock's own."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    config: str | None = None
    as_of: date | datetime | None = None

    @property
    def path(self) -> Path:
        """The roster file. Raises RosterError where there is none."""
        from netkeep_sync.config.settings import find_roster_file  # noqa: PLC0415

        return find_roster_file(self.config)

    @property
    def today(self) -> date:
        """The day, before the roster has told in which zone."""
        if isinstance(self.as_of, datetime):
            return self.as_of.date()
        return self.as_of or datetime.now().astimezone().date()

    def now(self, roster: Roster) -> datetime:
        """Return the moment that counts as now; a day without an hour begins at the owner's midnight."""
        if self.as_of is None:
            return datetime.now(UTC)
        moment = self.as_of if isinstance(self.as_of, datetime) else datetime.combine(self.as_of, time())
        if moment.tzinfo is None:
            from netkeep_sync.core.series import instant  # noqa: PLC0415

            return instant(moment, roster.timezone)
        return moment.astimezone(UTC)

    def open(self) -> Workspace:
        """Read the roster and tell where its state is. Raises RosterError with all mistakes."""
        from netkeep_sync.service.workspace import open_workspace  # noqa: PLC0415

        return open_workspace(self.path, today=self.today, environ=self.environ)

    def open_or_last_good(self) -> Workspace:
        """Do the same, and where the file can't be read take it as it was at the last complete pass."""
        from netkeep_sync.errors import RosterError  # noqa: PLC0415
        from netkeep_sync.service.workspace import last_good_workspace  # noqa: PLC0415

        try:
            return self.open()
        except RosterError as error:
            workspace = last_good_workspace(self.path, today=self.today, environ=self.environ)
            if workspace is None:
                raise
            click.echo(f"{error}\nthe file as it was at the last complete pass is used", err=True)
            return workspace

    def busy(self, roster: Roster) -> Busy:
        """Read the busy calendars, and tell of those that can't be."""
        from netkeep_sync.service.busy import read_busy  # noqa: PLC0415

        busy = read_busy(roster, now=self.now(roster), environ=self.environ)
        for failure in busy.failures:
            click.echo(f"error: {failure}", err=True)
        return busy

    def look(self, *, horizon: Callable[[date], date] | None = None) -> Outlook:
        """Plan the roster from what is remembered; nothing is recorded. `horizon` tells from today's day
        where the plan ends, two years on unless told.
        """
        return self._look(self.open(), horizon=horizon)

    def look_or_last_good(self) -> Outlook:
        """Do the same, and where the file can't be read take it as it was at the last complete pass."""
        return self._look(self.open_or_last_good())

    def _look(self, workspace: Workspace, *, horizon: Callable[[date], date] | None = None) -> Outlook:
        from netkeep_sync.core.series import zone  # noqa: PLC0415
        from netkeep_sync.service.outlook import look  # noqa: PLC0415

        now = self.now(workspace.roster)
        today = now.astimezone(zone(workspace.roster.timezone)).date()
        busy, end_on = self.busy(workspace.roster), horizon(today) if horizon else None
        memory = workspace.memory()
        try:
            return look(workspace.roster, memory, now=now, end_on=end_on, busy=busy)
        finally:
            memory.close()

    def warn_if_ahead(self, roster: Roster) -> None:
        """Say that a command records what has not happened yet, when `--as-of` lies ahead."""
        if self.as_of is not None and self.now(roster) > datetime.now(UTC):
            click.echo(
                "note: --as-of lies ahead of the clock; what passes until then is recorded as if it had",
                err=True,
            )


# Calendar files know no time before 1971, and a plan looks ten years ahead at the most.
FIRST_YEAR, LAST_YEAR = 1972, 2900


class _Day(click.ParamType[date]):
    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is no date; write 2026-12-31', param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f'"{value}" is out of range; write a year from {FIRST_YEAR}', param, ctx)
        return day


DAY = _Day()


class _AsOf(click.ParamType[date]):
    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is no date; write 2026-12-31 or 2026-12-31T17:00', param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f'"{value}" is out of range; write a year from {FIRST_YEAR} to {LAST_YEAR}', param, ctx)
        return day


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value is not None:
        assert param.name is not None  # noqa: S101  options have names
        setattr(ctx.ensure_object(Session), param.name, value)


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--config` and `--as-of`; both may stand before or after its name."""
    as_of = click.option(
        "--as-of",
        type=_AsOf(),
        expose_value=False,
        callback=_remember,
        help="Take this day or moment for now.",
    )
    config = click.option(
        "-c",
        "--config",
        type=click.Path(),
        metavar="FILE",
        expose_value=False,
        callback=_remember,
        help="The roster file (default: netkeep.yaml here, else in your config folder).",
    )
    return config(as_of(command))
