import pytest

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
