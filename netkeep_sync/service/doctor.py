"""The examination: what could keep the program from its work, a finding for each thing that was looked at.

Nothing is changed, not even the schema of an older database. A check whose ground is missing (no database
yet, nobody signed in) says so once, and the checks that would stand on it are left out.
"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from netkeep_sync.core.roster import CaldavCalendar, GoogleCalendar
from netkeep_sync.core.series import zone
from netkeep_sync.core.words import count
from netkeep_sync.errors import NetkeepError, RosterError
from netkeep_sync.service.google_sign_ins import needed_sign_ins
from netkeep_sync.service.password import password_hash, password_path
from netkeep_sync.sources.public_holidays import public_holidays
from netkeep_sync.store.url import exists, sqlite_path
from netkeep_sync.targets import google_token
from netkeep_sync.targets.caldav_account import default_account_file, known_account
from netkeep_sync.targets.secret_file import is_exposed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import ReadableStore

__all__ = ["Finding", "Level", "broken_file", "examine", "zone_data"]

_DAY = timedelta(days=1)
_TOLERANCE = timedelta(minutes=5)
"""Clocks of machines that share a database differ by less."""

_FETCHED_LATELY = timedelta(days=30)
_LITTLE_SPACE = 100 * 1024 * 1024
_SOME_SPACE = 1024 * 1024 * 1024
_HORIZON = timedelta(days=731)
_KEY_BYTES = 32
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class Level(StrEnum):
    """How bad it is: nothing, something to know, something to mend."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found `about` one thing, and what to do; a fine one needs no `advice`."""

    level: Level
    about: str
    words: str
    advice: str = ""


def _ok(about: str, words: str) -> Finding:
    return Finding(level=Level.OK, about=about, words=words)


def _warning(about: str, words: str, advice: str) -> Finding:
    return Finding(level=Level.WARNING, about=about, words=words, advice=advice)


def _problem(about: str, words: str, advice: str) -> Finding:
    return Finding(level=Level.PROBLEM, about=about, words=words, advice=advice)


def broken_file(error: NetkeepError) -> Finding:
    """Return the finding of a roster file that can't be read."""
    if isinstance(error, RosterError):
        words = f"{error.problems[0]}"
        if len(error.problems) > 1:
            words += f" (and {count(len(error.problems) - 1, 'more mistake')})"
        return _problem("config", words, "run `netkeep-sync check` to see every mistake")
    return _problem("config", str(error), "mend it, and run this again")


def examine(
    workspace: Workspace, *, now: datetime, environ: Mapping[str, str], is_online: bool = True
) -> Iterator[Finding]:
    """Yield what is found, in the order in which it is best mended."""
    roster = workspace.roster
    yield _ok("config", f"{workspace.path} names {count(len(roster.contacts), 'contact')}")
    yield from zone_data(_zones(roster))
    yield from _holidays(roster, now=now)
    yield from _notify(roster)
    yield from _public_url(workspace)
    yield from _files(workspace)
    sign_ins = list(_google_sign_ins(roster, now=now))
    yield from sign_ins
    yield from _caldav_sign_ins(roster)
    is_let_in = all(finding.level is not Level.PROBLEM for finding in sign_ins)
    database = list(_database(workspace))
    yield from database
    if not exists(workspace.url) or any(finding.level is Level.PROBLEM for finding in database[:1]):
        return
    try:
        memory = workspace.memory()
    except NetkeepError as error:
        yield _problem("database", str(error), "mend that, and run this again")
        return
    try:
        yield from _remembered(workspace, memory, now=now)
        if is_online and is_let_in:
            yield from _calendars(workspace, memory, now=now, environ=environ)
    finally:
        memory.close()


def _remembered(workspace: Workspace, memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: _clock(memory, now=now),
        lambda: _passes(memory, now=now),
        lambda: _heard(workspace, memory, now=now),
        lambda: _twice(workspace.roster, memory, now=now),
    )
    for check in checks:
        try:
            yield from check()
        except NetkeepError as error:
            yield _problem("database", str(error), "put a backup in its place")
            return


# What the machine has


def _zones(roster: Roster) -> tuple[str, ...]:
    people = (one.timezone for one in roster.contacts)
    named = (roster.timezone, *people, *(one.timezone for one in roster.trips))
    return tuple(dict.fromkeys(name for name in named if name))


def zone_data(names: Iterable[str]) -> Iterator[Finding]:
    """Yield what is found of the time-zone data that the machine has, and of these zones in it."""
    missing = [name for name in names if not _is_known(name)]
    if missing:
        yield _problem(
            "time zones",
            f"nothing is known of {', '.join(missing)}",
            "run `pip install --upgrade tzdata`, or mend the name",
        )
        return
    edition = _system_edition() or _package_edition()
    if not edition:
        yield _warning(
            "time zones",
            "the edition of the time-zone data is not known",
            "run `pip install --upgrade tzdata` if hours are off",
        )
        return
    yield _ok("time zones", f"all are known, edition {edition}")


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _system_edition() -> str:
    """Return the edition of the machine's own data, which goes before that of the package."""
    for folder in map(Path, TZPATH):
        try:
            with (folder / "tzdata.zi").open(encoding="utf-8", errors="replace") as file:
                first = file.readline(200)
        except OSError:
            continue
        return first.rpartition(" ")[2].strip()
    return ""


def _package_edition() -> str:
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return ""


def _holidays(roster: Roster, *, now: datetime) -> Iterator[Finding]:
    """Yield whether holidays are known for as long as plans reach."""
    today = now.astimezone(zone(roster.timezone)).date()
    last = (today + _HORIZON).year
    codes = tuple(dict.fromkeys(roster.holiday_codes))
    for code in codes:
        years = {day.year for day in _days_of(code, today.year, last)}
        unknown = [str(year) for year in range(today.year, last + 1) if year not in years]
        if unknown:
            yield _warning(
                "holidays",
                f"none are known of {code} in {', '.join(unknown)}",
                "run `pip install --upgrade holidays`, or list the days under `away`",
            )
        else:
            yield _ok("holidays", f"those of {code} are known from {today.year} to {last}")


def _days_of(code: str, first: int, last: int) -> Iterable[date]:
    start_on, end_on = date(first, 1, 1), date(last + 1, 1, 1)
    return public_holidays([code], start_on=start_on, end_on=end_on)[code]


def _notify(roster: Roster) -> Iterator[Finding]:
    if not roster.notify:
        return
    if find_spec("apprise") is None:
        yield _problem(
            "notices",
            "they need more than is installed",
            "run `pip install 'netkeep-sync[notify]'`",
        )
        return
    from netkeep_sync.service.notices import is_address  # noqa: PLC0415  half a second, for whom it serves

    wrong = [number for number, address in enumerate(roster.notify, 1) if not is_address(address)]
    for number in wrong:
        yield _problem(
            "notices",
            f"apprise can make nothing of address {number} under `notify`",
            "see apprise's list of services for how it is written",
        )
    if not wrong:
        yield _ok("notices", f"apprise knows every address ({len(roster.notify)})")


def _public_url(workspace: Workspace) -> Iterator[Finding]:
    """Tell what the address for others is like, where there is one, and whether it leads to the pages."""
    serving = workspace.roster.serve
    url = urlsplit(serving.public_url)
    if not serving.public_url:
        return
    if url.scheme == "https" or url.hostname in _THIS_MACHINE:
        yield _ok("public_url", f"your own entries carry links to {serving.public_url}")
    else:
        yield _warning(
            "public_url",
            f"{serving.public_url} is not https: whoever is on the way can read links and answer",
            "put a reverse proxy with TLS in front of `netkeep-sync serve`, and write its https:// address",
        )
    knows_owner = serving.proxy is not None and serving.proxy.users
    if not knows_owner and not password_path(workspace).exists():
        yield _warning(
            "password",
            "none is set, so the pages are closed, on this machine too",
            "run `netkeep-sync password`",
        )


# Files, and who may read them


def _files(workspace: Workspace) -> Iterator[Finding]:
    key = workspace.state_path.with_name(f"{workspace.state_path.name}.key")
    if not key.exists():
        yield _ok("key file", "there is none yet; the first `serve` or `feed` makes it")
    elif key.stat().st_size != _KEY_BYTES:
        advice = "remove it, and a new one is made (feed addresses change)"
        yield _problem("key file", f"{key} holds no key", advice)
    else:
        yield _secret("key file", key)
    yield from _password_file(password_path(workspace))
    sign_ins = needed_sign_ins(workspace.roster)
    for one in sign_ins:
        if one.token_file.exists():
            yield _secret("token file", one.token_file)
    for path in dict.fromkeys(one.client_file for one in sign_ins):
        if path.exists():
            yield _secret("client file", path)


def _password_file(path: Path) -> Iterator[Finding]:
    if not path.exists():
        return
    try:
        password_hash(path)
    except NetkeepError as error:
        yield _problem("password", f"the pages are closed: {error}", "run `netkeep-sync password`")
    else:
        yield _secret("password file", path)


def _secret(about: str, path: Path) -> Finding:
    try:
        if not is_exposed(path):
            return _ok(about, f"{path} is readable by you alone")
    except OSError as error:
        return _problem(about, f"{path} can't be read: {error.strerror}", "make it yours")
    mode = stat.S_IMODE(path.stat().st_mode)
    return _problem(about, f"{path} can be read by others (mode {mode:o})", f"run `chmod 600 {path}`")


# The database


def _database(workspace: Workspace) -> Iterator[Finding]:
    """Yield how the database is: first whether it can be used."""
    from netkeep_sync.store.checkup import check_up  # noqa: PLC0415  190 ms, where there is one

    if not exists(workspace.url):
        yield _ok("database", "there is none yet; the first pass makes it")
        return
    path = sqlite_path(workspace.url)
    try:
        found = check_up(workspace.url)
    except NetkeepError as error:
        yield _problem("database", str(error), "mend that, or put a backup in its place")
        return
    if found.faults:
        yield _problem("database", f"it is damaged: {found.faults[0]}", "put a backup in its place")
    elif found.is_newer:
        yield _problem(
            "database",
            f"a newer netkeep-sync wrote it (schema {found.revision})",
            "run `pip install --upgrade netkeep-sync`",
        )
    elif not found.is_of_today:
        yield _problem(
            "database",
            f"its schema is of an older netkeep-sync ({found.revision or 'none'})",
            "run `netkeep-sync status` once, which brings it up to date; then run this again",
        )
    elif path and (locked := _not_writable(path)):
        yield _problem("database", f"{locked} can't be written", f"run `chmod u+w {locked}`")
    else:
        yield _ok("database", f"it is whole, schema {found.revision}")
    if path:
        yield from _readable_by_others(path)
        yield _space(path.parent)


def _not_writable(path: Path) -> Path | None:
    """Return what of a database file and its folder may not be written. Root may write what nobody may: it
    is told too, for it was meant.
    """
    for one in (path, path.parent):
        if not os.access(one, os.W_OK) or not one.stat().st_mode & 0o222:
            return one
    return None


def _readable_by_others(path: Path) -> Iterator[Finding]:
    if is_exposed(path):
        yield _warning(
            "database", f"{path} can be read by others, and holds names and notes", f"run `chmod 600 {path}`"
        )


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    words = f"{free // 1024**2} MB are free where the database lies"
    if free < _LITTLE_SPACE:
        return _problem("disk", words, "make room; a full disk stops every pass")
    if free < _SOME_SPACE:
        return _warning("disk", words, "make room before it is full")
    return _ok("disk", words)


# What is remembered


def _clock(memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    """Yield whether the clock is behind what was already written."""
    record = memory.last_pass()
    newest = max(
        [
            *([record.finished_at] if record else []),
            *(fact.noted_at for fact in memory.facts()),
            *(cursor.heard_at for cursor in memory.cursors().values()),
        ],
        default=None,
    )
    if newest is None or newest <= now + _TOLERANCE:
        yield _ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, after all that is remembered")
        return
    yield _problem(
        "clock",
        f"it says {now:%Y-%m-%d %H:%M} UTC, but something was written at {newest:%Y-%m-%d %H:%M}",
        "set the clock (`timedatectl set-ntp true`); if `--as-of` wrote that, wait or take a backup",
    )


def _passes(memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    record, good = memory.last_pass(), memory.last_good_pass()
    if record is None:
        yield _warning("passes", "there was none yet", "run `netkeep-sync serve`, or `sync` from a timer")
        return
    if good is None:
        yield _problem("passes", "none has succeeded yet", "see what the last one says, below")
    elif now - good.finished_at > _DAY:
        yield _problem(
            "passes",
            f"the last good one was {_ago(now - good.finished_at)} ago",
            "see that `netkeep-sync serve` runs, and what the last pass says",
        )
    else:
        yield _ok("passes", f"the last good one was {_ago(now - good.finished_at)} ago")
    if record.problem:
        first, *others = record.problem.splitlines()
        more = f" (and {count(len(others), 'more failure')})" if others else ""
        yield _problem(
            "passes",
            f"the last one, {_ago(now - record.finished_at)} ago, could not do everything: {first}{more}",
            "mend that; the next pass tries again",
        )


def _heard(workspace: Workspace, memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    cursors = memory.cursors()
    for calendar in _google_calendars(workspace.roster):
        name = calendar.name
        if name not in cursors:
            yield _warning(name, "it was never listened to", "run `netkeep-sync sync`")
        elif now - cursors[name].heard_at > _DAY:
            ago = _ago(now - cursors[name].heard_at)
            yield _problem(name, f"it was last listened to {ago} ago", "run `netkeep-sync sync` and see")
        else:
            yield _ok(name, f"it was last listened to {_ago(now - cursors[name].heard_at)} ago")


def _twice(roster: Roster, memory: ReadableStore, *, now: datetime) -> Iterator[Finding]:
    """Yield a warning where one calendar program shows every check-in twice."""
    if not _google_calendars(roster):
        return
    generations = {feed.name: feed.generation for feed in memory.feeds()}
    for name, fetch in memory.fetches().items():
        is_of_now = generations.get(name) == fetch.generation and now - fetch.at < _FETCHED_LATELY
        if is_of_now and fetch.by == "Google Calendar":
            yield _warning(
                "feed",
                f'Google Calendar subscribes to the feed "{name}", and its own calendar is written too: '
                "you see everything twice",
                "remove the subscription at Google, or the google calendar from the roster",
            )


def _ago(length: timedelta) -> str:
    minutes = max(length, timedelta()) // timedelta(minutes=1)
    if minutes < 120:
        return count(minutes, "minute")
    if minutes < 48 * 60:
        return count(minutes // 60, "hour")
    return count(minutes // (24 * 60), "day")


# CalDAV


def _caldav_sign_ins(roster: Roster) -> Iterator[Finding]:
    for calendar in roster.calendars:
        if isinstance(calendar, CaldavCalendar):
            path = Path(calendar.account_file) if calendar.account_file else default_account_file()
            try:
                known_account(path, calendar)
            except NetkeepError as error:
                yield _problem("sign-in", f"{calendar.name}: {error}", "run `netkeep-sync connect caldav`")
            else:
                yield _ok("sign-in", f"{calendar.name} has one; `connect caldav --status` tries it")


# Google


def _google_calendars(roster: Roster) -> tuple[GoogleCalendar, ...]:
    return tuple(one for one in roster.calendars if isinstance(one, GoogleCalendar))


def _google_sign_ins(roster: Roster, *, now: datetime) -> Iterator[Finding]:
    for one in needed_sign_ins(roster):
        try:
            yield from _sign_in(one.token_file, one.scopes, now=now)
        except NetkeepError as error:
            again = google_token.connect_command(one.token_file, one.scopes)
            yield _problem("sign-in", str(error), f"run `{again}`")


def _sign_in(path: Path, needed: tuple[str, ...], *, now: datetime) -> Iterator[Finding]:
    held = google_token.signed_in(path)
    again = f"run `{google_token.connect_command(path, needed)}`"
    if held.is_service_account:
        yield _ok("sign-in", "a service account is signed in")
        return
    missing = google_token.missing_scopes(needed, held.scopes)
    if missing:
        allowed = "; ".join(google_token.allowed(missing)) or ", ".join(missing)
        yield _problem("sign-in", f"the roster needs more than was allowed: {allowed}", again)
    age = f", {_ago(now - held.made_at)} ago" if held.made_at else ""
    if held.ends_at is None:
        yield _ok("sign-in", f"you have signed in to Google{age}")
    elif held.ends_at <= now:
        yield _problem("sign-in", f"it ended on {held.ends_at:%Y-%m-%d}", again)
    else:
        yield _warning(
            "sign-in",
            f"Google ends it on {held.ends_at:%Y-%m-%d}, for your project there is in Testing",
            "publish the app at Google (it stays yours alone), then sign in again",
        )


def _calendars(
    workspace: Workspace, memory: ReadableStore, *, now: datetime, environ: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield what there is too much of on each calendar at Google, which is asked for all of ours."""
    for calendar in _google_calendars(workspace.roster):
        try:
            yield from _calendar(workspace, calendar, memory, now=now, environ=environ)
        except NetkeepError as error:
            yield _problem(calendar.name, str(error), "mend that, or look at the rest with `--offline`")
        except ImportError:
            yield _problem(
                calendar.name,
                "it needs more than is installed",
                "run `pip install 'netkeep-sync[google]'`",
            )


def _calendar(
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
        yield _ok(calendar.name, "there is no such calendar yet; the first pass makes it")
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
        yield _problem(
            calendar.name,
            f"{contact} stands there twice on {day}{more}",
            "delete the copy that `netkeep-sync explain` does not tell of",
        )
    if found.strangers:
        yield _warning(
            calendar.name,
            f"{count(len(found.strangers), 'event')} there with our mark, which we know nothing of",
            "copies of yours may stay; delete what you do not know",
        )
    if not found.doubles and not found.strangers:
        yield _ok(calendar.name, "nothing of ours stands there twice")
