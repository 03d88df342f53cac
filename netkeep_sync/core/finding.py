"""Series that stand on a calendar and that nothing is remembered of: those of another database, of another
machine of the owner's.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Cadence
from netkeep_sync.core.fact import Missed, Rescheduled, Skipped, SlotName
from netkeep_sync.core.milestone import milestone_uid
from netkeep_sync.core.news import DELETED, News, first_after, why_not_followed
from netkeep_sync.core.observation import Gone, Seen, Tail
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.pattern import rule_of, slots_from
from netkeep_sync.core.phrase import phrase
from netkeep_sync.core.roster import Assumption
from netkeep_sync.core.series import Moved, Rule, Series, occurrences, series_uid
from netkeep_sync.core.slot_hearing import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.news import Before
    from netkeep_sync.core.observation import Observation
    from netkeep_sync.core.pattern import Pattern

__all__ = ["Finding"]

_MOST_GENERATIONS = 400
"""So many series of one contact are looked for on a calendar whose database is lost."""

_FOUND = phrase("found on your calendar")


class Finding(News):
    """The news of series that are found."""

    def __init__(self, before: Before) -> None:
        super().__init__(before)
        self.milestones = {
            milestone_uid(before.roster.key, contact.key, one.label)
            for contact in before.roster.contacts
            for one in contact.milestones
        }
        self._over: dict[str, str] = {}

    def renumbered(self, seen: Sequence[Observation]) -> list[Observation]:
        """Return what was seen, each that has the UID of a series which lives elsewhere under the next free
        number of its contact: another machine of the owner's has counted otherwise.
        """
        taken = {one.uid for one in seen if not isinstance(one, Tail)}
        found: list[Observation] = []
        for one in seen:
            if isinstance(one, Seen) and one.is_namesake and one.uid in self.by_uid:
                contact = self.by_uid[one.uid].contact
                numbers = count(self.next_generation(contact))
                uids = (series_uid(self.roster.key, contact, number) for number in numbers)
                uid = next(uid for uid in uids if uid not in taken)
                taken.add(uid)
                found.append(replace(one, uid=uid))
            else:
                found.append(one)
        return found

    def find(self, seen: Sequence[Observation]) -> None:
        """Recognise series by their UIDs, which are made of the roster alone. Of one that was split, the
        second part may be all that is left.
        """
        parts = {one.of: one for one in seen if isinstance(one, Tail)}
        whole = {one.uid: one for one in seen if not isinstance(one, Tail) and not one.is_known}
        ours = self.by_uid.keys() | self.milestones
        wanted: dict[str, Observation] = {uid: one for uid, one in (parts | whole).items() if uid not in ours}
        for generation in range(1, _MOST_GENERATIONS + 1):
            if not wanted:
                break
            for contact in self.contacts.values():
                uid = series_uid(self.roster.key, contact.key, generation)
                match wanted.pop(uid, None):
                    case Seen() as one:
                        self._find(contact, generation, one)
                    case Gone():
                        self._over[uid] = DELETED
                        self._keep_number(contact, generation, uid)
                    case Tail():
                        self._keep_number(contact, generation, uid)

    def sort_out(self) -> None:
        """Say what the series that were found mean for each other."""
        news = (one for one in self.found.values() if one.reason == _FOUND or one.uid in self._over)
        for key in sorted({one.contact for one in news}):
            self._sort_out([one for one in self.by_uid.values() if one.contact == key and not one.city])
        for one in list(self.found.values()):
            # As it stands it suits, for it is there.
            if one.reason == _FOUND and one.until_on is None:
                self.keep(replace(one, clock_on=self._last_met_on(one.contact)))

    def _sort_out(self, series: Sequence[Series]) -> None:
        """End what another series of the contact has taken the place of. Whose latest one was deleted, or can
        be followed no more, is paused.
        """
        *earlier, latest = sorted(series, key=lambda one: one.generation)
        for one in earlier:
            if one.until_on is None and latest.until_on is None:
                self.keep(one.ended(latest.first_on))
        if latest.uid in self._over:
            self.say_paused(latest.contact, self._over[latest.uid])

    def _last_met_on(self, contact: str) -> date | None:
        """Return the day of the meeting that the contact's clock will be known to run from."""
        history = self.histories.get(contact)
        let_go = {fact.slot for fact in self.facts if isinstance(fact, (Skipped, Missed))}
        let_go |= {
            one.slot
            for one in (history.outcomes if history else ())
            if one.slot and one.result is not Result.HELD
        }
        moved = {fact.slot: fact.start_at for fact in self.facts if isinstance(fact, Rescheduled)}
        met_on = self.contacts[contact].met_on
        days = [day for day in (met_on, history.held.day if history and history.held else None) if day]
        for series in self.by_uid.values() if self.roster.assume is Assumption.HELD else ():
            for one in occurrences(series, end_on=self.today + timedelta(days=400)):
                slot = SlotName(uid=one.uid, slot_on=one.slot_on)
                end_at = moved.get(slot, one.start_at) + (one.end_at - one.start_at)
                if series.contact == contact and end_at <= self.now and slot not in let_go:
                    days.append(local(moved.get(slot, one.start_at), series.timezone).date())
        return max(days, default=None)

    def _find(self, contact: Contact, generation: int, seen: Seen) -> None:
        pattern = seen.pattern
        rule, _ = rule_of(pattern) if pattern else (None, None)
        numbered = self._keep_number(contact, generation, seen.uid)
        if pattern is None or rule is None:
            self._over[seen.uid] = why_not_followed(pattern)
            return
        series = self.keep(self.as_there(numbered, seen, pattern, rule))
        if series.until_on is None and (seen.is_own_pattern or series.cadence != contact.cadence):
            self.take_rhythm(series, pattern, rule, seen.slots, from_on=self.today, generation=generation)

    def _keep_number(self, contact: Contact, generation: int, uid: str) -> Series:
        """Keep a series of which no more is known than its number, and that is never free again."""
        return self.keep(
            Series(
                contact=contact.key,
                generation=generation,
                uid=uid,
                summary=contact.summary,
                category=contact.category,
                channel=contact.channel.key,
                cadence=contact.cadence,
                minutes=contact.channel.minutes,
                timezone=self.roster.timezone,
                local_time=time(),
                first_on=self.today,
                rule=Rule.through(self.today, contact.cadence),
                reason=phrase(DELETED),
                until_on=self.today,
            )
        )

    def as_there(self, series: Series, seen: Seen, pattern: Pattern, rule: Rule) -> Series:
        """Return a series as the calendar has it, with what we had put elsewhere."""
        _, end_at = rule_of(pattern)
        local_start = local(pattern.start_at, pattern.timezone)
        until_on = first_after(end_at, local_start.time(), pattern.timezone) if end_at else None
        moved = [
            Moved(
                slot_on=local(slot.slot_at, pattern.timezone).date(),
                local_start=local(slot.start_at, pattern.timezone),
                reason=_FOUND,
            )
            for slot in seen.slots
            if slot.is_ours and slot.start_at is not None
        ]
        return replace(
            series,
            cadence=Cadence(unit=rule.unit, count=rule.interval),
            minutes=pattern.minutes,
            timezone=pattern.timezone,
            local_time=local_start.time(),
            first_on=next(slots_from(rule, local_start.date())),
            rule=rule,
            reason=_FOUND,
            until_on=until_on,
            # What lies beyond the end is left there by a run that died.
            exceptions=tuple(
                sorted(
                    (one for one in moved if until_on is None or one.slot_on < until_on),
                    key=lambda one: one.slot_on,
                )
            ),
        )
