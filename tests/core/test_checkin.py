"""Check-ins as they went: all that is known of each, told once."""

from netkeep_sync.core.checkin import check_ins
from netkeep_sync.core.ledger import make_ledger
from netkeep_sync.core.outcome import Result
from tests.core.builders import (
    TODAY,
    asked_fact,
    gave_fact,
    history,
    outcome,
    promised_fact,
    series,
    slot_name,
)

SLOT = slot_name(series("2026-08-04", "monthly"), "2026-09-01")


def told(*outcomes, facts=()):
    return check_ins(history(*outcomes, ledger=make_ledger(facts, today=TODAY)), today=TODAY)


def test_nothing_was_with_whom_nothing_is_known_of():
    assert told() == ()


def test_a_meeting_has_the_day_it_was_planned_for_and_the_day_it_was_held():
    [one] = told(outcome("2026-09-03", slot=SLOT))
    assert (str(one.planned_on), str(one.held_on)) == ("2026-09-01", "2026-09-03")


def test_what_was_not_held_has_no_day_on_which_it_was():
    [one] = told(outcome("2026-09-01", Result.SKIPPED, slot=SLOT))
    assert (str(one.planned_on), one.held_on) == ("2026-09-01", None)


def test_a_meeting_beside_the_plan_was_planned_for_no_day():
    [one] = told(outcome("2026-09-03"))
    assert one.planned_on is None


def test_what_lies_ahead_has_not_been_yet():
    assert told(outcome("2026-09-15", Result.SKIPPED)) == ()
    assert len(told(outcome("2026-09-14", Result.SKIPPED))) == 1


def test_what_went_to_and_fro_stands_with_its_meeting():
    facts = [
        gave_fact("A book"),
        asked_fact("Help"),
        promised_fact("Slides"),
        promised_fact("A call", is_theirs=True),
    ]
    [before, one] = told(outcome("2026-08-01"), outcome("2026-09-01"), facts=facts)
    assert (before.gave, before.promised) == ((), ())
    assert (one.gave, one.asked) == (("A book",), ("Help",))
    assert (one.promised, one.they_promised) == (("Slides",), ("A call",))


def test_of_two_outcomes_of_a_day_what_was_held_has_what_went_to_and_fro():
    outcomes = [outcome("2026-09-01", Result.MISSED, slot=SLOT), outcome("2026-09-01")]
    for order in (outcomes, outcomes[::-1]):
        found = told(*order, facts=[gave_fact("A book")])
        assert {one.outcome.result: one.gave for one in found} == {
            Result.MISSED: (),
            Result.HELD: ("A book",),
        }


def test_what_went_to_and_fro_on_a_day_of_which_nothing_is_known_is_not_lost():
    found = told(outcome("2026-09-10"), facts=[gave_fact("A book"), promised_fact("Slides", "2026-09-11")])
    assert [(str(one.outcome.day), one.outcome.result) for one in found] == [
        ("2026-09-01", Result.UNKNOWN),
        ("2026-09-10", Result.HELD),
        ("2026-09-11", Result.UNKNOWN),
    ]
    assert (found[0].gave, found[2].promised) == (("A book",), ("Slides",))
