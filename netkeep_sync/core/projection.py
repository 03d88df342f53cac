"""What a target may see of one series or milestone: every word and time that leaves the program, and no
more.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.milestone import first_day, milestone_uid, milestone_words, yearly_rule
from netkeep_sync.core.outcome import Evidence
from netkeep_sync.core.series import Cancelled, Moved, local_occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from netkeep_sync.core.contact import Contact, Milestone
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.series import Series

__all__ = [
    "MilestoneProjection",
    "Projection",
    "SeriesProjection",
    "project",
    "project_milestone",
    "published",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesProjection:
    """One series in words and times.

    `description` is plain text with newlines. `rrule` is the RRULE value with UNTIL in UTC.
    `cancelled` are the days of slots that do not take place; `moved` pairs the day of a slot with the
    wall clock time it is moved to. Both lie in `timezone`, as `local_start` does.
    """

    uid: str
    summary: str
    description: str
    location: str
    category: str
    local_start: datetime
    timezone: str
    minutes: int
    rrule: str
    cancelled: tuple[date, ...] = ()
    moved: tuple[tuple[date, datetime], ...] = ()

    @property
    def fingerprint(self) -> str:
        """A digest of all of it: equal exactly when nothing a target sees has changed."""
        return _digest(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneProjection:
    """One milestone in words and days: a whole day of every year, which keeps no time busy.

    `rrule` is the RRULE value, without end; `first_on` is its first instance.
    """

    uid: str
    summary: str
    description: str
    category: str
    first_on: date
    rrule: str

    @property
    def fingerprint(self) -> str:
        """A digest of all of it: equal exactly when nothing a target sees has changed."""
        return _digest(self)


Projection = SeriesProjection | MilestoneProjection


def _digest(projection: Projection) -> str:
    return hashlib.sha256(repr(projection).encode()).hexdigest()


def published(series: Iterable[Series], *, today: date) -> tuple[Series, ...]:
    """Return the series that belong on a calendar: those with an occurrence at all, ended at most a
    year ago.
    """
    return tuple(
        one
        for one in series
        if (one.until_on is None or one.until_on > today - timedelta(days=366))
        and next(local_occurrences(one, end_on=max(today, one.first_on) + timedelta(days=3660)), None)
    )


def project(series: Series, *, contact: Contact | None, history: History | None) -> SeriesProjection:
    """Return the whole of a series; `contact` is None once it has left the roster."""
    return SeriesProjection(
        uid=series.uid,
        summary=series.summary,
        description=talking_points(contact, history) if contact else "",
        location=series.city or _place(contact),
        category=series.category,
        local_start=series.local_start,
        timezone=series.timezone,
        minutes=series.minutes,
        rrule=series.rrule,
        cancelled=tuple(one.slot_on for one in series.exceptions if isinstance(one, Cancelled)),
        moved=tuple((one.slot_on, one.local_start) for one in series.exceptions if isinstance(one, Moved)),
    )


def project_milestone(milestone: Milestone, *, contact: Contact, roster: str) -> MilestoneProjection:
    """Return a milestone of the contact; `roster` is the roster's key."""
    return MilestoneProjection(
        uid=milestone_uid(roster, contact.key, milestone.label),
        summary=f"{contact.name}: {milestone.label}",
        description=milestone_words(milestone),
        category=contact.category,
        first_on=first_day(milestone),
        rrule=yearly_rule(milestone),
    )


def _place(contact: Contact | None) -> str:
    return (contact.place or contact.channel.place) if contact else ""


def talking_points(contact: Contact, history: History | None) -> str:
    """Return what to know before a check-in: last met, the milestones, what to ask, what to offer,
    the notes.
    """
    blocks = [_last_met(history)]
    if contact.milestones:
        blocks.append(_listed("Milestones", [milestone_words(one) for one in contact.milestones]))
    if contact.ask:
        blocks.append(_listed("Ask", contact.ask))
    if contact.offer:
        blocks.append(_listed("Offer", contact.offer))
    if contact.notes:
        blocks.append(f"Notes\n{contact.notes}")
    return "\n\n".join(blocks)


def _last_met(history: History | None) -> str:
    held = history.held if history else None
    if held is None:
        return "You have not met yet."
    doubt = ", presumably" if held.evidence is Evidence.PRESUMED else ""
    line = f"Last met on {held.day.day} {held.day:%B %Y}{doubt}."
    return f"{line}\n{held.note}" if held.note else line


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"- {line}" for line in lines)])
