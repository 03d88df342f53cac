"""What the owner did on a calendar, told from what can be seen there.

An occurrence elsewhere is moved, one that is missing is skipped, a mark before its title says what came of
it. A series with other times has a rhythm of the owner's, one that is gone is paused. What a calendar shows
as it was planned is no news, whoever put it there: so our own work, read back, is never taken for theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import Resumed
from netkeep_sync.core.finding import Finding
from netkeep_sync.core.news import Before, first_after, why_not_followed
from netkeep_sync.core.observation import Gone, Mark, Seen, Tail
from netkeep_sync.core.pattern import rule_of, starts_of
from netkeep_sync.core.series import Rule, Series, instant, local_occurrences
from netkeep_sync.core.slot_hearing import SlotEar, local

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.observation import Observation, SlotSeen
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.pattern import Pattern
    from netkeep_sync.core.roster import Roster

__all__ = ["Heard", "hear"]


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
    ear = _Ear(Before(roster=roster, series=tuple(series), histories=histories, now=now, source=source))
    observations = ear.renumbered(observations)
    ear.find(observations)
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


class _Ear(Finding):
    """One listening; its results gather in it."""

    def __init__(self, before: Before) -> None:
        super().__init__(before)
        self._slots = SlotEar(
            self.facts, before.histories, now=before.now, today=self.today, source=before.source
        )
        self._cut_on: dict[str, date] = {}

    # -- a series that is there -------------------------------------------------------------------

    def see(self, seen: Seen, *, is_split: bool) -> None:
        """Take note of what the owner changed in a series and its occurrences."""
        series = self.by_uid.get(seen.uid)
        if series is None and not seen.is_known and seen.uid not in self.milestones:
            return  # nobody's, or a stranger's with our marks: left alone
        if series is not None and not seen.is_known and seen.pattern is None:
            return  # of whole days, as its owner has made it
        self.bodies[seen.uid] = seen.body
        self.off |= {seen.uid} if seen.is_off or not seen.is_known else set()
        if series is None:
            return
        if any(self._is_left_over(series, slot) for slot in seen.slots):
            self.off.add(seen.uid)
        if series.contact not in self.contacts:
            self._see_what_is_left(series, seen)
            return
        if seen.is_of_days:
            if series.until_on is None:
                self.pause(series, note=why_not_followed(None))
            return
        there = self._see_time(series, seen, seen.pattern, is_split=is_split) if seen.pattern else series
        for slot in seen.slots:
            self._slots.see(there, slot)
        if seen.mark is not Mark.NONE or seen.note:
            self._see_words(series, seen)

    def _see_what_is_left(self, series: Series, seen: Seen) -> None:
        """Take a series of somebody who has left as it is there: it ends, whatever its rhythm."""
        self.bodies[seen.uid] = seen.followed or seen.body
        rule, _ = rule_of(seen.pattern) if seen.pattern else (None, None)
        if seen.pattern and seen.is_own_pattern and rule:
            self.keep(replace(self.as_there(series, seen, seen.pattern, rule), reason=series.reason))

    def _see_time(self, series: Series, seen: Seen, pattern: Pattern, *, is_split: bool) -> Series:
        """Return the series whose occurrences are there now."""
        if series.uid in self.found:
            self.bodies[seen.uid] = (seen.is_own_pattern and seen.followed) or seen.body
            return series
        if not seen.is_known and series.until_on is not None and self.is_paused(series.contact):
            return self._see_again(series, seen, pattern)
        if seen.is_own_pattern:
            return self._see_pattern(series, seen, pattern, is_split=is_split)
        return self._see_ours(series, seen, pattern)

    def _is_left_over(self, series: Series, slot: SlotSeen) -> bool:
        """Tell whether an occurrence is still to come that the owner touched just as its series ended."""
        if series.until_on is None or slot.start_at is None or slot.start_at <= self.now:
            return False
        return local(slot.slot_at, series.timezone).date() >= series.until_on

    def _see_again(self, series: Series, seen: Seen, pattern: Pattern) -> Series:
        """Go on with a series that was taken back out of the bin."""
        rule, end_at = rule_of(pattern)
        if rule is None or end_at is not None:
            return series
        self.say(Resumed, series.contact)
        return self._follow_pattern(series, seen, pattern, rule)

    def _see_ours(self, series: Series, seen: Seen, pattern: Pattern) -> Series:
        """Go along with another machine of the owner's, which has planned a series elsewhere, or ended it."""
        rule, end_at = rule_of(pattern)
        if rule is not None and not series.city and not self._keeps_time(series, pattern, rule):
            return self.keep(self.as_there(series, seen, pattern, rule))
        until_on = first_after(end_at, series.local_time, series.timezone) if end_at else None
        if series.until_on is None or (until_on is not None and until_on < series.until_on):
            return self.keep(series.ended(until_on)) if until_on else series
        if series.until_on != until_on:
            self.off.add(seen.uid)
        return series

    def _follow_pattern(self, series: Series, seen: Seen, pattern: Pattern, rule: Rule) -> Series:
        """Return the series that follows the owner's own rhythm on the event of another."""
        own = self.take_rhythm(series, pattern, rule, seen.slots, from_on=self.today)
        self.bodies |= {series.uid: seen.released, own.uid: seen.followed or seen.body}
        return own

    def _see_pattern(self, series: Series, seen: Seen, pattern: Pattern, *, is_split: bool) -> Series:
        """Return what becomes of a series that has a time of the owner's own."""
        rule, end_at = rule_of(pattern)
        is_off = series.city or series.until_on == series.first_on
        if end_at is not None and is_split:
            self.bodies[series.uid] = seen.cut
        if series.until_on is not None and (rule is None or end_at is not None or is_off):
            return self._see_ended(series, pattern, end_at, is_split=is_split)
        if rule is None:
            self.pause(series, note=why_not_followed(pattern))
        elif end_at is not None and not is_split:
            keeps_time = self._keeps_time(series, pattern, rule)
            until_on = first_after(end_at, series.local_time, series.timezone)
            self.pause(series, from_on=until_on if keeps_time else None)
        else:
            is_other = not self._is_as_planned(series, pattern, rule)
            if is_other:
                series = self._follow_pattern(series, seen, pattern, rule)
            if end_at is not None:
                cut_on = first_after(end_at, series.local_time, series.timezone)
                series = self.keep(series.ended(cut_on)) if is_other else series
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
            return self.keep(series.ended(first_after(end_at, series.local_time, series.timezone)))
        elif moved := self._moved_together(series, slots, pattern):
            for slot_on, start_at in moved:
                # One in its slot was not moved with all others; where it is by itself is told of each.
                if start_at != instant(datetime.combine(slot_on, series.local_time), series.timezone):
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
        local_now = local(self.now, series.timezone)
        ahead = [day for day in slots if datetime.combine(day, series.local_time) > local_now]
        starts = [start_at for start_at in starts_of(pattern) if start_at > self.now]
        return list(zip(ahead, starts, strict=True)) if len(ahead) == len(starts) else []

    def _is_as_planned(self, series: Series, pattern: Pattern, rule: Rule) -> bool:
        """Tell whether another pattern makes the same occurrences from now on."""
        first_on = self.first_start(pattern, rule, timezone=series.timezone).date()
        has_ended = series.until_on is not None and series.until_on <= first_on
        return not has_ended and self._keeps_time(series, pattern, rule)

    def _keeps_time(self, series: Series, pattern: Pattern, rule: Rule) -> bool:
        """Tell whether another pattern goes on as a series does, if that does not end."""
        if rule != series.rule or local(pattern.start_at, series.timezone).time() != series.local_time:
            return False
        first_on = self.first_start(pattern, rule, timezone=series.timezone).date()
        return first_on in rule.days(series.first_on, end_on=first_on + timedelta(days=1))

    def _see_words(self, series: Series, seen: Seen) -> None:
        """Take note of what the owner wrote to the whole series: it is about the latest check-in that has
        begun, or about the first.
        """
        far_on = max(self.today, series.first_on) + timedelta(days=400)
        starts = [
            (instant(local_start, series.timezone), slot_on)
            for slot_on, local_start, _ in local_occurrences(series, end_on=far_on)
        ]
        if not starts:
            return
        start_at, slot_on = max((one for one in starts if one[0] <= self.now), default=min(starts))
        if seen.mark is Mark.FAILED and start_at > self.now:
            self._slots.let_go(series, slot_on)
        else:
            self._slots.see_mark(series, slot_on, seen.mark, start_at)
        if seen.note:
            self._slots.note(series, slot_on, seen.note)

    # -- what is not there any more, or somewhere else --------------------------------------------

    def _current(self, contact: str) -> Series:
        """Return a contact's living series, else the latest. Marks on the part of a part are copies of
        copies, so they don't tell of which series it is a part.
        """
        own = [one for one in self.by_uid.values() if one.contact == contact and not one.city]
        return max(own, key=lambda one: (one.until_on is None, one.generation))

    def follow(self, tail: Tail, *, is_last: bool) -> None:
        """Take note of "this and all following", moved: what started before the cut stays. Of a series split
        twice, the last part is the rhythm that the owner wants, and the one between has an end. With the end
        of the last part begins a pause.
        """
        named = self.by_uid.get(tail.of)
        if named is None or named.city:  # a visit has no second part
            return
        base = self._current(named.contact)
        rule, end_at = rule_of(tail.pattern)
        if rule is None:
            self.pause(base, note=why_not_followed(tail.pattern))
            return
        start_on = local(tail.pattern.start_at, base.timezone).date()
        from_on = self._cut_on.get(base.contact) or base.until_on or start_on
        own = self.take_rhythm(base, tail.pattern, rule, tail.slots, from_on=from_on)
        self.bodies[own.uid] = tail.body
        if end_at is not None:
            self._cut_on[base.contact] = first_after(end_at, own.local_time, own.timezone)
            own = self.keep(own.ended(self._cut_on[base.contact]))
            if is_last and named.until_on is None:
                self.pause(base, from_on=own.until_on)
        for slot in tail.slots:
            self._slots.see(own, slot)

    def miss(self, gone: Gone, *, is_split: bool) -> None:
        """Take note of a series that was deleted: a living one is paused, of others the rest is skipped. One
        that another has taken the place of is at its end.
        """
        series = self.by_uid.get(gone.uid)
        is_living = series is not None and series.until_on is None
        if not gone.is_known and not is_living:
            return
        self.bodies[gone.uid] = gone.body
        if series is None or series.contact not in self.contacts:
            return
        if is_living and (is_split or self._current(series.contact) is not series):
            self.keep(series.ended(first_after(self.now, series.local_time, series.timezone)))
        elif is_living:
            self.pause(series)
        else:
            self._let_rest_go(series)

    def _let_rest_go(self, series: Series) -> None:
        for slot_on, local_start, _ in local_occurrences(series, end_on=series.until_on or date.max):
            if instant(local_start, series.timezone) > self.now:
                self._slots.let_go(series, slot_on)
