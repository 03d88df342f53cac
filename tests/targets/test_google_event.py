"""What a new event at Google begins with, and what of it a change never touches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from netkeep_sync.core.contact import COLORS
from netkeep_sync.targets.content import LINE, series_id
from netkeep_sync.targets.google_event import content_of, event_body, part_body
from tests.targets.samples import a_milestone_projection, a_projection

if TYPE_CHECKING:
    from netkeep_sync.core.projection import Projection, SeriesProjection

COFFEE = a_projection()
ALL_WISHES = replace(
    COFFEE, color="sage", reminders=(1440, 15), is_busy=False, has_meet=True, guests=("john@example.com",)
)
THE_OWNERS = {"colorId", "reminders", "transparency", "conferenceData", "attendees", "location", "visibility"}


def body_of(projection: Projection) -> dict[str, Any]:
    return event_body(projection, owner="roster")


def changed(projection: SeriesProjection, *, own: str = "") -> dict[str, Any]:
    parts = frozenset({"summary", "span", "rule", "notes"})
    return part_body(projection, parts, own=own)


def test_a_plain_event_is_busy_and_reminds_as_its_calendar_does():
    body = body_of(COFFEE)
    assert (body["transparency"], body["reminders"]) == ("opaque", {"useDefault": True})
    assert not {"colorId", "conferenceData", "attendees"} & body.keys()


def test_all_that_may_be_wished_for_is_in_the_event():
    body = body_of(ALL_WISHES)
    assert {name: body[name] for name in THE_OWNERS} == {
        "colorId": "2",
        "reminders": {
            "useDefault": False,
            "overrides": [{"method": "popup", "minutes": 1440}, {"method": "popup", "minutes": 15}],
        },
        "transparency": "transparent",
        "conferenceData": {
            "createRequest": {
                "requestId": series_id(COFFEE.uid),
                "conferenceSolutionKey": {"type": "hangoutsMeet"},
            }
        },
        "attendees": [{"email": "john@example.com"}],
        "location": COFFEE.location,
        "visibility": "private",
    }


def test_no_reminders_are_none_and_not_the_calendars():
    assert body_of(replace(COFFEE, reminders=()))["reminders"] == {"useDefault": False, "overrides": []}


def test_colours_have_the_numbers_of_google():
    ids = {name: body_of(replace(COFFEE, color=name))["colorId"] for name in COLORS}
    assert (ids["lavender"], ids["graphite"], ids["tomato"]) == ("1", "8", "11")
    assert sorted(map(int, ids.values())) == list(range(1, 12))


def test_a_milestone_takes_no_time_and_reminds_of_nothing():
    body = body_of(a_milestone_projection())
    assert (body["transparency"], body["reminders"]) == ("transparent", {"useDefault": False})


def test_a_change_leaves_all_that_to_the_owner():
    assert not THE_OWNERS & changed(ALL_WISHES).keys()


@pytest.mark.parametrize("make", [body_of, changed])
def test_guests_read_no_notes(make):
    assert make(replace(COFFEE, guests=()))["description"].startswith(COFFEE.description)
    assert make(ALL_WISHES)["description"] == ""


LINK = "https://example.com/a/x"


@pytest.mark.parametrize("make", [body_of, changed])
def test_the_link_to_answer_stands_above_the_line(make):
    notes, line, own = make(replace(COFFEE, answer_url=LINK))["description"].partition(LINE)
    assert (notes.endswith(f"What came of it? {LINK}\n\n"), line, own) == (True, LINE, "")


@pytest.mark.parametrize("make", [body_of, changed])
def test_guests_read_no_link(make):
    assert "/a/" not in str(make(replace(ALL_WISHES, answer_url=LINK)))


def test_a_link_that_googles_editor_has_made_clickable_is_still_ours():
    written = body_of(replace(COFFEE, answer_url=LINK))["description"]
    anchor = f'<a href="{LINK}" target="_blank">{LINK}</a>'
    edited = written.replace("\n", "<br>").replace(LINK, anchor) + '<br><a href="https://b.example">Menu</a>'
    content = content_of({"description": edited})

    assert content.notes == content_of({"description": written}).notes
    assert content.own == '<a href="https://b.example">Menu</a>'  # theirs keeps what it leads to


def test_what_the_owner_wrote_for_guests_is_kept():
    description = changed(ALL_WISHES, own="See you at the bar.")["description"]
    assert description == f"{LINE}\n\nSee you at the bar."
    content = content_of({"description": description})
    assert (content.notes, content.own) == ("", "See you at the bar.")
    written = content_of(body_of(ALL_WISHES))
    assert content.notes == written.notes
