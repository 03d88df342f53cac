"""What gathers in one listening: facts, series, and what they mean for each other.

The base of what finds series (`finding.py`) and of what hears of them (`hearing.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Cadence
from netkeep_sync.core.fact import NOT_FOLLOWED, Paused, Rhythm
from netkeep_sync.core.language import to_translate
from netkeep_sync.core.own import own_series
from netkeep_sync.core.pattern import slots_from
from netkeep_sync.core.series import Rule, Series, instant, zone
from netkeep_sync.core.slot_hearing import local

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.observation import SlotSeen
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.pattern import Pattern
    from netkeep_sync.core.roster import Roster

__all__ = ["DELETED", "Before", "News", "first_after", "why_not_followed"]

DELETED = to_translate("you deleted it on your calendar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What is known before a listening; `source` is the target that is listened to."""

    roster: Roster
    series: tuple[Series, ...]
    histories: Mapping[str, History]
    now: datetime
    source: str


class News:
    """The news of one listening. `facts` are what it brought, `found` the series that are not as they were
    remembered, `bodies` those of baselines, by UID; `off` must be written again, and `deleted` are living
    series that are gone. `by_uid` is every series as it is by now.
    """

    def __init__(self, before: Before) -> None:
        self.facts: list[AnyFact] = []
        self.found: dict[str, Series] = {}
        self.bodies: dict[str, str] = {}
        self.off: set[str] = set()
        self.deleted: list[str] = []
        self.roster = before.roster
        self.contacts = {contact.key: contact for contact in before.roster.contacts}
        self.by_uid = {one.uid: one for one in before.series}
        self.histories = before.histories
        self.now = before.now
        self.today = before.now.astimezone(zone(before.roster.timezone)).date()
        self.source = before.source
        self._paused: set[str] = set()
        self._given_way: dict[str, tuple[Series, date]] = {}

    def contact_of(self, uid: str) -> str:
        """Return whose series it is, the UID where that is not known."""
        series = self.by_uid.get(uid)
        return series.contact if series else uid

    def keep(self, series: Series) -> Series:
        """Have a series be as it is here, and return it."""
        self.by_uid[series.uid] = self.found[series.uid] = series
        return series

    def next_generation(self, contact: str) -> int:
        """Return the number of the contact's next series."""
        return 1 + max(one.generation for one in self.by_uid.values() if one.contact == contact)

    # -- a rhythm of the owner's ------------------------------------------------------------------

    def take_rhythm(
        self,
        base: Series,
        pattern: Pattern,
        rule: Rule,
        slots: Sequence[SlotSeen],
        *,
        from_on: date,
        generation: int | None = None,
    ) -> Series:
        """Note the owner's own rhythm, which takes the place of `base`; return the series that follows it. It
        begins with the first check-in that is still ahead, wherever the owner has put it: of the `slots` that
        are elsewhere, an earlier one may be.
        """
        timezone = base.timezone
        local_start = local(pattern.start_at, timezone)
        if local_start.date() != local(pattern.start_at, pattern.timezone).date():  # another day over there
            rule = Rule.through(local_start.date(), Cadence(unit=rule.unit, count=rule.interval))
        ahead = [
            local(slot.slot_at, timezone) for slot in slots if slot.start_at and slot.start_at > self.now
        ]
        first_start = self.first_start(pattern, rule, timezone=timezone, put_off=ahead)
        contact = self.contacts.get(base.contact)
        rhythm = Rhythm(
            contact=base.contact,
            noted_at=self.now,
            source=self.source,
            uid=base.uid,
            generation=generation or self.next_generation(base.contact),
            from_on=from_on,
            start_at=instant(first_start, timezone),
            timezone=timezone,
            rule=rule,
            instead_of=contact.cadence if contact else base.cadence,
        )
        if contact is not None:
            self.facts.append(rhythm)
        if generation is not None:
            return base
        self._make_way(base, from_on)
        return self.keep(own_series(rhythm, base, roster=self.roster.key))

    def first_start(
        self, pattern: Pattern, rule: Rule, *, timezone: str, put_off: Collection[datetime] = ()
    ) -> datetime:
        """Return the first start of a pattern that is still ahead, or `put_off`, all in wall clock."""
        local_start, local_now = local(pattern.start_at, timezone), local(self.now, timezone)
        starts = (datetime.combine(day, local_start.time()) for day in slots_from(rule, local_start.date()))
        return next(start for start in starts if start >= local_now or start in put_off)

    def _make_way(self, base: Series, from_on: date) -> None:
        """End what the owner has given two other rhythms since last time where the first of these begins; for
        the last one, the plan makes way.
        """
        if base.contact in self._given_way:
            earlier, until_on = self._given_way[base.contact]
            now_on = first_after(self.now, earlier.local_time, earlier.timezone)
            self.keep(self.by_uid[earlier.uid].ended(max(until_on, now_on)))
        self._given_way[base.contact] = base, from_on

    # -- what is said of it -----------------------------------------------------------------------

    def pause(self, series: Series, *, note: str = DELETED, from_on: date | None = None) -> None:
        """Take note that the owner wants no more of a series."""
        self.deleted.append(series.uid)
        self.say_paused(series.contact, note, from_on=from_on)

    def say_paused(self, contact: str, note: str, *, from_on: date | None = None) -> None:
        """Say it once, but again where what looked deleted turns out to be a rhythm that none can follow."""
        history = self.histories.get(contact)
        known = history.pause.note if history and history.pause else None
        if contact not in self._paused and (known is None or (known == DELETED and note != DELETED)):
            self._paused.add(contact)
            self.say(Paused, contact, note=note, from_on=from_on)

    def is_paused(self, contact: str) -> bool:
        """Tell whether a contact was paused before."""
        history = self.histories.get(contact)
        return history is not None and history.paused_on is not None

    def say(self, kind: type[AnyFact], contact: str, **told: object) -> None:
        """Add a fact of this listening."""
        fact = kind(contact=contact, noted_at=self.now, source=self.source, **told)  # type: ignore[arg-type]
        self.facts.append(fact)


def why_not_followed(pattern: Pattern | None) -> str:
    """Return why a pattern can't be followed, None for one of whole days."""
    if pattern is None:
        return f"{NOT_FOLLOWED}: it is of whole days"
    return f"{NOT_FOLLOWED}: {' '.join(pattern.recurrence) or 'it is not repeated'}"


def first_after(end_at: datetime, at: time, timezone: str) -> date:
    """Return the first day on which a series that ends then has no check-in at that time of day any more."""
    local_end = local(end_at, timezone)
    return local_end.date() + timedelta(days=local_end.time() >= at)
