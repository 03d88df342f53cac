"""Notices to the owner, through apprise: once when something has failed for a day or needs a sign-in, once
when it works again, and a digest of the week.

What was told is kept in a file beside the database, so that a restart tells nothing twice. A notice of a
failure names nobody and quotes nothing, for it goes through the hands of others; the digest is about people,
and so is only sent to who asks for it.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.cadence import cadence_words
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.core.series import instant, zone
from netkeep_sync.core.words import cut, day_words
from netkeep_sync.errors import NetkeepError, SettingsError, install_words
from netkeep_sync.service.overview import lately, overview
from netkeep_sync.service.tally import target_label
from netkeep_sync.targets.secret_file import write_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from netkeep_sync.core.language import Language
    from netkeep_sync.core.roster import Digest
    from netkeep_sync.service.keeper import Keeper, View
    from netkeep_sync.service.outlook import Outlook

__all__ = [
    "Notices",
    "Told",
    "Trouble",
    "digest_due_at",
    "digest_text",
    "follow",
    "is_address",
    "notice_words",
]

_log = logging.getLogger(__name__)

_PATIENCE = timedelta(days=1)
"""So long something may fail before the owner hears of it; most failures pass by themselves."""

_RETRY = timedelta(minutes=15)
_LATEST_DIGEST = timedelta(days=3)
"""A machine that was off for longer skips the week's digest."""

_WEEK = timedelta(days=7)
_MOST_LINES = 15
_PASS, _BUSY = "pass", "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that fails `since_at`. `told` is what the owner was told of it: nothing, "failing" or
    "sign-in". `is_over` says that it works again, and that the owner has yet to hear so.
    """

    since_at: datetime
    needs_sign_in: bool = False
    told: str = ""
    is_over: bool = False

    def due(self, now: datetime) -> str:
        """Return what to tell now: "failing", "sign-in", "well", or nothing."""
        if self.is_over:
            return "well"
        if self.needs_sign_in:
            return "" if self.told == "sign-in" else "sign-in"
        return "failing" if not self.told and now - self.since_at >= _PATIENCE else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is remembered: troubles by their subject, and until when digests are dealt with."""

    troubles: Mapping[str, Trouble]
    digest_at: datetime | None = None


# -- what is seen, and what follows ------------------------------------------------------------------


def _seen(view: View) -> dict[str, tuple[bool, bool]]:
    """Return for each subject that the last pass tells of whether it fails, and whether for a sign-in."""
    if view.is_behind:
        return {_PASS: (True, False)}
    if not view.pushed:  # another process ran the last pass
        return {}
    seen = {
        target_label(name): (bool(pushed.failures), pushed.needs_sign_in)
        for name, pushed in view.pushed.items()
    }
    return {_PASS: (False, False), _BUSY: (bool(view.outlook.busy.failures), False), **seen}


def follow(
    troubles: Mapping[str, Trouble], seen: Mapping[str, tuple[bool, bool]], *, now: datetime
) -> dict[str, Trouble]:
    """Return the troubles as they are now. What nothing is seen of stays as it was."""
    followed = dict(troubles)
    for subject, (fails, needs_sign_in) in seen.items():
        before = troubles.get(subject)
        if fails:
            usual = Trouble(since_at=now)
            followed[subject] = replace(before or usual, needs_sign_in=needs_sign_in, is_over=False)
        elif before and before.told:
            followed[subject] = replace(before, is_over=True)
        else:
            followed.pop(subject, None)
    return followed


def notice_words(
    subject: str, trouble: Trouble, *, due: str, timezone: str, language: Language
) -> tuple[str, str]:
    """Return the title and the words of a notice."""
    _ = language.gettext
    name = {_PASS: _("the plan"), _BUSY: _("a busy calendar")}.get(subject)
    name = name or _("the calendar {name}").format(name=subject)
    local = trouble.since_at.astimezone(zone(timezone))
    since = f"{language.short_day(local.date())} {local:%H:%M}"
    match due:
        case "well":
            title = _("netkeep-sync: {name} works again")
            words = _("It had failed since {since}. All is in step again.")
        case "sign-in":
            title = _("netkeep-sync: {name} needs you to sign in")
            words = _(
                "Nothing is written there since {since}. `netkeep-sync doctor` names the command for it."
            )
        case _:
            title = _("netkeep-sync: {name} fails")
            words = _("It has failed since {since}. Run `netkeep-sync doctor` to see why, and what to do.")
    return title.format(name=name), words.format(since=since)


# -- the digest --------------------------------------------------------------------------------------


def digest_due_at(digest: Digest, *, now: datetime, timezone: str) -> datetime:
    """Return the last moment up to now at which a digest was due."""
    today = now.astimezone(zone(timezone)).date()
    for days in range(8):
        day = today - timedelta(days=days)
        if day.weekday() == digest.weekday:
            at = instant(datetime.combine(day, digest.local_time), timezone)
            if at <= now:
                return at
    raise AssertionError("every week has its day")


def digest_text(outlook: Outlook) -> str:
    """Return the digest: who is overdue, the week ahead, and what the owner has not said yet."""
    _ = outlook.roster.language.gettext
    sections = (
        (_("Overdue"), list(_overdue(outlook))),
        (_("The week ahead"), list(_week_ahead(outlook))),
        (_("Open questions"), list(_questions(outlook))),
    )
    return "\n\n".join(
        "\n".join([title, *(f"  {line}" for line in _cut(lines, outlook) or [_("nothing")])])
        for title, lines in sections
    )


def _cut(lines: list[str], outlook: Outlook) -> list[str]:
    shown, more = cut(lines, most=_MOST_LINES)
    rest = outlook.roster.language.gettext("and {number} more").format(number=more)
    return [*shown, *[rest] * bool(more)]


def _overdue(outlook: Outlook) -> Iterator[str]:
    language = outlook.roster.language
    for line in overview(outlook):
        if line.standing.state is State.OVERDUE:
            met = line.standing.met_on
            last = language.gettext("last met {day}") if met else language.gettext("never met")
            coming = language.gettext(", next {when}") if line.next else ""
            yield "{name} ({cadence}): {last}{coming}".format(
                name=line.contact.name,
                cadence=cadence_words(line.contact.cadence, language=language),
                last=last.format(day=_day(outlook, met) if met else ""),
                coming=coming.format(when=_moment(outlook, line.next.start_at) if line.next else ""),
            )


def _week_ahead(outlook: Outlook) -> Iterator[str]:
    names = {contact.key: contact.name for contact in outlook.roster.contacts}
    for one in outlook.plan.occurrences:
        if outlook.now <= one.start_at < outlook.now + _WEEK and one.contact in names:
            yield f"{_moment(outlook, one.start_at)}  {one.summary}"


def _questions(outlook: Outlook) -> Iterator[str]:
    _ = outlook.roster.language.gettext
    for contact, outcome in lately(outlook, most=_MOST_LINES):
        if outcome.result is Result.UNKNOWN:
            asked = _("did you meet {name} on {day}?")
            yield asked.format(name=contact.name, day=_day(outlook, outcome.day))
    for found in outlook.found:
        asked = _('was "{title}" on {day} with {name}?')
        yield asked.format(title=found.meeting.title, day=_day(outlook, found.day), name=found.contact.name)


def _day(outlook: Outlook, day: date) -> str:
    return day_words(day, today=outlook.today, language=outlook.roster.language)


def _moment(outlook: Outlook, at: datetime) -> str:
    local = at.astimezone(zone(outlook.roster.timezone))
    return f"{_day(outlook, local.date())} {local:%H:%M}"


# -- sending, and remembering ------------------------------------------------------------------------


class Notices:
    """The notices of what a keeper holds. `tick` may come as often as it likes."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._told: Told | None = None
        self._wait_until: datetime | None = None

    def tick(self) -> None:
        """Tell what is due. A notice that reaches nobody is tried again later."""
        try:
            self._tick()
        except NetkeepError as error:
            _log.warning("notices not sent kind=%s", type(error).__name__)
            self._wait_until = self._keeper.now() + _RETRY
        except Exception:  # noqa: BLE001  a boundary: the next tick must come
            _log.exception("notices failed")
            self._wait_until = self._keeper.now() + _RETRY

    def _tick(self) -> None:
        keeper, now = self._keeper, self._keeper.now()
        roster = keeper.workspace.roster
        if not roster.notify or (self._wait_until and now < self._wait_until):
            return
        if self._told is None:
            self._told = _read(self._path, roster.key)
        self._keep(replace(self._told, troubles=self._followed(self._told, now)))
        for subject, trouble in self._told.troubles.items():
            if due := trouble.due(now):
                title, words = notice_words(
                    subject, trouble, due=due, timezone=roster.timezone, language=roster.language
                )
                if self._send(title, words, kind=due):
                    self._keep(_after(self._told, subject, due))
        self._digest(self._told, roster.digest, now=now)

    def _followed(self, told: Told, now: datetime) -> Mapping[str, Trouble]:
        """Return the troubles as they are now, without those of targets that left the roster."""
        known = {_PASS, _BUSY, *(target_label(target.name) for target in self._keeper.targets)}
        followed = follow(told.troubles, _seen(self._keeper.view), now=now)
        return {subject: one for subject, one in followed.items() if subject in known}

    def _digest(self, told: Told, digest: Digest | None, *, now: datetime) -> None:
        if digest is None:
            self._keep(replace(told, digest_at=None))
            return
        due_at = digest_due_at(digest, now=now, timezone=self._keeper.workspace.roster.timezone)
        if told.digest_at is None:  # asked for just now: the next one is the first
            self._keep(replace(told, digest_at=now))
        elif told.digest_at < due_at:
            is_late = now - due_at > _LATEST_DIGEST
            outlook = self._keeper.view.outlook
            title = outlook.roster.language.gettext("Your week")
            if is_late or self._send(title, digest_text(outlook), kind="digest"):
                self._keep(replace(told, digest_at=due_at))

    def _send(self, title: str, words: str, *, kind: str) -> bool:
        """Send to every address; return whether one took it."""
        taken = [_sent(address, title, words) for address in self._keeper.workspace.roster.notify]
        for number, is_taken in enumerate(taken, 1):
            if not is_taken:
                _log.warning("notice not sent kind=%s address=%d", kind, number)
        if any(taken):
            _log.info("notice sent kind=%s", kind)
        else:
            self._wait_until = self._keeper.now() + _RETRY
        return any(taken)

    def _keep(self, told: Told) -> None:
        if told != self._told:
            _write(self._path, self._keeper.workspace.roster.key, told)
            self._told = told

    @property
    def _path(self) -> Path:
        path = self._keeper.workspace.state_path
        return path.with_name(f"{path.name}.notices.json")


def _after(told: Told, subject: str, due: str) -> Told:
    """Return what is remembered once a notice was sent."""
    troubles = dict(told.troubles)
    if due == "well":
        del troubles[subject]
    else:
        troubles[subject] = replace(troubles[subject], told=due)
    return replace(told, troubles=troubles)


def is_address(address: str) -> bool:
    """Tell whether apprise can make something of an address. Raises SettingsError without apprise."""
    return _apprise().Apprise.instantiate(address, suppress_exceptions=True) is not None


def _sent(address: str, title: str, words: str) -> bool:
    apprise = _apprise()
    asset = apprise.AppriseAsset(app_id="netkeep-sync", app_desc="netkeep-sync", async_mode=False)
    sender = apprise.Apprise(asset=asset)
    return bool(sender.add(address) and sender.notify(title=title, body=words, body_format="text"))


def _apprise() -> Any:
    # It logs addresses as they are written, passwords and all.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    try:
        import apprise  # noqa: PLC0415  half a second, for whom it serves
    except ImportError as error:
        raise SettingsError(f"notices need more than is installed; {install_words('notify')}") from error
    return apprise


def _read(path: Path, key: str) -> Told:
    """Return what the file remembers of a roster; nothing where it can't be read, and then some notice may
    come twice.
    """
    try:
        held = json.loads(path.read_bytes())[key]
        return Told(
            troubles={
                subject: Trouble(**{**one, "since_at": datetime.fromisoformat(one["since_at"])})
                for subject, one in held["troubles"].items()
            },
            digest_at=datetime.fromisoformat(held["digest_at"]) if held["digest_at"] else None,
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return Told(troubles={})


def _write(path: Path, key: str, told: Told) -> None:
    """Remember it, beside what other rosters of this database have there. Raises SettingsError."""
    try:
        others = json.loads(path.read_bytes())
    except (OSError, ValueError):
        others = {}
    held = {
        "troubles": {
            subject: {
                "since_at": one.since_at.isoformat(),
                "needs_sign_in": one.needs_sign_in,
                "told": one.told,
                "is_over": one.is_over,
            }
            for subject, one in told.troubles.items()
        },
        "digest_at": told.digest_at.isoformat() if told.digest_at else None,
    }
    document = {**(others if isinstance(others, dict) else {}), key: held}
    try:
        write_secret(path, json.dumps(document, indent=1).encode() + b"\n")
    except OSError as error:
        raise SettingsError(f"{path} can't be written: {error.strerror}") from error
