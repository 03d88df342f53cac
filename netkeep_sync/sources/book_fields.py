"""What single fields of an address book may hold, in the form in which a roster takes them.

Each function takes the text of a field and returns what is good of it, empty for nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from netkeep_sync.core.contact import slug
from netkeep_sync.core.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "city_in",
    "emails_in",
    "is_formula",
    "line_of",
    "name_in",
    "notes_in",
    "phone_in",
    "timezone_in",
    "url_in",
]

_MAX_LINE = 200
_MAX_CITY = 100
_MAX_NOTES = 2_000
_MAX_EMAILS = 10


def line_of(text: str) -> str:
    """Return a field in one line, and no longer than a roster takes."""
    if not text:  # most fields are; a large book has hundreds of thousands
        return ""
    line = clean_line(text[: _MAX_LINE * 4])
    return line if len(line) <= _MAX_LINE else f"{line[: _MAX_LINE - 1]}…"


def notes_in(text: str) -> str:
    """Return a note with its lines, and no longer than one cares to read."""
    lines = clean_text(text[: _MAX_NOTES * 4]).strip().replace("\t", " ").split("\n")
    notes = "\n".join(line.rstrip() for line in lines)
    return notes if len(notes) <= _MAX_NOTES else f"{notes[: _MAX_NOTES - 1]}…"


# A cell that a spreadsheet would run: "=HYPERLINK(…)", "+cmd|…", "@SUM(…)"; but not "+49 (30) 1234".
_FORMULA = re.compile(r"\s*(?:=|[+\-@][\w+*/.-]{0,40}[A-Za-z][\w+*/.-]{0,40}[(|])")


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a cell for a formula, and run it."""
    return _FORMULA.match(text) is not None


_PICTURES = re.compile(
    "[\u2190-\u2bff\u3030\u303d\ufe0e\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]+\u200d*"
)
_DEGREE = re.compile(
    r"[ ,]*(?:[A-Z][A-Z.]{1,5}|(?:Ph|Psy|Ed|M|Pharm)\.?D\.?|(?:B|M|LL)\.?(?:Sc|Eng|A|Ed|M)\.?|[JS]r\.?)"
)


def name_in(text: str) -> str:
    """Return a name without pictures and degrees: "Jane Doe, PhD 🚀" is "Jane Doe". An address is no name."""
    name = line_of(_PICTURES.sub(" ", text)).strip(" ,;|·•")
    before, _, after = name.partition(",")
    if after and all(_DEGREE.fullmatch(one) for one in after.split(",")):
        name = before.rstrip()
    return name if _has_letters(name) and slug(name) and "@" not in name else ""


def city_in(text: str) -> str:
    """Return a city."""
    city = line_of(text)
    return city if _has_letters(city) and len(city) <= _MAX_CITY else ""


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


_EMAIL = re.compile(r'[^\s@<>,;:"()]+@[^\s@<>,;:"()]+')


def emails_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return each address in "mailto:john@example.com" or "John <john@example.com>", once."""
    found = {email.casefold(): email for text in texts for email in _EMAIL.findall(line_of(text))}
    return tuple(found.values())[:_MAX_EMAILS]


_PHONE = re.compile(r"(?:tel:)?(\+?[\d (][\d ()/.-]{4,30})(?:[; ].*)?", re.IGNORECASE)


def phone_in(text: str) -> str:
    """Return a number as it is written."""
    found = _PHONE.fullmatch(line_of(text))
    return found[1].strip() if found else ""


_URL = re.compile(
    r"(https?://)?((?:www\.|[a-z]{2,3}\.linkedin\.com|linkedin\.com|(?<=://))[^\s<>\"']{3,190})",
    re.IGNORECASE,
)


def url_in(text: str) -> str:
    """Return an address on the web, whole."""
    found = _URL.fullmatch(line_of(text))
    return f"{found[1] or 'https://'}{found[2]}" if found else ""


@lru_cache(maxsize=1000)
def timezone_in(text: str) -> str:
    """Return the IANA name of a time zone."""
    if not re.fullmatch(r"[A-Z][A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}", text):
        return ""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        return ""
