"""Days as address books write them: "28 Sep 2026", "28. September 2026", "9/28/26", "--12-09".

Months are known by their names in the languages whose month names do not contradict each other. Whether
"03/04/2026" is in March or in April, no single day tells; a whole column of them may.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from netkeep_sync.core.contact import Milestone

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_day_first", "written_day", "written_milestone"]

_MONTHS = (
    # English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish and Norwegian, Polish,
    # Turkish
    "january januar janvier enero janeiro gennaio januari stycznia ocak",
    "february februar fevrier febrero fevereiro febbraio februari lutego subat",
    "march marz maerz mars marzo marco maart marts marca mart",
    "april avril abril aprile kwietnia nisan",
    "may mai mayo maio maggio mei maj maja mayis",
    "june juni juin junio junho giugno czerwca haziran",
    "july juli juillet julio julho luglio lipca temmuz",
    "august aout agosto augustus augusti sierpnia agustos",
    "september septembre septiembre setembro settembre wrzesnia eylul",
    "october oktober octobre octubre outubro ottobre pazdziernika ekim",
    "november novembre noviembre novembro listopada kasim",
    "december dezember decembre diciembre dezembro dicembre desember grudnia aralik",
)
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_MAX_LENGTH = 60


def written_day(text: str, *, is_day_first: bool | None = None) -> date | None:
    """Return the day that a text names; None when it names none, or when it could be either of two."""
    parts = _PARTS.findall(text[:_MAX_LENGTH]) if text else []
    numbers = [int(one) for one in parts if one.isdecimal()][:3]
    named = [month for one in parts if not one.isdecimal() and (month := _month(one))]
    match numbers:
        case [int(day), int(year)] | [int(day), int(year), _] if named:
            return _date(year, named[0], day) if day <= 31 else _date(day, named[0], year)
        case [int(year), int(month), int(day)] if year > 31:
            return _date(year, month, day)
        case [int(first), int(second), int(year)]:
            if is_day_first is None and first != second:
                is_day_first = True if first > 12 else False if second > 12 else None
                if is_day_first is None:
                    return None
            return _date(year, second, first) if is_day_first else _date(year, first, second)
        case _:
            return None


def is_day_first(texts: Iterable[str]) -> bool | None:
    """Tell whether a column writes the day before the month, as any day after the 12th shows; None when
    nothing shows it, or both.
    """
    shown = set()
    for text in texts:
        parts = _PARTS.findall(text[:_MAX_LENGTH])
        if len(parts) >= 3 and all(map(str.isdecimal, parts[:3])) and len(parts[0]) <= 2:
            first, second = int(parts[0]), int(parts[1])
            if first > 12 or second > 12:
                shown.add(first > 12)
    return shown.pop() if len(shown) == 1 else None


_BIRTHDAY = re.compile(r"(?:(\d{4})-?|--)(\d\d)-?(\d\d)(?:[T ].*)?")


def written_milestone(text: str, label: str) -> Milestone | None:
    """Return a day of the year: "1906-12-09", "19061209" or "--12-09", or a day that can be read otherwise.

    Years before 1900, as programs put where they know none, are left out.
    """
    if not text:
        return None
    if found := _BIRTHDAY.fullmatch(text.strip()[:_MAX_LENGTH]):
        year, month, day = int(found[1] or 0), int(found[2]), int(found[3])
    elif whole := written_day(text):
        year, month, day = whole.year, whole.month, whole.day
    else:
        return None
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000, month)[1]:
        return None
    is_known = year >= 1900 and _date(year, month, day) is not None
    return Milestone(label=label, month=month, day=day, year=year if is_known else None)


def _date(year: int, month: int, day: int) -> date | None:
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    try:
        return date(year, month, day) if 1900 <= year <= 2199 else None
    except ValueError:
        return None


@lru_cache(maxsize=1000)
def _month(word: str) -> int:
    """Return the month that a word of at least three letters begins the name of, 0 for none or several."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one)).replace("ı", "i")
    found = {
        number
        for number, names in enumerate(_MONTHS, 1)
        if any(name.startswith(plain) for name in names.split())
    }
    return found.pop() if len(found) == 1 and len(plain) >= 3 else 0
