"""What a calendar shows of an entry, and how two states of it differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from netkeep_sync.core.entry import Difference, Entry, differences, iso_in, plain_rrule

COFFEE = Entry(
    title="Coffee",
    start="2026-12-08T08:30:00+01:00",
    timezone="Europe/Berlin",
    minutes=45,
    rrule="FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU",
    notes="",
)
SLOT, ELSEWHERE = "2027-01-12T08:30:00+01:00", "2027-01-14T15:00:00+01:00"


def test_equal_states_do_not_differ():
    assert differences(COFFEE, COFFEE) == ()
    assert differences(None, None) == ()


def test_what_differs_is_told_field_by_field():
    lunch = replace(COFFEE, title="Lunch", notes="Ask")

    assert differences(COFFEE, lunch) == (
        Difference(what="title", before="Coffee", after="Lunch"),
        Difference(what="notes", before=None, after="Ask"),
    )


def test_an_entry_that_comes_or_goes_differs_in_all_it_has():
    fields = ["title", "start", "timezone", "minutes", "rrule"]

    assert [one.what for one in differences(None, COFFEE)] == fields
    assert [one.what for one in differences(COFFEE, None)] == fields
    assert {one.after for one in differences(COFFEE, None)} == {None}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((), ((SLOT, ELSEWHERE),), (SLOT, ELSEWHERE)),
        ((), ((SLOT, ""),), (SLOT, None)),
        (((SLOT, ""),), (), (None, SLOT)),
        (((SLOT, ""),), ((SLOT, ELSEWHERE),), (None, ELSEWHERE)),
    ],
    ids=["moved", "cancelled", "brought back", "brought back elsewhere"],
)
def test_an_occurrence_elsewhere_is_told_by_its_slot(before, after, told):
    was, is_now = replace(COFFEE, exceptions=before), replace(COFFEE, exceptions=after)

    assert differences(was, is_now) == (
        Difference(what="occurrence", slot=SLOT, before=told[0], after=told[1]),
    )


def test_slots_of_another_rhythm_are_not_told():
    was = replace(COFFEE, exceptions=((SLOT, ELSEWHERE),))
    weekly = replace(COFFEE, rrule="FREQ=WEEKLY;INTERVAL=1;BYDAY=TU")

    assert [one.what for one in differences(was, weekly)] == ["rrule"]


def test_an_instant_is_told_by_the_clock_of_the_zone():
    assert iso_in(datetime(2026, 12, 8, 7, 30, tzinfo=UTC), "Europe/Berlin") == COFFEE.start


@pytest.mark.parametrize(
    "value",
    [
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20270101T000000Z",
        "UNTIL=20270101T000000Z;BYDAY=TU;FREQ=WEEKLY",
        "freq=weekly;wkst=mo;until=20270101T000000Z;byday=tu",
    ],
)
def test_rules_that_say_the_same_read_the_same(value):
    assert plain_rrule(value) == "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20270101T000000Z"
