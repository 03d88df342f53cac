import pytest

from netkeep_sync.core.words import count, cut, day_words, listed
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


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Ann"], "Ann"),
        (["Ann", "Bob"], "Ann and Bob"),
        (["Ann", "Bob", "Cy"], "Ann, Bob and Cy"),
        (["Ann", "Bob", "Cy", "Di"], "Ann, Bob and 2 more"),
    ],
)
def test_names_are_listed_as_a_person_does_and_never_just_one_is_left_out(names, words):
    assert listed(names, most=2) == words


def test_all_names_are_listed_unless_told():
    assert listed(["Ann", "Bob", "Cy", "Di", "Eve"]) == "Ann, Bob, Cy, Di and Eve"


@pytest.mark.parametrize(("number", "shown", "more"), [(0, 0, 0), (2, 2, 0), (3, 3, 0), (4, 2, 2)])
def test_a_long_list_is_cut_by_two_at_the_least(number, shown, more):
    assert cut(range(number), most=2) == (range(shown), more)
