"""What went to and fro: what the owner gave and asked for, and what either side has promised.

A check-in is meant to be selfless, so the owner is told when they have only asked. A promise is known by
its words: said again it has another date, and once it is kept it may be made anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import Asked, Gave, Kept, Promised

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from netkeep_sync.core.fact import AnyFact

__all__ = ["Entry", "Ledger", "Promise", "due_on", "folded", "make_ledger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was given or asked for at the meeting of that day."""

    day: date
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the owner promised on `made_on`, or the contact if it `is_theirs`; `by_on` is None where no day
    was said.
    """

    what: str
    made_on: date
    is_theirs: bool
    by_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The ledger of one contact, each part in the order it was told; `promises` are the open ones, `kept` the
    others.
    """

    gave: tuple[Entry, ...] = ()
    asked: tuple[Entry, ...] = ()
    promises: tuple[Promise, ...] = ()
    kept: tuple[Promise, ...] = ()

    def open_promises(self, *, are_theirs: bool) -> tuple[Promise, ...]:
        """Return the open promises of one side: those with a day first, the nearest at the top."""
        found = (one for one in self.promises if one.is_theirs is are_theirs)
        return tuple(sorted(found, key=lambda one: (one.by_on is None, one.by_on or one.made_on)))

    def promised_on(self, day: date, *, are_theirs: bool) -> tuple[str, ...]:
        """Return what one side promised at the meeting of that day, kept since or not."""
        ever = (*self.kept, *self.promises)
        return tuple(one.what for one in ever if one.made_on == day and one.is_theirs is are_theirs)

    def gave_on(self, day: date) -> tuple[str, ...]:
        """Return what was given at the meeting of that day."""
        return tuple(one.what for one in self.gave if one.day == day)

    def asked_on(self, day: date) -> tuple[str, ...]:
        """Return what was asked for at the meeting of that day."""
        return tuple(one.what for one in self.asked if one.day == day)

    def asks_in_a_row(self, meetings: Sequence[date]) -> int:
        """Return at how many of these meetings, sorted by day, the owner asked and did not give since they
        last did otherwise.
        """
        asks = 0
        for day in reversed(meetings):
            if self.gave_on(day) or not self.asked_on(day):
                break
            asks += 1
        return asks


def make_ledger(facts: Iterable[AnyFact], *, today: date) -> Ledger:
    """Return what the facts about one contact add up to; a meeting after `today` has not been yet.

    A promise that the owner kept was a gift of the meeting at which they made it.
    """
    gave: list[Entry] = []
    asked: list[Entry] = []
    kept: list[Promise] = []
    promises: dict[tuple[bool, str], Promise] = {}
    for fact in facts:
        match fact:
            case Gave(held_on=day, what=what) if day <= today:
                gave.append(Entry(day=day, what=what))
            case Asked(held_on=day, what=what) if day <= today:
                asked.append(Entry(day=day, what=what))
            case Promised(held_on=day, what=what, is_theirs=is_theirs, by_on=by_on) if day <= today:
                key = (is_theirs, folded(what))
                promises[key] = Promise(what=what, made_on=day, is_theirs=is_theirs, by_on=by_on)
            case Kept(what=what, is_theirs=is_theirs):
                promise = promises.pop((is_theirs, folded(what)), None)
                if promise is not None:
                    kept.append(promise)
                if promise is not None and not is_theirs:
                    gave.append(Entry(day=promise.made_on, what=promise.what))
            case _:
                pass  # nothing changed hands
    return Ledger(
        gave=tuple(dict.fromkeys(gave)),
        asked=tuple(dict.fromkeys(asked)),
        promises=tuple(promises.values()),
        kept=tuple(kept),
    )


def folded(what: str) -> str:
    """Return the words of a promise as they make it the same one: in any letters and with any spaces."""
    return " ".join(what.casefold().split())


def due_on(promise: Promise, *, next_on: date | None) -> date | None:
    """Return when a promise is due: on the day that was said, else a promise of the owner's on the day
    before the next check-in. None where neither is known.
    """
    if promise.by_on is not None or promise.is_theirs or next_on is None:
        return promise.by_on
    return next_on - timedelta(days=1)
