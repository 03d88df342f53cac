"""The brief: what to know and to bring before a check-in with somebody.

It is made of what is known and of the day of the check-in that it is for, and never of what day it is: no
"37 days ago", and milestones are near when they are near the check-in. So it needs no refreshing the
evening before: an entry that holds it is right at any time, and a pass that learns nothing writes nothing.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.contact import slug
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.ledger import due_on
from netkeep_sync.core.milestone import milestone_words
from netkeep_sync.core.outcome import Evidence, History

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netkeep_sync.core.contact import Contact, Milestone
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.ledger import Ledger, Promise
    from netkeep_sync.core.outcome import Outcome

__all__ = ["Brief", "Meeting", "Owed", "brief_words", "make_brief"]

_QUESTIONS = 2
_MEETINGS = 2
_NEAR = timedelta(days=30)
_MOST_ASKS = 2
"""So many meetings in a row with nothing but an ask, and the owner is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What is remembered of a meeting: the owner's note, what they gave and what they asked for."""

    day: date
    is_presumed: bool
    note: str = ""
    gave: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether there is more to say of it than its day."""
        return bool(self.note or self.gave or self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An open promise and its day, None where there is none to tell."""

    promise: Promise
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What to read before meeting one contact on `for_on`, None where no check-in is planned.

    `meetings` are the last ones, the latest first. `promised` are the owner's open promises,
    `they_promised` those of the contact. `asks_in_a_row` counts the latest meetings at which the owner asked
    and gave nothing.
    """

    contact: str
    for_on: date | None
    promised: tuple[Owed, ...] = ()
    they_promised: tuple[Owed, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    asks_in_a_row: int = 0
    milestones: tuple[Milestone, ...] = ()
    ask: tuple[str, ...] = ()
    offer: str = ""
    notes: str = ""

    @property
    def owed(self) -> tuple[Owed, ...]:
        """The open promises of both sides."""
        return (*self.promised, *self.they_promised)

    @property
    def days_since(self) -> int | None:
        """How many days after the last meeting the check-in is; None where either is unknown."""
        if self.for_on is None or not self.meetings:
            return None
        return (self.for_on - self.meetings[0].day).days

    @property
    def is_for_them(self) -> bool:
        """Whether the owner has asked so often that it is the contact's turn."""
        return self.asks_in_a_row >= _MOST_ASKS


def make_brief(
    contact: Contact, history: History | None, *, for_on: date | None, on_entry_of: str = ""
) -> Brief:
    """Return the brief for the check-in of `for_on`; on the entry of that series, by its UID, which has what
    its owner wrote into it anyway.

    Questions and offer take turns from meeting to meeting: what was asked about last time makes room for the
    next. Of the offers, those never given come first. Without a check-in every milestone is told.
    """
    history = history or History(contact=contact.key)
    meetings = history.meetings
    gave = [one.what for one in history.ledger.gave]
    written = [note for slot, note in history.open_notes if slot.uid != on_entry_of]
    return Brief(
        contact=contact.key,
        for_on=for_on,
        promised=_owed(history.ledger, are_theirs=False, next_on=for_on),
        they_promised=_owed(history.ledger, are_theirs=True, next_on=for_on),
        meetings=tuple(_meeting(one, history.ledger) for one in reversed(meetings[-_MEETINGS:])),
        asks_in_a_row=history.asks_in_a_row,
        milestones=_near(contact.milestones, for_on),
        ask=_turn(contact.ask, meetings=len(meetings)),
        offer=_best_offer(contact.offer, gave, meetings=len(meetings)),
        notes="\n".join(filter(None, [contact.notes, *written])),
    )


def _owed(ledger: Ledger, *, are_theirs: bool, next_on: date | None) -> tuple[Owed, ...]:
    return tuple(
        Owed(promise=one, due_on=due_on(one, next_on=next_on))
        for one in ledger.open_promises(are_theirs=are_theirs)
    )


def _meeting(outcome: Outcome, ledger: Ledger) -> Meeting:
    return Meeting(
        day=outcome.day,
        is_presumed=outcome.evidence is Evidence.PRESUMED,
        note=outcome.note,
        gave=ledger.gave_on(outcome.day),
        asked=ledger.asked_on(outcome.day),
    )


def _near(milestones: Iterable[Milestone], day: date | None) -> tuple[Milestone, ...]:
    """Return the milestones of a month before or after that day: one just gone by is worth a word too."""
    return tuple(one for one in milestones if day is None or _is_near(one, day))


def _is_near(milestone: Milestone, day: date) -> bool:
    return any(
        abs(_day_in(milestone, year) - day) <= _NEAR
        for year in range(day.year - 1, day.year + 2)
        if milestone.year is None or year >= milestone.year
    )


def _day_in(milestone: Milestone, year: int) -> date:
    last = monthrange(year, milestone.month)[1]
    return date(year, milestone.month, min(milestone.day, last))


def _turn(questions: Sequence[str], *, meetings: int) -> tuple[str, ...]:
    """Return the questions whose turn it is after so many meetings; two or fewer need no turns."""
    if len(questions) <= _QUESTIONS:
        return tuple(questions)
    first = meetings * _QUESTIONS
    return tuple(questions[(first + number) % len(questions)] for number in range(_QUESTIONS))


def _best_offer(offers: Sequence[str], gave: Sequence[str], *, meetings: int) -> str:
    """Return the offer whose turn it is among those given longest ago, first of all those never given; ""
    where there is none. A gift is an offer's if it has its words.
    """
    if not offers:
        return ""
    given = [slug(what) for what in gave]

    def last_given(offer: str) -> int:
        return max((number for number, what in enumerate(given) if slug(offer) in what), default=-1)

    first = meetings % len(offers)
    return min((*offers[first:], *offers[:first]), key=last_given)


def brief_words(brief: Brief, language: Language = ENGLISH) -> str:
    """Return the brief in words: plain text in blocks, what was promised at the top."""
    _ = language.gettext
    notes = _("Notes")
    blocks = [
        _listed(_("You promised"), [_owed_words(one, language) for one in brief.promised]),
        _listed(_("They promised"), [_owed_words(one, language) for one in brief.they_promised]),
        *_meetings_words(brief.meetings, language),
        _kind_word(brief, language),
        _listed(_("Milestones"), [milestone_words(one, language) for one in brief.milestones]),
        _listed(_("Ask"), brief.ask),
        _listed(_("Offer"), [brief.offer] if brief.offer else []),
        f"{notes}\n{brief.notes}" if brief.notes else "",
    ]
    return "\n\n".join(block for block in blocks if block)


def _owed_words(owed: Owed, language: Language) -> str:
    """Return the promise, with its day if one was said: the others are due before this very check-in."""
    what, by_on = owed.promise.what, owed.promise.by_on
    if by_on is None:
        return what
    return language.gettext("{promise} (by {day})").format(promise=what, day=language.long_day(by_on))


def _meetings_words(meetings: Sequence[Meeting], language: Language) -> list[str]:
    if not meetings:
        return [language.gettext("You have not met yet.")]
    last, *others = meetings
    if last.is_presumed:
        met = language.gettext("Last met on {day}, presumably.")
    else:
        met = language.gettext("Last met on {day}.")
    before = language.gettext("Before that on {day}.")
    return [
        _told(met, last, language),
        *(_told(before, one, language) for one in others if one.is_told),
    ]


def _told(line: str, meeting: Meeting, language: Language) -> str:
    gave, asked = "; ".join(meeting.gave), "; ".join(meeting.asked)
    lines = [
        line.format(day=language.long_day(meeting.day)),
        meeting.note,
        language.gettext("You gave: {what}").format(what=gave) if gave else "",
        language.gettext("You asked for: {what}").format(what=asked) if asked else "",
    ]
    return "\n".join(one for one in lines if one)


def _kind_word(brief: Brief, language: Language) -> str:
    if not brief.is_for_them:
        return ""
    return language.gettext(
        "The last {number} times you asked for something and gave nothing. This one is theirs."
    ).format(number=brief.asks_in_a_row)


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"- {line}" for line in lines)]) if lines else ""
