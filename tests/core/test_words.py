import pytest

from netkeep_sync.core.words import count, day_words
from tests.core.builders import TODAY, day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-09-14", "Mon 14 Sep"),
        ("2026-01-05", "Mon 5 Jan"),
        ("2026-12-08", "Tue 8 Dec"),
        ("2027-01-05", "Tue 5 Jan"),
        ("2027-03-15", "Mon 15 Mar"),
        ("2027-03-16", "Tue 16 Mar 2027"),
        ("2025-12-08", "Mon 8 Dec 2025"),
    ],
)
def test_a_day_has_its_year_only_where_one_might_wonder(text, words):
    assert day_words(day(text), today=TODAY) == words


@pytest.mark.parametrize(("number", "words"), [(0, "0 contacts"), (1, "1 contact"), (2, "2 contacts")])
def test_one_is_singular(number, words):
    assert count(number, "contact") == words
