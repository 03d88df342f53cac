"""The sign-ins that the roster's calendars need, as they are kept on this machine: nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.roster import CaldavCalendar
from netkeep_sync.errors import NetkeepError
from netkeep_sync.service.doctor.finding import length_words, ok, problem, warning
from netkeep_sync.service.google_sign_ins import needed_sign_ins
from netkeep_sync.targets import google_token
from netkeep_sync.targets.caldav_account import account_file, known_account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.doctor.finding import Finding

__all__ = ["check_caldav_sign_ins", "check_google_sign_ins"]


def check_caldav_sign_ins(roster: Roster) -> Iterator[Finding]:
    """Yield whether there is a sign-in for each calendar on a CalDAV server."""
    for calendar in roster.calendars:
        if isinstance(calendar, CaldavCalendar):
            try:
                known_account(account_file(calendar), calendar)
            except NetkeepError as error:
                yield problem("sign-in", f"{calendar.name}: {error}", "run `netkeep-sync connect caldav`")
            else:
                yield ok("sign-in", f"there is one for {calendar.name}")


def check_google_sign_ins(roster: Roster, *, now: datetime) -> Iterator[Finding]:
    """Yield whether there is each sign-in to Google, for how long, and whether it allows enough."""
    for one in needed_sign_ins(roster):
        try:
            yield from _sign_in(one.token_file, one.scopes, now=now)
        except NetkeepError as error:
            again = google_token.connect_command(one.token_file, one.scopes)
            yield problem("sign-in", str(error), f"run `{again}`")


def _sign_in(path: Path, needed: tuple[str, ...], *, now: datetime) -> Iterator[Finding]:
    held = google_token.signed_in(path)
    again = f"run `{google_token.connect_command(path, needed)}`"
    if held.is_service_account:
        yield ok("sign-in", "a service account is signed in")
        return
    missing = google_token.missing_scopes(needed, held.scopes)
    if missing:
        allowed = "; ".join(google_token.allowed(missing)) or ", ".join(missing)
        yield problem("sign-in", f"the roster needs more than was allowed: {allowed}", again)
    age = f", {length_words(now - held.made_at)} ago" if held.made_at else ""
    if held.ends_at is None:
        yield ok("sign-in", f"you have signed in to Google{age}")
    elif held.ends_at <= now:
        yield problem("sign-in", f"it ended on {held.ends_at:%Y-%m-%d}", again)
    else:
        yield warning(
            "sign-in",
            f"Google ends it on {held.ends_at:%Y-%m-%d}, for your project there is in Testing",
            "publish the app at Google (it stays yours alone), then sign in again",
        )
