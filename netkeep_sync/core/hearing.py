"""What the owner did on a calendar, told from what can be seen there.

An occurrence elsewhere is moved, one that is missing is skipped, a mark before its title says what came of
it. A series with other times has a rhythm of the owner's, one that is gone is paused. What a calendar shows
as it was planned is no news, whoever put it there: so our own work, read back, is never taken for theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Cadence
from netkeep_sync.core.fact import (
    NOT_FOLLOWED,
    Missed,
    Paused,
    Rescheduled,
    Resumed,
    Rhythm,
    Skipped,
    SlotName,
)
from netkeep_sync.core.language import to_translate
from netkeep_sync.core.milestone import milestone_uid
from netkeep_sync.core.observation import Gone, Mark, Seen, Tail
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.own import own_series
from netkeep_sync.core.pattern import rule_of, slots_from, starts_of
from netkeep_sync.core.phrase import phrase
from netkeep_sync.core.roster import Assumption
from netkeep_sync.core.series import (
    Moved,
    Rule,
    Series,
    instant,
    local_occurrences,
    occurrences,
    series_uid,
    zone,
)
from netkeep_sync.core.slot_hearing import SlotEar, local

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.observation import Observation, SlotSeen
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.pattern import Pattern
    from netkeep_sync.core.roster import Roster

__all__ = ["Heard", "hear"]

_MOST_GENERATIONS = 400
"""So many series of one contact are looked for on a calendar whose database is lost."""

_FOUND = phrase("found on your calendar")
_DELETED = to_translate("you deleted it on your calendar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a listening brought: facts, series that nothing was remembered of or that follow a rhythm of the
    owner's, and the body of each baseline, by UID. `off` are those that must be written again, `deleted` the
    living series that are gone.
    """

    facts: tuple[AnyFact, ...]
    series: tuple[Series, ...]
    bodies: Mapping[str, str]
    off: frozenset[str]
    deleted: tuple[str, ...]


def hear(
    observations: Sequence[Observation],
    *,
    roster: Roster,
    series: Iterable[Series],
    histories: Mapping[str, History],
    now: datetime,
    source: str,
) -> Heard:
    """Return what is news. `series` are those remembered, the owner's moves in them, and `source` is the
    target where all this was seen.
    """
    ear = _Ear(roster, series, histories, now=now, source=source)
    observations = ear.renumbered(observations)
    ear.find([one for one in observations if not isinstance(one, Tail) and not one.is_known])
    tails = sorted(
        (one for one in observations if isinstance(one, Tail)), key=lambda one: one.pattern.start_at
    )
    divided = [ear.contact_of(tail.of) for tail in tails]
    for one in observations:
        match one:
            case Seen():
                ear.see(one, is_split=ear.contact_of(one.uid) in divided)
            case Gone():
                ear.miss(one, is_split=ear.contact_of(one.uid) in divided)
    for number, tail in enumerate(tails, 1):
        ear.follow(tail, is_last=divided[number - 1] not in divided[number:])
    ear.sort_out()
    return Heard(
        facts=tuple(ear.facts),
        series=tuple(ear.found.values()),
        bodies=ear.bodies,
        off=frozenset(ear.off),
        deleted=tuple(ear.deleted),
    )


@dataclass
class _News:
    facts: list[AnyFact] = field(default_factory=list)
    found: dict[str, Series] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)


class _Ear(_News):
    """One listening; its results gather in it."""

    def __init__(
        self,
        roster: Roster,
        series: Iterable[Series],
        histories: Mapping[str, History],
        *,
        now: datetime,
        source: str,
    ) -> None:
        super().__init__()
        self._roster = roster
        self._contacts = {contact.key: contact for contact in roster.contacts}
        self._milestones = {
            milestone_uid(roster.key, contact.key, one.label)
            for contact in roster.contacts
            for one in contact.milestones
        }
        self._by_uid = {one.uid: one for one in series}
        self._histories = histories
        self._now = now
        self._today = now.astimezone(zone(roster.timezone)).date()
        self._source = source
        self._slots = SlotEar(self.facts, histories, now=now, today=self._today, source=source)
        self._paused: set[str] = set()
        self._cut_on: dict[str, date] = {}
        self._given_way: dict[str, tuple[Series, date]] = {}
        self._over: dict[str, str] = {}

    # -- what nothing is remembered of ------------------------------------------------------------

    def renumbered(self, seen: Sequence[Observation]) -> list[Observation]:
        """Return what was seen, each that has the UID of a series which lives elsewhere under the next free
        number of its contact: another machine of the owner's has counted otherwise.
        """
        taken = {one.uid for one in seen if not isinstance(one, Tail)}
        found: list[Observation] = []
        for one in seen:
            if isinstance(one, Seen) and one.is_namesake and one.uid in self._by_uid:
                contact = self._by_uid[one.uid].contact
                numbers = count(self._next_generation(contact))
                uids = (series_uid(self._roster.key, contact, number) for number in numbers)
                uid = next(uid for uid in uids if uid not in taken)
                taken.add(uid)
                found.append(replace(one, uid=uid))
            else:
                found.append(one)
        return found

    def find(self, seen: Sequence[Seen | Gone]) -> None:
        """Recognise series by their UIDs, which are made of the roster alone."""
        ours = self._by_uid.keys() | self._milestones
        wanted = {one.uid: one for one in seen if one.uid not in ours}
        for generation in range(1, _MOST_GENERATIONS + 1):
            if not wanted:
                break
            for contact in self._contacts.values():
                one = wanted.pop(series_uid(self._roster.key, contact.key, generation), None)
                if isinstance(one, Gone):
                    self._over[one.uid] = _DELETED
                    self._keep(_numbered(contact, generation, one.uid, today=self._today))
                elif one is not None:
                    self._find(contact, generation, one)

    def sort_out(self) -> None:
        """Say what the series that were found mean for each other."""
        news = (one for one in self.found.values() if one.reason == _FOUND or one.uid in self._over)
        for key in sorted({one.contact for one in news}):
            self._sort_out([one for one in self._by_uid.values() if one.contact == key and not one.city])
        for one in list(self.found.values()):
            # As it stands it suits, for it is there.
            if one.reason == _FOUND and one.until_on is None:
                self._keep(replace(one, clock_on=self._last_met_on(one.contact)))

    def _sort_out(self, series: Sequence[Series]) -> None:
        """End what another series of the contact has taken the place of. Whose latest one was deleted, or can
        be followed no more, is paused.
        """
        *earlier, latest = sorted(series, key=lambda one: one.generation)
        for one in earlier:
            if one.until_on is None and latest.until_on is None:
                self._keep(one.ended(latest.first_on))
        if latest.uid in self._over:
            self._say_paused(latest.contact, self._over[latest.uid])

    def _last_met_on(self, contact: str) -> date | None:
        """Return the day of the meeting that the contact's clock will be known to run from."""
        history = self._histories.get(contact)
        let_go = {fact.slot for fact in self.facts if isinstance(fact, (Skipped, Missed))}
        let_go |= {
            one.slot
            for one in (history.outcomes if history else ())
            if one.slot and one.result is not Result.HELD
        }
        moved = {fact.slot: fact.start_at for fact in self.facts if isinstance(fact, Rescheduled)}
        met_on = self._contacts[contact].met_on
        days = [day for day in (met_on, history.held.day if history and history.held else None) if day]
        for series in self._by_uid.values() if self._roster.assume is Assumption.HELD else ():
            for one in occurrences(series, end_on=self._today + timedelta(days=400)):
                slot = SlotName(uid=one.uid, slot_on=one.slot_on)
                end_at = moved.get(slot, one.start_at) + (one.end_at - one.start_at)
                if series.contact == contact and end_at <= self._now and slot not in let_go:
                    days.append(local(moved.get(slot, one.start_at), series.timezone).date())
        return max(days, default=None)

    def _keep(self, series: Series) -> Series:
        self._by_uid[series.uid] = self.found[series.uid] = series
        return series

    def _find(self, contact: Contact, generation: int, seen: Seen) -> None:
        pattern = seen.pattern
        rule, _ = rule_of(pattern) if pattern else (None, None)
        numbered = _numbered(contact, generation, seen.uid, today=self._today)
        if pattern is None or rule is None:
            self._over[seen.uid] = _why_not_followed(pattern)
            self._keep(numbered)
            return
        series = self._keep(self._as_there(numbered, seen, pattern, rule))
        if series.until_on is None and (seen.is_own_pattern or series.cadence != contact.cadence):
            self._take_rhythm(series, pattern, rule, seen.slots, from_on=self._today, generation=generation)

    def _as_there(self, series: Series, seen: Seen, pattern: Pattern, rule: Rule) -> Series:
        """Return a series as the calendar has it, with what we had put elsewhere."""
        _, end_at = rule_of(pattern)
        local_start = local(pattern.start_at, pattern.timezone)
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
            until_on=_first_after(end_at, local_start.time(), pattern.timezone) if end_at else None,
            exceptions=tuple(sorted(moved, key=lambda one: one.slot_on)),
        )

    # -- a series that is there -------------------------------------------------------------------

    def see(self, seen: Seen, *, is_split: bool) -> None:
        """Take note of what the owner changed in a series and its occurrences."""
        series = self._by_uid.get(seen.uid)
        if series is None and not seen.is_known and seen.uid not in self._milestones:
            return  # nobody's, or a stranger's with our marks: left alone
        if series is not None and not seen.is_known and seen.pattern is None:
            return  # of whole days, as its owner has made it
        self.bodies[seen.uid] = seen.body
        self.off |= {seen.uid} if seen.is_off or not seen.is_known else set()
        if series is None:
            return
        if any(self._is_left_over(series, slot) for slot in seen.slots):
            self.off.add(seen.uid)
        if series.contact not in self._contacts:  # so it ends, whatever its rhythm
            self.bodies[seen.uid] = seen.followed or seen.body
            return
        if seen.is_of_days:
            if series.until_on is None:
                self._pause(series, note=_why_not_followed(None))
            return
        there = self._see_time(series, seen, seen.pattern, is_split=is_split) if seen.pattern else series
        for slot in seen.slots:
            self._slots.see(there, slot)
        if seen.mark is not Mark.NONE or seen.note:
            self._see_words(series, seen)

    def _see_time(self, series: Series, seen: Seen, pattern: Pattern, *, is_split: bool) -> Series:
        """Return the series whose occurrences are there now."""
        if series.uid in self.found:
            self.bodies[seen.uid] = (seen.is_own_pattern and seen.followed) or seen.body
            return series
        if not seen.is_known and series.until_on is not None and self._is_paused(series.contact):
            return self._see_again(series, seen, pattern)
        if seen.is_own_pattern:
            return self._see_pattern(series, seen, pattern, is_split=is_split)
        return self._see_ours(series, seen, pattern)

    def _is_left_over(self, series: Series, slot: SlotSeen) -> bool:
        """Tell whether an occurrence is still to come that the owner touched just as its series ended."""
        if series.until_on is None or slot.start_at is None or slot.start_at <= self._now:
            return False
        return local(slot.slot_at, series.timezone).date() >= series.until_on

    def _see_again(self, series: Series, seen: Seen, pattern: Pattern) -> Series:
        """Go on with a series that was taken back out of the bin."""
        rule, end_at = rule_of(pattern)
        if rule is None or end_at is not None:
            return series
        self._say(Resumed, series.contact)
        return self._follow_pattern(series, seen, pattern, rule)

    def _see_ours(self, series: Series, seen: Seen, pattern: Pattern) -> Series:
        """Go along with another machine of the owner's, which has planned a series elsewhere, or ended it."""
        rule, end_at = rule_of(pattern)
        if rule is not None and not series.city and not self._keeps_time(series, pattern, rule):
            return self._keep(self._as_there(series, seen, pattern, rule))
        if end_at is None:
            return series
        until_on = _first_after(end_at, series.local_time, series.timezone)
        if series.until_on is not None and series.until_on <= until_on:
            return series
        return self._keep(series.ended(until_on))

    def _follow_pattern(self, series: Series, seen: Seen, pattern: Pattern, rule: Rule) -> Series:
        """Return the series that follows the owner's own rhythm on the event of another."""
        own = self._take_rhythm(series, pattern, rule, seen.slots, from_on=self._today)
        self.bodies |= {series.uid: seen.released, own.uid: seen.followed or seen.body}
        return own

    def _see_pattern(self, series: Series, seen: Seen, pattern: Pattern, *, is_split: bool) -> Series:
        """Return what becomes of a series that has a time of the owner's own."""
        rule, end_at = rule_of(pattern)
        is_off = series.city or series.until_on == series.first_on
        if series.until_on is not None and (rule is None or end_at is not None or is_off):
            return self._see_ended(series, pattern, end_at, is_split=is_split)
        if rule is None:
            self._pause(series, note=_why_not_followed(pattern))
        elif end_at is not None and not is_split:
            keeps_time = self._keeps_time(series, pattern, rule)
            until_on = _first_after(end_at, series.local_time, series.timezone)
            self._pause(series, from_on=until_on if keeps_time else None)
        else:
            is_other = not self._is_as_planned(series, pattern, rule)
            if is_other:
                series = self._follow_pattern(series, seen, pattern, rule)
            if end_at is not None:
                cut_on = _first_after(end_at, series.local_time, series.timezone)
                series = self._keep(series.ended(cut_on)) if is_other else series
                self._cut_on[series.contact] = cut_on
        return series

    def _see_ended(
        self, series: Series, pattern: Pattern, end_at: datetime | None, *, is_split: bool
    ) -> Series:
        """Take note of what became of a series that we have ended: its last check-ins may still be ahead."""
        slots = list(series.slots(end_on=series.until_on or date.max))
        if len(slots) == 1 and slots[0] == series.first_on:
            self._slots.reschedule(series, series.first_on, pattern.start_at)
        elif end_at is not None and is_split:
            return self._keep(series.ended(_first_after(end_at, series.local_time, series.timezone)))
        elif moved := self._moved_together(series, slots, pattern):
            for slot_on, start_at in moved:
                self._slots.reschedule(series, slot_on, start_at)
        elif end_at is not None:
            for slot_on in slots:
                if instant(datetime.combine(slot_on, series.local_time), series.timezone) > end_at:
                    self._slots.let_go(series, slot_on)
        return series

    def _moved_together(
        self, series: Series, slots: Sequence[date], pattern: Pattern
    ) -> list[tuple[date, datetime]]:
        """Return where each of the check-ins ahead is now, none where they are more or fewer than before."""
        local_now = local(self._now, series.timezone)
        ahead = [day for day in slots if datetime.combine(day, series.local_time) > local_now]
        starts = [start_at for start_at in starts_of(pattern) if start_at > self._now]
        return list(zip(ahead, starts, strict=True)) if len(ahead) == len(starts) else []

    def _is_as_planned(self, series: Series, pattern: Pattern, rule: Rule) -> bool:
        """Tell whether another pattern makes the same occurrences from now on."""
        first_on = self._first_start(pattern, rule, timezone=series.timezone).date()
        has_ended = series.until_on is not None and series.until_on <= first_on
        return not has_ended and self._keeps_time(series, pattern, rule)

    def _keeps_time(self, series: Series, pattern: Pattern, rule: Rule) -> bool:
        """Tell whether another pattern goes on as a series does, if that does not end."""
        if rule != series.rule or local(pattern.start_at, series.timezone).time() != series.local_time:
            return False
        first_on = self._first_start(pattern, rule, timezone=series.timezone).date()
        return first_on in rule.days(series.first_on, end_on=first_on + timedelta(days=1))

    def _first_start(
        self, pattern: Pattern, rule: Rule, *, timezone: str, put_off: Collection[datetime] = ()
    ) -> datetime:
        """Return the first start of a pattern that is still ahead, or `put_off`, all in wall clock."""
        local_start, local_now = local(pattern.start_at, timezone), local(self._now, timezone)
        starts = (datetime.combine(day, local_start.time()) for day in slots_from(rule, local_start.date()))
        return next(start for start in starts if start >= local_now or start in put_off)

    def _take_rhythm(
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
            local(slot.slot_at, timezone) for slot in slots if slot.start_at and slot.start_at > self._now
        ]
        first_start = self._first_start(pattern, rule, timezone=timezone, put_off=ahead)
        contact = self._contacts.get(base.contact)
        rhythm = Rhythm(
            contact=base.contact,
            noted_at=self._now,
            source=self._source,
            uid=base.uid,
            generation=generation or self._next_generation(base.contact),
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
        return self._keep(own_series(rhythm, base, roster=self._roster.key))

    def _make_way(self, base: Series, from_on: date) -> None:
        """End what the owner has given two other rhythms since last time where the first of these begins; for
        the last one, the plan makes way.
        """
        if base.contact in self._given_way:
            earlier, until_on = self._given_way[base.contact]
            now_on = _first_after(self._now, earlier.local_time, earlier.timezone)
            self._keep(self._by_uid[earlier.uid].ended(max(until_on, now_on)))
        self._given_way[base.contact] = base, from_on

    def _next_generation(self, contact: str) -> int:
        return 1 + max(one.generation for one in self._by_uid.values() if one.contact == contact)

    def _see_words(self, series: Series, seen: Seen) -> None:
        """Take note of what the owner wrote to the whole series: it is about the latest check-in."""
        far_on = max(self._today, series.first_on) + timedelta(days=400)
        starts = [
            (instant(local_start, series.timezone), slot_on)
            for slot_on, local_start, _ in local_occurrences(series, end_on=far_on)
        ]
        begun = [one for one in starts if one[0] <= self._now]
        if begun:
            self._slots.see_mark(series, max(begun)[1], seen.mark, max(begun)[0])
        if seen.note and starts:
            self._slots.note(series, (max(begun) if begun else min(starts))[1], seen.note)

    # -- what is not there any more, or somewhere else --------------------------------------------

    def contact_of(self, uid: str) -> str:
        """Return whose series it is, the UID where that is not known."""
        series = self._by_uid.get(uid)
        return series.contact if series else uid

    def _current(self, contact: str) -> Series:
        """Return a contact's living series, else the latest. Marks on the part of a part are copies of
        copies, so they don't tell of which series it is a part.
        """
        own = [one for one in self._by_uid.values() if one.contact == contact and not one.city]
        return max(own, key=lambda one: (one.until_on is None, one.generation))

    def follow(self, tail: Tail, *, is_last: bool) -> None:
        """Take note of "this and all following", moved: what started before the cut stays. Of a series split
        twice, the last part is the rhythm that the owner wants, and the one between has an end. With the end
        of the last part begins a pause.
        """
        named = self._by_uid.get(tail.of)
        if named is None or named.city:  # a visit has no second part
            return
        base = self._current(named.contact)
        rule, end_at = rule_of(tail.pattern)
        if rule is None:
            self._pause(base, note=_why_not_followed(tail.pattern))
            return
        start_on = local(tail.pattern.start_at, base.timezone).date()
        from_on = self._cut_on.get(base.contact) or base.until_on or start_on
        own = self._take_rhythm(base, tail.pattern, rule, tail.slots, from_on=from_on)
        self.bodies[own.uid] = tail.body
        if end_at is not None:
            self._cut_on[base.contact] = _first_after(end_at, own.local_time, own.timezone)
            own = self._keep(own.ended(self._cut_on[base.contact]))
            if is_last and named.until_on is None:
                self._pause(base, from_on=own.until_on)
        for slot in tail.slots:
            self._slots.see(own, slot)

    def miss(self, gone: Gone, *, is_split: bool) -> None:
        """Take note of a series that was deleted: a living one is paused, of others the rest is skipped. One
        that another has taken the place of is at its end.
        """
        series = self._by_uid.get(gone.uid)
        is_living = series is not None and series.until_on is None
        if not gone.is_known and not is_living:
            return
        self.bodies[gone.uid] = gone.body
        if series is None or series.contact not in self._contacts:
            return
        if is_living and (is_split or self._current(series.contact) is not series):
            self._keep(series.ended(_first_after(self._now, series.local_time, series.timezone)))
        elif is_living:
            self._pause(series)
        else:
            self._let_rest_go(series)

    def _let_rest_go(self, series: Series) -> None:
        for slot_on, local_start, _ in local_occurrences(series, end_on=series.until_on or date.max):
            if instant(local_start, series.timezone) > self._now:
                self._slots.let_go(series, slot_on)

    def _pause(self, series: Series, *, note: str = _DELETED, from_on: date | None = None) -> None:
        """Take note that the owner wants no more of a series."""
        self.deleted.append(series.uid)
        self._say_paused(series.contact, note, from_on=from_on)

    def _say_paused(self, contact: str, note: str, *, from_on: date | None = None) -> None:
        """Say it once, but again where what looked deleted turns out to be a rhythm that none can follow."""
        history = self._histories.get(contact)
        known = history.pause.note if history and history.pause else None
        if contact not in self._paused and (known is None or (known == _DELETED and note != _DELETED)):
            self._paused.add(contact)
            self._say(Paused, contact, note=note, from_on=from_on)

    def _is_paused(self, contact: str) -> bool:
        history = self._histories.get(contact)
        return history is not None and history.paused_on is not None

    def _say(self, kind: type[AnyFact], contact: str, **told: object) -> None:
        fact = kind(contact=contact, noted_at=self._now, source=self._source, **told)  # type: ignore[arg-type]
        self.facts.append(fact)


def _numbered(contact: Contact, generation: int, uid: str, *, today: date) -> Series:
    """Return a series of which no more is known than its number, and that is never free again."""
    return Series(
        contact=contact.key,
        generation=generation,
        uid=uid,
        summary=contact.summary,
        category=contact.category,
        channel=contact.channel.key,
        cadence=contact.cadence,
        minutes=contact.channel.minutes,
        timezone="UTC",
        local_time=time(),
        first_on=today,
        rule=Rule.through(today, contact.cadence),
        reason=phrase(_DELETED),
        until_on=today,
    )


def _why_not_followed(pattern: Pattern | None) -> str:
    """Return why a pattern can't be followed, None for one of whole days."""
    if pattern is None:
        return f"{NOT_FOLLOWED}: it is of whole days"
    return f"{NOT_FOLLOWED}: {' '.join(pattern.recurrence) or 'it is not repeated'}"


def _first_after(end_at: datetime, at: time, timezone: str) -> date:
    """Return the first day on which a series that ends then has no check-in at that time of day any more."""
    local_end = local(end_at, timezone)
    return local_end.date() + timedelta(days=local_end.time() >= at)
