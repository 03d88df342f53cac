from dataclasses import replace

import pytest

from netkeep_sync.core.ledger import Entry, Ledger, Promise, due_on, make_ledger
from netkeep_sync.core.reconcile import reconcile
from tests.core.builders import (
    TODAY,
    asked_fact,
    contact,
    day,
    gave_fact,
    held_fact,
    kept_fact,
    promised_fact,
    roster,
)


def ledger(*facts, today=TODAY):
    return make_ledger(facts, today=today)


def entry(what, on="2026-09-01"):
    return Entry(day=day(on), what=what)


def promise(what, made="2026-09-01", *, by="", is_theirs=False):
    return Promise(what=what, made_on=day(made), is_theirs=is_theirs, by_on=day(by) if by else None)


# -- what the facts add up to ---------------------------------------------------------------------


def test_the_ledger_of_nobody_told_of_is_empty():
    assert ledger(held_fact("2026-09-01")) == Ledger()


def test_what_was_given_and_asked_for_stands_with_its_day():
    made = ledger(gave_fact("A book"), asked_fact("An intro", "2026-08-01"))
    assert (made.gave, made.asked) == ((entry("A book"),), (entry("An intro", "2026-08-01"),))


def test_what_is_told_twice_stands_once():
    made = ledger(gave_fact("A book"), gave_fact("A book"), asked_fact("Help"), asked_fact("Help"))
    assert (made.gave, made.asked) == ((entry("A book"),), (entry("Help"),))


def test_what_was_told_of_a_later_day_has_not_been_yet():
    later = str(day("2026-09-15"))
    assert ledger(gave_fact("A", later), asked_fact("B", later), promised_fact("C", later)) == Ledger()
    assert ledger(gave_fact("A", str(TODAY))).gave


def test_a_promise_is_open_until_it_is_kept():
    told = [promised_fact("Send the book", by="2026-10-01"), promised_fact("Slides", is_theirs=True)]
    mine, theirs = promise("Send the book", by="2026-10-01"), promise("Slides", is_theirs=True)
    assert ledger(*told).promises == (mine, theirs)
    assert ledger(*told, kept_fact("Send the book")).promises == (theirs,)
    assert ledger(*told, kept_fact("Slides", is_theirs=True)).promises == (mine,)


def test_a_promise_is_known_by_its_words_whatever_their_letters_and_spaces():
    assert ledger(promised_fact("Send the book"), kept_fact("send  THE book")).promises == ()


def test_one_side_keeps_no_promise_of_the_other():
    told = [promised_fact("Slides"), kept_fact("Slides", is_theirs=True)]
    assert ledger(*told).promises == (promise("Slides"),)


def test_a_promise_that_is_said_again_has_another_date():
    told = [promised_fact("Slides", by="2026-10-01"), promised_fact("slides", by="2026-11-01")]
    assert ledger(*told).promises == (promise("slides", by="2026-11-01"),)


def test_a_promise_that_was_kept_may_be_made_anew():
    told = [promised_fact("Slides"), kept_fact("Slides"), promised_fact("Slides", "2026-09-10")]
    assert ledger(*told).promises == (promise("Slides", "2026-09-10"),)


def test_a_promise_that_the_owner_kept_was_a_gift_of_its_meeting():
    assert ledger(promised_fact("Slides"), kept_fact("slides")).gave == (entry("Slides"),)


def test_a_promise_that_they_kept_was_no_gift_of_the_owners():
    found = ledger(promised_fact("Slides", is_theirs=True), kept_fact("Slides", is_theirs=True))
    assert (found.gave, found.promises, len(found.kept)) == ((), (), 1)


def test_what_was_never_promised_can_not_be_kept():
    assert ledger(kept_fact("Slides")) == Ledger()


def test_the_ledger_stands_in_the_history_of_whom_it_is_about():
    ada, bob = contact("Ada"), contact("Bob")
    found = reconcile(
        roster(ada, bob).contacts,
        [gave_fact("A book"), asked_fact("Help"), promised_fact("Slides"), kept_fact("Tea")],
        today=TODAY,
        timezone="UTC",
    )
    assert found["ada"].ledger == Ledger(
        gave=(entry("A book"),), asked=(entry("Help"),), promises=(promise("Slides"),)
    )
    assert found["ada"].outcomes == ()
    assert found["bob"].ledger == Ledger()


# -- promises -------------------------------------------------------------------------------------


def test_promises_are_told_by_side_those_with_the_nearest_day_first():
    late, soon, bare = promise("a", by="2026-12-01"), promise("b", by="2026-10-01"), promise("c")
    older = replace(bare, made_on=day("2026-08-01"))
    theirs = promise("d", is_theirs=True)
    made = Ledger(promises=(bare, late, theirs, older, soon))
    assert made.open_promises(are_theirs=False) == (soon, late, older, bare)
    assert made.open_promises(are_theirs=True) == (theirs,)


@pytest.mark.parametrize(
    ("what", "next_on", "due"),
    [
        (promise("a", by="2026-10-20"), "2026-10-06", "2026-10-20"),
        (promise("a", by="2026-10-01"), None, "2026-10-01"),
        (promise("a"), "2026-10-06", "2026-10-05"),
        (promise("a"), None, None),
        (promise("a", is_theirs=True, by="2026-10-01"), "2026-10-06", "2026-10-01"),
        (promise("a", is_theirs=True), "2026-10-06", None),
    ],
    ids=["its day", "its day alone", "before they meet", "no check-in", "their day", "theirs without"],
)
def test_a_promise_is_due_on_its_day_or_one_of_the_owners_before_they_meet(what, next_on, due):
    found = due_on(what, next_on=day(next_on) if next_on else None)
    assert found == (day(due) if due else None)


# -- asks in a row --------------------------------------------------------------------------------

FIRST, SECOND, THIRD = "2026-07-01", "2026-08-01", "2026-09-01"


@pytest.mark.parametrize(
    ("facts", "asks"),
    [
        ([], 0),
        ([asked_fact("a", THIRD)], 1),
        ([asked_fact("a", SECOND), asked_fact("a", THIRD)], 2),
        ([asked_fact("a", FIRST), asked_fact("a", SECOND), asked_fact("a", THIRD)], 3),
        ([asked_fact("a", FIRST), asked_fact("a", SECOND)], 0),
        ([asked_fact("a", FIRST), asked_fact("a", THIRD)], 1),
        ([asked_fact("a", SECOND), asked_fact("a", THIRD), gave_fact("b", THIRD)], 0),
        ([asked_fact("a", SECOND), gave_fact("b", SECOND), asked_fact("a", THIRD)], 1),
        ([asked_fact("a", SECOND), asked_fact("a", THIRD), promised_fact("b", THIRD)], 2),
        ([asked_fact("a", SECOND), asked_fact("a", THIRD), promised_fact("b", THIRD), kept_fact("b")], 0),
    ],
    ids=[
        *("nothing told", "once", "twice", "three times", "not the last time", "with a rest between"),
        *("and gave", "gave before", "a promise is no gift yet", "a kept promise is one"),
    ],
)
def test_asks_in_a_row_are_counted_since_the_owner_last_did_otherwise(facts, asks):
    meetings = [day(one) for one in (FIRST, SECOND, THIRD)]
    assert ledger(*facts).asks_in_a_row(meetings) == asks


def test_what_was_promised_on_a_day_is_told_whether_it_was_kept_or_not():
    promises = [promised_fact("The book"), promised_fact("Notes", "2026-09-02"), promised_fact("Slides")]
    found = ledger(*promises, promised_fact("A call", is_theirs=True), kept_fact("slides"))

    assert found.promised_on(day("2026-09-01"), are_theirs=False) == ("Slides", "The book")
    assert found.promised_on(day("2026-09-01"), are_theirs=True) == ("A call",)
