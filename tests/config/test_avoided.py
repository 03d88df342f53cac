from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.config.avoided import has_open_days, parse_avoid
from netkeep_sync.core.phrase import Phrase
from netkeep_sync.core.roster import Avoided

EVERY_MONTH = frozenset(range(1, 13))
ADVICE = 'write it like "last week of a quarter", "first 3 days of a month" or "december"'


def avoided(words: str, months: set[int] | frozenset[int], days: int, *, is_at_end: bool) -> Avoided:
    return Avoided(words=Phrase(message=words), months=frozenset(months), days=days, is_at_end=is_at_end)


def in_english(one: Avoided) -> Avoided:
    return replace(one, words=Phrase(message=str(one.words)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "last week of a quarter",
            avoided("the last week of a quarter", {3, 6, 9, 12}, 7, is_at_end=True),
        ),
        (
            "The First Two Weeks of each Quarter",
            avoided("the first 2 weeks of a quarter", {1, 4, 7, 10}, 14, is_at_end=False),
        ),
        ("first week of the year", avoided("the first week of the year", {1}, 7, is_at_end=False)),
        ("last 31 days of year", avoided("the last 31 days of the year", {12}, 31, is_at_end=True)),
        ("last 3 days of a month", avoided("the last 3 days of a month", EVERY_MONTH, 3, is_at_end=True)),
        (
            "first 2 weeks of january",
            avoided("the first 2 weeks of January", {1}, 14, is_at_end=False),
        ),
        ("last day of quarter", avoided("the last day of a quarter", {3, 6, 9, 12}, 1, is_at_end=True)),
        (
            "the first day of every month",
            avoided("the first day of a month", EVERY_MONTH, 1, is_at_end=False),
        ),
        ("last one week in Sept", avoided("the last week of September", {9}, 7, is_at_end=True)),
        ("december", avoided("December", {12}, 31, is_at_end=False)),
        ("every AUG", avoided("August", {8}, 31, is_at_end=False)),
        ("May", avoided("May", {5}, 31, is_at_end=False)),
    ],
)
def test_days_to_avoid_are_read_as_people_say_them(text, value):
    assert in_english(parse_avoid(text)) == value


@pytest.mark.parametrize(
    "text", ["last week of a quarter", "first 2 weeks of jan", "last day of year", "may"]
)
def test_the_words_of_avoided_days_are_read_as_the_same_days(text):
    value = parse_avoid(text)

    assert parse_avoid(str(value.words)) == value


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("last days of a month", '"last days of a month" does not say how many days', 'write "last 2 days"'),
        ("first 0 days of a month", '"first 0 days of a month" is no day at all', ADVICE),
        (
            "last 5 weeks of a quarter",
            '"last 5 weeks of a quarter" is more than 31 days',
            'write at most "4 weeks" or "31 days", or name whole months, such as "december"',
        ),
        (
            "first 999 days of a year",
            '"first 999 days of a year" is more than 31 days',
            'write at most "4 weeks" or "31 days", or name whole months, such as "december"',
        ),
    ],
)
def test_an_impossible_length_is_told_with_what_to_write(text, message, advice):
    with pytest.raises(ValueError) as caught:
        parse_avoid(text)

    assert caught.value.args == (message, advice)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("last weak of a quarter", 'did you mean "last week of a quarter"?'),
        ("lst week off the quater", 'did you mean "last week of the quarter"?'),
        ("Decembre", 'did you mean "december"?'),
        ("first week of janury", 'did you mean "first week of january"?'),
        ("end of quarter", ADVICE),
        ("christmas", ADVICE),
        ("last quarter of week", ADVICE),
        ("last -1 days of a month", ADVICE),
        ("last 1000 days of a year", ADVICE),
        ("", ADVICE),
        ("2026-12-24", ADVICE),
        ("last " * 16, ADVICE),
    ],
)
def test_an_unknown_phrase_finds_the_one_that_was_meant(text, advice):
    with pytest.raises(ValueError, match="names no days to avoid") as caught:
        parse_avoid(text)

    assert caught.value.args[1]() == advice


@given(text=st.text(max_size=40) | st.from_regex(r"(first|last) [0-9a-z]{1,4} (days|weeks) of [a-z]{1,8}"))
def test_any_text_names_days_or_is_told_with_advice(text):
    try:
        value = parse_avoid(" ".join(text.split()))
    except ValueError as error:
        message, advice = error.args
        assert message
        assert advice() if callable(advice) else advice
    else:
        assert 1 <= value.days <= 31
        assert value.months


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=count) for count in range(365)]


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("december", date(2027, 12, 1), date(2027, 12, 31), 31),
        ("february", date(2027, 2, 1), date(2027, 2, 28), 28),
        ("last week of a quarter", date(2027, 3, 25), date(2027, 12, 31), 28),
        ("first day of a month", date(2027, 1, 1), date(2027, 12, 1), 12),
    ],
)
def test_the_days_meant_are_those_of_the_calendar(text, first, last, count):
    one = parse_avoid(text)
    days = [day for day in days_of(2027) if day in one]

    assert (days[0], days[-1], len(days)) == (first, last, count)


WHOLE_YEAR_BUT_JANUARY = tuple(avoided("", {month}, 31, is_at_end=False) for month in range(2, 13))


def test_a_week_that_is_left_of_the_year_has_an_open_day_whatever_the_year():
    rest = avoided("", {1}, 24, is_at_end=True)

    assert has_open_days({2}, (*WHOLE_YEAR_BUT_JANUARY, rest))


def test_a_single_day_that_is_left_is_open_on_a_weekday_only_in_some_years():
    rest = avoided("", {1}, 30, is_at_end=True)

    assert not has_open_days({0, 1, 2, 3, 4}, (*WHOLE_YEAR_BUT_JANUARY, rest))
    assert has_open_days({0, 1, 2, 3, 4, 5, 6}, (*WHOLE_YEAR_BUT_JANUARY, rest))


def test_no_day_is_open_when_all_are_avoided():
    assert not has_open_days(range(7), (avoided("", EVERY_MONTH, 31, is_at_end=False),))
