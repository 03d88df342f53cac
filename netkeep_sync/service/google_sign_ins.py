"""The sign-ins to Google that a roster needs: where each is kept, with which client, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netkeep_sync.core.roster import GoogleCalendar
from netkeep_sync.targets.google_token import (
    APP_CREATED,
    EVENTS_OWNED,
    default_client_file,
    default_token_file,
    needed_scopes,
)

if TYPE_CHECKING:
    from netkeep_sync.core.roster import Roster

__all__ = ["NeededSignIn", "needed_sign_ins"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededSignIn:
    """A sign-in that is kept in `token_file`. `targets` are the calendars that it is for, by their names in
    the store; with none of them it only tells when the owner is busy.
    """

    token_file: Path
    client_file: Path
    scopes: tuple[str, ...]
    targets: tuple[str, ...]


def needed_sign_ins(roster: Roster) -> tuple[NeededSignIn, ...]:
    """Return what the calendars of a roster need, one for each token file."""
    calendars: dict[Path, list[GoogleCalendar]] = {}
    for one in roster.calendars:
        if isinstance(one, GoogleCalendar):
            calendars.setdefault(_token_file(one), []).append(one)
    reads_busy = "google" in roster.busy
    if not calendars and reads_busy:
        calendars = {default_token_file(): []}
    return tuple(
        NeededSignIn(
            token_file=path,
            client_file=next(map(_client_file, several), default_client_file()),
            scopes=_scopes(several, reads_busy=reads_busy),
            targets=tuple(one.name for one in several),
        )
        for path, several in calendars.items()
    )


def _token_file(calendar: GoogleCalendar) -> Path:
    return Path(calendar.token_file) if calendar.token_file else default_token_file()


def _client_file(calendar: GoogleCalendar) -> Path:
    return Path(calendar.client_file) if calendar.client_file else default_client_file()


def _scopes(calendars: list[GoogleCalendar], *, reads_busy: bool) -> tuple[str, ...]:
    """Return the least that serves all of them: a calendar that is made needs another leave than one that
    is there.
    """
    scopes = needed_scopes(busy=reads_busy, existing_calendar=any(one.calendar_id for one in calendars))
    if EVENTS_OWNED in scopes and not all(one.calendar_id for one in calendars):
        return (APP_CREATED, *scopes)
    return scopes
