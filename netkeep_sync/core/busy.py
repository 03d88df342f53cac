"""Busy time: when the owner is booked elsewhere, and which of those meetings were with contacts.

Calendars are read by `sources`. A calendar that can't be read leaves a failure, which is not the same as
no busy time: what gave way to it stays where it is.

A meeting is with a contact whose email is among those asked, or whose full name stands in its title. It is
told of once, by one rule for what is offered and what is trusted: not when it is still to come or lies
before the last meeting that is certain, not on a day of which the owner has said what came of it, held or
not, and not when it was counted or dismissed before, wherever it was moved since. What only counts because
nobody spoke of it is no word of the owner's: a trusted meeting confirms it, and one that would merely be
offered is not worth asking about.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.contact import slug
from netkeep_sync.core.fact import Dismissed, Held, SlotName
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.reconcile import matching_occurrence, reconcile
from netkeep_sync.core.series import Moved, zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.outcome import History, Outcome
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series

__all__ = [
    "FREE",
    "Busy",
    "BusyTime",
    "Found",
    "Meeting",
    "counted_meetings",
    "found_meetings",
    "held_facts",
    "is_own_uid",
    "minutes_by_day",
]

MOST_BY_NAME = 12
"""A name in the title of a larger gathering may be that of a speaker, or of whose birthday it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyTime:
    """Time that is taken, both ends in UTC."""

    start_at: datetime
    end_at: datetime


_SOURCE = "busy:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting that took the owner's time: neither cancelled nor declined by them.

    `uid` names it, and which one of a series it is, wherever it is moved. `emails` are those of who was
    asked, in lower case and without the owner's; `absent` are those of whoever declined.
    """

    uid: str
    title: str
    start_at: datetime
    end_at: datetime
    emails: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Who says so, for a fact about it: this meeting, in a name that tells nothing of it."""
        return f"{_SOURCE}{hashlib.sha256(self.uid.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """What was read of the busy calendars; `failures` tell of those that could not be read."""

    times: tuple[BusyTime, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether every calendar was read: only then is a time that seems free known to be."""
        return not self.failures


FREE = Busy()
"""No busy calendar at all."""


# A series' id is 40 digits in base 32. Other programs make ids of 40 digits too, those of SHA-1, but in
# base 16; the letters beyond f tell ours apart, for one of 2**40 has none of them.
_OWN_ID = re.compile(r"(?=[0-9a-f]*[g-v])[0-9a-v]{40}(_R[0-9T]+)?")


def is_own_uid(uid: str) -> bool:
    """Tell whether an event is a check-in of ours, also as Google tells of it: under its own domain, and
    with a tail where the owner has split the series.
    """
    identity, _, domain = uid.partition("@")
    return domain == "netkeep-sync" or _OWN_ID.fullmatch(identity) is not None


# -- busy minutes ---------------------------------------------------------------------------------


def minutes_by_day(
    times: Iterable[BusyTime], *, timezone: str, start_on: date, end_on: date, pad: int
) -> dict[int, int]:
    """Return what is busy of the days from `start_on` to before `end_on`, by their ordinals: a bit for
    each minute by the owner's clock, the first one `pad` minutes before the day begins, the last one as
    many after it is over.
    """
    taken: dict[int, int] = {}
    pads = timedelta(minutes=pad)
    for one in times:
        start, end = _local_span(one, timezone)
        first = max((start - pads).date().toordinal(), start_on.toordinal())
        last = min((end + pads).date().toordinal(), end_on.toordinal() - 1)
        for ordinal in range(first, last + 1):
            midnight = datetime.combine(date.fromordinal(ordinal), time())
            from_minute = max(0, (start - midnight) // timedelta(minutes=1) + pad)
            # Rounded up: a minute that is busy in part is busy.
            to_minute = min(24 * 60 + 2 * pad, -((midnight - end) // timedelta(minutes=1)) + pad)
            if from_minute < to_minute:
                bits = ((1 << (to_minute - from_minute)) - 1) << from_minute
                taken[ordinal] = taken.get(ordinal, 0) | bits
    return taken


def _local_span(one: BusyTime, timezone: str) -> tuple[datetime, datetime]:
    """Return start and end by the owner's clock; in the hour that comes twice, never the wrong way round."""
    start, end = (at.astimezone(zone(timezone)).replace(tzinfo=None) for at in (one.start_at, one.end_at))
    return start, end if end > start else start + (one.end_at - one.start_at)


# -- meetings with contacts -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A meeting with a contact, on the owner's day `day`."""

    contact: Contact
    meeting: Meeting
    day: date


def found_meetings(
    roster: Roster,
    busy: Busy,
    *,
    histories: Mapping[str, History],
    facts: Iterable[AnyFact],
    series: Iterable[Series],
    now: datetime,
) -> tuple[Found, ...]:
    """Return the passed meetings with contacts that nothing is known of yet, by day: one a contact and day.

    `series` are all that were ever planned.
    """
    passed = [one for one in busy.meetings if one.end_at <= now]
    if not passed:
        return ()
    people = _People(roster.contacts)
    known = _Known(roster, histories, facts, series)
    found: dict[tuple[date, str], Found] = {}
    for meeting in sorted(passed, key=lambda one: (one.start_at, one.uid)):
        day = meeting.start_at.astimezone(zone(roster.timezone)).date()
        for contact in people.at(meeting):
            if not known.is_told(contact, meeting, day):
                found.setdefault((day, contact.key), Found(contact=contact, meeting=meeting, day=day))
    return tuple(found[key] for key in sorted(found))


def held_facts(
    found: Iterable[Found],
    *,
    facts: Sequence[AnyFact],
    series: Sequence[Series],
    now: datetime,
    timezone: str,
) -> tuple[Held, ...]:
    """Return the facts that count these meetings as held, each for the check-in that it fulfils; the owner
    lives by the clock of `timezone`.
    """
    today = now.astimezone(zone(timezone)).date()
    made: list[Held] = []
    for one in found:
        known = reconcile([one.contact], (*facts, *made), today=today, timezone=timezone)
        history = known[one.contact.key]
        occurrence = matching_occurrence(one.contact, series, history, held_on=one.day)
        made.append(
            Held(
                contact=one.contact.key,
                noted_at=now,
                source=one.meeting.source,
                held_on=one.day,
                slot=SlotName(uid=occurrence.uid, slot_on=occurrence.slot_on) if occurrence else None,
            )
        )
    return tuple(made)


def counted_meetings(facts: Sequence[AnyFact]) -> tuple[Held, ...]:
    """Return the facts by which meetings were counted as held and that nobody has taken back."""
    dismissed = {(one.contact, one.meeting) for one in facts if isinstance(one, Dismissed)}
    return tuple(
        one
        for one in facts
        if isinstance(one, Held)
        and one.source.startswith(_SOURCE)
        and (one.contact, one.source) not in dismissed
    )


class _People:
    """The contacts by what meetings call them."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._by_email: dict[str, Contact] = {}
        self._by_name: dict[tuple[str, ...], list[Contact]] = {}
        for contact in contacts:
            if contact.email:
                self._by_email[contact.email.casefold()] = contact
            words = tuple(slug(contact.name).split("-"))
            if len(words) > 1:  # one word alone is no full name, and may be any word of a title
                self._by_name.setdefault(words, []).append(contact)
        self._longest = max(map(len, self._by_name), default=0)

    def at(self, meeting: Meeting) -> list[Contact]:
        """Return whom a meeting was with."""
        there = {one.key: one for email in meeting.emails if (one := self._by_email.get(email))}
        if len(meeting.emails) + len(meeting.absent) <= MOST_BY_NAME:
            there |= {one.key: one for one in self._named(meeting.title)}
        return [one for one in there.values() if one.email.casefold() not in meeting.absent]

    def _named(self, title: str) -> Iterator[Contact]:
        """Yield whose full name stands in a title. Of names inside one another the longest is meant, and a
        name that several have is nobody's.
        """
        words = slug(title).split("-")
        start = 0
        while start < len(words):
            for end in range(min(start + self._longest, len(words)), start + 1, -1):
                bearers = self._by_name.get(tuple(words[start:end]), [])
                if bearers:
                    yield from bearers if len(bearers) == 1 else []
                    start = end - 1
                    break
            start += 1


class _Known:
    """What is known of each contact's days and of the meetings on them."""

    def __init__(
        self,
        roster: Roster,
        histories: Mapping[str, History],
        facts: Iterable[AnyFact],
        series: Iterable[Series],
    ) -> None:
        self._trusts = roster.trusts_busy
        self._histories = histories
        self._series_by_uid = {one.uid: one for one in series}
        self._sources: set[tuple[str, str]] = set()
        self._days: set[tuple[str, date]] = set()
        for fact in facts:
            match fact:
                case Held(contact=contact, source=source, held_on=day):
                    self._note(contact, source, day)
                case Dismissed(contact=contact, meeting=source, found_on=day):
                    self._note(contact, source, day)
                case _:
                    pass

    def _note(self, contact: str, source: str, day: date) -> None:
        # Even a meeting that was called missed later is not told of again: the later word stands.
        self._sources.add((contact, source))
        self._days.add((contact, day))

    def is_told(self, contact: Contact, meeting: Meeting, day: date) -> bool:
        """Tell whether a meeting with the contact is no news."""
        if (contact.key, meeting.source) in self._sources or (contact.key, day) in self._days:
            return True
        outcomes = self._histories[contact.key].outcomes
        held = {one.day: one.evidence for one in outcomes if one.result is Result.HELD}
        certain = [on for on, evidence in held.items() if evidence is Evidence.CONFIRMED]
        return (
            day < max(certain, default=day)
            or (day in held if not self._trusts else day in certain)
            or any(day in self._days_of(one) for one in outcomes if _did_not_come_about(one))
        )

    def _days_of(self, outcome: Outcome) -> Iterator[date]:
        """Yield the day of a slot, and the one it was moved to."""
        yield outcome.day
        series = self._series_by_uid.get(outcome.slot.uid) if outcome.slot else None
        for one in series.exceptions if series else ():
            if isinstance(one, Moved) and one.slot_on == outcome.day:
                yield one.local_start.date()


def _did_not_come_about(outcome: Outcome) -> bool:
    return outcome.result in (Result.SKIPPED, Result.MISSED)
