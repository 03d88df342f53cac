"""What a target may see of one series or milestone: every word and time that leaves the program, and no
more. How much that is, each calendar says for itself (`Show`).

A projection begins with what nobody minds, the word for the channel and the times, and gets what may be
shown on top: what is forgotten here is not shown.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.brief import brief_words, make_brief
from netkeep_sync.core.channel import channel_words, plain_title
from netkeep_sync.core.language import ENGLISH, to_translate
from netkeep_sync.core.milestone import (
    first_day,
    label_words,
    milestone_uid,
    milestone_words,
    yearly_rule,
)
from netkeep_sync.core.roster import Show
from netkeep_sync.core.series import Cancelled, Moved, local_occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from netkeep_sync.core.channel import Channel
    from netkeep_sync.core.contact import Contact, Milestone
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.roster import Trip
    from netkeep_sync.core.series import Series

__all__ = [
    "MilestoneProjection",
    "Projection",
    "SeriesProjection",
    "as_met",
    "project",
    "project_milestone",
    "published",
]

_ANSWER = to_translate("What came of it?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesProjection:
    """One series in words and times.

    `description` is plain text with newlines. `rrule` is the RRULE value with UNTIL in UTC.
    `cancelled` are the days of slots that do not take place; `moved` pairs the day of a slot with the
    wall clock time it is moved to. Both lie in `timezone`, as `local_start` does.

    `color` is one of `contact.COLORS`, empty for the calendar's own. It reminds so many minutes before
    (`reminders`), None as the calendar does of its own accord. `has_meet` asks for a room of Google Meet.
    `guests` are the addresses of who is to be invited; a file or feed can't, and must not show them.

    `answer_url` is where the owner says what came of it, as `answer_words` ask, empty where others may read
    along. It is apart from the description, so that only who means to show it does (`words_for_owner`).
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
    color: str = ""
    reminders: tuple[int, ...] | None = None
    is_busy: bool = True
    has_meet: bool = False
    guests: tuple[str, ...] = ()
    answer_url: str = ""
    answer_words: str = _ANSWER

    @property
    def fingerprint(self) -> str:
        """A digest of all of it: equal exactly when nothing a target sees has changed."""
        return _digest(self)

    @property
    def words_for_owner(self) -> str:
        """The description, and below it the link to answer."""
        link = f"{self.answer_words} {self.answer_url}" if self.answer_url else ""
        return "\n\n".join(filter(None, [self.description, link]))


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

    @property
    def words_for_owner(self) -> str:
        """The description: a milestone asks nothing."""
        return self.description


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


def as_met(contact: Contact, series: Series, trips: Iterable[Trip]) -> Contact:
    """Return the contact with the channel of the series: on a trip another one may stand in for theirs."""
    if contact.channel.key == series.channel:
        return contact
    ways = (channel for trip in trips for channel in trip.channels if channel.key == series.channel)
    return replace(contact, channel=next(ways, contact.channel))


def project(
    series: Series,
    *,
    contact: Contact | None,
    history: History | None,
    is_ahead: bool = True,
    next_on: date | None = None,
    show: Show = Show.FULL,
    color: str = "",
    answer_url: str = "",
    language: Language = ENGLISH,
) -> SeriesProjection:
    """Return of a series what a calendar may show.

    `contact` is None once they have left the roster, else with the channel that they are met by (`as_met`).
    A series with nothing ahead says no more of itself than its title; `next_on` is the day of its next
    check-in, if that is planned yet. `color` is that of its category. `answer_url` is only shown where all is
    and nobody is invited; it stays when nothing is ahead, for what has passed may be answered yet. The words
    are in `language`, but for the title, which the plan has made.
    """
    channel = contact.channel if contact and contact.channel.key == series.channel else None
    busy = _busy(series, channel, language)
    if show is Show.BUSY:
        return busy
    reminders = channel.reminders if channel else None
    in_words = replace(busy, color=color, reminders=reminders)
    if show is Show.FIRST_NAME:
        is_at_theirs = series.city or (contact and contact.place)
        location = channel.place if channel and is_ahead and not is_at_theirs else ""
        return replace(
            in_words, summary=_first_name_title(series, contact, channel, language), location=location
        )
    full = replace(
        in_words,
        summary=series.summary,
        category=series.category,
        location=series.city,
    )
    if answer_url and contact and not contact.is_invited:
        full = replace(full, answer_url=answer_url, answer_words=language.gettext(_ANSWER))
    if not (contact and is_ahead):
        return full
    return replace(
        full,
        description=talking_points(contact, history, next_on=next_on, uid=series.uid, language=language),
        location=series.city or contact.place or contact.channel.place,
        has_meet=channel is not None and channel.has_meet,
        guests=(contact.email,) if contact.is_invited and contact.email else (),
    )


def _busy(series: Series, channel: Channel | None, language: Language) -> SeriesProjection:
    """Return what says nothing of anybody."""
    return SeriesProjection(
        uid=series.uid,
        summary=channel_words(series.channel, language),
        description="",
        location="",
        category="",
        local_start=series.local_start,
        timezone=series.timezone,
        minutes=series.minutes,
        rrule=series.rrule,
        cancelled=tuple(one.slot_on for one in series.exceptions if isinstance(one, Cancelled)),
        moved=tuple((one.slot_on, one.local_start) for one in series.exceptions if isinstance(one, Moved)),
        is_busy=channel.is_busy if channel else True,
    )


def _first_name_title(
    series: Series, contact: Contact | None, channel: Channel | None, language: Language
) -> str:
    """Return a title without a last name. The stored one has it, and can't be taken apart safely once the
    contact has left or has another name.
    """
    if contact is None:
        return channel_words(series.channel, language)
    title = channel.title if channel else plain_title(series.channel, language)
    return title.replace("{name}", _first_word(contact.name))


def _first_word(name: str) -> str:
    return next(iter(name.split()), "")


def project_milestone(
    milestone: Milestone,
    *,
    contact: Contact,
    roster: str,
    show: Show = Show.FULL,
    language: Language = ENGLISH,
) -> MilestoneProjection:
    """Return a milestone of the contact; `roster` is the roster's key. One that is busy shows none."""
    if show is Show.BUSY:
        raise ValueError("a calendar that shows only busy times has no milestones")
    is_full = show is Show.FULL
    whose = contact.name if is_full else _first_word(contact.name)
    return MilestoneProjection(
        uid=milestone_uid(roster, contact.key, milestone.label),
        summary=f"{whose}: {label_words(milestone, language)}",
        description=milestone_words(milestone, language) if is_full else "",
        category=contact.category if is_full else "",
        first_on=first_day(milestone),
        rrule=yearly_rule(milestone),
    )


def talking_points(
    contact: Contact, history: History | None, *, next_on: date | None, uid: str, language: Language = ENGLISH
) -> str:
    """Return what to know before the check-in of `next_on`, on the entry of its series: the brief. It is the
    same for as long as nothing new is known and that check-in is the next.
    """
    return brief_words(make_brief(contact, history, for_on=next_on, on_entry_of=uid), language)
