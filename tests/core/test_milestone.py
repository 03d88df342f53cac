import re
from datetime import date, datetime, time
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.milestone import first_day, milestone_uid, milestone_words, yearly_rule
from netkeep_sync.core.series import series_uid
from tests.core.builders import ROSTER, day

LEAP_YEAR = st.dates(date(2024, 1, 1), date(2024, 12, 31))


def milestone(month_day, label="birthday", year=None):
    on = day(f"2024-{month_day}")
    return Milestone(label=label, month=on.month, day=on.day, year=year)


def days_of(one, *, end_year):
    """Return the days that dateutil makes of the rule, to before `end_year`."""
    rule = rrulestr(yearly_rule(one), dtstart=datetime.combine(first_day(one), time()))
    return [at.date() for at in takewhile(lambda at: at.year < end_year, rule)]


# -- the day --------------------------------------------------------------------------------------


def test_a_milestone_of_a_known_year_begins_in_it():
    assert first_day(milestone("05-01", year=2019)) == day("2019-05-01")


def test_a_milestone_of_an_unknown_year_begins_in_a_fixed_one():
    assert first_day(milestone("03-14")) == day("2024-03-14")


@pytest.mark.parametrize("year", [1, 1935, 1970, 1971])
def test_no_milestone_begins_before_1971(year):
    assert first_day(milestone("03-14", year=year)) == day("1971-03-14")


@pytest.mark.parametrize(
    ("year", "first_on"),
    [(None, "2024-02-29"), (1988, "1988-02-29"), (1952, "1971-02-28"), (2027, "2027-02-28")],
)
def test_the_29th_of_february_begins_on_the_last_day_of_that_month(year, first_on):
    assert first_day(milestone("02-29", year=year)) == day(first_on)


# -- the rule -------------------------------------------------------------------------------------


def test_a_milestone_is_on_its_day_of_every_year():
    assert yearly_rule(milestone("03-14")) == "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=14"


def test_the_28th_of_february_stays_the_28th():
    assert yearly_rule(milestone("02-28")) == "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28"


def test_the_29th_of_february_comes_every_year():
    assert days_of(milestone("02-29", year=2023), end_year=2029) == [
        day("2023-02-28"),
        day("2024-02-29"),
        day("2025-02-28"),
        day("2026-02-28"),
        day("2027-02-28"),
        day("2028-02-29"),
    ]


@given(LEAP_YEAR, st.none() | st.integers(1900, 2030))
def test_every_milestone_comes_once_a_year_from_its_first_day_on(on, year):
    one = Milestone(label="birthday", month=on.month, day=on.day, year=year)
    found = days_of(one, end_year=2040)
    assert found[0] == first_day(one)
    assert [each.year for each in found] == list(range(first_day(one).year, 2040))
    assert {each.month for each in found} == {on.month}


# -- the words ------------------------------------------------------------------------------------


def test_its_words_tell_the_day():
    assert milestone_words(milestone("03-14")) == "Birthday on 14 March"


def test_its_words_tell_the_year_where_it_is_known():
    words = milestone_words(milestone("05-01", "work anniversary", year=2019))
    assert words == "Work anniversary on 1 May, since 2019"


def test_its_words_tell_the_29th_of_february_and_its_true_year():
    assert milestone_words(milestone("02-29", year=1952)) == "Birthday on 29 February, since 1952"


@pytest.mark.parametrize(
    ("label", "first_word"), [("PhD", "PhD"), ("école", "École"), ("ßeta", "SSeta"), ("🎂", "🎂"), ("", "")]
)
def test_only_the_first_letter_of_a_label_grows(label, first_word):
    assert milestone_words(milestone("03-14", label)) == f"{first_word} on 14 March"


# -- the identity ---------------------------------------------------------------------------------


def test_a_uid_stays_what_it_is():
    assert milestone_uid("r0", "ada", "birthday") == "mti62pv8f1cfctcn8u94au4bkb1v5uqkl5d9gjlu@netkeep-sync"


def test_a_uid_does_not_change_with_a_capital_letter():
    assert milestone_uid(ROSTER, "ada", "Birthday") == milestone_uid(ROSTER, "ada", "birthday")


def test_a_uid_is_also_an_event_id_of_google_calendar():
    assert re.fullmatch(
        r"[a-v0-9]{5,1024}@netkeep-sync", milestone_uid(ROSTER, "łukasz-żak", "Geburtstag 🎂")
    )


def test_a_uid_is_of_one_roster_one_contact_and_one_label():
    words = [
        (roster, who, label) for roster in "ab" for who in ("ada", "bob") for label in ("birthday", "hired")
    ]
    assert len({milestone_uid(*each) for each in words}) == len(words)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 99))
def test_no_label_makes_the_uid_of_a_series(label, generation):
    series = {series_uid(ROSTER, who, generation) for who in ("ada", "ada\nmilestone", f"ada\n{label}")}
    assert milestone_uid(ROSTER, "ada", label) not in series
    assert milestone_uid(ROSTER, "ada", str(generation)) not in series
