"""From what a remote calendar tells of its entries to what is news, whatever calendar system it is.

An entry with our marks that is not its series' own is what calendars make of "this and all following": the
second part of a series, with a copy of the first one's marks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netkeep_sync.core.observation import Gone, Mark, Seen, SlotSeen, Tail, mark_of
from netkeep_sync.targets.content import (
    TIMES,
    Content,
    ToldSlot,
    moment_key,
    moment_of,
    series_id,
    uid_of,
)
from netkeep_sync.targets.held import Held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from netkeep_sync.core.observation import Observation
    from netkeep_sync.targets.content import Told

__all__ = ["Observer"]


class Observer:
    """What is held by UID, to hold against what is told; `owner` marks our entries."""

    def __init__(self, held: Mapping[str, Held], *, owner: str) -> None:
        self._held = dict(held)
        self._owner = owner
        self.uids = {one.event: uid for uid, one in held.items() if not one.is_gone}

    def observed(
        self,
        told: Mapping[str, Told],
        slots: Mapping[str, Sequence[ToldSlot]],
        *,
        gone: Collection[str],
    ) -> Iterator[Observation]:
        """Yield what is news. `told` are entries by their names, `slots` their occurrences that are told of,
        and `gone` the names of entries that are not there any more.
        """
        gone = self._but_renamed(told, gone)
        lost = {held.event for held in self._held.values() if held.lost_slots and not held.is_gone}
        for name in sorted({*told, *slots, *gone, *lost}):
            seen = self._observe(name, told, slots.get(name, ()), is_gone=name in gone)
            if seen is not None:
                yield seen
        for uid, held in self._held.items():
            # What a push found to be gone: nobody has been told of it.
            if held.is_gone and held.event not in {*self.uids, *told, *gone}:
                yield Gone(uid=uid, body=held.body(), is_known=False)

    def _but_renamed(self, told: Mapping[str, Told], gone: Collection[str]) -> Collection[str]:
        """Return the names that are gone for good: an entry that has another one now goes by that."""
        for name, entry in told.items():
            uid = uid_of(entry.series)
            held = self._held.get(uid)
            if entry.is_first and held is not None and held.event in gone and not held.is_gone:
                gone = [one for one in gone if one != held.event]
                del self.uids[held.event]
                self.uids[name] = uid
                self._held[uid] = replace(held, event=name, etag="")  # so that its body is written down
        return gone

    def _observe(
        self, name: str, told: Mapping[str, Told], slots: Sequence[ToldSlot], *, is_gone: bool
    ) -> Observation | None:
        uid, entry = self.uids.get(name), told.get(name)
        if is_gone:
            body = Held(event=name, is_gone=True).body()
            own_uid = uid or uid_of(name)
            if self._has_namesake(own_uid, name):
                return None
            return Gone(uid=own_uid, body=body, is_known=uid is not None)
        if uid is not None:
            return _known(uid, self._held[uid], entry, slots)
        if entry is None or entry.owner != self._owner:
            return None
        held = Held().told(entry)
        own_uid = uid_of(entry.series)
        if (pattern := entry.pattern) is None:  # a whole day: a milestone
            return Seen(uid=own_uid, body=held.body(), is_known=False) if entry.is_first else None
        seen, held = _slots(held, slots)
        if entry.is_first:
            return Seen(
                uid=own_uid,
                body=held.body(),
                is_known=False,
                pattern=pattern,
                is_own_pattern=bool(TIMES & held.theirs),
                slots=seen,
                followed=held.followed(timezone="").body(),
                released=Held(event=name, is_gone=True).body(),
                cut=held.cut().body(),
                is_namesake=self._has_namesake(own_uid, name),
            )
        if not self._is_split(entry, told):
            return None  # a copy that the owner made: theirs
        of = self.uids.get(entry.first, own_uid)
        timezone = self._held.get(of, Held()).timezone
        return Tail(of=of, body=held.followed(timezone=timezone).body(), pattern=pattern, slots=seen)

    def _has_namesake(self, uid: str, name: str) -> bool:
        """Tell whether the series of that UID lives on another entry than the one of this name."""
        held = self._held.get(uid)
        return held is not None and not held.is_gone and held.event != name

    def _is_split(self, entry: Told, told: Mapping[str, Told]) -> bool:
        """Tell whether an entry is the second part of another: by its name, or because the owner has ended
        one of the same mark before it begins, and none of those that we hold goes on; else it is a copy.
        """
        if entry.pattern is None or not entry.pattern.recurrence:
            return False
        if entry.is_part:
            return True
        ours = {
            one.event: one.told(told[one.event]) if one.event in told else one
            for uid, one in self._held.items()
            if not one.is_gone and (one.series or series_id(uid)) == entry.series
        }
        others = [
            Held().told(one)
            for name, one in told.items()
            if one.series == entry.series and name != entry.entry and name not in ours
        ]
        start = moment_key(entry.pattern.start_at)
        is_behind_one = any(
            (one.is_cut or "rule" in one.theirs) and "" < one.content.until < start
            for one in (*ours.values(), *others)
        )
        return is_behind_one and all(one.content.until for one in ours.values())


def _known(uid: str, held: Held, entry: Told | None, slots: Sequence[ToldSlot]) -> Observation | None:
    now = held if entry is None else held.told(entry)
    # A calendar that tells of changes alone may keep silent on what another rhythm has taken back.
    if entry is not None and (entry.is_whole or now.content.rhythm != held.content.rhythm):
        slots, now = _with_those_back(slots, now, is_moved=bool(TIMES & now.content.differing(held.content)))
    heard = {moment_key(one.slot_at) for one in slots}
    lost = [moment_of(slot) for slot in held.lost_slots if slot not in heard]
    seen, now = _slots(now, [*slots, *(ToldSlot(slot_at=at, start_at=None) for at in lost)])
    if now == held and not held.unheard:
        return None
    changed, news = now.content.differing(held.content) | held.unheard, now.news(held)
    now = replace(
        now, unheard=frozenset(), is_cut=bool(now.content.until) and (held.is_cut or "rule" in news)
    )
    if held.timezone and entry is not None and entry.pattern is None:
        return Seen(uid=uid, body=replace(now, is_gone=True).body(), is_of_days=True)
    back = set()
    if "summary" in news and mark_of(now.content.summary) is not Mark.NONE:
        back.add("summary")  # the mark is taken: every later check-in would bear it
    if "span" in news and _has_another_zone_alone(now, held):
        # Saved on a journey: at home the hour is to be the same over every change of the clocks.
        back.add("span")
        if now.content.minutes != held.content.minutes:
            now = replace(now, minutes=now.content.minutes)
    now = now.mine(*back)
    return Seen(
        uid=uid,
        body=now.body(),
        pattern=entry.pattern if entry is not None and TIMES & (changed | news) else None,
        is_own_pattern=bool(TIMES & news),
        mark=mark_of(now.content.summary) if "summary" in news else Mark.NONE,
        note=now.content.own if "own" in news else "",
        slots=seen,
        followed=now.followed(timezone=held.timezone).body(),
        released=Held(event=held.event, is_gone=True).body(),
        cut=now.cut().body(),
        is_off=bool(back),
    )


def _has_another_zone_alone(now: Held, before: Held) -> bool:
    """Tell whether the same start is told by the clock of another zone, whatever the length."""
    start, was = (one.content.moments[0] for one in (now, before))
    return start == was and now.timezone != before.timezone


def _with_those_back(
    slots: Sequence[ToldSlot], held: Held, *, is_moved: bool
) -> tuple[Sequence[ToldSlot], Held]:
    """Return the occurrences with those that are told of no more: they are back in their slots, or, where the
    whole series has another time, are none any more.
    """
    told = {moment_key(one.slot_at) for one in slots}
    left = {slot: where for slot, where in held.slots.items() if slot not in told and slot != where}
    if not left:
        return slots, held
    if is_moved:
        kept = {slot: where for slot, where in held.slots.items() if slot not in left}
        etags = {slot: etag for slot, etag in held.slot_etags.items() if slot not in left}
        return slots, held.with_slots(kept, etags, held.their_slots - left.keys())
    back = [ToldSlot(slot_at=moment_of(slot), start_at=moment_of(slot)) for slot in left]
    return (*slots, *back), held


def _slots(held: Held, told: Sequence[ToldSlot]) -> tuple[tuple[SlotSeen, ...], Held]:
    """Return the occurrences that are not as we know them, and what we hold with them."""
    news = []
    slots, etags, theirs = dict(held.slots), dict(held.slot_etags), set(held.their_slots)
    for one in told:
        key, where = moment_key(one.slot_at), moment_key(one.start_at) if one.start_at else ""
        if (slots.get(key), etags.get(key)) == (where, one.etag) and key not in theirs:
            continue
        slots[key], etags[key] = where, one.etag
        theirs.discard(key)
        news.append(_slot_seen(one, held.content))
    return tuple(sorted(news, key=lambda one: one.slot_at)), held.with_slots(slots, etags, theirs)


def _slot_seen(told: ToldSlot, master: Content) -> SlotSeen:
    if told.start_at is None:
        return SlotSeen(slot_at=told.slot_at, start_at=None)
    its_mark = mark_of(told.summary)
    return SlotSeen(
        slot_at=told.slot_at,
        start_at=told.start_at,
        mark=its_mark if its_mark != mark_of(master.summary) else Mark.NONE,
        note=told.own if told.own != master.own else "",
        is_declined=told.is_declined,
        is_ours=told.is_ours,
    )
