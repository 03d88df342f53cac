from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.cadence import Cadence, Unit, add_months, parse_cadence

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2110, 12, 31))
CADENCES = st.one_of(
    st.builds(Cadence, unit=st.just(Unit.WEEK), count=st.integers(1, 104)),
    st.builds(Cadence, unit=st.just(Unit.MONTH), count=st.integers(1, 60)),
)


def weeks(count):
    return Cadence(unit=Unit.WEEK, count=count)


def months(count):
    return Cadence(unit=Unit.MONTH, count=count)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weekly", weeks(1)),
        ("every week", weeks(1)),
        ("each week", weeks(1)),
        ("once a week", weeks(1)),
        ("fortnightly", weeks(2)),
        ("every fortnight", weeks(2)),
        ("every two fortnights", weeks(4)),
        ("every 2 weeks", weeks(2)),
        ("every two weeks", weeks(2)),
        ("every other week", weeks(2)),
        ("every second week", weeks(2)),
        ("every third week", weeks(3)),
        ("every 6 weeks", weeks(6)),
        ("every twelve weeks", weeks(12)),
        ("every 104 weeks", weeks(104)),
        ("once a fortnight", weeks(2)),
        ("twice a month", weeks(2)),
        ("4 times a month", weeks(1)),
        ("monthly", months(1)),
        ("every month", months(1)),
        ("once a month", months(1)),
        ("1x per month", months(1)),
        ("1 / month", months(1)),
        ("1/month", months(1)),
        ("every other month", months(2)),
        ("every 2 months", months(2)),
        ("every four months", months(4)),
        ("quarterly", months(3)),
        ("every quarter", months(3)),
        ("once a quarter", months(3)),
        ("once per quarter", months(3)),
        ("every 2 quarters", months(6)),
        ("every 3 months", months(3)),
        ("every 6 months", months(6)),
        ("every half year", months(6)),
        ("every half-year", months(6)),
        ("half-yearly", months(6)),
        ("half yearly", months(6)),
        ("semiannually", months(6)),
        ("semi-annually", months(6)),
        ("semiannual", months(6)),
        ("twice a year", months(6)),
        ("2x/year", months(6)),
        ("2 times per year", months(6)),
        ("3x per year", months(4)),
        ("3 x per year", months(4)),
        ("three times a year", months(4)),
        ("thrice a year", months(4)),
        ("four times a year", months(3)),
        ("6 times a year", months(2)),
        ("12x a year", months(1)),
        ("26 times a year", weeks(2)),
        ("52x per year", weeks(1)),
        ("13 times a half year", weeks(2)),
        ("13 times a quarter", weeks(1)),
        ("yearly", months(12)),
        ("annually", months(12)),
        ("annual", months(12)),
        ("every year", months(12)),
        ("once a year", months(12)),
        ("every 2 years", months(24)),
        ("every other year", months(24)),
        ("every 5 years", months(60)),
        ("every 18 months", months(18)),
        ("  Every   6  MONTHS ", months(6)),
        ("Quarterly", months(3)),
    ],
)
def test_a_cadence_is_read_as_people_write_it(text, expected):
    assert parse_cadence(text) == expected


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("biweekly", ('"every 2 weeks"', '"weekly"')),
        ("bi-weekly", ('"every 2 weeks"', '"weekly"')),
        ("bimonthly", ('"every 2 months"', '"every 2 weeks"')),
        ("Bi-Monthly", ('"every 2 months"', '"every 2 weeks"')),
        ("biannual", ('"twice a year"', '"every 2 years"')),
        ("biannually", ('"twice a year"', '"every 2 years"')),
    ],
)
def test_an_ambiguous_cadence_is_refused_with_both_readings(text, readings):
    with pytest.raises(ValueError, match="can be read in two ways") as caught:
        parse_cadence(text)
    message, advice = caught.value.args
    assert text in message
    assert all(reading in advice for reading in readings)


def test_daily_is_refused_for_what_it_is_and_not_as_ambiguous():
    with pytest.raises(ValueError, match="too often") as caught:
        parse_cadence("daily")
    assert "weekly" in caught.value.args[1]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("quaterly", "quarterly"),
        ("montly", "monthly"),
        ("fornightly", "fortnightly"),
        ("every 6 moths", "every 6 months"),
        ("twice a yaer", "twice a year"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(text, meant):
    with pytest.raises(ValueError, match="is unknown") as caught:
        parse_cadence(text)
    assert caught.value.args == (f'cadence "{text}" is unknown', f'did you mean "{meant}"?')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now and then",
        "every blue month",
        "every -1 months",
        "every 1.5 months",
        "every month or so",
        "5 times a year",
        "7 times a month",
        "3 times a week",
        "0 times a year",
        "umpteen times a year",
        "every ten",
        "every 12345 weeks",
        "every ２x weeks",
    ],
)
def test_what_is_no_cadence_is_refused_with_what_to_write(text):
    with pytest.raises(ValueError, match="is unknown") as caught:
        parse_cadence(text)
    assert '"every 6 weeks"' in caught.value.args[1] or "did you mean" in caught.value.args[1]


@pytest.mark.parametrize(
    "text", ["every 0 weeks", "every 0 months", "every 105 weeks", "every 61 months", "every 6 years"]
)
def test_a_cadence_out_of_range_is_refused_with_the_range(text):
    with pytest.raises(ValueError, match="out of range") as caught:
        parse_cadence(text)
    assert '"weekly" and "every 5 years"' in caught.value.args[1]


@pytest.mark.parametrize("cadence", [*map(weeks, range(1, 105)), *map(months, range(1, 61))], ids=str)
def test_every_cadence_is_read_back_as_it_is_written(cadence):
    assert parse_cadence(str(cadence)) == cadence


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (weeks(1), "weekly"),
        (weeks(6), "every 6 weeks"),
        (weeks(52), "every 52 weeks"),
        (months(1), "monthly"),
        (months(3), "quarterly"),
        (months(6), "every 6 months"),
        (months(12), "yearly"),
        (months(24), "every 2 years"),
        (months(18), "every 18 months"),
    ],
)
def test_a_cadence_is_written_in_the_plainest_words(cadence, words):
    assert str(cadence) == words


@given(st.text(max_size=30))
def test_no_text_does_more_than_fail_with_words_and_advice(text):
    try:
        parse_cadence(text)
    except ValueError as error:
        assert len(error.args) == 2  # noqa: PT017  most texts fail, a few don't


@given(DAYS, st.integers(-600, 600))
def test_months_are_added_as_dateutil_adds_them(day, months):
    assert add_months(day, months) == day + relativedelta(months=months)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_month_added_clamps_to_the_last_day(day, months, expected):
    assert add_months(day, months) == expected


@given(CADENCES, DAYS)
def test_one_period_later_is_what_dateutil_says(cadence, day):
    step = {
        Unit.WEEK: relativedelta(weeks=cadence.count),
        Unit.MONTH: relativedelta(months=cadence.count),
    }[cadence.unit]
    assert cadence.after(day) == day + step


@given(CADENCES, DAYS)
def test_the_mean_period_is_near_every_real_one(cadence, day):
    real = cadence.after(day) - day
    assert abs(timedelta(days=cadence.period_days) - real) < timedelta(days=3)
