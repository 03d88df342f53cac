import pytest

from netkeep_sync.core.ledger import Entry, Ledger
from netkeep_sync.core.outcome import Result
from tests.core.builders import day, history, outcome


def test_the_latest_meeting_held_is_the_one_that_counts():
    stands = history(outcome("2026-03-01"), outcome("2026-06-01"), outcome("2026-09-01", Result.SKIPPED))
    assert stands.held is not None
    assert stands.held.day == day("2026-06-01")


def test_nobody_was_met_of_whom_all_is_skipped_missed_or_unknown():
    results = (Result.SKIPPED, Result.MISSED, Result.UNKNOWN)
    assert history(*(outcome("2026-09-01", result) for result in results)).held is None


def test_whoever_has_no_outcome_was_not_met():
    assert history().held is None


HELD, SKIPPED, MISSED, UNKNOWN = Result.HELD, Result.SKIPPED, Result.MISSED, Result.UNKNOWN


@pytest.mark.parametrize(
    ("results", "skips"),
    [
        ([], 0),
        ([SKIPPED], 1),
        ([HELD, SKIPPED, SKIPPED], 2),
        ([SKIPPED, SKIPPED, HELD], 0),
        ([SKIPPED, MISSED, SKIPPED], 1),
        ([SKIPPED, UNKNOWN, SKIPPED], 2),
    ],
)
def test_skips_in_a_row_are_counted_since_the_last_one_held_or_missed(results, skips):
    outcomes = (outcome(f"2026-0{month}-01", result) for month, result in enumerate(results, start=1))
    assert history(*outcomes).skips_in_a_row == skips


def test_meetings_are_what_was_held_by_day():
    stands = history(outcome("2026-03-01"), outcome("2026-06-01", MISSED), outcome("2026-09-01"))
    assert [one.day for one in stands.meetings] == [day("2026-03-01"), day("2026-09-01")]


def asked_on(*days):
    return Ledger(asked=tuple(Entry(day=day(one), what="Help") for one in days))


def test_asks_in_a_row_are_those_of_the_latest_meetings():
    outcomes = [outcome("2026-03-01"), outcome("2026-06-01"), outcome("2026-09-01")]
    asked = asked_on("2026-06-01", "2026-09-01")
    assert history(*outcomes, ledger=asked).asks_in_a_row == 2


def test_what_was_asked_for_where_nobody_was_met_is_no_ask_in_a_row():
    outcomes = [outcome("2026-06-01"), outcome("2026-09-01", MISSED)]
    assert history(*outcomes, ledger=asked_on("2026-06-01", "2026-09-01")).asks_in_a_row == 1


def test_two_meetings_of_one_day_are_one_to_ask_at():
    outcomes = [outcome("2026-09-01"), outcome("2026-09-01")]
    assert history(*outcomes, ledger=asked_on("2026-09-01")).asks_in_a_row == 1
