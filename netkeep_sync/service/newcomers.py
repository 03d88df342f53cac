"""Newcomers: acquaintances whom the owner chose, on their way into the roster file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from netkeep_sync.config.edit import AppendItem
from netkeep_sync.config.patch import patched
from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.core.acquaintance import notes_about
from netkeep_sync.core.contact import slug
from netkeep_sync.service.workspace import with_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from netkeep_sync.core.acquaintance import Acquaintance
    from netkeep_sync.core.contact import Milestone
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.workspace import Workspace

__all__ = ["Choice", "Crowd", "cadence_by_category", "crowds", "with_newcomers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Somebody to add, to which category, and how often to meet them: empty for what the category says."""

    acquaintance: Acquaintance
    category: str
    cadence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A category that would hold more people than it should."""

    category: str
    people: int
    keep: int


def cadence_by_category(workspace: Workspace) -> Mapping[str, str]:
    """Return the cadence of each category in the words of the file, empty where it says none."""
    entries = read_yaml(workspace.text, file=str(workspace.path)).tree["categories"]
    return {key: str((entry or {}).get("cadence") or "") for key, entry in entries.items()}


def crowds(roster: Roster, choices: Sequence[Choice]) -> tuple[Crowd, ...]:
    """Return the categories that the choices would fill beyond what they are to keep."""
    wanted = Counter(one.category for one in choices)
    people = Counter(one.category for one in roster.contacts) + wanted
    return tuple(
        Crowd(category=one.key, people=people[one.key], keep=one.keep)
        for one in roster.categories
        if one.keep is not None and wanted[one.key] and people[one.key] > one.keep
    )


def with_newcomers(workspace: Workspace, choices: Sequence[Choice], *, today: date) -> str:
    """Return the text of the roster file with the choices in it, and nothing else changed.

    Raises RosterError when they can't be added, or the file would not be a roster any more.
    """
    roster = workspace.roster
    people = (*roster.contacts, *(one.contact for one in roster.bench))
    taken = {slug(name) for one in people for name in (one.key, one.name)}
    edits = []
    for choice in choices:
        entry = _entry(choice, roster, taken=taken, today=today)
        taken |= {slug(entry["name"]), entry.get("id", "")}
        edits.append(AppendItem(("contacts",), entry))
    text = patched(workspace.text, edits, file=str(workspace.path))
    return with_text(workspace, text, today=today).text


def _entry(choice: Choice, roster: Roster, *, taken: set[str], today: date) -> dict[str, Any]:
    """Return what the file is to say of somebody: no key without a value, and no name twice without an id."""
    one = choice.acquaintance
    name = slug(one.name)
    entry = {
        "name": one.name,
        "id": next(key for number in count(2) if (key := f"{name}-{number}") not in taken)
        if name in taken
        else "",
        "category": choice.category,
        "cadence": choice.cadence,
        "email": one.email,
        "city": one.city,
        "timezone": one.timezone if one.timezone != roster.timezone else "",
        "milestones": {each.label: _day_words(each, today=today) for each in one.milestones},
        "notes": notes_about(one),
    }
    return {key: value for key, value in entry.items() if value}


def _day_words(milestone: Milestone, *, today: date) -> str:
    """Return a milestone as the file writes it, without a year that can't be."""
    day = f"{milestone.month:02}-{milestone.day:02}"
    is_past = milestone.year is not None and milestone.year < today.year
    return f"{milestone.year}-{day}" if is_past else day
