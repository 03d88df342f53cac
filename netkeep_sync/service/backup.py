"""Backups: the state of one roster into a file, and back from there.

What comes back is of another day, so three things are not as they were. Google's calendar is listed whole
and read as that of a lost database is (`core/finding.py`): what stands there is taken up, and nothing is made
twice. Whom the backup does not know stays known, or else their check-ins would stand there for ever. And no
address of a feed that was renewed or ended since comes back to life.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netkeep_sync import __version__
from netkeep_sync.core.review_plan import REVIEW
from netkeep_sync.core.words import count
from netkeep_sync.errors import GuardRefused, NetkeepError, Refused, SettingsError, StoreError
from netkeep_sync.service.feed import key_path
from netkeep_sync.service.lease import pass_lease, serve_lock
from netkeep_sync.store.backup import Backup, packed, read_backup
from netkeep_sync.store.dump import Dump
from netkeep_sync.targets.ics_file import sync_folder, write_if_changed
from netkeep_sync.targets.secret_file import write_secret

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.sql_store import SqlStore

__all__ = ["Restored", "back_up", "holdings", "restore"]

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did: where all that was there before is kept, None where there was nothing; whether the
    key of the feed addresses was put in its place, and whether the roster file was.
    """

    safety_copy: Path | None
    has_key: bool
    has_roster: bool


def holdings(dump: Dump) -> str:
    """Return how much is remembered, "2 series and 9 facts"; the owner's review is none of these series."""
    series = sum(row["contact"] != REVIEW for row in dump.rows["series"])
    return f"{series} series and {count(len(dump.rows['fact']), 'fact')}"


def back_up(
    workspace: Workspace, path: Path, *, made_at: datetime, has_key: bool = False, is_forced: bool = False
) -> Backup:
    """Write a backup, read it back, and only then give it its name; return what it holds.

    Raises GuardRefused for a file that is there already, unless forced, and Refused where there is nothing.
    """
    if path.exists() and not is_forced:
        raise GuardRefused(f"{path} is there already; name another file, or write over it with --force")
    if not path.parent.exists():  # a disk that is not there would be taken for a folder to make
        raise NetkeepError(f'{path}: there is no folder "{path.parent}"; create it, or write another path')
    with workspace.store() as store:
        backup = _taken(workspace, store, made_at=made_at, has_key=has_key)
    if backup.dump.is_empty:
        raise Refused(f"there is nothing to back up yet: no pass was made from {workspace.path}")
    _write(path, backup)
    return backup


def _taken(workspace: Workspace, store: SqlStore, *, made_at: datetime, has_key: bool) -> Backup:
    key = key_path(workspace)
    try:
        feed_key = key.read_bytes() if has_key and key.exists() else None
    except OSError as error:
        raise StoreError(f"the key file {key} can't be read: {error.strerror}") from error
    return Backup(
        made_at=made_at,
        version=__version__,
        roster=workspace.roster.key,
        text=workspace.text,
        dump=store.dump(),
        feed_key=feed_key,
    )


def _write(path: Path, backup: Backup) -> None:
    path = path.resolve()
    draft = path.with_name(f".{path.name}.draft")
    try:
        write_secret(draft, packed(backup))
        try:
            if read_backup(draft) != backup:
                raise NetkeepError(
                    f"the backup {path} does not read as it was written; is the disk in order?"
                )
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise NetkeepError(
            f"the backup {path} can't be written ({error.strerror}); name a file in another folder"
        ) from error


def restore(
    workspace: Workspace,
    backup: Backup,
    *,
    now: datetime,
    is_replacing: bool = False,
    has_roster: bool = False,
) -> Restored:
    """Put what a backup holds into the state of the workspace, while no pass runs and nobody serves. With
    `has_roster` the file becomes what it was, too.

    Raises GuardRefused where something is remembered already, unless that is to be replaced: then a backup of
    it is made first. Raises LeaseTaken while another process is at work.
    """
    if backup.roster != workspace.roster.key:
        raise SettingsError(
            f'the backup is of the roster "{backup.roster}", {workspace.path} is "{workspace.roster.key}"; '
            f'write "roster: {backup.roster}" into that file if it is the same one'
        )
    with serve_lock(workspace), workspace.store() as store, pass_lease(workspace, store):
        before = store.dump()
        if not before.is_empty and not is_replacing:
            raise GuardRefused(
                f"{holdings(before)} of {workspace.path} are remembered already; `restore --replace` puts "
                "the backup in their place, and makes a backup of them first"
            )
        loses_roster = has_roster and workspace.path.exists() and workspace.text != backup.text
        is_safe = before.is_empty and not loses_roster
        safety_copy = None if is_safe else _safety_copy(workspace, store, now=now)
        if has_roster:
            _write_roster(workspace.path, backup.text)
        wanted = _with_feeds_of_today(_with_newcomers(_to_be_heard_anew(backup.dump), before), before)
        store.load(wanted)
        if store.dump() != wanted:
            raise StoreError(f"the database {store.database.name} does not read as it was written")
        has_key = backup.feed_key is not None and _put_key(key_path(workspace), backup.feed_key)
    return Restored(safety_copy=safety_copy, has_key=has_key, has_roster=has_roster)


def _safety_copy(workspace: Workspace, store: SqlStore, *, now: datetime) -> Path:
    state = workspace.state_path
    path = state.with_name(f"{state.name}.before-restore-{now:%Y%m%dT%H%M%SZ}.backup")
    _write(path, _taken(workspace, store, made_at=now, has_key=True))
    return path


def _write_roster(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(path, text.encode())
    except OSError as error:
        raise NetkeepError(f"the roster {path} can't be written: {error.strerror}") from error


def _put_key(path: Path, key: bytes) -> bool:
    """Put the key in its place, and return whether it is there: another one that is there stays, for it may
    be that of other rosters too.
    """
    try:
        if not path.exists():
            write_secret(path, key)
        return path.read_bytes() == key
    except OSError as error:
        raise StoreError(f"the key file {path} can't be used: {error.strerror}") from error


def _to_be_heard_anew(dump: Dump) -> Dump:
    """Return the dump of a roster whose remote calendars are listed as a whole, and taken as they are.

    What was held there is as old as the backup, and so is how far was listened: neither is relied upon where
    asking tells.
    """
    remote = {row["target"] for row in dump.rows["cursor"]}
    baselines = tuple(row for row in dump.rows["baseline"] if row["target"] not in remote)
    cursors = tuple({**row, "token": ""} for row in dump.rows["cursor"])
    return Dump.of(dump.roster, {**dump.rows, "baseline": baselines, "cursor": cursors})


def _with_newcomers(dump: Dump, before: Dump) -> Dump:
    """Return the dump with all that is remembered today of people whom it does not know."""
    known = {row["key"] for row in dump.rows["contact"]} | {row["contact"] for row in dump.rows["series"]}
    series = [row for row in before.rows["series"] if row["contact"] not in known]
    uids = {row["uid"] for row in series}
    newcomers = {
        "contact": [row for row in before.rows["contact"] if row["key"] not in known],
        "series": series,
        "slot_exception": [row for row in before.rows["slot_exception"] if row["uid"] in uids],
        "fact": [row for row in before.rows["fact"] if row["contact"] not in known],
    }
    added = {name: (*dump.rows[name], *rows) for name, rows in newcomers.items()}
    return Dump.of(dump.roster, {**dump.rows, **added})


def _with_feeds_of_today(dump: Dump, before: Dump) -> Dump:
    """Return the dump with generations of feeds and links that are as new as those of today: an address that
    was renewed or ended stays so.
    """
    today = {row["name"]: row for row in before.rows["feed"]}
    feeds = {row["name"]: _at_least(row, today.get(row["name"])) for row in dump.rows["feed"]}
    feeds |= {name: {**row, "is_revoked": True} for name, row in today.items() if name not in feeds}
    names = ("feed_generation", "link_generation")
    roster = {**dump.roster, **{name: max(dump.roster[name], before.roster[name]) for name in names}}
    return Dump.of(roster, {**dump.rows, "feed": tuple(feeds.values())})


def _at_least(feed: _Row, today: _Row | None) -> _Row:
    if today is None:
        return feed
    is_back = today["is_revoked"] and not feed["is_revoked"]
    return {**feed, "generation": max(feed["generation"], today["generation"] + is_back)}
