"""How often somebody is really met."""

import pytest

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.lived import lived_days, nearest_cadence, rhythm
from netkeep_sync.core.outcome import Result
from tests.core.builders import history, outcome


def test_nothing_is_lived_before_the_second_meeting():
    assert lived_days(history(outcome("2026-05-04"))) is None


def test_the_rhythm_lived_is_the_median_between_meetings():
    met = [outcome(day) for day in ("2026-01-01", "2026-01-31", "2026-03-02", "2026-08-01")]

    assert lived_days(history(*met, outcome("2026-08-09", Result.SKIPPED))) == 30


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "about every day"),
        (9, "about every 9 days"),
        (36, "about every 5 weeks"),
        (152, "about every 5 months"),
    ],
)
def test_a_rhythm_is_told_in_round_numbers(days, words):
    assert str(rhythm(days)) == words


@pytest.mark.parametrize(
    ("days", "cadence"),
    [
        (0, "weekly"),
        (17, "every 2 weeks"),
        (30, "monthly"),
        (61, "every 2 months"),
        (150, "every 5 months"),
        (340, "yearly"),
        (9000, "every 5 years"),
    ],
)
def test_the_nearest_cadence_is_one_that_people_write(days, cadence):
    assert nearest_cadence(days) == parse_cadence(cadence)


@pytest.mark.parametrize("days", range(7, 1900, 11))
def test_every_nearest_cadence_is_read_again_as_it_is_written(days):
    assert parse_cadence(str(nearest_cadence(days))) == nearest_cadence(days)
