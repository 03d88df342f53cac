"""What one planning run looks at: the roster, the histories, the book, and the owner's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from netkeep_sync.core.book import Book
from netkeep_sync.core.busy import FREE
from netkeep_sync.core.cadence import add_months
from netkeep_sync.core.outcome import History, Outcome, Result
from netkeep_sync.core.rhythm import early_by
from netkeep_sync.core.series import Series, instant, local_occurrences, zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netkeep_sync.core.availability import OpenDays
    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import SlotName
    from netkeep_sync.core.roster import Roster

__all__ = ["HORIZON_MONTHS", "Given", "OwnersDay", "Scene"]

HORIZON_MONTHS = 24
"""How far ahead the load is levelled, whatever part of it is listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a plan is made of, listed to before `end_on`, None for as far as the load is levelled."""

    roster: Roster
    histories: Mapping[str, History]
    open_days: OpenDays
    now: datetime
    end_on: date | None = None
    busy: Busy = FREE


class OwnersDay(NamedTuple):
    """A day of which the owner has said that they meet a contact then, or that they do not."""

    day: date
    is_meeting: bool


class Scene:
    """The scene of one run. Times named local are wall clock in the owner's zone.

    The load is levelled up to `level_on` and listed up to `end_on`; `reach_on` is the later of the two.
    Nothing before `local_frozen` is moved. `kept` are the series that live on, by contact; `visits` are
    the days and cities of check-ins on trips, past ones too, by contact; `latest_on` is, for those who get
    a place only now, the last day of their window. `earlier` is what was planned before, by UID, without the
    check-ins on trips.
    """

    def __init__(self, given: Given) -> None:
        self.roster = roster = given.roster
        self.histories = given.histories
        self.open_days = given.open_days
        self.now = given.now
        self.local_now = given.now.astimezone(zone(roster.timezone)).replace(tzinfo=None)
        self.today = self.local_now.date()
        self.local_frozen = self.local_now + timedelta(days=roster.freeze_days)
        self.level_on = add_months(self.today, HORIZON_MONTHS)
        self.end_on = given.end_on or self.level_on
        self.reach_on = max(self.level_on, self.end_on)
        self.contacts = {contact.key: contact for contact in roster.contacts}
        self.busy = given.busy
        self.book = Book(
            roster.capacity,
            given.open_days,
            timezone=roster.timezone,
            today=self.today,
            end_on=self.reach_on,
            busy_times=given.busy.times,
        )
        self.kept: dict[str, Series] = {}
        self.visits: dict[str, list[tuple[date, str]]] = {}
        self.latest_on: dict[str, date] = {}
        self.earlier: dict[str, Series] = {}

    def history(self, contact: Contact) -> History:
        """Return where the contact stands, an empty history for somebody new."""
        return self.histories.get(contact.key) or History(contact=contact.key)

    def visit_instead(self, contact: Contact, slot_on: date) -> tuple[date, str] | None:
        """Return day and city of the check-in on a trip that stands for the one of a slot: it is held up to
        the tolerance later, or nearly due.
        """
        later = timedelta(days=contact.flex_days)
        early = early_by(contact, has_met=self.history(contact).held is not None)
        return next(
            (
                (visit_on, city)
                for visit_on, city in self.visits.get(contact.key, ())
                if visit_on - later <= slot_on <= visit_on + early
            ),
            None,
        )

    def has_more(self, series: Series) -> bool:
        """Tell whether a series has an occurrence that is not over."""
        length = timedelta(minutes=series.minutes)
        return any(local_start + length > self.local_now for _, local_start in self.starts(series))

    def starts(self, series: Series) -> Iterator[tuple[date, datetime]]:
        """Yield slot and start, on the owner's clock, of every occurrence."""
        for slot_on, local_start, _ in local_occurrences(series, end_on=self.reach_on):
            yield slot_on, self.on_owners_clock(local_start, series.timezone)

    def take(self, contact: Contact, local_start: datetime, minutes: int) -> None:
        """Enter a check-in with the contact in the book."""
        self.book.take(local_start, minutes, buffer_minutes=contact.channel.buffer_minutes)

    def on_owners_clock(self, local_start: datetime, timezone: str) -> datetime:
        """Return what the owner's clock shows then; a series keeps the zone it was planned in."""
        if timezone == self.roster.timezone:
            return local_start
        start_at = instant(local_start, timezone)
        return start_at.astimezone(zone(self.roster.timezone)).replace(tzinfo=None)

    def settled(self, contact: str, series: Series) -> dict[date, Outcome]:
        """Return what is already known of the slots of a series."""
        history = self.histories.get(contact)
        return {
            outcome.slot.slot_on: outcome
            for outcome in (history.outcomes if history else ())
            if outcome.slot and outcome.slot.uid == series.uid
        }

    def owners_slots(self, contact: Contact, series: Series) -> set[date]:
        """Return the slots of a series whose check-ins the owner has put where they are."""
        return {slot.slot_on for slot in self.history(contact).moved if slot.uid == series.uid}

    def owners_days(self, contact: Contact, generation: int) -> list[OwnersDay]:
        """Return what the owner has said of days in the series before this generation, by day: it holds
        whatever series comes next. A check-in that they put elsewhere is an appointment, and one that they
        let go does not come back by another name, unless they ask for a fresh start. A rhythm of their own
        is the later word.
        """
        history = self.history(contact)
        if history.rhythm and history.rhythm.generation == generation:
            return []
        fresh_from = history.replanned.generation if history.replanned else 0
        found: list[OwnersDay] = []
        for outcome in history.outcomes:
            series = self._earlier(outcome.slot, contact, generation)
            if series is None:
                continue
            if outcome.result is Result.SKIPPED and series.generation >= fresh_from:
                found.append(OwnersDay(outcome.day, is_meeting=False))
            elif outcome.result in (Result.HELD, Result.UNKNOWN) and outcome.slot in history.moved:
                found.append(OwnersDay(outcome.day, is_meeting=True))
        for slot in history.moved - {outcome.slot for outcome in history.outcomes}:
            if series := self._earlier(slot, contact, generation):
                starts = (start for slot_on, start in self.starts(series) if slot_on == slot.slot_on)
                found += [OwnersDay(start.date(), is_meeting=True) for start in starts]
        return sorted(found)

    def _earlier(self, slot: SlotName | None, contact: Contact, generation: int) -> Series | None:
        """Return the series of a slot, if it is one of the contact's before this generation."""
        series = self.earlier.get(slot.uid) if slot else None
        is_earlier = series and series.contact == contact.key and series.generation < generation
        return series if is_earlier else None
