"""The examination: what could keep the program from its work, a finding for each thing that was looked at.

Nothing is changed, not even the schema of an older database. A check whose ground is missing (no database
yet, nobody signed in) says so once, and the checks that would stand on it are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.roster import CaldavCalendar, GoogleCalendar
from netkeep_sync.core.words import count
from netkeep_sync.errors import NetkeepError, RosterError
from netkeep_sync.service.doctor.calendars import check_calendars, leave_calendars_out
from netkeep_sync.service.doctor.database import check_database
from netkeep_sync.service.doctor.files import check_secrets
from netkeep_sync.service.doctor.finding import Finding, Level, ok, problem
from netkeep_sync.service.doctor.machine import check_holidays, check_notices, check_zones, named_zones
from netkeep_sync.service.doctor.memory import check_memory
from netkeep_sync.service.doctor.pages import check_public_url
from netkeep_sync.service.doctor.sign_ins import check_caldav_sign_ins, check_google_sign_ins
from netkeep_sync.store.url import exists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.roster import RemoteCalendar, Roster
    from netkeep_sync.service.workspace import Workspace

__all__ = ["Finding", "Level", "broken_file", "examine"]


def broken_file(error: NetkeepError) -> Finding:
    """Return the finding of a roster file that can't be read."""
    if isinstance(error, RosterError):
        words = f"{error.problems[0]}"
        if len(error.problems) > 1:
            words += f" (and {count(len(error.problems) - 1, 'more mistake')})"
        return problem("config", words, "run `netkeep-sync check` to see every mistake")
    return problem("config", str(error), "mend it, and run this again")


def examine(
    workspace: Workspace, *, now: datetime, environ: Mapping[str, str], is_online: bool = True
) -> Iterator[Finding]:
    """Yield what is found, in the order in which it is best mended."""
    roster = workspace.roster
    yield ok("config", f"{workspace.path} names {count(len(roster.contacts), 'contact')}")
    yield from check_zones(named_zones(roster))
    yield from check_holidays(roster, now=now)
    yield from check_notices(roster)
    yield from check_public_url(workspace)
    yield from check_secrets(workspace)
    google, caldav = list(check_google_sign_ins(roster, now=now)), list(check_caldav_sign_ins(roster))
    yield from (*google, *caldav)
    usable, *others = check_database(workspace)
    yield from (usable, *others)
    if not exists(workspace.url) or usable.level is Level.PROBLEM:
        return
    try:
        memory = workspace.memory()
    except NetkeepError as error:
        yield problem("database", str(error), "mend that, and run this again")
        return
    try:
        yield from check_memory(roster, memory, now=now)
        calendars = [*_of_kind(roster, GoogleCalendar, google), *_of_kind(roster, CaldavCalendar, caldav)]
        if is_online:
            yield from check_calendars(workspace, calendars, memory, now=now, environ=environ)
        else:
            yield from leave_calendars_out(calendars)
    finally:
        memory.close()


def _of_kind(
    roster: Roster, kind: type[RemoteCalendar], sign_ins: Sequence[Finding]
) -> Iterator[RemoteCalendar]:
    """Yield the calendars of a kind; none where their sign-ins have a problem, which has been told."""
    if all(finding.level is not Level.PROBLEM for finding in sign_ins):
        yield from (one for one in roster.calendars if isinstance(one, kind))
