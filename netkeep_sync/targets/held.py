"""What a remote calendar holds of one series or milestone, as it last said: the `body` of its baseline.

A part of an entry is ours as long as it reads as the calendar last told us it does, or as the entry itself
says that we wrote it (`Told.written`, a digest of each part). The second is what remains of a run that died
between the calendar's answer and our note of it, and of a database that was lost.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from netkeep_sync.core.baseline import Baseline
from netkeep_sync.targets.content import TIMES, Content

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from netkeep_sync.core.projection import Projection
    from netkeep_sync.targets.content import Part, Told

__all__ = ["Held"]

_SETS = ("theirs", "their_slots", "unheard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """`event` is the entry's name on the calendar. `theirs` are the parts that the owner has changed.

    `slots` maps the start of a slot (UTC, as in the id of its occurrence) to where that occurrence is,
    "" for nowhere; `slot_etags` are those of the exceptions as last told. Where we found an occurrence
    elsewhere than we had put it, and have not listened since, it is one of `their_slots`. `is_gone` tells
    that the event is deleted, or is not this series' any more. `has_guests` tells that we invited somebody.
    `unheard` is what a push has found changed, by the owner (`own` is what they wrote below the line) or in
    its times by another machine of theirs: it is still news to whoever listens next, and not written before.
    With `has_own_rhythm` the entry's times are the owner's, but for the end that we give them; `is_cut` tells
    that the owner gave it an end. `minutes` is the length that they gave it, 0 where it has that of the
    roster. `series` is the mark that it bears where that is not its own: that of the entry which it was split
    off from.
    """

    event: str = ""
    etag: str = ""
    content: Content = field(default_factory=lambda: Content(summary="", time="", notes=""))
    theirs: frozenset[Part] = frozenset()
    slots: Mapping[str, str] = field(default_factory=dict)
    slot_etags: Mapping[str, str] = field(default_factory=dict)
    their_slots: frozenset[str] = frozenset()
    unheard: frozenset[Part] = frozenset()
    has_guests: bool = False
    has_own_rhythm: bool = False
    is_cut: bool = False
    minutes: int = 0
    series: str = ""
    is_gone: bool = False

    @classmethod
    def read(cls, body: str) -> Held:
        """Return what a baseline's body says."""
        held = json.loads(body)
        held["content"] = Content(**held["content"])
        for name in _SETS:
            held[name] = frozenset(held.get(name, ()))
        return cls(**held)

    def body(self) -> str:
        """Return the body of a baseline."""
        held = asdict(self) | {name: sorted(getattr(self, name)) for name in _SETS}
        return json.dumps(held, sort_keys=True, ensure_ascii=False)

    def baseline(self, projection: Projection, *, base: Baseline | None, now: datetime) -> Baseline:
        """Return the baseline after `base` of an entry that was made to show a projection."""
        return Baseline(
            uid=projection.uid,
            fingerprint=projection.fingerprint,
            sequence=0 if base is None else base.sequence + 1,
            changed_at=now.astimezone(UTC).replace(microsecond=0),
            body=self.body(),
        )

    def told(self, told: Told) -> Held:
        """Return it as the calendar now tells of the entry: what reads otherwise than before, and not as we
        wrote it either, is the owner's.
        """
        content, written = told.content, told.written
        changed = self.theirs | content.differing(self.content)
        return replace(
            self,
            event=told.entry,
            etag=told.etag,
            content=content,
            series="" if told.is_first else told.series,
            theirs=frozenset(part for part in changed if content.digest(part) != written.get(part)),
        )

    def found(self, told: Told) -> Held:
        """Return it as the calendar now tells a push of the entry: what was done there is yet to be heard."""
        held = self.told(told)
        times = TIMES & held.content.differing(self.content)
        return replace(held, unheard=self.unheard | held.news(self) | times)

    def to_write(self, wanted: Content) -> frozenset[Part]:
        """Return the parts that we want otherwise, and may write."""
        return self.content.differing(wanted) - self.theirs - self.unheard

    def unsigned(self, wanted: Content) -> frozenset[Part]:
        """Return the parts that the entry must not say to be as we wrote them: the owner's own rhythm, but
        for the end that we give it, and one that the owner has cut, for that tells of a second part.
        """
        if not self.has_own_rhythm:
            return frozenset({"rule"}) if self.is_cut else frozenset()
        return TIMES - {"rule"} if wanted.until and not self.is_cut else TIMES

    def news(self, before: Held) -> frozenset[Part]:
        """Return what the owner has changed since then, and what of it nobody has heard yet."""
        changed = self.theirs & self.content.differing(before.content)
        own = frozenset({"own"} if self.content.own != before.content.own else ())
        return changed | own | (before.unheard & (self.theirs | {"own"}))

    def agreed(self, wanted: Content) -> Held:
        """Return it with those parts taken back of which the owner and we want the same by now."""
        return replace(self, theirs=self.theirs & self.content.differing(wanted))

    @property
    def is_left(self) -> bool:
        """Tell whether the entry is left to its owner: a series with a rule of theirs that none of ours
        follows. That of a milestone, a whole day, never is.
        """
        is_series = "T" in self.content.span
        return self.is_gone or (is_series and "rule" in self.theirs and not self.content.can_be_followed)

    @property
    def timezone(self) -> str:
        """The zone of its start, "" for a whole day."""
        return self.content.span.partition(" ")[0].partition("/")[2]

    def followed(self, *, timezone: str) -> Held:
        """Return it for the series that follows the rhythm which the owner gave the entry: the rule is taken
        back, so that we may end it, and so are the times where they are not in that `timezone`, as those that
        were changed on a journey: at home the hour is to be the same over every change of the clocks.
        """
        is_from_away = timezone not in ("", self.timezone)
        return replace(self.mine("rule", *(["span"] if is_from_away else [])), has_own_rhythm=True)

    def mine(self, *parts: Part) -> Held:
        """Return it with parts taken back: the next push writes them, where we want others."""
        return replace(self, theirs=self.theirs.difference(parts))

    def cut(self) -> Held:
        """Return it for a series that the owner has cut in two: where its first part ends is ours to say."""
        return replace(self.mine("rule"), is_cut=True)

    def with_slot(self, slot: str, where: str, etag: str) -> Held:
        """Return it with one occurrence where we have put it."""
        return replace(self, slots={**self.slots, slot: where}, slot_etags={**self.slot_etags, slot: etag})

    def without_slot(self, slot: str) -> Held:
        """Return it without one occurrence, which is none any more."""
        slots, etags = (
            {each: what for each, what in one.items() if each != slot}
            for one in (self.slots, self.slot_etags)
        )
        return replace(self, slots=slots, slot_etags=etags)

    def with_theirs(self, slot: str) -> Held:
        """Return it with one occurrence left to the owner."""
        return replace(self, their_slots=self.their_slots | {slot})

    def with_lost(self, slot: str) -> Held:
        """Return it with one occurrence nowhere, for the calendar does not let it come back."""
        return replace(self.with_theirs(slot), slots={**self.slots, slot: ""})

    @property
    def lost_slots(self) -> list[str]:
        """The occurrences that are nowhere and that nobody has heard of: no calendar tells of them again."""
        return sorted(slot for slot in self.their_slots if self.slots.get(slot) == "")

    def with_slots(self, slots: Mapping[str, str], etags: Mapping[str, str], theirs: Iterable[str]) -> Held:
        """Return it with its occurrences elsewhere."""
        return replace(self, slots=dict(slots), slot_etags=dict(etags), their_slots=frozenset(theirs))
