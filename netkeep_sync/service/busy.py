"""The busy calendars of a roster, read: one that can't be is told, and what it last said still counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from netkeep_sync.core.busy import FREE, Busy
from netkeep_sync.core.roster import GoogleCalendar
from netkeep_sync.errors import NetkeepError, SourceError, install_words

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from datetime import date, datetime

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.sources.download import Download

__all__ = ["Kept", "read_busy"]

_GOOGLE = "google"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a busy calendar last said: `download` is its file, read on `day`; None for Google's answer."""

    busy: Busy
    day: date
    download: Download | None = None


def read_busy(
    roster: Roster,
    *,
    now: datetime,
    environ: Mapping[str, str],
    kept: MutableMapping[str, Kept] | None = None,
) -> Busy:
    """Return when the owner is booked, and the meetings found. This asks servers, some seconds at most.

    What can't be read is among the failures, under a short name. `kept` is for whoever reads again and
    again: what each calendar last said, which stands in for what it does not say now.
    """
    if not roster.busy:
        return FREE
    kept = {} if kept is None else kept
    failures = []
    for source, name in zip(roster.busy, _names(roster), strict=True):
        try:
            kept[source] = _read(source, roster, now=now, environ=environ, before=kept.get(source))
        except NetkeepError as error:
            still = "; what it said before still counts" if source in kept else ""
            failures.append(f"the busy calendar {name} can't be read: {error}{still}")
    found = [kept[source].busy for source in roster.busy if source in kept]
    return Busy(
        times=tuple(one for each in found for one in each.times),
        meetings=tuple(one for each in found for one in each.meetings),
        failures=tuple(failures),
    )


def _names(roster: Roster) -> list[str]:
    """Return what messages call each calendar: never by its address."""
    names = [urlsplit(one).hostname or "" if "://" in one else Path(one).name for one in roster.busy]
    return [
        name if names.count(name) == 1 else f"{name} (number {number})"
        for number, name in enumerate(names, 1)
    ]


def _read(
    source: str, roster: Roster, *, now: datetime, environ: Mapping[str, str], before: Kept | None
) -> Kept:
    from netkeep_sync.sources.busy_ics import busy_in  # noqa: PLC0415  for whom it serves

    if source == _GOOGLE:
        return Kept(busy=_at_google(roster, now=now, environ=environ), day=now.date())
    known = before.download if before and before.day == now.date() else None
    download = _fetched(source, known)
    if before and known and download.content == known.content:  # parsing it takes seconds
        return Kept(busy=before.busy, day=before.day, download=download)
    busy = busy_in(download.content, timezone=roster.timezone, owner_email=roster.owner.email, now=now)
    return Kept(busy=busy, day=now.date(), download=download)


def _fetched(source: str, known: Download | None) -> Download:
    from netkeep_sync.sources.download import MAX_BYTES, Download, download  # noqa: PLC0415  see above

    if "://" in source:
        return download(source, known=known)
    try:
        with Path(source).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise SourceError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    return Download(content=content)


def _at_google(roster: Roster, *, now: datetime, environ: Mapping[str, str]) -> Busy:
    try:
        from netkeep_sync.targets.google_link import service_for  # noqa: PLC0415  half a second
    except ImportError as error:
        raise SourceError(f"more has to be installed; {install_words('google')}") from error
    from netkeep_sync.sources.busy_google import busy_at_google  # noqa: PLC0415  see above
    from netkeep_sync.targets.google_auth import endpoints_from, translated  # noqa: PLC0415
    from netkeep_sync.targets.google_request import Pace, send  # noqa: PLC0415
    from netkeep_sync.targets.google_token import default_token_file, needed_scopes  # noqa: PLC0415

    calendars = [one for one in roster.calendars if isinstance(one, GoogleCalendar)]
    named = next((Path(one.token_file) for one in calendars if one.token_file), None)
    token_file = named or default_token_file()
    scopes = needed_scopes(busy=True, existing_calendar=any(one.calendar_id for one in calendars))
    service = service_for(token_file, scopes, endpoints=endpoints_from(environ))
    ask = partial(
        send,
        about="your busy times",
        pace=Pace(),
        translated=partial(translated, token_file=token_file, scopes=scopes),
    )
    try:
        times = busy_at_google(lambda body: ask(service.freebusy().query(body=body)), now=now)
    finally:
        service.close()
    return Busy(times=times)
