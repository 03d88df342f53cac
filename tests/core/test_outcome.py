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
