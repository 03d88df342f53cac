"""Who fetched a feed last: the word that is kept of a program, and when it is stored."""

from datetime import UTC, datetime, timedelta

import pytest

from netkeep_sync.core.feed import FeedSpec, Fetch
from netkeep_sync.service.fetches import Fetches, program_named

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEAM = FeedSpec(name="team")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Google-Calendar-Importer", "Google Calendar"),
        ("Mozilla/5.0 (compatible; Google-Calendar-Importer)", "Google Calendar"),
        ("macOS/14.5 (23F79) CalendarAgent/1068", "Apple Calendar"),
        ("iOS/17.5 (21F79) dataaccessd/1.0", "Apple Calendar"),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17628; Pro)", "Outlook"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird/153.0", "Thunderbird"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "a browser"),
        ("HomeAssistant/2026.11.1 httpx/0.28", "Home Assistant"),
        ("vdirsyncer/0.21.0", "vdirsyncer"),
        ("curl/8.5.0", "other"),
        ("", "other"),
        ("Ana's own <script> v1\r\n", "other"),
    ],
)
def test_a_program_is_known_by_what_it_calls_itself(said, name):
    assert program_named(said) == name


def test_no_more_is_read_than_a_program_needs_to_say():
    fetches = Fetches({})
    fetches.note(TEAM, at=NOON, user_agent="x" * 100_000 + "Thunderbird/")

    assert fetches.last(TEAM) == Fetch(generation=1, at=NOON, by="other")


def test_the_last_fetch_counts():
    fetches = Fetches({})
    fetches.note(TEAM, at=NOON, user_agent="curl/8")
    fetches.note(TEAM, at=NOON + timedelta(hours=1), user_agent="vdirsyncer/0.21")

    assert fetches.last(TEAM) == Fetch(generation=1, at=NOON + timedelta(hours=1), by="vdirsyncer")


def test_what_was_fetched_at_an_older_address_is_not_told():
    fetches = Fetches({"team": Fetch(generation=1, at=NOON, by="other")})

    assert fetches.last(TEAM) is not None
    assert fetches.last(FeedSpec(name="team", generation=2)) is None
    assert fetches.last(FeedSpec(name="work")) is None


def test_it_is_stored_at_once_and_then_every_few_minutes_at_the_most():
    fetches, taken = Fetches({}), []
    for minutes in range(20):
        at = NOON + timedelta(minutes=minutes)
        fetches.note(TEAM, at=at, user_agent="")
        taken += [(minutes, name) for name in fetches.take_unstored(now=at)]

    assert taken == [(0, "team"), (5, "team"), (10, "team"), (15, "team")]


def test_nothing_is_stored_where_nothing_was_fetched():
    fetches = Fetches({"team": Fetch(generation=1, at=NOON, by="other")})

    assert fetches.take_unstored(now=NOON + timedelta(days=1)) == {}


def test_the_last_fetch_of_a_flurry_is_stored_in_the_end():
    fetches = Fetches({})
    for seconds in range(3):
        at = NOON + timedelta(seconds=seconds)
        fetches.note(TEAM, at=at, user_agent="")
        fetches.take_unstored(now=at)

    later = fetches.take_unstored(now=NOON + timedelta(minutes=6))
    assert later["team"].at == NOON + timedelta(seconds=2)


def test_the_last_call_takes_all_that_is_new():
    fetches = Fetches({})
    fetches.note(TEAM, at=NOON, user_agent="")
    fetches.take_unstored(now=NOON)
    fetches.note(TEAM, at=NOON + timedelta(seconds=1), user_agent="")

    assert set(fetches.take_unstored(now=NOON + timedelta(seconds=2), is_last_call=True)) == {"team"}
    assert fetches.take_unstored(now=NOON + timedelta(seconds=3), is_last_call=True) == {}
