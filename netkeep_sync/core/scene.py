"""What one planning run looks at: the roster, the histories, the book, and the owner's clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import add_months
from netkeep_sync.core.outcome import History, Outcome
from netkeep_sync.core.placement import Book
from netkeep_sync.core.series import Series, instant, local_occurrences, zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netkeep_sync.core.availability import OpenDays
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Roster

__all__ = ["FREEZE_DAYS", "HORIZON_MONTHS", "Scene"]

HORIZON_MONTHS = 24
"""How far ahead the load is levelled, whatever part of it is listed."""

FREEZE_DAYS = 7
"""What lies this near is not moved by the program."""


class Scene:
    """The scene of one run. Times named local are wall clock in the owner's zone.

    The load is levelled up to `level_on` and listed up to `end_on`; `reach_on` is the later of the two.
    Nothing before `local_frozen` is moved. `kept` are the series that live on, by contact.
    """

    def __init__(
        self,
        roster: Roster,
        histories: Mapping[str, History],
        open_days: OpenDays,
        now: datetime,
        end_on: date | None,
    ) -> None:
        self.roster = roster
        self.histories = histories
        self.now = now
        self.local_now = now.astimezone(zone(roster.timezone)).replace(tzinfo=None)
        self.today = self.local_now.date()
        self.local_frozen = self.local_now + timedelta(days=FREEZE_DAYS)
        self.level_on = add_months(self.today, HORIZON_MONTHS)
        self.end_on = end_on or self.level_on
        self.reach_on = max(self.level_on, self.end_on)
        self.contacts = {contact.key: contact for contact in roster.contacts}
        self.book = Book(roster.capacity, open_days, timezone=roster.timezone, today=self.today)
        self.kept: dict[str, Series] = {}

    def history(self, contact: Contact) -> History:
        """Return where the contact stands, an empty history for somebody new."""
        return self.histories.get(contact.key) or History(contact=contact.key)

    def has_more(self, series: Series) -> bool:
        """Tell whether a series has an occurrence that is not over."""
        length = timedelta(minutes=series.minutes)
        return any(local_start + length > self.local_now for _, local_start in self.starts(series))

    def starts(self, series: Series) -> Iterator[tuple[date, datetime]]:
        """Yield slot and start, on the owner's clock, of every occurrence."""
        for slot_on, local_start, _ in local_occurrences(series, end_on=self.reach_on):
            yield slot_on, self.on_owners_clock(series, local_start)

    def on_owners_clock(self, series: Series, local_start: datetime) -> datetime:
        """Return what the owner's clock shows; a series keeps the zone it was planned in."""
        if series.timezone == self.roster.timezone:
            return local_start
        start_at = instant(local_start, series.timezone)
        return start_at.astimezone(zone(self.roster.timezone)).replace(tzinfo=None)

    def settled(self, contact: str, series: Series) -> dict[date, Outcome]:
        """Return what is already known of the slots of a series."""
        history = self.histories.get(contact)
        return {
            outcome.slot.slot_on: outcome
            for outcome in (history.outcomes if history else ())
            if outcome.slot and outcome.slot.uid == series.uid
        }
