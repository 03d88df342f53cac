"""Reasons in a database: what they mean, and what was written before they could tell."""

from datetime import date, datetime, time

import pytest

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.phrase import Phrase, day_of, phrase
from netkeep_sync.core.series import BOOKED, ENDED, KEPT_FREE, NO_ROOM, Cancelled, Moved
from netkeep_sync.store.phrase_text import phrase_from_text, phrase_text

TUESDAY = date(2026, 12, 8)


def test_what_has_no_values_is_its_message():
    assert phrase_text(ENDED) == "the series has ended"
    assert phrase_from_text("the series has ended") == ENDED


def test_what_has_values_says_what_they_are():
    told = phrase(
        "{cadence} from {day}",
        cadence=parse_cadence("every 6 months"),
        day=day_of(TUESDAY, today=TUESDAY),
        time=time(8, 30),
    )
    text = phrase_text(told)

    assert text == (
        '["{cadence} from {day}",'
        '{"cadence":{"cadence":"6 month"},"day":{"day":["2026-12-08","SHORT"]},"time":{"time":"08:30"}}]'
    )
    assert phrase_from_text(text) == told


def test_a_message_that_looks_like_a_list_stays_one():
    assert phrase_from_text(phrase_text(Phrase(message="[1] away"))) == Phrase(message="[1] away")


@pytest.mark.parametrize("message", [NO_ROOM, KEPT_FREE])
def test_a_sentence_of_an_earlier_version_still_tells_what_planning_asks(message):
    end = message.removeprefix("{why}")
    plain = phrase_from_text(f"Tue 8 Dec is full{end}")
    booked = phrase_from_text(f"you are booked at 08:30{end}")

    assert plain == phrase(message, why="Tue 8 Dec is full")
    assert booked == phrase(message, why=phrase(BOOKED, time=time(8, 30)))
    assert str(booked) == f"you are booked at 08:30{end}"
    assert Cancelled(slot_on=TUESDAY, reason=booked).is_for_busy_time


def test_any_other_sentence_of_an_earlier_version_stands_as_it_is():
    moved = Moved(
        slot_on=TUESDAY,
        local_start=datetime(2026, 12, 10, 8, 30),  # noqa: DTZ001
        reason=phrase_from_text("Tue 8 Dec is a holiday, moved to Thu 10 Dec"),
    )

    assert str(moved.reason) == "Tue 8 Dec is a holiday, moved to Thu 10 Dec"


@pytest.mark.parametrize("text", ['["{day}",{"day":{"moon":1}}]', '["{day}",{"day":[1]}]'])
def test_a_value_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="no value of a phrase"):
        phrase_from_text(text)
