"""What a calendar may not tell of people leaves the program in no form: no file, no event, no change."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.ledger import Entry, Ledger, Promise
from netkeep_sync.core.projection import project, project_milestone
from netkeep_sync.core.roster import Show
from netkeep_sync.targets.google_event import event_body, part_body, slot_body
from netkeep_sync.targets.ics import IcsTarget
from tests.core.builders import channel, contact, day, history, moved, outcome, plain, series
from tests.targets.samples import NOW

if TYPE_CHECKING:
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.core.series import Series

LEDGER = ("promised", "their promise", "gave", "asked")
KEYS = (
    *("first", "last", "notes", "ask", "offer", "place", "city", "category", "email", "milestone", "met"),
    *LEDGER,
)
WORDS = st.text("wxyzжяÿ", min_size=6, max_size=6)
"""No such word is part of another, nor of anything that the program or these tests write."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Somebody of whom everything is told, their series, and what is told, by where it is written."""

    contact: Contact
    series: Series
    words: dict[str, str]
    has_left: bool
    is_ahead: bool

    def project(self, show: Show) -> Projection:
        return project(
            self.series,
            contact=None if self.has_left else self.contact,
            history=history(
                outcome("2026-09-01", note=self.words["met"]),
                ledger=ledger_of(self.words),
            ),
            is_ahead=self.is_ahead,
            show=show,
            color="sage",
        )


def ledger_of(words: dict[str, str]) -> Ledger:
    met_on = day("2026-09-01")
    return Ledger(
        gave=(Entry(day=met_on, what=words["gave"]),),
        asked=(Entry(day=met_on, what=words["asked"]),),
        promises=(
            Promise(what=words["promised"], made_on=met_on, is_theirs=False),
            Promise(what=words["their promise"], made_on=met_on, is_theirs=True, by_on=met_on),
        ),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    told = draw(st.lists(WORDS, min_size=len(KEYS), max_size=len(KEYS), unique=True))
    words = dict(zip(KEYS, told, strict=True))
    name = f"{words['first']} {words['last']}"
    who = replace(
        contact(
            name,
            channel=channel(
                key=draw(st.sampled_from(["coffee", "lunch"])),
                place="The usual café",
                reminders=draw(st.none() | st.just((15,))),
                is_busy=draw(st.booleans()),
                has_meet=draw(st.booleans()),
            ),
            email=f"{words['email']}@example.com",
            is_invited=True,
            ask=(words["ask"],),
            offer=(words["offer"],),
            place=words["place"],
            city=words["city"],
            category=words["category"],
            notes=words["notes"],
        ),
        milestones=(Milestone(label=words["milestone"], month=3, day=14),),
    )
    made = replace(
        series("2026-10-06", exceptions=[moved("2026-11-03", "2026-11-05 09:00")]),
        summary=f"Coffee with {name}",
        category=who.category,
        city=draw(st.sampled_from(["", who.city])),
        reason=plain(f"because of {name}"),
    )
    return Case(
        contact=who,
        series=made,
        words=words,
        has_left=draw(st.booleans()),
        is_ahead=draw(st.booleans()),
    )


def all_that_leaves(projection: Any) -> str:
    """Return everything that is made of a projection, in one text."""
    target = IcsTarget()
    document = target.document([target.put(projection, base=None, now=NOW)]).decode().replace("\r\n ", "")
    parts = frozenset({"summary", "span", "rule", "place", "notes"})
    bodies: list[Any] = [
        event_body(projection, owner="roster"),
        part_body(projection, parts, own=""),
        *(slot_body(projection, start) for _, start in getattr(projection, "moved", ())),
    ]
    return "\n".join([repr(projection), document, json.dumps(bodies, ensure_ascii=False)]).casefold()


def found(case: Case, projection: Projection) -> set[str]:
    """Return which of what is told can be read somewhere."""
    text = all_that_leaves(projection)
    return {key for key, word in case.words.items() if word in text}


@given(cases())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_busy_calendar_tells_nothing_of_anybody(case):
    assert found(case, case.project(Show.BUSY)) == set()


@given(cases())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_calendar_with_first_names_tells_nothing_else_of_anybody(case):
    shown = found(case, case.project(Show.FIRST_NAME))
    assert shown == (set() if case.has_left else {"first"})


@given(cases())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_milestones_beside_first_names_tell_no_more(case):
    [milestone] = case.contact.milestones
    made = project_milestone(milestone, contact=case.contact, roster="r0", show=Show.FIRST_NAME)
    assert found(case, made) == {"first", "milestone"}


@given(cases())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_a_full_calendar_is_where_these_words_would_be_found(case):
    case = replace(case, has_left=False, is_ahead=True, series=replace(case.series, city=case.contact.city))
    assert found(case, case.project(Show.FULL)) == set(KEYS) - {"place"}  # they meet in the city


@given(cases())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_who_is_invited_reads_nothing_of_what_is_noted(case):
    case = replace(case, has_left=False, is_ahead=True)
    body = json.dumps(event_body(case.project(Show.FULL), owner="roster"), ensure_ascii=False)
    assert not any(
        case.words[key] in body for key in ("notes", "met", "ask", "offer", "milestone", "category", *LEDGER)
    )
