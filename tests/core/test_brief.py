from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.brief import brief_words, make_brief
from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.ledger import Entry, Ledger, Promise
from netkeep_sync.core.outcome import Evidence, Result
from tests.core.builders import contact, day, history, outcome

NEXT = day("2026-10-06")
QUESTIONS = ("a?", "b?", "c?", "d?", "e?")
OFFERS = ("A book", "An intro", "A review")
ADA = contact("Ada", ask=QUESTIONS, offer=OFFERS)
SLIDES = Promise(what="Slides", made_on=day("2026-09-01"), is_theirs=False)


def met(times, **ledger):
    """Somebody met so many times, each first of a month from January 2026 on."""
    outcomes = [outcome(f"2026-{month:02}-01") for month in range(1, times + 1)]
    return history(*outcomes, ledger=Ledger(**ledger))


def brief(*, who=ADA, of=None, on=NEXT):
    return make_brief(who, of, for_on=on)


def words(*, who=None, of=None, on=NEXT):
    return brief_words(brief(who=who or contact("Ada"), of=of, on=on))


def gave(*told, on="2026-01-01"):
    return tuple(Entry(day=day(on), what=what) for what in told)


# -- promises -------------------------------------------------------------------------------------


def test_open_promises_of_either_side_stand_with_when_they_are_due():
    theirs = replace(SLIDES, what="An intro", is_theirs=True, by_on=day("2026-12-01"))
    made = brief(of=met(1, promises=(theirs, SLIDES)))
    assert [(one.promise, one.due_on) for one in made.promised] == [(SLIDES, day("2026-10-05"))]
    assert [(one.promise, one.due_on) for one in made.they_promised] == [(theirs, theirs.by_on)]
    assert made.owed == (*made.promised, *made.they_promised)


def test_promises_are_said_before_all_else_with_a_day_if_one_was_said():
    theirs = replace(SLIDES, what="An intro", is_theirs=True, by_on=day("2026-12-01"))
    assert words(of=met(1, promises=(SLIDES, theirs))) == (
        "You promised\n- Slides\n\nThey promised\n- An intro (by 1 December 2026)\n\n"
        "Last met on 1 January 2026."
    )


def test_words_of_a_promise_without_a_day_do_not_change_with_the_check_in():
    of = met(1, promises=(SLIDES,))
    assert words(of=of, on=day("2026-11-03")) == words(of=of, on=NEXT) == words(of=of, on=None)


# -- the last meetings ----------------------------------------------------------------------------


def test_the_last_two_meetings_are_remembered_the_latest_first():
    assert [one.day for one in brief(of=met(4)).meetings] == [day("2026-04-01"), day("2026-03-01")]


def test_what_was_not_held_is_no_meeting():
    others = [outcome(f"2026-0{month}-01", kind) for month, kind in enumerate(Result, start=1)]
    assert [one.day.month for one in brief(of=history(*others)).meetings] == [1]


def test_whoever_was_never_met_is_said_to_be_new():
    assert words() == words(of=history()) == "You have not met yet."


def test_a_meeting_is_told_with_its_note_what_was_given_and_what_was_asked_for():
    of = replace(
        met(0),
        outcomes=(outcome("2026-08-01", note="Likes jazz."), outcome("2026-09-01", note="Moves.")),
        ledger=Ledger(
            gave=(*gave("A book", "Tea", on="2026-09-01"),), asked=(*gave("A job", on="2026-08-01"),)
        ),
    )
    assert words(of=of) == (
        "Last met on 1 September 2026.\nMoves.\nYou gave: A book; Tea\n\n"
        "Before that on 1 August 2026.\nLikes jazz.\nYou asked for: A job"
    )


@pytest.mark.parametrize(
    "told",
    [{"note": "Likes jazz."}, {"gave": gave("A book")}, {"asked": gave("A job")}],
    ids=["note", "gift", "ask"],
)
def test_a_meeting_before_the_last_is_told_if_there_is_something_to_say(told):
    first = outcome("2026-01-01", note=told.pop("note", ""))
    of = history(first, outcome("2026-02-01"), ledger=Ledger(**told))
    assert "Before that on 1 January 2026." in words(of=of)
    assert "Before that" not in words(of=met(2))


def test_a_presumed_meeting_is_said_to_be_presumed():
    of = history(outcome("2026-09-01", evidence=Evidence.PRESUMED))
    assert words(of=of) == "Last met on 1 September 2026, presumably."


@pytest.mark.parametrize(
    ("of", "on", "days"), [(met(9), NEXT, 35), (met(0), NEXT, None), (met(9), None, None)]
)
def test_how_long_it_has_been_is_counted_to_the_check_in(of, on, days):
    assert brief(of=of, on=on).days_since == days


# -- asks in a row --------------------------------------------------------------------------------


@pytest.mark.parametrize(("asks", "is_said"), [(1, False), (2, True), (3, True)])
def test_asking_twice_in_a_row_without_giving_is_pointed_out(asks, is_said):
    asked = [Entry(day=day(f"2026-0{month}-01"), what="Help") for month in range(4 - asks, 4)]
    of = met(3, asked=tuple(asked))
    made = brief(of=of)
    assert (made.asks_in_a_row, made.is_for_them) == (asks, is_said)
    said = f"The last {asks} times you asked for something and gave nothing. This one is theirs."
    assert (said in words(of=of)) is is_said


# -- milestones -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "date", "on", "is_near"),
    [
        (10, 6, "2026-10-06", True),
        (11, 5, "2026-10-06", True),
        (11, 6, "2026-10-06", False),
        (9, 6, "2026-10-06", True),
        (9, 5, "2026-10-06", False),
        (1, 10, "2026-12-20", True),
        (12, 20, "2027-01-10", True),
        (2, 29, "2027-03-30", True),
        (2, 29, "2027-03-31", False),
    ],
    ids=[
        *("that day", "30 days after", "31 days after", "30 days before", "31 days before"),
        *("next year", "last year", "29 February in a plain year", "and a day more"),
    ],
)
def test_milestones_within_thirty_days_of_the_check_in_are_told(month, date, on, is_near):
    birthday = Milestone(label="birthday", month=month, day=date)
    ada = replace(ADA, milestones=(birthday,))
    assert brief(who=ada, on=day(on)).milestones == ((birthday,) if is_near else ())


def test_a_milestone_is_not_near_before_it_began():
    hired = Milestone(label="work anniversary", month=10, day=20, year=2026)
    ada = replace(ADA, milestones=(hired,))
    assert brief(who=ada, on=NEXT).milestones == (hired,)
    assert brief(who=ada, on=day("2025-10-06")).milestones == ()


def test_with_no_check_in_ahead_all_milestones_are_told():
    both = (Milestone(label="birthday", month=3, day=14), Milestone(label="child", month=10, day=1))
    ada = replace(contact("Ada"), milestones=both)
    assert brief(who=ada, on=None).milestones == both
    assert "Milestones\n- Birthday on 14 March\n- Child on 1 October" in words(who=ada, on=None)


# -- questions and offers -------------------------------------------------------------------------


def test_questions_take_turns_from_meeting_to_meeting():
    asked = [brief(of=met(times)).ask for times in range(6)]
    assert asked[:3] == [("a?", "b?"), ("c?", "d?"), ("e?", "a?")]
    assert {one for pair in asked[:3] for one in pair} == set(QUESTIONS)
    assert asked[5] == asked[0]


@pytest.mark.parametrize("questions", [(), ("a?",), ("a?", "b?")])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_two_questions_or_fewer_keep_their_order(questions, times):
    assert brief(who=replace(ADA, ask=questions), of=met(times)).ask == questions


@given(st.integers(3, 9), st.integers(0, 12))
def test_no_two_meetings_in_a_row_have_the_same_two_questions(number, times):
    who = replace(ADA, ask=tuple(str(one) for one in range(number)))
    first, second = (brief(who=who, of=met_yearly(one)) for one in (times, times + 1))
    assert len(set(first.ask)) == 2
    assert set(first.ask) != set(second.ask)


def met_yearly(times):
    return history(*(outcome(f"{2010 + number}-01-01") for number in range(times)))


def test_offers_take_turns_from_meeting_to_meeting():
    offers = [brief(of=met(times)).offer for times in range(4)]
    assert offers == [*OFFERS, OFFERS[0]]
    assert all(first != second for first, second in pairwise(offers))


def test_an_offer_never_given_comes_before_one_that_was():
    assert brief(of=met(0, gave=gave("a BOOK"))).offer == "An intro"
    assert brief(of=met(0, gave=gave("An intro to Bob", "A book"))).offer == "A review"


def test_of_offers_that_all_were_given_the_one_longest_ago_comes_first():
    of = met(0, gave=gave("A review", "A book", "An intro", "A book"))
    assert brief(of=of).offer == "A review"
    assert brief(of=met(2, gave=of.ledger.gave)).offer == "A review"


def test_nothing_is_offered_where_the_roster_has_nothing():
    made = brief(who=contact("Ada"), of=met(1))
    assert made.offer == ""
    assert "Offer" not in brief_words(made)


def test_questions_offer_and_notes_close_the_brief():
    ada = replace(ADA, notes="Moved to Acme.")
    assert words(who=ada).endswith("Ask\n- a?\n- b?\n\nOffer\n- A book\n\nNotes\nMoved to Acme.")
