from datetime import date

import pytest

from netkeep_sync.core.contact import Milestone
from netkeep_sync.sources.written_days import is_day_first, written_day, written_milestone

SEPTEMBER = date(2026, 9, 28)


@pytest.mark.parametrize(
    "text",
    [
        "28 Sep 2026",
        "2026-09-28",
        "2026-09-28T10:15:00Z",
        "28. September 2026",
        "Sep 28, 2026",
        "28 sept. 2026",
        "28 de septiembre de 2026",
        "28 de set. de 2026",
        "28 eylül 2026",
        "28 września 2026",
        "9/28/26",
        "09/28/2026, 10:15 AM",
        "28.09.2026",
        "2026年9月28日",
        "2026 Sep 28",
    ],
)
def test_a_day_is_read_however_it_is_written(text):
    assert written_day(text) == SEPTEMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "28 Sep",
        "31 Feb 2026",
        "0/0/0",
        "13/13/2026",
        "28 Xyz 2026",
        "9" * 50,
        "3/4/2026",
    ],
)
def test_what_is_no_day_or_could_be_two_is_none(text):
    assert written_day(text) is None


def test_a_column_tells_what_a_single_day_does_not():
    assert is_day_first(["3/4/2026", "13/4/2026", "x", "2026-04-13"]) is True
    assert is_day_first(["3/4/2026", "4/13/2026"]) is False
    assert is_day_first(["3/4/2026"]) is None
    assert is_day_first(["13/4/2026", "4/13/2026"]) is None
    assert written_day("3/4/2026", is_day_first=True) == date(2026, 4, 3)
    assert written_day("3/4/2026", is_day_first=False) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1984-05-17", (5, 17, 1984)),
        ("19840517", (5, 17, 1984)),
        ("19840517T000000Z", (5, 17, 1984)),
        ("--0517", (5, 17, None)),
        ("--05-17", (5, 17, None)),
        ("17 May 1984", (5, 17, 1984)),
        ("1604-05-17", (5, 17, None)),  # the year that Apple writes for none
        ("--02-29", (2, 29, None)),
        ("1984-02-30", None),
        ("1984-13-01", None),
        ("circa 1984", None),
        ("", None),
    ],
)
def test_a_birthday_is_read_with_its_year_or_without(text, found):
    milestone = written_milestone(text, "birthday")

    assert milestone == (found and Milestone(label="birthday", month=found[0], day=found[1], year=found[2]))
