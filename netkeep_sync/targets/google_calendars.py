"""The calendars that were made at Google, remembered beside the sign-in for when the database is lost.

The scope that lets the program make a calendar does not let it look for one (calendarList.list), so without
this file a second calendar would be made. Ids are kept by account: with another account, another is made.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netkeep_sync.errors import TargetError
from netkeep_sync.targets.google_token import signed_in
from netkeep_sync.targets.secret_file import read_object, write_secret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["forget_calendar", "known_calendar", "remember_calendar"]

_NAME = "google-calendar.json"


def known_calendar(token_file: Path, name: str) -> str | None:
    """Return the id of the calendar that was made under this name for the account signed in."""
    return _calendars(token_file.with_name(_NAME)).get(signed_in(token_file).account, {}).get(name)


def remember_calendar(token_file: Path, name: str, calendar_id: str) -> None:
    """Keep the id of a calendar just made."""
    _keep(token_file, name, calendar_id)


def forget_calendar(token_file: Path, name: str) -> None:
    """Forget a calendar, so that another is made under its name."""
    if known_calendar(token_file, name) is not None:
        _keep(token_file, name, None)


def _keep(token_file: Path, name: str, calendar_id: str | None) -> None:
    from filelock import FileLock  # noqa: PLC0415  where a calendar is made

    path = token_file.with_name(_NAME)
    account = signed_in(token_file).account
    try:
        with FileLock(path.with_name(f"{_NAME}.lock"), mode=0o600):
            held = _calendars(path)
            others = {one: its_id for one, its_id in held.get(account, {}).items() if one != name}
            held[account] = others if calendar_id is None else {**others, name: calendar_id}
            write_secret(path, json.dumps(held, indent=1).encode() + b"\n")
    except OSError as error:
        raise TargetError(f"{path} can't be written: {error.strerror}") from error


def _calendars(path: Path) -> dict[str, dict[str, str]]:
    """Return the ids by account and name. Raises TargetError for a damaged file: to go on would make a
    second calendar.
    """
    damaged = f"{path} can't be read; restore it, or remove it to begin with a new calendar"
    try:
        held = read_object(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TargetError(damaged) from error
    if not all(isinstance(ids, dict) for ids in held.values()):
        raise TargetError(damaged)
    return held
