"""Where one roster lives: its file, its database, its keys, its targets."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from netkeep_sync.config.resolution import absolute_database
from netkeep_sync.config.roster_file import parse_roster, read_content
from netkeep_sync.config.settings import data_folder, database_url
from netkeep_sync.core.roster import CaldavCalendar, GoogleCalendar, IcsCalendar, Show
from netkeep_sync.errors import SettingsError, install_words
from netkeep_sync.sources.public_holidays import why_unknown
from netkeep_sync.store.empty_store import EmptyStore
from netkeep_sync.store.url import exists, sqlite_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.store.sql_store import SqlStore
    from netkeep_sync.store.store import ReadableStore
    from netkeep_sync.targets.ics import IcsTarget
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["Workspace", "file_stamp", "last_good_workspace", "open_workspace", "with_text", "workspace_of"]

Stamp = tuple[int, int, int] | None

_DATABASE_LINE = re.compile(r"""^database:[ \t]*["']?([^"'#\s]+)""", re.MULTILINE)

REFRESH = timedelta(hours=4)
"""How often a subscriber is asked to fetch the feed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A roster as read from `path`, whose text is `text`, and the URL of the database it uses.

    `stamp` is that of the file when it was read.
    """

    path: Path
    text: str
    roster: Roster
    url: str
    stamp: Stamp = None

    def store(self) -> SqlStore:
        """Open the store, and make the database if there is none yet."""
        from netkeep_sync.store.opening import open_store  # noqa: PLC0415  190 ms, where state is used

        return open_store(
            self.url,
            key=self.roster.key,
            source=str(self.path),
            is_key_given=self.roster.is_key_given,
        )

    def memory(self) -> ReadableStore:
        """Open the store for looking only: no database is made where there is none."""
        return self.store() if exists(self.url) else EmptyStore()

    def ics_files(self, show: Show = Show.FULL) -> tuple[Path, ...]:
        """Return the .ics files that the roster names for those who may see so much."""
        calendars = self.roster.calendars
        return tuple(Path(one.path) for one in calendars if isinstance(one, IcsCalendar) and one.show is show)

    def ics_target(self, files: Sequence[Path] | None = None, *, name: str = "") -> IcsTarget:
        """Return the .ics target that writes these files; None for those that show everything. `name` is that
        of one apart from the feed.
        """
        from netkeep_sync.targets.ics import IcsTarget  # noqa: PLC0415  60 ms, where something is published

        return IcsTarget(files=self.ics_files() if files is None else files, refresh=REFRESH, name=name)

    def targets(
        self, environ: Mapping[str, str], *, is_rehearsal: bool = False
    ) -> tuple[CalendarTarget, ...]:
        """Return every target of the roster. None of them asks anything of a calendar system yet, and those
        for a rehearsal write nothing anywhere.
        """
        return (
            self.ics_target(() if is_rehearsal else None),
            *self.reduced_ics_targets(is_rehearsal=is_rehearsal),
            *self._remote_targets(environ, is_rehearsal=is_rehearsal),
        )

    def other_targets(self, environ: Mapping[str, str]) -> tuple[CalendarTarget, ...]:
        """Return all targets but the one that the feed is made of."""
        return (*self.reduced_ics_targets(), *self._remote_targets(environ))

    def reduced_ics_targets(self, *, is_rehearsal: bool = False) -> tuple[IcsTarget, ...]:
        """Return the .ics targets that show less than everything."""
        from netkeep_sync.targets.ics import IcsTarget  # noqa: PLC0415  60 ms, where something is published

        return tuple(
            IcsTarget(files=() if is_rehearsal else files, refresh=REFRESH, show=show)
            for show in (Show.FIRST_NAME, Show.BUSY)
            if (files := self.ics_files(show))
        )

    def _remote_targets(
        self, environ: Mapping[str, str], *, is_rehearsal: bool = False
    ) -> Iterator[CalendarTarget]:
        for calendar in self.roster.calendars:
            match calendar:
                case GoogleCalendar():
                    yield self._google_target(calendar, environ, is_rehearsal=is_rehearsal)
                case CaldavCalendar():
                    yield self._caldav_target(calendar, is_rehearsal=is_rehearsal)

    def _caldav_target(self, calendar: CaldavCalendar, *, is_rehearsal: bool) -> CalendarTarget:
        from netkeep_sync.targets.caldav import CaldavTarget  # noqa: PLC0415  60 ms, where there is one
        from netkeep_sync.targets.caldav_link import CaldavLink, RehearsedCaldavLink  # noqa: PLC0415

        link = (RehearsedCaldavLink if is_rehearsal else CaldavLink)(calendar)
        return CaldavTarget(link, owner=self.roster.key, name=calendar.name, show=calendar.show)

    def _google_target(
        self, calendar: GoogleCalendar, environ: Mapping[str, str], *, is_rehearsal: bool
    ) -> CalendarTarget:
        try:
            from netkeep_sync.targets.google import GoogleTarget  # noqa: PLC0415  where there is one
        except ImportError as error:
            raise SettingsError(
                f"a google calendar needs more than is installed; {install_words('google')}"
            ) from error
        from netkeep_sync.targets.google_auth import endpoints_from  # noqa: PLC0415
        from netkeep_sync.targets.google_link import SignedInLink  # noqa: PLC0415
        from netkeep_sync.targets.google_rehearsal import RehearsedLink  # noqa: PLC0415

        way = RehearsedLink if is_rehearsal else SignedInLink
        link = way(calendar, timezone=self.roster.timezone, endpoints=endpoints_from(environ))
        return GoogleTarget(link, owner=self.roster.key, name=calendar.name, show=calendar.show)

    @property
    def state_path(self) -> Path:
        """The path beside which locks and keys lie, without its suffix: the database's own, when that
        is a file.
        """
        path = sqlite_path(self.url)
        return path.with_suffix("") if path else data_folder() / "netkeep"

    @property
    def is_alone(self) -> bool:
        """Tell whether only processes of this machine can use the database."""
        return sqlite_path(self.url) is not None


def open_workspace(path: Path, *, today: date, environ: Mapping[str, str]) -> Workspace:
    """Read the roster file. Raises RosterError with all its problems."""
    stamp = file_stamp(path)
    content = read_content(path)
    roster = parse_roster(content, file=str(path), folder=path.parent, today=today, why_unknown=why_unknown)
    return Workspace(
        path=path,
        text=content.decode("utf-8-sig"),
        roster=roster,
        url=database_url(roster.database, environ),
        stamp=stamp,
    )


def last_good_workspace(path: Path, *, today: date, environ: Mapping[str, str]) -> Workspace | None:
    """Return the roster as it was at the last complete pass, for a file that can't be read any more;
    None where there was none.
    """
    stamp = file_stamp(path)
    try:
        # The file can't be parsed, but most often the line that names its database is whole.
        named = _DATABASE_LINE.search(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        named = None
    url = database_url(absolute_database(named[1], path.parent) if named else "", environ)
    if not exists(url):
        return None
    from netkeep_sync.store.opening import good_text_of  # noqa: PLC0415  190 ms, where state is used

    text = good_text_of(url, source=str(path))
    if text is None:
        return None
    roster = parse_roster(text, file=str(path), folder=path.parent, today=today)
    return Workspace(path=path, text=text, roster=roster, url=url, stamp=stamp)


def workspace_of(text: str, path: Path, *, today: date, environ: Mapping[str, str]) -> Workspace:
    """Return the roster that a file at `path` would hold if it read so. Raises RosterError."""
    roster = parse_roster(text, file=str(path), folder=path.parent, today=today, why_unknown=why_unknown)
    return Workspace(path=path, text=text, roster=roster, url=database_url(roster.database, environ))


def with_text(workspace: Workspace, text: str, *, today: date) -> Workspace:
    """Return a workspace as it would be if its file had this text. Raises RosterError with all that would be
    wrong.
    """
    path = workspace.path
    roster = parse_roster(text, file=str(path), folder=path.parent, today=today, why_unknown=why_unknown)
    return replace(workspace, text=text, roster=roster)


def file_stamp(path: Path) -> Stamp:
    """Return what changes with every edit of a file; None when there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
