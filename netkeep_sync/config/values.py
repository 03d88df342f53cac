"""The single values of the file, each read from what a person wrote.

Every function here takes cleaned text in one line and raises ValueError with two arguments, as
`parse_cadence` does: what is wrong, and what to write instead. The advice may be a function without
arguments, for one that takes long to find: it is called only for a problem that is shown.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from difflib import get_close_matches
from functools import cache, partial
from ipaddress import ip_address, ip_network
from itertools import islice
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from netkeep_sync.config.yaml_source import shown
from netkeep_sync.core.cadence import Cadence, Unit, parse_cadence
from netkeep_sync.core.channel import Hours
from netkeep_sync.core.contact import COLORS, Milestone, slug
from netkeep_sync.core.roster import DateRange, Digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.cadence import Cadence

__all__ = [
    "WEEKDAYS",
    "FlexDays",
    "FlexShare",
    "did_you_mean",
    "flex_days",
    "is_timezone",
    "most_flex_days",
    "parse_away",
    "parse_busy",
    "parse_calendar_id",
    "parse_city",
    "parse_color",
    "parse_database",
    "parse_day",
    "parse_digest",
    "parse_email",
    "parse_flex",
    "parse_freeze",
    "parse_header",
    "parse_holiday_code",
    "parse_hours",
    "parse_ics",
    "parse_key",
    "parse_milestone",
    "parse_network",
    "parse_notify",
    "parse_public_url",
    "parse_review",
    "parse_timezone",
    "parse_title",
    "parse_weekday",
]


def did_you_mean(word: str, known: Iterable[str], *, at_most: int = 100) -> str | None:
    """Return the closest of the known words, of which no more than `at_most` are looked at: each costs
    tens of microseconds. None when none is close.
    """
    by_folded = {name.casefold(): name for name in islice(known, at_most)}
    close = get_close_matches(word.casefold()[:60], by_folded, n=1, cutoff=0.7)
    return by_folded[close[0]] if close else None


_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_ADVICE = "write year-month-day, such as 2026-09-14"


def parse_day(text: str) -> date:
    """Read a date, 2026-09-14."""
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is no date', _DAY_ADVICE)
    year, month, day = map(int, match.groups())
    if not 1900 <= year <= 2199:
        raise ValueError(f"the year {year} is out of range", "write a year from 1900 to 2199")
    if not 1 <= month <= 12:
        raise ValueError(f"month {month} does not exist", _DAY_ADVICE)
    _check_day(day, f"{calendar.month_name[month]} {year}", last=calendar.monthrange(year, month)[1])
    return date(year, month, day)


def _check_day(day: int, month: str, *, last: int) -> None:
    if not 1 <= day <= last:
        raise ValueError(
            f"{day} {month} does not exist", f"{month} ends on the {last}{_ORDINALS.get(last, 'th')}"
        )


_ORDINALS = {31: "st"}

_DAY_OF_YEAR = re.compile(r"(\d{1,2})-(\d{1,2})")
_DAY_OF_YEAR_ADVICE = "write month-day, such as 03-14, or year-month-day"
_LEAP_YEAR = 2000


def parse_milestone(text: str) -> Milestone:
    """Read the day of a milestone, 03-14 or 2019-05-01; its label stands elsewhere."""
    if _DAY.fullmatch(text):
        began_on = parse_day(text)
        return Milestone(label="", month=began_on.month, day=began_on.day, year=began_on.year)
    match = _DAY_OF_YEAR.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is no day of the year', _DAY_OF_YEAR_ADVICE)
    month, day = map(int, match.groups())
    if not 1 <= month <= 12:
        raise ValueError(f"month {month} does not exist", _DAY_OF_YEAR_ADVICE)
    _check_day(day, calendar.month_name[month], last=calendar.monthrange(_LEAP_YEAR, month)[1])
    return Milestone(label="", month=month, day=day)


def parse_away(text: str) -> DateRange:
    """Read days kept free: one date, or 2026-12-21..2027-01-03, which holds its last day too."""
    first, dots, last = text.partition("..")
    if dots and not (first and last):
        raise ValueError(f'"{shown(text)}" has one end only', "write 2026-12-21..2027-01-03")
    start_on = parse_day(first.strip())
    last_on = parse_day(last.strip()) if dots else start_on
    if last_on < start_on:
        raise ValueError(f"{shown(text)} ends before it starts", f"write {last_on}..{start_on}")
    return DateRange(start_on=start_on, end_on=last_on + timedelta(days=1))


_FREEZE = re.compile(r"(?P<number>\d{1,3})( ?(?P<unit>days?|weeks?))?", re.IGNORECASE)
_MOST_FREEZE_DAYS = 60


def parse_freeze(text: str) -> int:
    """Read how many days ahead nothing is moved: 7 days, 2 weeks, 7."""
    match = _FREEZE.fullmatch(text)
    if match is None:
        raise ValueError(f'freeze "{shown(text)}" is no length of time', 'write "7 days" or "2 weeks"')
    days = int(match["number"]) * (7 if (match["unit"] or "").lower().startswith("week") else 1)
    if days > _MOST_FREEZE_DAYS:
        raise ValueError(
            f'freeze "{text}" is more than {_MOST_FREEZE_DAYS} days',
            f'write at most "{_MOST_FREEZE_DAYS} days"',
        )
    return days


_HOURS = re.compile(r"(\d{1,2})[:.](\d{2}) ?[-–] ?(\d{1,2})[:.](\d{2})")


def parse_hours(text: str) -> Hours:
    """Read a part of the day, 08:30-10:00."""
    match = _HOURS.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is no part of the day', 'write "08:30-10:00"')
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    if max(start_hour, end_hour) > 23 or max(start_minute, end_minute) > 59:
        raise ValueError(f"{text} is no part of the day", "write times from 00:00 to 23:59")
    hours = Hours(start=time(start_hour, start_minute), end=time(end_hour, end_minute))
    if hours.end == hours.start:
        raise ValueError(f"{text} has no length", "write a later end")
    if hours.end < hours.start:
        raise ValueError(f"{text} ends before it starts", f"write {hours.end:%H:%M}-{hours.start:%H:%M}")
    return hours


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS = {name: number for number, name in enumerate(WEEKDAYS)}
_WEEKDAYS |= {name.casefold(): number for number, name in enumerate(calendar.day_name)}
_WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}


def parse_weekday(text: str) -> int:
    """Read a day of the week; Monday is 0."""
    if (number := _WEEKDAYS.get(text.casefold())) is None:
        raise ValueError(f'"{shown(text)}" is no day of the week', f"write some of {', '.join(WEEKDAYS)}")
    return number


_HOLIDAY_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def parse_holiday_code(text: str) -> str:
    """Read the code of a country, or of one of its regions; whether it exists is found out later."""
    code = text.upper()
    if not _HOLIDAY_CODE.fullmatch(code):
        raise ValueError(
            f'"{shown(text)}" is no code of a country or region',
            "write two letters such as DE, or DE-BE, US-CA",
        )
    return code


_EMAIL = re.compile(r'[^\s@<>,;:"()]+@[^\s@<>,;:"()]+')


def parse_email(text: str) -> str:
    """Read an email address. Only its shape is looked at: nothing is ever sent to it."""
    if not _EMAIL.fullmatch(text):
        raise ValueError(f'"{shown(text)}" is no email address', "write it like john@example.com")
    return text


def parse_key(text: str) -> str:
    """Read a key that a person chose: a slug, so that it needs no quotes anywhere."""
    key = slug(text)
    if text != key or not key:
        raise ValueError(
            f'"{shown(text)}" is no key',
            f'write "{shown(key)}"' if key else "write letters, digits and hyphens",
        )
    return key


def parse_city(text: str) -> str:
    """Read the name of a city, which needs letters: cities are told apart by their slugs."""
    if not slug(text):
        raise ValueError(f'"{shown(text)}" is no name of a city', "write it in letters, such as Berlin")
    return text


_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def parse_title(text: str) -> str:
    """Read the title of check-ins, in which {name} stands for the contact's name."""
    for placeholder in _PLACEHOLDER.findall(text):
        if placeholder != "{name}":
            raise ValueError(f'"{shown(placeholder)}" is unknown in a title', 'write "{name}" for the name')
    return text


_ZONE = re.compile(r"[A-Za-z0-9_+\-/]{1,60}")
_NOT_IANA = ("posix/", "right/", "posixrules", "localtime", "Factory")
_OFFSET = re.compile(r"(UTC|GMT)? ?[+-] ?\d.*", re.IGNORECASE)
_ABBREVIATIONS = {
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "MDT": "America/Denver",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "EDT": "America/New_York",
    "ET": "America/New_York",
    "BST": "Europe/London",
    "CEST": "Europe/Berlin",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney",
}


def parse_timezone(text: str) -> str:
    """Read the IANA name of a time zone."""
    if not is_timezone(text):
        raise ValueError(f'timezone "{shown(text)}" is unknown', partial(_timezone_advice, text))
    return text


@cache
def is_timezone(name: str) -> bool:
    """Tell whether there is an IANA time zone of this name."""
    if not _ZONE.fullmatch(name) or name.startswith(_NOT_IANA):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _timezone_advice(text: str) -> str:
    if _OFFSET.fullmatch(text):
        return "write a place such as Europe/Berlin: an offset knows no summer time"
    words = text.replace(" ", "_").casefold()
    names = sorted(name for name in available_timezones() if not name.startswith(_NOT_IANA))
    by_city = {name.rpartition("/")[2].casefold(): name for name in reversed(names)}
    close = _ABBREVIATIONS.get(text.upper()) or by_city.get(words.rpartition("/")[2])
    if not close and "/" in words:
        close = did_you_mean(words, names, at_most=len(names))
    elif not close:
        close = by_city.get(did_you_mean(words, by_city, at_most=len(by_city)) or "")
    return f'did you mean "{close}"?' if close else "write an IANA name such as Europe/Berlin"


_SERVERS = ("postgres", "postgresql", "postgresql+psycopg")


def parse_database(text: str) -> str:
    """Read the URL of a database (`store/url.py`). No message quotes it: it may hold a password."""
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.strip("/") in ("", ":memory:"):
        raise ValueError("a database in memory forgets what was held", 'write "sqlite:///netkeep.db"')
    if scheme == "sqlite" and not rest.startswith("/"):
        raise ValueError("an SQLite file comes after three slashes", 'write "sqlite:///netkeep.db"')
    if scheme != "sqlite" and not (scheme in _SERVERS and rest):
        raise ValueError(
            "this is no database that can be used",
            'write "sqlite:///netkeep.db" or "postgresql://user@host/name"',
        )
    return text


def parse_ics(text: str) -> str:
    """Read the path of a calendar file; its ending keeps it from being the roster itself."""
    if not text.lower().endswith(".ics") or len(text) < 5:
        raise ValueError(f'"{shown(text)}" does not end in .ics', 'write a file name such as "checkins.ics"')
    return text


_CALENDAR_ID = re.compile(r"primary|[^\s@]+@[^\s@]+")


def parse_calendar_id(text: str) -> str:
    """Read the id of a calendar at Google. All but "primary" look like an email address; a name does not."""
    if not _CALENDAR_ID.fullmatch(text):
        raise ValueError(
            f'"{shown(text)}" is no id of a calendar',
            'write "primary", or the id that the settings of the calendar show',
        )
    return text


def parse_color(text: str) -> str:
    """Read a colour of events by the name that Google gives it."""
    color = text.casefold()
    if color not in COLORS:
        close = did_you_mean(color, COLORS)
        raise ValueError(
            f'color "{shown(text)}" is unknown',
            f'did you mean "{close}"?' if close else f"write one of {', '.join(COLORS)}",
        )
    return color


_NOTIFY_ADVICE = 'write one of apprise, such as "mailtos://user:password@example.com"'


def parse_notify(text: str) -> str:
    """Read where notices go, an address of apprise. No message quotes it: it holds a password."""
    scheme, is_address, rest = text.partition("://")
    if not (is_address and scheme and rest):
        raise ValueError("this is no address that notices can go to", _NOTIFY_ADVICE)
    return text


_PUBLIC_URL_ADVICE = 'write it like "https://checkins.example.com"'
_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


def parse_public_url(text: str) -> str:
    """Read the address that links are built from, into the one way to write it (RFC 6454, 6.2)."""
    try:
        url = urlsplit(text)
        host, port = url.hostname or "", url.port
    except ValueError:
        raise ValueError(f'"{shown(text)}" is no address', _PUBLIC_URL_ADVICE) from None
    if url.scheme not in _PORTS or not host:
        raise ValueError(f'"{shown(text)}" is no address of a web server', _PUBLIC_URL_ADVICE)
    if "@" in url.netloc:  # not quoted, for there may be a password in it
        raise ValueError("a public_url has no user in it", _PUBLIC_URL_ADVICE)
    if "?" in text or "#" in text:
        raise ValueError(
            'a public_url ends before any "?" or "#"', f'write "{_origin(url.scheme, host, port)}"'
        )
    if url.path not in ("", "/"):
        raise ValueError(
            "the pages need a host name of their own, and no path",
            f'write "{_origin(url.scheme, host, port)}", and let that lead here',
        )
    if not _is_host_name(host):
        raise ValueError(f'"{shown(host)}" is no name of a host', _ascii_advice(host))
    if port == 0:
        raise ValueError("there is no port 0", _PUBLIC_URL_ADVICE)
    return _origin(url.scheme, host, port)


def _origin(scheme: str, host: str, port: int | None) -> str:
    place = f"[{host}]" if ":" in host else host
    return f"{scheme}://{place}" + (f":{port}" if port not in (None, _PORTS[scheme]) else "")


def _is_host_name(host: str) -> bool:
    if ":" not in host:
        return bool(_HOST_NAME.fullmatch(host))
    try:
        return "%" not in str(ip_address(host))  # a zone names a cable of one machine
    except ValueError:
        return False


def _ascii_advice(host: str) -> str:
    """Return what to write for a name that browsers write another way, as they do with umlauts."""
    try:
        ascii_host = host.encode("idna").decode()
    except UnicodeError:
        return _PUBLIC_URL_ADVICE
    return f'write it as "{ascii_host}"' if _is_host_name(ascii_host) else _PUBLIC_URL_ADVICE


_NETWORK_ADVICE = 'write an address or a network, such as "127.0.0.1" or "10.0.0.0/8"'


def parse_network(text: str) -> str:
    """Read an address, or a network of them, into CIDR notation."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f'"{shown(text)}" is no address of a machine', _NETWORK_ADVICE) from None
    if network.prefixlen == 0:
        raise ValueError(f'"{shown(text)}" is everybody', "write the address of the proxy alone")
    return str(network)


_HEADER = re.compile("[A-Za-z][A-Za-z0-9-]{0,63}")


def parse_header(text: str) -> str:
    """Read the name of a header of HTTP."""
    if not _HEADER.fullmatch(text):
        raise ValueError(f'"{shown(text)}" is no name of a header', 'write it like "Remote-User"')
    return text


_DIGEST = re.compile(r"(\w+),? +(\d{1,2})[:.](\d{2})")
_DIGEST_ADVICE = 'write a day and an hour, such as "monday 08:00", or "off"'


def parse_digest(text: str) -> Digest | None:
    """Read when the digest is sent, "monday 08:00"; None for "off"."""
    if text.lower() in {"off", "false", "no"}:
        return None
    match = _DIGEST.fullmatch(text)
    if match is None:
        raise ValueError(f'"{shown(text)}" is no time of the week', _DIGEST_ADVICE)
    hour, minute = int(match[2]), int(match[3])
    if hour > 23 or minute > 59:
        raise ValueError(f"{hour}:{match[3]} does not exist", _DIGEST_ADVICE)
    return Digest(weekday=parse_weekday(match[1]), local_time=time(hour, minute))


_REVIEW_ADVICE = 'write "quarterly", "every 6 months" or the like, or "off"'


def parse_review(text: str) -> Cadence | Literal["off"]:
    """Read how often the list is reviewed, by calendar months, or that it is not."""
    if text.lower() in {"off", "false", "no"}:
        return "off"
    try:
        cadence = parse_cadence(text)
    except ValueError as error:
        raise ValueError(error.args[0], _REVIEW_ADVICE) from error
    if cadence.unit is not Unit.MONTH:
        raise ValueError(f'"{shown(text)}" is too often for a review', _REVIEW_ADVICE)
    return cadence


_SECURE = ("https", "webcal", "webcals")
_BUSY_ADVICE = 'write an .ics file, the https:// address of one, or "google"'


def parse_busy(text: str) -> str:
    """Read where a busy calendar is: an address, a file, or the word google. No message quotes it: an
    address is a secret.
    """
    scheme, is_address, rest = text.partition("://")
    if is_address:
        scheme = scheme.lower()
        if not _is_host(rest):
            raise ValueError("this address has no host", _BUSY_ADVICE)
        if scheme in _SECURE:
            return f"https://{rest}"
        if scheme != "http":
            raise ValueError("this is no address of a web server", _BUSY_ADVICE)
        if not _is_this_machine(rest):
            raise ValueError(
                "over http:// others can read your calendar on its way", "write https:// if the server has it"
            )
        return f"http://{rest}"
    if text.lower() == "google":
        return "google"
    if text.lower().endswith(".ics"):
        return text
    advice = 'did you mean "google"?' if did_you_mean(text, ["google"]) else _BUSY_ADVICE
    raise ValueError("this is no calendar that can be read", advice)


def _is_host(rest: str) -> bool:
    try:
        place = urlsplit(f"//{rest}")
        return bool(place.hostname) and place.port != 0
    except ValueError:
        return False


def _is_this_machine(rest: str) -> bool:
    host = urlsplit(f"//{rest}").hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexDays:
    """A tolerance of so many days."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexShare:
    """A tolerance of so many hundredths of the period."""

    percent: int


_FLEX = re.compile(r"(?P<number>\d{1,3}) ?(?P<unit>days?|weeks?|%)", re.IGNORECASE)


def parse_flex(text: str) -> FlexDays | FlexShare:
    """Read a tolerance on either side of a due date: 10 days, 2 weeks, 20%."""
    match = _FLEX.fullmatch(text)
    if match is None or not (number := int(match["number"])):
        raise ValueError(f'flex "{shown(text)}" is no tolerance', 'write "10 days", "2 weeks" or "20%"')
    if match["unit"] != "%":
        return FlexDays(count=number * (7 if match["unit"].lower().startswith("week") else 1))
    if number >= 50:
        raise ValueError(f'flex "{text}" is half the period or more', 'write at most "49%"')
    return FlexShare(percent=number)


def most_flex_days(cadence: Cadence) -> int:
    """Return the widest tolerance that keeps one due date's window apart from the next one's."""
    return math.ceil(cadence.period_days / 2) - 1


def flex_days(flex: FlexDays | FlexShare, cadence: Cadence) -> int:
    """Return a tolerance in days: at least one; of a share, never more than `most_flex_days`."""
    match flex:
        case FlexDays(count=count):
            return count
        case FlexShare(percent=percent):
            return max(1, min(round(cadence.period_days * percent / 100), most_flex_days(cadence)))
