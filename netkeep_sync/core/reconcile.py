"""What the facts add up to: the outcome of each occurrence, and where each contact stands.

Facts are read in the order they were noted, and the later one is right: a presumed check-in that the
owner confirms, skips or calls missed is then that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import (
    Asked,
    Dismissed,
    Gave,
    Held,
    Kept,
    Missed,
    Noted,
    Passed,
    Paused,
    Promised,
    Rescheduled,
    Resumed,
    Rhythm,
    Skipped,
    SlotName,
    Snoozed,
)
from netkeep_sync.core.ledger import make_ledger
from netkeep_sync.core.outcome import Evidence, History, Outcome, Result
from netkeep_sync.core.roster import Assumption
from netkeep_sync.core.series import Occurrence, occurrences, zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series

__all__ = ["matching_occurrence", "own_moves", "passed_facts", "reconcile", "reconcile_left", "upcoming"]


def reconcile(
    contacts: Sequence[Contact], facts: Iterable[AnyFact], *, today: date, timezone: str
) -> dict[str, History]:
    """Return the history of every contact of the roster, by contact key.

    What the facts tell of a day after `today` is left out: it has not happened yet. The clock of `timezone`
    tells on which day something was said.
    """
    met_on_by_key = {contact.key: contact.met_on for contact in contacts}
    return _histories(met_on_by_key, facts, today=today, timezone=timezone)


def reconcile_left(
    contacts: Iterable[Contact], facts: Iterable[AnyFact], *, today: date, timezone: str
) -> dict[str, History]:
    """Return the history of everybody whom the facts tell of and who is none of these contacts, by key."""
    facts = tuple(facts)
    left = {fact.contact for fact in facts} - {contact.key for contact in contacts}
    met_on_by_key: dict[str, date | None] = dict.fromkeys(sorted(left))
    return _histories(met_on_by_key, facts, today=today, timezone=timezone) if left else {}


def _histories(
    met_on_by_key: Mapping[str, date | None], facts: Iterable[AnyFact], *, today: date, timezone: str
) -> dict[str, History]:
    facts = tuple(facts)
    dismissed = {(one.contact, one.meeting) for one in facts if isinstance(one, Dismissed)}
    by_contact: dict[str, list[AnyFact]] = {key: [] for key in met_on_by_key}
    for fact in facts:
        is_dismissed = isinstance(fact, Held) and (fact.contact, fact.source) in dismissed
        if fact.contact in by_contact and not is_dismissed:
            by_contact[fact.contact].append(fact)
    return {
        key: _history(key, by_contact[key], met_on=met_on, today=today, timezone=timezone)
        for key, met_on in met_on_by_key.items()
    }


def _history(  # noqa: C901, PLR0912  a table of facts
    contact: str, facts: Sequence[AnyFact], *, met_on: date | None, today: date, timezone: str
) -> History:
    outcomes: dict[SlotName | date, Outcome] = {}
    notes: dict[SlotName, Noted] = {}
    history = History(
        contact=contact,
        moved=frozenset(own_moves(facts, timezone=timezone)),
        ledger=make_ledger(facts, today=today),
    )
    snoozed_on = date.min
    if met_on is not None:
        outcomes[met_on] = Outcome(
            contact=contact,
            slot=None,
            day=met_on,
            result=Result.HELD,
            evidence=Evidence.CONFIRMED,
        )
    for fact in facts:
        match fact:
            case Passed():
                # Whoever spoke of it before it passed keeps the word: skipped, or held early.
                outcomes.setdefault(fact.slot, _passed(fact))
            case Held(slot=slot, held_on=held_on):
                slot = slot or _let_go_on(held_on, outcomes.values())
                outcomes[slot or held_on] = _told(fact, slot=slot, day=held_on, result=Result.HELD)
                if held_on >= snoozed_on:  # a meeting from before says nothing of what comes
                    history = replace(history, snoozed_until_on=None)
            case Skipped(slot=slot):
                outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.SKIPPED)
            case Missed(slot=slot):
                outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.MISSED)
            case Snoozed(until_on=until_on, noted_at=noted_at):
                snoozed_on = _day(noted_at, timezone)
                history = replace(history, snoozed_until_on=until_on)
            case Paused(noted_at=noted_at):
                history = replace(history, paused_on=_day(noted_at, timezone), pause=fact)
            case Resumed():
                history = replace(history, paused_on=None, pause=None, snoozed_until_on=None)
            case Rescheduled(slot=slot):
                # Wherever it went, it is to be: what was let go is back, and what passed has not yet.
                if slot in outcomes and not _is_held_for_sure(outcomes[slot]):
                    del outcomes[slot]
            case Noted(slot=slot):
                notes[slot] = fact
            case Rhythm():
                history = replace(history, rhythm=fact, paused_on=None, pause=None)
            case Dismissed():
                pass  # what it takes back is left out already
            case Gave() | Asked() | Promised() | Kept():
                pass  # the ledger has it
            case _:
                history = replace(history, replanned=fact, snoozed_until_on=None)
    if history.snoozed_until_on is not None and history.snoozed_until_on <= today:
        history = replace(history, snoozed_until_on=None)
    known = (
        outcome for outcome in outcomes.values() if outcome.result is not Result.HELD or outcome.day <= today
    )
    outcomes_by_day = sorted(known, key=lambda outcome: outcome.day)
    spoken, open_notes = _with_notes(outcomes_by_day, notes, timezone=timezone)
    return replace(
        history,
        outcomes=spoken,
        notes=frozenset((slot, one.note) for slot, one in notes.items()),
        open_notes=open_notes,
    )


def _let_go_on(day: date, outcomes: Iterable[Outcome]) -> SlotName | None:
    """Return the check-in of that day of which it was said that it is not to be: they have met after all."""
    let_go = (Result.SKIPPED, Result.MISSED)
    return next((one.slot for one in outcomes if one.day == day and one.result in let_go), None)


def own_moves(facts: Iterable[AnyFact], *, timezone: str) -> dict[SlotName, datetime]:
    """Return where the owner has put check-ins, unless they let them go later, or put them off. One that had
    passed by then stays where it was.
    """
    moves: dict[SlotName, Rescheduled] = {}
    for fact in facts:
        match fact:
            case Rescheduled(slot=slot):
                moves[slot] = fact
            case Skipped(slot=slot, noted_at=noted_at) if slot in moves and noted_at < moves[slot].start_at:
                del moves[slot]
            case Snoozed():
                moves = {slot: move for slot, move in moves.items() if not _is_put_off(move, fact, timezone)}
    return {slot: move.start_at for slot, move in moves.items()}


def _is_put_off(move: Rescheduled, snooze: Snoozed, timezone: str) -> bool:
    is_ahead = move.contact == snooze.contact and snooze.noted_at < move.start_at
    return is_ahead and _day(move.start_at, timezone) < snooze.until_on


def _day(at: datetime, timezone: str) -> date:
    return at.astimezone(zone(timezone)).date()


def _is_held_for_sure(outcome: Outcome) -> bool:
    return outcome.result is Result.HELD and outcome.evidence is Evidence.CONFIRMED


def _with_notes(
    outcomes: Sequence[Outcome], notes: Mapping[SlotName, Noted], *, timezone: str
) -> tuple[tuple[Outcome, ...], tuple[tuple[SlotName, str], ...]]:
    """Return the outcomes with what the owner wrote on the calendar, unless they said something else, and
    what they wrote to check-ins of which nothing is known yet. Where such a check-in has made way for one of
    another series, it is for the first meeting after they wrote it.
    """
    passed = {outcome.slot for outcome in outcomes}
    waiting = [(slot, one) for slot, one in notes.items() if slot not in passed and one.note]
    moved_on: dict[SlotName, list[str]] = {}
    open_notes = []
    for slot, one in waiting:
        noted_on = _day(one.noted_at, timezone)
        others = (each for each in outcomes if each.result is Result.HELD and each.day >= noted_on)
        instead = next((each.slot for each in others if each.slot and each.slot.uid != slot.uid), None)
        if instead:
            moved_on.setdefault(instead, []).append(one.note)
        else:
            open_notes.append((slot, one.note))

    def words(outcome: Outcome) -> str:
        if outcome.slot is None:
            return outcome.note
        its_own = notes[outcome.slot].note if outcome.slot in notes else ""
        return "\n".join(filter(None, [outcome.note or its_own, *moved_on.get(outcome.slot, [])]))

    return tuple(replace(outcome, note=words(outcome)) for outcome in outcomes), tuple(open_notes)


def _passed(fact: Passed) -> Outcome:
    return Outcome(
        contact=fact.contact,
        slot=fact.slot,
        day=fact.held_on,
        result=Result.HELD if fact.is_presumed else Result.UNKNOWN,
        evidence=Evidence.PRESUMED,
    )


def _told(fact: Held | Skipped | Missed, *, slot: SlotName | None, day: date, result: Result) -> Outcome:
    return Outcome(
        contact=fact.contact,
        slot=slot,
        day=day,
        result=result,
        evidence=Evidence.CONFIRMED,
        note=fact.note,
    )


def passed_facts(
    roster: Roster,
    series: Iterable[Series],
    facts: Iterable[AnyFact],
    *,
    now: datetime,
    heard_at: datetime | None = None,
) -> tuple[Passed, ...]:
    """Return a fact for every occurrence that has passed since facts were last taken, and before the owner's
    calendars were last listened to (`heard_at`, None for now): what they may have done there since is not
    known.

    Contacts that have left the roster are left alone.
    """
    until_at = now if heard_at is None else min(now, heard_at)
    noted: set[SlotName] = set()
    for fact in facts:
        match fact:
            case Passed(slot=slot):
                noted.add(slot)
            case Rescheduled(slot=slot):  # it passes again, on its new day
                noted.discard(slot)
    contacts = {contact.key for contact in roster.contacts}
    # A moved occurrence may lie days before its slot; nothing is moved further than this.
    end_on = now.astimezone(zone(roster.timezone)).date() + timedelta(days=400)
    return tuple(
        Passed(
            contact=one.contact,
            noted_at=now,
            source="clock",
            slot=slot,
            held_on=one.start_at.astimezone(zone(each.timezone)).date(),
            is_presumed=roster.assume is Assumption.HELD,
        )
        for each in series
        if each.contact in contacts
        for one in occurrences(each, end_on=end_on)
        if one.end_at <= until_at and (slot := SlotName(uid=one.uid, slot_on=one.slot_on)) not in noted
    )


def matching_occurrence(
    contact: Contact, series: Iterable[Series], history: History, *, held_on: date
) -> Occurrence | None:
    """Return the occurrence that a meeting on `held_on` fulfils: the nearest one within the contact's
    tolerance that nobody has spoken of yet. A meeting further off stands beside the plan.
    """
    settled = {
        outcome.slot
        for outcome in history.outcomes
        if outcome.evidence is Evidence.CONFIRMED and outcome.day != held_on
    }
    near = [
        (abs((day - held_on).days), day, one)
        for each in series
        if each.contact == contact.key
        for one in occurrences(each, end_on=held_on + timedelta(days=400))
        if SlotName(uid=one.uid, slot_on=one.slot_on) not in settled
        and abs(((day := one.start_at.astimezone(zone(each.timezone)).date()) - held_on).days)
        <= contact.flex_days
    ]
    return min(near, key=lambda found: found[:2])[2] if near else None


def upcoming(history: History, planned: Iterable[Occurrence], *, now: datetime) -> Occurrence | None:
    """Return the contact's next occurrence that is not over yet and that nobody has spoken of."""
    told = {outcome.slot for outcome in history.outcomes if outcome.evidence is Evidence.CONFIRMED}
    return min(
        (
            one
            for one in planned
            if one.contact == history.contact
            and one.end_at > now
            and SlotName(uid=one.uid, slot_on=one.slot_on) not in told
        ),
        key=lambda one: one.start_at,
        default=None,
    )
