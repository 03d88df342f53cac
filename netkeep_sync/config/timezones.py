"""Time zones by their IANA names, and what people write in place of those."""

from __future__ import annotations

import re
from functools import cache, partial
from zoneinfo import ZoneInfo, available_timezones

from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.core.text import shown

__all__ = ["is_timezone", "parse_timezone"]

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
