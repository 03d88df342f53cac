"""The sign-ins to CalDAV servers: a password, and the addresses of the calendars found or made with it.

They lie in one file that only its owner can read, by user and address: the owner may have several. Passwords
come from there, or from a file of their own (`password_file`), for machines that are handed secrets so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netkeep_sync.errors import AuthLost, TargetError
from netkeep_sync.targets.secret_file import is_exposed, read_object, write_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.core.roster import CaldavCalendar

__all__ = [
    "Account",
    "account_file",
    "forget_account",
    "forget_calendar",
    "known_account",
    "remember_account",
    "remember_calendar",
]

_NAME = "caldav.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A sign-in, and the addresses of calendars by their names."""

    password: str = field(default="", repr=False)
    calendars: Mapping[str, str] = field(default_factory=dict)


def account_file(calendar: CaldavCalendar) -> Path:
    """Return where the sign-in of a calendar is kept, in the user's config folder unless the roster says."""
    if calendar.account_file:
        return Path(calendar.account_file)
    from platformdirs import user_config_path  # noqa: PLC0415  25 ms, where there is a caldav calendar

    return user_config_path("netkeep-sync", appauthor=False) / _NAME


def known_account(path: Path, calendar: CaldavCalendar) -> Account:
    """Return the sign-in that is kept for a calendar. Raises AuthLost where there is none."""
    held = _held(path).get(_key(calendar), {})
    password = held.get("password", "")
    if calendar.password_file:
        password = _read_password(Path(calendar.password_file))
    if calendar.user and not password:
        raise AuthLost("nobody is signed in to the CalDAV server; run `netkeep-sync connect caldav`")
    return Account(password=password, calendars=held.get("calendars", {}))


def remember_account(path: Path, calendar: CaldavCalendar, password: str) -> None:
    """Keep a password."""
    _keep(path, calendar, password=password)


def forget_account(path: Path, calendar: CaldavCalendar) -> bool:
    """Forget a sign-in, password and addresses; return whether there was one."""
    held = _held(path)
    if held.pop(_key(calendar), None) is None:
        return False
    _write(path, held)
    return True


def remember_calendar(path: Path, calendar: CaldavCalendar, url: str) -> None:
    """Keep the address of a calendar."""
    calendars = dict(_held(path).get(_key(calendar), {}).get("calendars", {}))
    _keep(path, calendar, calendars={**calendars, calendar.calendar: url})


def forget_calendar(path: Path, calendar: CaldavCalendar) -> None:
    """Forget the address of a calendar, so that it is looked for again, and made."""
    calendars = dict(_held(path).get(_key(calendar), {}).get("calendars", {}))
    calendars.pop(calendar.calendar, None)
    _keep(path, calendar, calendars=calendars)


def _key(calendar: CaldavCalendar) -> str:
    return f"{calendar.user} {calendar.url}"


def _keep(path: Path, calendar: CaldavCalendar, **told: Any) -> None:
    held = _held(path)
    held[_key(calendar)] = {**held.get(_key(calendar), {}), **told}
    _write(path, held)


def _write(path: Path, held: Mapping[str, Any]) -> None:
    try:
        write_secret(path, json.dumps(held, indent=1).encode() + b"\n")
    except OSError as error:
        raise TargetError(f"{path} can't be written: {error.strerror}") from error


def _held(path: Path) -> dict[str, Any]:
    """Return the sign-ins by user and address. Raises TargetError for a damaged file."""
    try:
        _see_that_it_is_private(path)
        held = read_object(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        words = f"{path} can't be read; restore it, or remove it and run `netkeep-sync connect caldav`"
        raise TargetError(words) from error
    return held


def _read_password(path: Path) -> str:
    try:
        _see_that_it_is_private(path)
        return path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, ValueError) as error:
        raise TargetError(f"the password file {path} can't be read") from error


def _see_that_it_is_private(path: Path) -> None:
    if is_exposed(path):
        raise TargetError(f"{path} can be read by others on this machine; run `chmod 600 {path}`")
