"""The calendars themselves, asked for what stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.roster import CaldavCalendar, GoogleCalendar
from netkeep_sync.core.words import count
from netkeep_sync.errors import NetkeepError, install_words
from netkeep_sync.service.doctor.finding import left_out, ok, problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.roster import RemoteCalendar
    from netkeep_sync.service.doctor.finding import Finding
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import ReadableStore

__all__ = ["check_calendars", "leave_calendars_out"]


def check_calendars(
    workspace: Workspace,
    calendars: Sequence[RemoteCalendar],
    memory: ReadableStore,
    *,
    now: datetime,
    environ: Mapping[str, str],
) -> Iterator[Finding]:
    """Yield what is found on each of these calendars: whether it can be read, and at Google, which is asked
    for all of ours, what there is too much of.
    """
    for calendar in calendars:
        try:
            match calendar:
                case GoogleCalendar():
                    yield from _at_google(workspace, calendar, memory, now=now, environ=environ)
                case CaldavCalendar():
                    yield _on_server(calendar)
        except NetkeepError as error:
            yield problem(calendar.name, str(error), "mend that, or look at the rest with `--offline`")
        except ImportError:
            yield problem(
                calendar.name,
                "it needs more than is installed",
                install_words("google"),
            )


def leave_calendars_out(calendars: Sequence[RemoteCalendar]) -> Iterator[Finding]:
    """Yield what is not known of each of these calendars, for nobody is asked."""
    for calendar in calendars:
        match calendar:
            case GoogleCalendar():
                words = "Google was not asked what stands there twice"
            case CaldavCalendar():
                words = "the server was not asked whether the calendar can be read"
        yield left_out(calendar.name, words, "run this without `--offline`")


def _on_server(calendar: CaldavCalendar) -> Finding:
    from netkeep_sync.targets.caldav_link import CaldavLink  # noqa: PLC0415  where a server is asked

    link = CaldavLink(calendar)
    try:
        if link.known_id():
            link.etags()
            return ok(calendar.name, "the calendar can be read")
        if link.find():
            return ok(calendar.name, "there is such a calendar; the first pass takes it")
    finally:
        link.close()
    return ok(calendar.name, "there is no such calendar yet; the first pass makes it")


def _at_google(
    workspace: Workspace,
    calendar: GoogleCalendar,
    memory: ReadableStore,
    *,
    now: datetime,
    environ: Mapping[str, str],
) -> Iterator[Finding]:
    from netkeep_sync.targets.google_auth import endpoints_from  # noqa: PLC0415
    from netkeep_sync.targets.google_inspection import inspect_calendar  # noqa: PLC0415
    from netkeep_sync.targets.google_link import SignedInLink  # noqa: PLC0415  half a second

    link = SignedInLink(calendar, timezone=workspace.roster.timezone, endpoints=endpoints_from(environ))
    if not link.known_id():
        yield ok(calendar.name, "there is no such calendar yet; the first pass makes it")
        return
    try:
        found = inspect_calendar(
            link,
            memory.baselines(calendar.name),
            owner=workspace.roster.key,
            contacts={series.uid: series.contact for series in memory.series()},
            now=now,
        )
    finally:
        link.close()
    if found.doubles:
        contact, day = found.doubles[0]
        more = f" (and {count(len(found.doubles) - 1, 'more day')})" if len(found.doubles) > 1 else ""
        yield problem(
            calendar.name,
            f"{contact} stands there twice on {day}{more}",
            "delete the copy that `netkeep-sync explain` does not tell of",
        )
    if found.strangers:
        yield warning(
            calendar.name,
            f"{count(len(found.strangers), 'event')} there with our mark, which we know nothing of",
            "copies of yours may stay; delete what you do not know",
        )
    if not found.doubles and not found.strangers:
        yield ok(calendar.name, "nothing of ours stands there twice")
