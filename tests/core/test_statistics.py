"""The numbers of a network: each counts what it says, in the quarter it belongs to."""

from dataclasses import replace

import pytest

from netkeep_sync.core.ledger import make_ledger
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.statistics import Quarter, make_statistics
from tests.core.builders import (
    TODAY,
    asked_fact,
    contact,
    day,
    gave_fact,
    history,
    kept_fact,
    outcome,
    promised_fact,
)

ADA = contact("Ada", cadence="monthly")


def numbers(*histories, contacts=(), since="2026-01-01"):
    since_by_contact = {one.key: day(since) for one in contacts}
    return make_statistics(histories, contacts, since_by_contact=since_by_contact, today=TODAY)


def with_facts(*facts):
    return history(ledger=make_ledger(facts, today=TODAY))


def of(statistics, quarter):
    [found] = [one for one in statistics.quarters if str(one.quarter) == quarter]
    return found


def in_touch(statistics):
    return {str(one.quarter): (one.in_touch, one.people) for one in statistics.in_touch}


@pytest.mark.parametrize(
    ("text", "quarter", "first", "end"),
    [
        ("2026-01-01", "2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-03-31", "2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-04-01", "2026-Q2", "2026-04-01", "2026-07-01"),
        ("2026-12-31", "2026-Q4", "2026-10-01", "2027-01-01"),
    ],
)
def test_every_day_is_in_a_quarter(text, quarter, first, end):
    found = Quarter.of(day(text))
    assert (str(found), str(found.first_on), str(found.end_on)) == (quarter, first, end)
    assert found.words == f"{quarter[5:]} 2026"


def test_of_nobody_there_is_this_quarter_with_nothing_in_it():
    found = numbers()
    assert [str(one.quarter) for one in found.quarters] == ["2026-Q3"]
    assert (found.quarters[0].check_ins, found.in_touch, found.ties) == (0, (), ())


def test_each_outcome_counts_in_the_quarter_of_its_day():
    outcomes = [outcome("2026-03-31"), outcome("2026-04-01")]
    outcomes += [outcome("2026-05-01", result) for result in (Result.SKIPPED, Result.MISSED, Result.UNKNOWN)]
    found = numbers(history(*outcomes), history(outcome("2026-05-02", who="bob"), who="bob"))
    second = of(found, "2026-Q2")

    assert of(found, "2026-Q1").held == 1
    assert (second.held, second.skipped, second.missed, second.unknown) == (2, 1, 1, 1)
    assert second.check_ins == 5


def test_there_is_no_gap_between_the_quarters():
    found = numbers(history(outcome("2025-11-01")))
    assert [str(one.quarter) for one in found.quarters] == ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]


def test_what_lies_ahead_is_not_counted():
    found = numbers(history(outcome("2026-09-20", Result.SKIPPED)))
    assert found.quarters[-1].skipped == 0


def test_a_promise_counts_in_the_quarter_it_was_made_in_kept_whenever_that_was():
    told = with_facts(
        promised_fact("Slides", "2026-05-01"),
        promised_fact("The book", "2026-05-01"),
        promised_fact("A call", "2026-06-01", is_theirs=True),
        kept_fact("Slides"),
        kept_fact("A call", is_theirs=True),
    )
    found = of(numbers(told), "2026-Q2")
    assert (found.promised, found.kept, found.they_promised, found.they_kept) == (2, 1, 1, 1)


def test_giving_and_asking_are_counted_and_a_promise_kept_is_a_gift():
    told = with_facts(
        gave_fact("A book", "2026-08-01"),
        asked_fact("Help", "2026-08-01"),
        promised_fact("Slides", "2026-08-01"),
        kept_fact("Slides"),
    )
    found = of(numbers(told), "2026-Q3")
    assert (found.gave, found.asked) == (2, 1)


def test_the_longest_tie_is_first_and_tells_how_long_and_how_often():
    ada = history(outcome("2026-01-01"), outcome("2026-08-01"), outcome("2026-08-02", Result.SKIPPED))
    bob = history(outcome("2020-01-01", who="bob"), outcome("2020-03-01", who="bob"), who="bob")
    eve = history(outcome("2026-08-02", Result.MISSED, who="eve"), who="eve")
    first, second = numbers(bob, ada, eve).ties

    assert (first.contact, str(first.first_on), str(first.last_on), first.meetings, first.days) == (
        *("ada", "2026-01-01", "2026-08-01"),
        *(2, 212),
    )
    assert second.contact == "bob"


def test_two_meetings_of_a_day_are_one():
    [tie] = numbers(history(outcome("2026-01-01"), outcome("2026-01-01"))).ties
    assert tie.meetings == 1


def test_in_touch_is_who_was_not_overdue_at_the_end_of_the_quarter():
    # Monthly, five days of tolerance.
    met = history(outcome("2026-01-20"), outcome("2026-02-27"), outcome("2026-08-20"))
    found = numbers(met, contacts=[replace(ADA, flex_days=5)])
    assert in_touch(found) == {"2026-Q1": (1, 1), "2026-Q2": (0, 1), "2026-Q3": (1, 1)}


def test_the_last_day_of_the_tolerance_is_in_touch():
    for flex_days, is_in in ((17, 0), (18, 1)):
        found = numbers(history(outcome("2026-07-27")), contacts=[replace(ADA, flex_days=flex_days)])
        assert in_touch(found)["2026-Q3"] == (is_in, 1)


def test_nobody_counts_before_they_are_a_contact():
    met = history(outcome("2026-08-20"))
    other = history(outcome("2026-01-20", who="bob"), who="bob")
    found = numbers(met, other, contacts=[ADA], since="2026-07-01")
    assert in_touch(found) == {"2026-Q1": (0, 0), "2026-Q2": (0, 0), "2026-Q3": (1, 1)}


def test_a_meeting_from_before_makes_a_contact_earlier():
    found = numbers(history(outcome("2026-05-20")), contacts=[ADA], since="2026-07-01")
    assert in_touch(found)["2026-Q2"][1] == 1


def test_who_was_never_met_is_not_in_touch():
    found = numbers(history(), contacts=[ADA], since="2026-07-01")
    assert in_touch(found) == {"2026-Q3": (0, 1)}


def test_who_rests_does_not_count_from_then_on():
    met = history(outcome("2026-03-20"), outcome("2026-06-20"), paused="2026-07-01")
    assert in_touch(numbers(met, contacts=[ADA])) == {
        "2026-Q1": (1, 1),
        "2026-Q2": (1, 1),
        "2026-Q3": (0, 0),
    }


def test_categories_are_in_the_order_of_the_contacts():
    bob = contact("Bob", category="vendors")
    found = numbers(history(), history(who="bob"), contacts=[bob, ADA])
    assert [one.category for one in found.in_touch] == ["vendors", ADA.category]
