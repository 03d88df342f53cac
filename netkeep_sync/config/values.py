"""The single values of the file, each read from what a person wrote: keys, codes, colours and the like.

Days and hours are read in `times.py`, tolerances in `flex.py`, time zones in `timezones.py`, addresses in
`addresses.py`.

Every function there and here takes cleaned text in one line and raises ValueError with two arguments, as
`parse_cadence` does: what is wrong, and what to write instead. The advice may be a function without
arguments, for one that takes long to find: it is called only for a problem that is shown.
"""

from __future__ import annotations

import re

from netkeep_sync.core.contact import COLORS, slug
from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.core.text import shown

__all__ = [
    "parse_calendar_id",
    "parse_city",
    "parse_color",
    "parse_email",
    "parse_header",
    "parse_holiday_code",
    "parse_ics",
    "parse_key",
    "parse_title",
]

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


_HEADER = re.compile("[A-Za-z][A-Za-z0-9-]{0,63}")


def parse_header(text: str) -> str:
    """Read the name of a header of HTTP."""
    if not _HEADER.fullmatch(text):
        raise ValueError(f'"{shown(text)}" is no name of a header', 'write it like "Remote-User"')
    return text
