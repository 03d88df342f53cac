"""The milestones of a contact: days of the year, each under a label of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netkeep_sync.config.schema import MAX_LABEL
from netkeep_sync.core.contact import slug
from netkeep_sync.core.text import clean_line, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from netkeep_sync.config.findings import Findings
    from netkeep_sync.config.yaml_source import YamlPath
    from netkeep_sync.core.contact import Milestone

__all__ = ["resolve_milestones"]


def resolve_milestones(
    path: YamlPath, day_by_key: Mapping[str, Milestone], *, today: date, findings: Findings
) -> tuple[Milestone, ...]:
    """Return the milestones at `path` in the order of the year; `work_anniversary` is read as two words."""
    key_by_label: dict[str, str] = {}
    milestones = []
    for key, day in day_by_key.items():
        label = clean_line(key.replace("_", " "))
        first = key_by_label.setdefault(label.casefold(), key)
        wrong = None
        if not slug(label):
            wrong = f'"{shown(key)}" has no letters to call a day by', 'write a word such as "birthday"'
        elif len(label) > MAX_LABEL:
            wrong = f"this label is longer than {MAX_LABEL} characters", "shorten it"
        elif first != key:
            place = findings.where((*path, first), of_key=True)
            wrong = f'"{shown(label)}" stands here twice, first at {place}', "keep one of the two"
        if wrong:
            findings.tell((*path, key), *wrong, of_key=True)
        if day.year and day.year > today.year:
            findings.tell(
                (*path, key),
                f"the year {day.year} is in the future",
                f'write the year it began in, or only "{day.month:02}-{day.day:02}"',
            )
        milestones.append(replace(day, label=label))
    return tuple(sorted(milestones, key=lambda one: (one.month, one.day, one.label)))
