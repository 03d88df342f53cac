"""vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350), as far as they tell of a person.

What it takes to read them: lines are folded, and in 2.1 quoted-printable text runs on after a "=" at the
end of a line; a name may have a group before it, "item1.EMAIL"; a parameter of 2.1 may stand without its
name, "TEL;CELL:…". A picture is never looked at, and neither is a card inside a card.
"""

from __future__ import annotations

import codecs
import quopri
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netkeep_sync.core.acquaintance import Acquaintance
from netkeep_sync.sources.book_fields import (
    city_in,
    emails_in,
    line_of,
    name_in,
    notes_in,
    phone_in,
    timezone_in,
    url_in,
)
from netkeep_sync.sources.book_text import MAX_ENTRIES
from netkeep_sync.sources.written_days import written_milestone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netkeep_sync.sources.book_text import Telling

__all__ = ["is_vcard", "read_vcards"]

_WANTED = frozenset(
    {"ADR", "ANNIVERSARY", "BDAY", "CATEGORIES", "EMAIL", "FN", "KIND", "N", "NICKNAME", "NOTE", "ORG"}
    | {"ROLE", "TEL", "TITLE", "TZ", "URL", "X-SOCIALPROFILE", "SOCIALPROFILE"}
)
_MAX_VALUE = 20_000
_MAX_VALUES = 200
_LINE = re.compile(
    r"""(?:[A-Za-z0-9-]+\.)?(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;(?:"[^"\n]*"|[^:"\n])*)?):(?P<value>.*)""",
    re.DOTALL,
)


def is_vcard(text: str) -> bool:
    """Tell whether a text begins like one."""
    return text.lstrip()[:11].upper() == "BEGIN:VCARD"


@dataclass(slots=True)
class _Card:
    """The values of a card that is being read, by the names of their properties."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)

    def all(self, *names: str) -> Iterator[str]:
        for name in names:
            yield from self.values.get(name, ())

    def first(self, *names: str) -> str:
        values = (self.values[name] for name in names if name in self.values)
        return next((value for each in values for value in each if value.strip()), "")


def read_vcards(text: str, telling: Telling) -> tuple[list[Acquaintance], int]:
    """Return the people in a text, and how many of its cards name nobody."""
    people, nameless = [], 0
    for number, card in enumerate(_cards(text, telling)):
        if number == MAX_ENTRIES:
            telling.tell_too_many(card.line)
            break
        if card.first("KIND").strip().lower() in {"group", "org", "location", "application"}:
            continue
        person = _person(card, telling.file)
        if person is None:
            nameless += 1
        else:
            people.append(person)
    return people, nameless


def _cards(text: str, telling: Telling) -> Iterator[_Card]:
    card, depth, is_agent = None, 0, False
    for number, line in _unfolded(text):
        word = line[:20].strip().upper()
        if word == "BEGIN:VCARD":
            if card and not is_agent:
                _tell_endless(card, telling)
                depth = 0
            depth += 1
            if depth == 1:
                card = _Card(line=number)
        elif word == "END:VCARD":
            depth = max(depth - 1, 0)
            if card and not depth:
                yield card
                card = None
        elif card and depth == 1 and (read := _property(line)):
            name, value = read
            values = card.values.setdefault(name, [])
            if len(values) < _MAX_VALUES:
                values.append(value)
        is_agent = word.startswith("AGENT") or (is_agent and not word)
    if card:
        _tell_endless(card, telling)


def _tell_endless(card: _Card, telling: Telling) -> None:
    telling.tell(card.line, "this card has no end", 'close it with "END:VCARD"; it is left out')


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield the whole lines with the numbers of their beginnings. No line is kept longer than one may be."""
    start, parts, size, runs_on = 1, [""], 0, False
    for number, line in enumerate(text.split("\n"), 1):
        if runs_on or line[:1] in {" ", "\t"}:
            piece = line if runs_on else line[1:]
            if size < _MAX_VALUE:
                parts.append(f"\n{piece}" if runs_on else piece)
            size += len(piece)
        else:
            yield start, "".join(parts)
            start, parts, size = number, [line], len(line)
        is_quoted = "QUOTED-PRINTABLE" in parts[0][:200].upper()
        runs_on = is_quoted and line.endswith("=")
    yield start, "".join(parts)


def _property(line: str) -> tuple[str, str] | None:
    """Return name and value of a line; None for what is no line of a card, or of no use here."""
    name = re.match(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)", line[:200])
    if name is None or name[1].upper() not in _WANTED:
        return None
    found = _LINE.fullmatch(line[:_MAX_VALUE])
    if found is None:
        return None
    value, parameters = found["value"], found["parameters"].upper()
    if "QUOTED-PRINTABLE" in parameters:
        value = _from_quoted(value, parameters)
    return found["name"].upper(), value


def _from_quoted(value: str, parameters: str) -> str:
    """Return what quoted-printable text says; what else stands in it was read with the file."""
    charset = re.search(r"CHARSET=\"?([A-Z0-9_-]+)", parameters)
    raw = quopri.decodestring(value.encode())
    try:
        return raw.decode(codecs.lookup(charset[1] if charset else "utf-8").name, errors="strict")
    except (LookupError, ValueError):
        return raw.decode("utf-8", errors="replace")


def _person(card: _Card, file: str) -> Acquaintance | None:
    last, first, middle = (*_parts(card.first("N")), "", "", "")[:3]
    names = (_plain(card.first("FN")), " ".join(filter(None, (first, middle, last))), card.first("NICKNAME"))
    name = next(filter(None, map(name_in, names)), "")
    if not name:
        return None
    days = [("birthday", card.first("BDAY")), ("anniversary", card.first("ANNIVERSARY"))]
    milestones = (written_milestone(day, label) for label, day in days)
    cities = (city_in(parts[3]) for value in card.all("ADR") if len(parts := _parts(value)) > 3)
    links = card.all("X-SOCIALPROFILE", "SOCIALPROFILE", "URL")
    return Acquaintance(
        name=name,
        file=file,
        line=card.line,
        emails=emails_in(card.all("EMAIL")),
        phones=tuple(dict.fromkeys(filter(None, map(phone_in, card.all("TEL"))))),
        company=line_of((*_parts(card.first("ORG")), "")[0]),
        position=line_of(_plain(card.first("TITLE", "ROLE"))),
        city=next(filter(None, cities), ""),
        timezone=timezone_in(line_of(card.first("TZ"))),
        url=next(filter(None, map(url_in, map(_plain, links))), ""),
        notes=notes_in(_plain(card.first("NOTE"))),
        milestones=tuple(one for one in milestones if one),
        groups=tuple(filter(None, (line_of(_plain(one)) for one in card.first("CATEGORIES").split(",")))),
    )


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def _plain(value: str) -> str:
    """Return a value without its backslashes (RFC 6350, 3.4)."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _parts(value: str) -> list[str]:
    """Return the parts of a value between semicolons."""
    parts = re.findall(r"((?:\\.|[^;\\])*)(?:;|\Z|\\\Z)", value, re.DOTALL)
    return [line_of(_plain(part)) for part in parts[:8]]
