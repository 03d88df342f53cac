"""What owners make of single occurrences of a series on CalDAV, and what becomes of that when we write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from netkeep_sync.core.observation import Mark
from netkeep_sync.targets.content import LINE
from tests.targets.dav_calendar import WEEKLY

SLOT, AWAY = date(2026, 6, 2), datetime(2026, 6, 4, 15)  # noqa: DTZ001  wall clock
MOVED = replace(WEEKLY, moved=((SLOT, AWAY),), description="Ask A")
THERE = datetime(2026, 6, 4, 13, tzinfo=UTC)


def override(*lines, hour="083000"):
    """Return an occurrence that the owner has touched, on its own day."""
    return "\r\n".join(
        [
            "BEGIN:VEVENT",
            f"UID:{WEEKLY.uid}",
            "DTSTAMP:20260301T000000Z",
            "RECURRENCE-ID;TZID=Europe/Berlin:20260602T083000",
            f"DTSTART;TZID=Europe/Berlin:20260602T{hour}",
            f"DTEND;TZID=Europe/Berlin:20260602T{int(hour[:2]) + 1:02}0000",
            *lines,
            "END:VEVENT\r\n",
        ]
    )


def written_into(calendar, *lines, **how):
    """Have the owner write into one occurrence."""
    calendar.edit(calendar.path(WEEKLY), ("END:VCALENDAR", override(*lines, **how) + "END:VCALENDAR"))


def the_override(calendar):
    """Return the text of the one occurrence that is elsewhere."""
    events = calendar.unfolded(calendar.path(WEEKLY)).split("BEGIN:VEVENT")
    return next(one for one in events if "RECURRENCE-ID" in one)


def edit_override(calendar, before, after):
    """Have the owner change the one occurrence that is elsewhere."""
    event = the_override(calendar)
    assert before in event
    calendar.edit(calendar.path(WEEKLY), (event, event.replace(before, after, 1)))


@pytest.fixture
def moved(calendar):
    """Return a calendar with a series of which we have moved one occurrence, its baseline and the cursor."""
    base = calendar.put(MOVED)
    return calendar, base, calendar.listen(None, base).cursor


def test_a_mark_on_an_occurrence_that_is_elsewhere_already_is_heard(moved):
    calendar, base, cursor = moved
    edit_override(calendar, "SUMMARY:", "SUMMARY:✓ ")
    listened = calendar.listen(cursor, base)
    [seen] = listened.observations
    assert [(one.mark, one.start_at) for one in seen.slots] == [(Mark.DONE, THERE)]
    assert calendar.heard(listened.cursor, replace(base, body=seen.body)) == []


def test_a_mark_on_an_occurrence_that_the_owner_has_dragged_before_is_heard(listened):
    calendar, base, cursor = listened
    written_into(calendar, "SUMMARY:Lunch", hour="120000")
    heard = calendar.listen(cursor, base)
    [seen] = heard.observations
    edit_override(calendar, "SUMMARY:", "SUMMARY:✓ ")
    [seen] = calendar.heard(heard.cursor, replace(base, body=seen.body))
    assert [one.mark for one in seen.slots] == [Mark.DONE]


def test_a_note_in_an_occurrence_that_we_moved_is_heard_and_outlives_other_talking_points(moved):
    calendar, base, cursor = moved
    edit_override(calendar, LINE, f"{LINE}\\n\\nBring the contract")
    [seen] = calendar.heard(cursor, base)
    assert [one.note for one in seen.slots] == ["Bring the contract"]
    base = calendar.put(replace(MOVED, description="Ask B"), replace(base, body=seen.body))
    event = the_override(calendar)
    assert "Ask B" in event
    assert "Bring the contract" in event
    assert calendar.heard(None, base) == []


def test_another_title_of_an_occurrence_that_we_moved_is_the_owners(moved):
    calendar, base, cursor = moved
    edit_override(calendar, f"SUMMARY:{WEEKLY.summary}", "SUMMARY:Lunch at last")
    [seen] = calendar.heard(cursor, base)
    calendar.put(replace(MOVED, summary="Dinner"), replace(base, body=seen.body))
    text = calendar.unfolded(calendar.path(WEEKLY))
    assert text.count("SUMMARY:Lunch at last") == text.count("SUMMARY:Dinner") == 1


def test_what_the_owner_put_into_an_occurrence_goes_where_we_move_it(listened):
    calendar, base, cursor = listened
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Go", "TRIGGER:-PT1H", "END:VALARM")
    note = f"DESCRIPTION:{LINE}\\n\\nBring the contract"
    written_into(calendar, f"SUMMARY:{WEEKLY.summary}", "LOCATION:The new bar", note, *alarm)
    [seen] = calendar.heard(cursor, base)
    base = calendar.put(MOVED, replace(base, body=seen.body))
    calendar.put(WEEKLY, base)  # and back
    text = calendar.unfolded(calendar.path(WEEKLY))
    assert "DTSTART;TZID=Europe/Berlin:20260602T083000" in text
    for words in ("Bring the contract", "The new bar", "TRIGGER:-PT1H"):
        assert words in text


def test_an_occurrence_that_is_back_where_it_was_leaves_nothing(moved):
    calendar, base, _ = moved
    calendar.put(replace(MOVED, moved=()), base)
    assert "RECURRENCE-ID" not in calendar.text(calendar.path(WEEKLY))


def test_none_is_moved_just_as_the_owner_gives_the_series_another_hour(calendar):
    base = calendar.put(WEEKLY)
    calendar.edit(calendar.path(WEEKLY), ("T083000", "T093000"), ("T091500", "T101500"))
    calendar.put(MOVED, base)
    assert "RECURRENCE-ID" not in calendar.text(calendar.path(WEEKLY))


def test_a_day_among_the_exceptions_is_a_deleted_occurrence(listened):
    calendar, base, cursor = listened
    calendar.edit(calendar.path(WEEKLY), ("RRULE:", "EXDATE;VALUE=DATE:20260602\r\nRRULE:"))
    [seen] = calendar.heard(cursor, base)
    assert [(one.slot_at, one.start_at) for one in seen.slots] == [
        (datetime(2026, 6, 2, 6, 30, tzinfo=UTC), None)
    ]


def test_a_number_of_the_event_that_is_none_does_not_stop_us(calendar):
    base = calendar.put(WEEKLY)
    calendar.edit(calendar.path(WEEKLY), ("SEQUENCE:0", "SEQUENCE:x"))
    calendar.put(replace(WEEKLY, description="Ask A"), base)
    assert "Ask A" in calendar.text(calendar.path(WEEKLY))
