"""One occurrence as a calendar shows it: moved, let go, marked or written about.

What is known already is no news, and neither is what stands where it was planned.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import DECLINED, Held, Missed, Noted, Rescheduled, Skipped, SlotName
from netkeep_sync.core.observation import Mark
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.series import Cancelled, Moved, instant, zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.observation import SlotSeen
    from netkeep_sync.core.outcome import History, Outcome
    from netkeep_sync.core.series import Series

__all__ = ["SlotEar", "local"]


class SlotEar:
    """Hears of single occurrences; what is news is added to `facts`, seen by `source` at `now`."""

    def __init__(
        self,
        facts: list[AnyFact],
        histories: Mapping[str, History],
        *,
        now: datetime,
        today: date,
        source: str,
    ) -> None:
        self._facts = facts
        self._histories = histories
        self._now = now
        self._today = today
        self._source = source

    def see(self, series: Series, slot: SlotSeen) -> None:
        """Take note of what became of one occurrence, unless it is none of the series any more."""
        slot_on = local(slot.slot_at, series.timezone).date()
        local_slot = datetime.combine(slot_on, series.local_time)
        is_slot = slot_on in series.slots(end_on=slot_on + timedelta(days=1))
        if not is_slot or instant(local_slot, series.timezone) != slot.slot_at:
            return  # left over from a rhythm that is no more
        if slot.start_at is None:
            self.let_go(series, slot_on)
            return
        is_crossed = slot.mark is Mark.FAILED and slot.start_at > self._now
        if is_crossed or (slot.is_declined and slot.mark is not Mark.DONE):
            self.let_go(series, slot_on, note=DECLINED if slot.is_declined else "")
        else:
            is_news = self.reschedule(series, slot_on, slot.start_at)
            self.see_mark(series, slot_on, slot.mark, slot.start_at, is_moved=is_news)
        if slot.note:
            self.note(series, slot_on, slot.note)

    def see_mark(
        self, series: Series, slot_on: date, mark: Mark, start_at: datetime, *, is_moved: bool = False
    ) -> None:
        """Take note of a mark, again where the check-in was moved: that unsays what was missed."""
        slot, outcome = SlotName(uid=series.uid, slot_on=slot_on), self._outcome(series, slot_on)
        if mark is Mark.DONE and not _is_known(outcome, Result.HELD):
            held_on = min(local(start_at, series.timezone).date(), self._today)
            self._say(Held, series.contact, slot=slot, held_on=held_on)
        if mark is Mark.FAILED and (is_moved or not _is_known(outcome, Result.MISSED)):
            self._say(Missed, series.contact, slot=slot)

    def note(self, series: Series, slot_on: date, note: str) -> None:
        """Take note of what the owner wrote about an occurrence."""
        slot, history = SlotName(uid=series.uid, slot_on=slot_on), self._histories.get(series.contact)
        if history is None or (slot, note) not in history.notes:
            self._say(Noted, series.contact, slot=slot, note=note)

    def reschedule(self, series: Series, slot_on: date, start_at: datetime) -> bool:
        """Take note of where an occurrence is, unless it was planned there or they have met; tell whether
        that is news.
        """
        planned_at = self._planned_at(series, slot_on)
        is_back = planned_at is None and not _is_known(self._outcome(series, slot_on), Result.HELD)
        if is_back or (planned_at is not None and planned_at != start_at):
            slot = SlotName(uid=series.uid, slot_on=slot_on)
            self._say(Rescheduled, series.contact, slot=slot, start_at=start_at)
            return True
        return False

    def let_go(self, series: Series, slot_on: date, *, note: str = "") -> None:
        """Take note that an occurrence is not to be, unless it is known or they have met."""
        outcome = self._outcome(series, slot_on)
        is_settled = any(_is_known(outcome, result) for result in (Result.HELD, Result.SKIPPED))
        if not is_settled and self._planned_at(series, slot_on) is not None:
            self._say(Skipped, series.contact, slot=SlotName(uid=series.uid, slot_on=slot_on), note=note)

    def _planned_at(self, series: Series, slot_on: date) -> datetime | None:
        """Return where we have put an occurrence, None where it is cancelled."""
        local_start = datetime.combine(slot_on, series.local_time)
        for exception in series.exceptions:
            match exception:
                case Cancelled() if exception.slot_on == slot_on:
                    return None
                case Moved() if exception.slot_on == slot_on:
                    local_start = exception.local_start
        return instant(local_start, series.timezone)

    def _outcome(self, series: Series, slot_on: date) -> Outcome | None:
        slot = SlotName(uid=series.uid, slot_on=slot_on)
        history = self._histories.get(series.contact)
        return next((one for one in (history.outcomes if history else ()) if one.slot == slot), None)

    def _say(self, kind: type[AnyFact], contact: str, **told: object) -> None:
        fact = kind(contact=contact, noted_at=self._now, source=self._source, **told)  # type: ignore[arg-type]
        self._facts.append(fact)


def _is_known(outcome: Outcome | None, result: Result) -> bool:
    """Tell whether somebody has said so already: a presumption is no word."""
    return outcome is not None and outcome.result is result and outcome.evidence is Evidence.CONFIRMED


def local(at: datetime, timezone: str) -> datetime:
    """Return an instant on the wall clock of a zone."""
    return at.astimezone(zone(timezone)).replace(tzinfo=None)
