"""What the owner says of a check-in, turned into facts: done, skip, missed, snooze, pause, resume, kept.

Every answer returns the facts to add, none when it is known already, and the sentence to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from netkeep_sync.core.fact import (
    Asked,
    Dismissed,
    Gave,
    Held,
    Kept,
    Missed,
    Paused,
    Promised,
    Resumed,
    Skipped,
    SlotName,
    Snoozed,
)
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.ledger import Promise, folded
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.reconcile import matching_occurrence, upcoming
from netkeep_sync.core.series import occurrences, zone
from netkeep_sync.core.text import clean_line
from netkeep_sync.core.words import day_words
from netkeep_sync.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.outlook import Outlook

__all__ = [
    "NOTHING",
    "Answer",
    "Desk",
    "Exchange",
]

_Fact = TypeVar(
    "_Fact", Held, Skipped, Missed, Snoozed, Paused, Resumed, Dismissed, Gave, Asked, Promised, Kept
)

_LONGEST_SNOOZE = timedelta(days=731)

_FRESH_DAYS = 7
"""For so long after a check-in, "done" is taken to mean that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The facts to add, and what to tell the owner."""

    facts: tuple[AnyFact, ...]
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What went to and fro at a meeting, in the owner's words. `by_on` is when what is promised in it is due,
    None for before the next check-in.
    """

    gave: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    they_promised: tuple[str, ...] = ()
    by_on: date | None = None


NOTHING = Exchange()


class Desk:
    """Takes answers about one contact, as of one outlook. `source` says where they come from. What is told of
    them is in `language`; why one is refused, in English.
    """

    def __init__(
        self, outlook: Outlook, contact: Contact, *, source: str, language: Language = ENGLISH
    ) -> None:
        self.outlook = outlook
        self.contact = contact
        self.language = language
        self._source = source

    def _fact(self, kind: type[_Fact], **told: Any) -> _Fact:
        """Return a fact about this contact, said just now."""
        return kind(contact=self.contact.key, noted_at=self.outlook.now, source=self._source, **told)

    @property
    def history(self) -> History:
        """Where the contact stands."""
        return self.outlook.histories[self.contact.key]

    def held(self, *, held_on: date | None = None, note: str = "", exchange: Exchange = NOTHING) -> Answer:
        """They met: on the given day, else at the check-in of today or of the last days, else today. Of a
        check-in that is known to be held it is not taken for another one: that is said with its day.
        """
        _ = self.language.gettext
        day = held_on or self._likely_day()
        self._refuse_future(day)
        exchanged = self._exchanged(exchange, day)
        promised = "".join(f"\n{self._promise_words(one)}" for one in exchanged if isinstance(one, Promised))
        confirmed = (one for one in self.history.meetings if one.evidence is Evidence.CONFIRMED)
        known = next((one for one in confirmed if one.day == day), None)
        if known and not note:
            words = _("{name}: held on {day}, as known.")
            if held_on is None and day != self.outlook.today:  # they may have met again since
                words = _(
                    "{name}: held on {day}, as known; `netkeep-sync log {key}` records a meeting of today."
                )
            told = self._told(words, day=self._day_words(day), key=self.contact.key)
            return Answer(facts=exchanged, told=f"{told}{promised}")
        slot = known.slot if known else self._fulfilled(day)
        fact = self._fact(Held, held_on=day, slot=slot, note=note)
        told = self._told(_("{name}: held on {day}."), day=self._day_words(day))
        return Answer(facts=(fact, *exchanged), told=f"{told}{promised}")

    # -- of one check-in, by its name: said twice, it is said once ------------------------------------

    def met(self, slot: SlotName, *, held_on: date, note: str = "") -> Answer:
        """Take a meeting on that day for this check-in, whenever it was planned."""
        self._refuse_future(held_on)
        _ = self.language.gettext
        told = self._told(_("{name}: held on {day}."), day=self._day_words(held_on))
        if self._is_known(slot, Result.HELD, day=held_on, note=note):
            return Answer(facts=(), told=told)
        return Answer(facts=(self._fact(Held, held_on=held_on, slot=slot, note=note),), told=told)

    def let_go(self, slot: SlotName, *, day: date, note: str = "") -> Answer:
        """Let this check-in go, which was planned on that day."""
        told = self._skipped_words(day)
        if self._is_known(slot, Result.SKIPPED, note=note):
            return Answer(facts=(), told=told)
        return Answer(facts=(self._fact(Skipped, slot=slot, note=note),), told=told)

    def put_off(self, slot: SlotName, *, until_on: date, has_passed: bool) -> Answer:
        """Put this check-in off until that day. One that has passed did not come about."""
        is_missed = has_passed and not self._is_known(slot, Result.MISSED)
        missed = (self._fact(Missed, slot=slot),) if is_missed else ()
        if not missed and self.history.snoozed_until_on == until_on:
            return Answer(facts=(), told=self._snoozed_words(until_on))
        snoozed = self.snooze(until_on=until_on)
        return Answer(facts=(*missed, *snoozed.facts), told=snoozed.told)

    def _is_known(self, slot: SlotName, result: Result, *, day: date | None = None, note: str = "") -> bool:
        return any(
            (one.slot, one.result, one.evidence) == (slot, result, Evidence.CONFIRMED)
            and day in (None, one.day)
            and note in ("", one.note)
            for one in self.history.outcomes
        )

    def _exchanged(self, exchange: Exchange, day: date) -> tuple[Gave | Asked | Promised, ...]:
        """Return what went to and fro as facts, without what is known already."""
        if exchange.by_on and not (exchange.promised or exchange.they_promised):
            raise Refused(f"what is due by {self._said(exchange.by_on)}? name what was promised")
        if exchange.by_on and exchange.by_on < day:
            raise Refused(f"{self._said(exchange.by_on)} is before the day of the promise, {self._said(day)}")
        ledger = self.history.ledger
        gave = [one for one in _lines(exchange.gave) if one not in ledger.gave_on(day)]
        asked = [one for one in _lines(exchange.asked) if one not in ledger.asked_on(day)]
        promises = [
            Promise(what=what, made_on=day, is_theirs=is_theirs, by_on=exchange.by_on)
            for is_theirs, told in ((False, exchange.promised), (True, exchange.they_promised))
            for what in _lines(told)
        ]
        return (
            *(self._fact(Gave, held_on=day, what=what) for what in gave),
            *(self._fact(Asked, held_on=day, what=what) for what in asked),
            *(
                self._fact(Promised, held_on=day, what=one.what, is_theirs=one.is_theirs, by_on=one.by_on)
                for one in promises
                if one not in ledger.promises
            ),
        )

    def _promise_words(self, promised: Promised) -> str:
        _ = self.language.gettext
        who = _("they promised") if promised.is_theirs else _("you promised")
        if promised.by_on is None:
            return f"{who}: {promised.what}"
        when = _("by {day}").format(day=self._day_words(promised.by_on))
        return f"{who}: {promised.what}, {when}"

    def kept(self, words: str = "", *, is_theirs: bool = False) -> Answer:
        """Close a promise of the owner's, or one that `is_theirs`: the only one that is open, or the one with
        these words.
        """
        promises = self.history.ledger.open_promises(are_theirs=is_theirs)
        found = _promises_with(promises, words)
        if len(found) != 1:
            raise Refused(self._which_promise(found, words, is_theirs=is_theirs))
        fact = self._fact(Kept, what=found[0].what, is_theirs=is_theirs)
        _ = self.language.gettext
        if is_theirs:
            told = self._told(_("{name}: they kept what was promised: {what}."), what=fact.what)
        else:
            told = self._told(_("{name}: you kept what was promised: {what}."), what=fact.what)
        return Answer(facts=(fact,), told=told)

    def _which_promise(self, found: Sequence[Promise], words: str, *, is_theirs: bool) -> str:
        ledger, name = self.history.ledger, self.contact.name
        nothing = f"{name} has no open promise to you" if is_theirs else f"you have no open promise to {name}"
        if found:
            return f"it may be any of: {_listed(found)}; write more of it"
        if promises := ledger.open_promises(are_theirs=is_theirs):
            return f'{nothing} with "{words}"; open: {_listed(promises)}'
        if others := ledger.open_promises(are_theirs=not is_theirs):
            whose = "your own" if is_theirs else "theirs (`kept --theirs`)"
            return f"{nothing}; open: {whose}: {_listed(others)}"
        return nothing

    def _fulfilled(self, day: date) -> SlotName | None:
        """Return the check-in that a meeting on that day was; None for one beside the plan."""
        found = matching_occurrence(self.contact, self.outlook.series, self.history, held_on=day)
        return _name(found) if found else None

    def _likely_day(self) -> date:
        """Return the day of the check-in of the last days, unless one is planned today; else today."""
        today = self.outlook.today
        if any(self._day(one) == today for one in self._planned()):
            return today
        recent = [one for one in self.history.outcomes if (today - one.day).days < _FRESH_DAYS]
        presumed = [one.day for one in recent if one.evidence is Evidence.PRESUMED]
        if presumed:
            return presumed[-1]
        known = [one.day for one in recent if one.slot is not None and one.result is Result.HELD]
        is_ahead_of_next = matching_occurrence(self.contact, self.outlook.series, self.history, held_on=today)
        return known[-1] if known and not is_ahead_of_next else today

    def skip(self, *, planned_on: date | None = None, note: str = "") -> Answer:
        """Let the next check-in go, or the one planned on that day, or what was found on it."""
        if planned_on and (dismissed := self._dismissed(planned_on)):
            return dismissed
        one = self._planned_on(planned_on) if planned_on else self._next()
        fact = self._fact(Skipped, slot=_name(one), note=note)
        return self._unless_known(fact, Result.SKIPPED, self._skipped_words(self._day(one)))

    def missed(self, *, planned_on: date | None = None, note: str = "") -> Answer:
        """Tell that the last check-in, or the one planned on that day, or what was found on it, did not come
        about.
        """
        if planned_on and (dismissed := self._dismissed(planned_on)):
            return dismissed
        one = self._planned_on(planned_on) if planned_on else self._last()
        self._refuse_future(self._day(one))
        fact = self._fact(Missed, slot=_name(one), note=note)
        told = self._told(
            self.language.gettext("{name}: {day} did not come about."), day=self._day_words(self._day(one))
        )
        return self._unless_known(fact, Result.MISSED, told)

    def _dismissed(self, day: date) -> Answer | None:
        """Take back what a busy calendar shows on a day with no check-in; None where it shows nothing."""
        found = [
            *(
                one.meeting.source
                for one in self.outlook.found
                if (one.contact.key, one.day) == (self.contact.key, day)
            ),
            *(
                one.source
                for one in self.outlook.counted
                if (one.contact, one.held_on) == (self.contact.key, day)
            ),
        ]
        if not found or any(self._day(one) == day for one in self._planned()):
            return None
        facts = tuple(self._fact(Dismissed, meeting=source, found_on=day) for source in found)
        told = self._told(self.language.gettext("{name}: no meeting on {day}."), day=self._day_words(day))
        return Answer(facts=facts, told=told)

    def snooze(self, *, until_on: date | None = None, weeks: int = 1) -> Answer:
        """Put the next check-in off until that day, or by so many weeks."""
        if until_on is None:
            until_on = max(self.outlook.today, self._day(self._next())) + timedelta(weeks=weeks)
        if until_on <= self.outlook.today:
            raise Refused(f"{self._said(until_on)} is not ahead; name a later day")
        if until_on > self.outlook.today + _LONGEST_SNOOZE:
            raise Refused(f"{self._said(until_on)} is more than two years ahead; pause instead")
        fact = self._fact(Snoozed, until_on=until_on)
        return Answer(facts=(fact,), told=self._snoozed_words(until_on))

    def pause(self, *, note: str = "") -> Answer:
        """Stop the check-ins until further notice."""
        _ = self.language.gettext
        if self.history.pause and (self.history.pause.from_on or date.min) <= self.outlook.today:
            return Answer(facts=(), told=self._told(_("{name}: paused already.")))
        return Answer(
            facts=(self._fact(Paused, note=note),),
            told=self._told(
                _("{name}: paused; `netkeep-sync resume {key}` brings them back."), key=self.contact.key
            ),
        )

    def resume(self) -> Answer:
        """End a pause, or a snooze."""
        _ = self.language.gettext
        if not (self.history.paused_on or self.history.snoozed_until_on):
            return Answer(facts=(), told=self._told(_("{name}: neither paused nor snoozed.")))
        told = _("{name}: resumed.")
        if self.history.pause and self.history.pause.is_not_followed:
            told = _(
                "{name}: resumed. What you made of the series on your calendar stays there; delete it if you "
                "want it no more."
            )
        return Answer(facts=(self._fact(Resumed),), told=self._told(told))

    def _told(self, message: str, **values: str) -> str:
        return message.format(name=self.contact.name, **values)

    def _skipped_words(self, day: date) -> str:
        return self._told(self.language.gettext("{name}: skipped {day}."), day=self._day_words(day))

    def _snoozed_words(self, until_on: date) -> str:
        return self._told(
            self.language.gettext("{name}: snoozed until {day}."), day=self._day_words(until_on)
        )

    def _day_words(self, day: date) -> str:
        return day_words(day, today=self.outlook.today, language=self.language)

    def _unless_known(self, fact: Skipped | Missed, result: Result, told: str) -> Answer:
        known = any(
            outcome.slot == fact.slot and outcome.result is result for outcome in self.history.outcomes
        )
        return Answer(facts=() if known and not fact.note else (fact,), told=told)

    def _refuse_future(self, day: date) -> None:
        if day > self.outlook.today:
            raise Refused(
                f"{self._said(day)} is ahead of today, {self._said(self.outlook.today)}; "
                "only what has happened can be recorded"
            )

    def _planned(self) -> list[Occurrence]:
        """Return the contact's occurrences of all generations, by start."""
        end_on = self.outlook.plan.end_on
        mine = (one for one in self.outlook.series if one.contact == self.contact.key)
        return sorted(
            (one for series in mine for one in occurrences(series, end_on=end_on)),
            key=lambda one: one.start_at,
        )

    def _next(self) -> Occurrence:
        found = upcoming(self.history, self.outlook.plan.occurrences, now=self.outlook.now)
        if found is None:
            raise Refused(f"{self.contact.name} has no check-in ahead")
        return found

    def _last(self) -> Occurrence:
        passed = [one for one in self._planned() if one.end_at <= self.outlook.now]
        if not passed:
            raise Refused(
                f"no planned check-in with {self.contact.name} has passed yet; "
                f"of one that lies ahead say `netkeep-sync skip {self.contact.key}`"
            )
        return passed[-1]

    def _planned_on(self, day: date) -> Occurrence:
        found = [one for one in self._planned() if self._day(one) == day]
        if not found:
            raise Refused(
                f"no check-in with {self.contact.name} is planned on {self._said(day)}; "
                f"`netkeep-sync history {self.contact.key}` tells those that were, `plan` those to come"
            )
        return found[0]

    def _day(self, one: Occurrence) -> date:
        return one.start_at.astimezone(zone(self.outlook.roster.timezone)).date()

    def _said(self, day: date) -> str:
        return day_words(day, today=self.outlook.today)


def _lines(told: Sequence[str]) -> Iterator[str]:
    """Yield what was told, each in one clean line and once."""
    return (line for line in dict.fromkeys(map(clean_line, told)) if line)


def _promises_with(promises: Sequence[Promise], words: str) -> list[Promise]:
    """Return the promise of these very words, else all that have each of them."""
    wanted = folded(words)
    exact = [one for one in promises if folded(one.what) == wanted]
    return exact or [one for one in promises if all(word in folded(one.what) for word in wanted.split())]


def _listed(promises: Sequence[Promise]) -> str:
    return "; ".join(f'"{one.what}"' for one in promises)


def _name(one: Occurrence) -> SlotName:
    return SlotName(uid=one.uid, slot_on=one.slot_on)
