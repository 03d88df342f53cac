"""The calendars to publish to: files, and calendars at Google and on CalDAV servers, each of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from netkeep_sync.core.roster import CaldavCalendar, GoogleCalendar, IcsCalendar, Show
from netkeep_sync.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netkeep_sync.config.findings import Findings
    from netkeep_sync.config.schema import CaldavEntry, CalendarEntry, GoogleEntry
    from netkeep_sync.config.yaml_source import YamlPath
    from netkeep_sync.core.roster import Calendar

__all__ = ["resolve_calendars"]

_FILE_ADVICE = "keep one of the two"
_GOOGLE_ADVICE = 'give one of them another "calendar"'


def resolve_calendars(
    entries: Iterable[CalendarEntry], *, absolute: Callable[[str], str], findings: Findings
) -> tuple[Calendar, ...]:
    """Return the calendars in the order of the file; `absolute` makes a path absolute."""
    calendars: list[Calendar] = []
    path_by_name: dict[str, YamlPath] = {}

    def tell_double(path: YamlPath, name: str, *, words: str, advice: str) -> None:
        first = path_by_name.setdefault(name, path)
        if first != path:
            place = findings.where(first)
            findings.tell(path, f"{shown(words)} stands here twice, first at {place}", advice)

    for index, entry in enumerate(entries):
        path = ("calendars", index)
        if entry.google is not None:
            _check_google(path, entry, entry.google, findings)
            google = _google(entry.google, absolute)
            words = google.calendar_id or google.calendar
            tell_double((*path, "google"), google.name, words=words, advice=_GOOGLE_ADVICE)
            calendars.append(google)
        elif entry.caldav is not None:
            _check_caldav(path, entry, entry.caldav, findings)
            caldav = _caldav(entry.caldav, absolute)
            tell_double((*path, "caldav"), caldav.name, words=caldav.calendar, advice=_GOOGLE_ADVICE)
            calendars.append(caldav)
        elif entry.ics:
            file = IcsCalendar(path=absolute(entry.ics), show=Show(entry.show or Show.FULL))
            tell_double((*path, "ics"), file.path, words=entry.ics, advice=_FILE_ADVICE)
            calendars.append(file)
        else:
            findings.tell(
                path,
                "this calendar has neither ics nor google nor caldav",
                'write "ics: checkins.ics", or only the word "google"',
            )
    return tuple(calendars)


def _google(entry: GoogleEntry, absolute: Callable[[str], str]) -> GoogleCalendar:
    usual = GoogleCalendar()
    return GoogleCalendar(
        calendar=entry.calendar or usual.calendar,
        client_file=absolute(entry.client_file) if entry.client_file else "",
        token_file=absolute(entry.token_file) if entry.token_file else "",
        calendar_id=entry.calendar_id,
        show=Show(entry.show),
    )


def _caldav(entry: CaldavEntry, absolute: Callable[[str], str]) -> CaldavCalendar:
    usual = CaldavCalendar(url=entry.url)
    return CaldavCalendar(
        url=entry.url,
        user=entry.user,
        calendar=entry.calendar or usual.calendar,
        account_file=absolute(entry.account_file) if entry.account_file else "",
        password_file=absolute(entry.password_file) if entry.password_file else "",
        show=Show(entry.show),
    )


def _check_caldav(path: YamlPath, entry: CalendarEntry, caldav: CaldavEntry, findings: Findings) -> None:
    if entry.ics:
        findings.tell(
            (*path, "ics"),
            "a file and a calendar on a server are two calendars",
            f'write "- ics: {shown(entry.ics)}" on a line of its own',
        )
    if entry.show:
        findings.tell(
            (*path, "show"),
            "what a calendar on a server shows is said below caldav",
            f'write "caldav: {{show: {entry.show}, ...}}"',
        )
    place = (*path, "caldav", "url")
    try:
        parts = urlsplit(caldav.url)
        host, is_whole = parts.hostname or "", not (parts.username or parts.password)
    except ValueError:
        parts, host, is_whole = urlsplit(""), "", True
    if not is_whole:
        findings.tell(
            place,
            "a sign-in has no place in the address",
            'write "user: " beside it, and let `netkeep-sync connect caldav` ask for the password',
        )
    elif not host or parts.scheme not in ("https", "http"):
        findings.tell(
            place,
            "this is no address of a server",
            'write it like "https://cloud.example.com/remote.php/dav"',
        )
    elif parts.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        findings.tell(place, "the password would travel unprotected", 'write "https://" at its start')


def _check_google(path: YamlPath, entry: CalendarEntry, google: GoogleEntry, findings: Findings) -> None:
    if entry.ics:
        findings.tell(
            (*path, "ics"),
            "a file and a calendar at Google are two calendars",
            f'write "- ics: {shown(entry.ics)}" on a line of its own',
        )
    if entry.show:
        findings.tell(
            (*path, "show"),
            "what a calendar at Google shows is said below google",
            f'write "google: {{show: {entry.show}}}"',
        )
    if google.calendar and google.calendar_id:
        findings.tell(
            (*path, "google", "calendar"),
            "a calendar that you have already has its name",
            'remove "calendar"; or remove "calendar_id", and one is made',
        )
