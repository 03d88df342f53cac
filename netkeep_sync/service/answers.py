"""What the owner says of a check-in, turned into facts: done, skip, missed, snooze, pause, resume.

Every answer returns the facts to add, none when it is known already, and the sentence to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from netkeep_sync.core.contact import find_contacts, slug
from netkeep_sync.core.fact import Held, Missed, Paused, Resumed, Skipped, SlotName, Snoozed
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.reconcile import matching_occurrence, upcoming
from netkeep_sync.core.series import occurrences, zone
from netkeep_sync.core.words import day_words
from netkeep_sync.errors import Refused, UnknownContact

if TYPE_CHECKING:
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.outlook import Outlook

__all__ = ["Answer", "Desk", "contact_named"]

_Fact = TypeVar("_Fact", Held, Skipped, Missed, Snoozed, Paused, Resumed)

_LONGEST_SNOOZE = timedelta(days=731)

_FRESH_DAYS = 7
"""For so long after a check-in, "done" is taken to mean that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The facts to add, and what to tell the owner."""

    facts: tuple[AnyFact, ...]
    told: str


def contact_named(roster: Roster, words: str) -> Contact:
    """Return the one contact of an outlook's roster that `words` can mean.

    Raises UnknownContact with the candidates.
    """
    found = find_contacts(roster.contacts, words)
    # A key may be the name that another one had before.
    named = tuple(contact for contact in found if slug(contact.name) == slug(words))
    if len(found) == 1 or len(named) == 1:
        return (named or found)[0]
    if found:
        candidates = "; ".join(f"{contact.name} ({contact.key})" for contact in found)
        raise UnknownContact(f'"{words}" may be any of: {candidates}; write more of the name')
    names = [contact.name for contact in roster.contacts]
    by_slug = {slug(part): name for name in names for part in (name, *name.split())}
    close = get_close_matches(slug(words), by_slug, n=1, cutoff=0.6)
    advice = f'did you mean "{by_slug[close[0]]}"?' if close else "see `netkeep-sync status` for all"
    raise UnknownContact(f'nobody in the roster is called "{words}"; {advice}')


class Desk:
    """Takes answers about one contact, as of one outlook. `source` says where they come from."""

    def __init__(self, outlook: Outlook, contact: Contact, *, source: str) -> None:
        self.outlook = outlook
        self.contact = contact
        self._source = source

    def _fact(self, kind: type[_Fact], **told: Any) -> _Fact:
        """Return a fact about this contact, said just now."""
        return kind(contact=self.contact.key, noted_at=self.outlook.now, source=self._source, **told)

    @property
    def history(self) -> History:
        """Where the contact stands."""
        return self.outlook.histories[self.contact.key]

    def held(self, *, held_on: date | None = None, note: str = "") -> Answer:
        """They met: on the given day, else at the check-in of today or of the last days, else today."""
        day = held_on or self._likely_day()
        self._refuse_future(day)
        if not note and any(
            outcome.day == day and outcome.result is Result.HELD and outcome.evidence is Evidence.CONFIRMED
            for outcome in self.history.outcomes
        ):
            return Answer(facts=(), told=f"{self.contact.name}: held on {self._said(day)}, as known.")
        found = matching_occurrence(self.contact, self.outlook.series, self.history, held_on=day)
        fact = self._fact(Held, held_on=day, slot=_name(found) if found else None, note=note)
        return Answer(facts=(fact,), told=f"{self.contact.name}: held on {self._said(day)}.")

    def _likely_day(self) -> date:
        today = self.outlook.today
        recent = [
            outcome.day
            for outcome in self.history.outcomes
            if outcome.evidence is Evidence.PRESUMED and (today - outcome.day).days < _FRESH_DAYS
        ]
        is_today = any(self._day(one) == today for one in self._planned())
        return recent[-1] if recent and not is_today else today

    def skip(self, *, planned_on: date | None = None, note: str = "") -> Answer:
        """Let the next check-in go, or the one planned on that day."""
        one = self._planned_on(planned_on) if planned_on else self._next()
        fact = self._fact(Skipped, slot=_name(one), note=note)
        return self._unless_known(fact, Result.SKIPPED, f"skipped {self._said(self._day(one))}")

    def missed(self, *, planned_on: date | None = None, note: str = "") -> Answer:
        """Tell that the last check-in, or the one planned on that day, did not come about."""
        one = self._planned_on(planned_on) if planned_on else self._last()
        self._refuse_future(self._day(one))
        fact = self._fact(Missed, slot=_name(one), note=note)
        return self._unless_known(fact, Result.MISSED, f"{self._said(self._day(one))} did not come about")

    def snooze(self, *, until_on: date | None = None, weeks: int = 1) -> Answer:
        """Put the next check-in off until that day, or by so many weeks."""
        if until_on is None:
            until_on = max(self.outlook.today, self._day(self._next())) + timedelta(weeks=weeks)
        if until_on <= self.outlook.today:
            raise Refused(f"{self._said(until_on)} is not ahead; name a later day")
        if until_on > self.outlook.today + _LONGEST_SNOOZE:
            raise Refused(f"{self._said(until_on)} is more than two years ahead; pause instead")
        fact = self._fact(Snoozed, until_on=until_on)
        return Answer(facts=(fact,), told=f"{self.contact.name}: snoozed until {self._said(until_on)}.")

    def pause(self, *, note: str = "") -> Answer:
        """Stop the check-ins until further notice."""
        if self.history.paused_on:
            return Answer(facts=(), told=f"{self.contact.name}: paused already.")
        return Answer(
            facts=(self._fact(Paused, note=note),),
            told=f"{self.contact.name}: paused; `netkeep-sync resume` brings the check-ins back.",
        )

    def resume(self) -> Answer:
        """End a pause, or a snooze."""
        if not (self.history.paused_on or self.history.snoozed_until_on):
            return Answer(facts=(), told=f"{self.contact.name}: neither paused nor snoozed.")
        return Answer(facts=(self._fact(Resumed),), told=f"{self.contact.name}: resumed.")

    def _unless_known(self, fact: Skipped | Missed, result: Result, words: str) -> Answer:
        known = any(
            outcome.slot == fact.slot and outcome.result is result for outcome in self.history.outcomes
        )
        return Answer(facts=() if known and not fact.note else (fact,), told=f"{self.contact.name}: {words}.")

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
            raise Refused(f"{self.contact.name} has had no check-in yet")
        return passed[-1]

    def _planned_on(self, day: date) -> Occurrence:
        found = [one for one in self._planned() if self._day(one) == day]
        if not found:
            raise Refused(f"{self.contact.name} has no check-in on {self._said(day)}")
        return found[0]

    def _day(self, one: Occurrence) -> date:
        return one.start_at.astimezone(zone(self.outlook.roster.timezone)).date()

    def _said(self, day: date) -> str:
        return day_words(day, today=self.outlook.today)


def _name(one: Occurrence) -> SlotName:
    return SlotName(uid=one.uid, slot_on=one.slot_on)
