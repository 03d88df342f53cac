"""What a pass would change, as a diff that a person reads."""

from __future__ import annotations

import difflib
from datetime import date, datetime
from typing import TYPE_CHECKING

from netkeep_sync.cli.output.screen import moment_words, say
from netkeep_sync.core.series import Rule
from netkeep_sync.core.words import day_words, listed
from netkeep_sync.service.changes import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netkeep_sync.service.changes import Change
    from netkeep_sync.service.outlook import Outlook

__all__ = ["print_changes"]

_SIGNS = {Kind.CREATE: "+", Kind.UPDATE: "~", Kind.REMOVE: "-"}
_COLORS = {Kind.CREATE: "green", Kind.UPDATE: "yellow", Kind.REMOVE: "red"}
_LABELS = {"rrule": "rhythm"}


def print_changes(outlook: Outlook, changes: Iterable[Change], *, is_review_told: bool = True) -> None:
    """Print a line for each entry that comes, changes or goes, and below it what is otherwise. The entry of
    the review comes last; unless it `is_review_told`, a line says what of it follows the others.
    """
    for change in sorted(changes, key=lambda one: one.is_review):
        begun, color = f"  {_SIGNS[change.kind]} {change.title}", _COLORS[change.kind]
        if change.is_review and change.kind is Kind.UPDATE and not is_review_told:
            what = dict.fromkeys(_LABELS.get(one.what, one.what) for one in change.differences)
            say(_plain(f"{begun}: {listed([*what] or ['its inner state'])}"), color=color)
            continue
        say(_plain(f"{begun}{_when(outlook, change)}"), color=color)
        lines = [] if change.kind is Kind.REMOVE else [*_lines(outlook, change)]
        if change.kind is Kind.UPDATE and not lines:
            lines = ["what is not listed here: a category, a reminder, busy or free"]
        for line in lines:
            say(_plain(f"      {line}"))


def _when(outlook: Outlook, change: Change) -> str:
    """Return start and rhythm of an entry that comes."""
    if change.kind is not Kind.CREATE:
        return ""
    values = {one.what: one.after for one in change.differences}
    told = [_value(outlook, what, values[what]) for what in ("start", "rrule") if what in values]
    return f": {', '.join(told)}" if told else ""


def _lines(outlook: Outlook, change: Change) -> Iterator[str]:
    """Yield what is otherwise: of an entry that comes, only what lies elsewhere than its rhythm says."""
    for one in change.differences:
        if one.what == "occurrence":
            yield f"{_said(outlook, one.before or one.slot)} → {_said(outlook, one.after)}"
        elif change.kind is Kind.CREATE:
            continue
        elif one.what == "notes":
            yield from _notes(str(one.before or ""), str(one.after or ""))
        else:
            before, after = (_value(outlook, one.what, value) for value in (one.before, one.after))
            yield f"{_LABELS.get(one.what, one.what)}: {before} → {after}"


def _value(outlook: Outlook, what: str, value: str | int | None) -> str:
    if what == "start":
        return _said(outlook, value)
    if what == "rrule" and value:
        return _rhythm(outlook, str(value))
    return "none" if value is None else str(value)


def _said(outlook: Outlook, moment: str | int | None) -> str:
    """Return a moment of an entry as people say it."""
    if not moment:
        return "cancelled"
    if "T" in str(moment):
        return moment_words(outlook, datetime.fromisoformat(str(moment)))
    return day_words(date.fromisoformat(str(moment)), today=outlook.today)


def _rhythm(outlook: Outlook, rrule: str) -> str:
    parts = rrule.split(";")
    ends = [part.removeprefix("UNTIL=") for part in parts if part.startswith("UNTIL=")]
    endless = ";".join(part for part in parts if not part.startswith("UNTIL="))
    try:
        words = Rule.parse(endless).words
    except ValueError:
        words = "every year" if "FREQ=YEARLY;INTERVAL=1" in endless else endless
    until = day_words(datetime.fromisoformat(ends[0]).date(), today=outlook.today) if ends else ""
    return f"{words}, until {until}" if until else words


def _notes(before: str, after: str) -> Iterator[str]:
    """Yield the lines of the notes that come or go."""
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[0] in "+-" and line[2:].strip():
            yield f"notes: {line}"


def _plain(line: str) -> str:
    """Return a line without what would steer a terminal: an entry may hold anything."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)
