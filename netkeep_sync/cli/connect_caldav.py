"""`connect caldav`: keep the password of a CalDAV server, once it is seen to work."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.errors import SettingsError, install_words

if TYPE_CHECKING:
    from netkeep_sync.core.roster import CaldavCalendar

__all__ = ["caldav"]


@click.command()
@click.option("--calendar", "name", help="Which one, where the roster names several.")
@click.option("--status", is_flag=True, help="Tell whether the sign-in works, and where it leads.")
@click.option("--forget", is_flag=True, help="Remove the password from this machine.")
@common_options
@click.pass_obj
def caldav(session: Session, *, name: str | None, status: bool, forget: bool) -> None:
    """Sign in to the CalDAV server that the roster names.

    Asks for the password; off a terminal it is read from standard input. Nothing in your calendar is touched.
    """
    from netkeep_sync.targets import caldav_account  # noqa: PLC0415  not for --help

    if status and forget:
        raise click.UsageError("--status and --forget exclude each other")
    calendar = _chosen(session, name)
    path = caldav_account.account_file(calendar)
    host = urlsplit(calendar.url).hostname
    if forget:
        was_there = caldav_account.forget_account(path, calendar)
        click.echo(f"removed the sign-in from {path}" if was_there else "there was no sign-in to remove")
        return
    _check_installed()
    if not status and calendar.user and not calendar.password_file:
        password = _asked_password(calendar, host)
        found = _see(calendar, password)
        caldav_account.remember_account(path, calendar, password)
        click.echo(f"signed in to {host} as {calendar.user}")
        click.echo(f"wrote {path}, which only you can read")
    else:
        found = _see(calendar, None)
        click.echo(f"signed in to {host}" + (f" as {calendar.user}" if calendar.user else ""))
    if found:
        click.echo(f"the calendar is {found}")
    else:
        click.echo(f'there is no calendar "{calendar.calendar}" yet; the first `netkeep-sync sync` makes it')
    if not status:
        click.echo("next: run `netkeep-sync sync`; with --dry-run it only shows what it would do", err=True)


def _check_installed() -> None:
    """Raise SettingsError where what speaks CalDAV is missing, before anybody types a password."""
    try:
        import caldav.davclient  # noqa: F401, PLC0415  half a second, not for --help
    except ImportError as error:
        raise SettingsError(
            f"signing in to CalDAV needs more than is installed; {install_words('caldav')}"
        ) from error


def _chosen(session: Session, name: str | None) -> CaldavCalendar:
    """Return the calendar that is meant. Raises SettingsError where it is none, or might be several."""
    from netkeep_sync.core.roster import CaldavCalendar  # noqa: PLC0415  not for --help

    workspace = session.open()
    all_ = [one for one in workspace.roster.calendars if isinstance(one, CaldavCalendar)]
    if not all_:
        raise SettingsError(
            f'{workspace.path} names no caldav calendar; write "- caldav: {{url: …, user: …}}" below '
            '"calendars:"'
        )
    found = [one for one in all_ if name is None or one.calendar.casefold() == name.casefold()]
    if len(found) != 1:
        names = ", ".join(f'"{one.calendar}"' for one in all_)
        raise SettingsError(f"which calendar? Name one of {names} with --calendar")
    return found[0]


def _asked_password(calendar: CaldavCalendar, host: str | None) -> str:
    if sys.stdin.isatty():
        words = f"Password of {calendar.user} at {host} (one for apps, where there are such)"
        given: str = click.prompt(words, hide_input=True, err=True)
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise SettingsError("no password was given; nothing is changed")
    return given


def _see(calendar: CaldavCalendar, password: str | None) -> str:
    """Return the address of the calendar, "" where it has yet to be made. Raises AuthLost, TargetError."""
    from netkeep_sync.targets.caldav_link import CaldavLink  # noqa: PLC0415  not for --help

    link = CaldavLink(calendar, password=password)
    try:
        return link.find()
    finally:
        link.close()
