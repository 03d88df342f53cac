from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.milestone import milestone_uid
from netkeep_sync.core.outcome import Evidence
from netkeep_sync.core.projection import (
    MilestoneProjection,
    SeriesProjection,
    project,
    project_milestone,
    published,
)
from tests.core.builders import (
    TODAY,
    cancelled,
    channel,
    clock,
    contact,
    day,
    history,
    moved,
    outcome,
    series,
)

SERIES = series(
    "2026-10-06",
    until_on="2027-02-01",
    exceptions=[moved("2026-11-03", "2026-11-05 09:00"), cancelled("2026-12-01")],
)
ADA = contact(
    "Ada",
    place="Café Einstein",
    notes="Moved to Acme in May.",
    ask=("What is new?", "And at home?"),
    offer=("A book",),
)
MET = history(outcome("2026-09-01", note="She likes tea."))
MADE = project(SERIES, contact=ADA, history=MET)


def test_a_projection_holds_all_that_a_target_may_see():
    expected = SeriesProjection(
        uid=SERIES.uid,
        summary="Coffee with Ada",
        description=(
            "Last met on 1 September 2026.\nShe likes tea.\n\n"
            "Ask\n- What is new?\n- And at home?\n\n"
            "Offer\n- A book\n\n"
            "Notes\nMoved to Acme in May."
        ),
        location="Café Einstein",
        category="peers",
        local_start=clock("2026-10-06 08:30"),
        timezone="Europe/Berlin",
        minutes=45,
        rrule="FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU;UNTIL=20270105T073000Z",
        cancelled=(day("2026-12-01"),),
        moved=((day("2026-11-03"), clock("2026-11-05 09:00")),),
    )
    assert expected == MADE


OTHER: dict[str, Any] = {
    "uid": "other@netkeep-sync",
    "summary": "Lunch with Ada",
    "description": "",
    "location": "",
    "category": "vendors",
    "local_start": clock("2026-10-06 08:45"),
    "timezone": "Europe/Paris",
    "minutes": 30,
    "rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU",
    "cancelled": (),
    "moved": (),
}


def test_the_table_of_other_values_is_complete():
    assert set(OTHER) == {field.name for field in fields(SeriesProjection)}


@pytest.mark.parametrize("field", OTHER)
def test_the_fingerprint_changes_with_every_field(field):
    assert replace(MADE, **{field: OTHER[field]}).fingerprint != MADE.fingerprint


def test_the_fingerprint_is_the_same_for_the_same_content():
    assert project(SERIES, contact=ADA, history=MET).fingerprint == MADE.fingerprint


@pytest.mark.parametrize("field", ["reason", "clock_on", "generation"])
def test_the_fingerprint_does_not_know_what_no_target_sees(field):
    other: dict[str, Any] = {"reason": "why not", "clock_on": TODAY, "generation": 7}
    assert project(replace(SERIES, **{field: other[field]}), contact=ADA, history=MET) == MADE


def test_the_words_of_an_exception_are_not_published():
    worded = tuple(replace(one, reason="other words") for one in SERIES.exceptions)
    assert project(replace(SERIES, exceptions=worded), contact=ADA, history=MET) == MADE


def test_somebody_never_met_has_that_to_say():
    made = project(SERIES, contact=contact("Ada"), history=history())
    assert made.description == "You have not met yet."


def test_somebody_without_a_history_has_not_been_met():
    assert project(SERIES, contact=contact("Ada"), history=None).description == "You have not met yet."


def test_a_presumed_meeting_is_called_presumed():
    met = history(outcome("2026-09-01", evidence=Evidence.PRESUMED))
    made = project(SERIES, contact=contact("Ada"), history=met)
    assert made.description == "Last met on 1 September 2026, presumably."


def test_the_place_of_the_channel_stands_in_for_the_contacts():
    cafe = channel(place="The usual café")
    assert project(SERIES, contact=contact("Ada", channel=cafe), history=None).location == "The usual café"


def test_nothing_is_said_of_somebody_who_left_the_roster():
    made = project(SERIES, contact=None, history=None)
    assert (made.summary, made.description, made.location) == ("Coffee with Ada", "", "")


# -- milestones -----------------------------------------------------------------------------------

BIRTHDAY = Milestone(label="birthday", month=3, day=14)
HIRED = Milestone(label="work anniversary", month=5, day=1, year=2019)
MADE_OF_HIRED = project_milestone(HIRED, contact=ADA, roster="r0")


def test_milestones_stand_in_the_talking_points():
    ada = replace(contact("Ada", ask=("What is new?",)), milestones=(HIRED, BIRTHDAY))
    assert project(SERIES, contact=ada, history=None).description == (
        "You have not met yet.\n\n"
        "Milestones\n- Work anniversary on 1 May, since 2019\n- Birthday on 14 March\n\n"
        "Ask\n- What is new?"
    )


def test_a_milestone_projection_holds_all_that_a_target_may_see():
    expected = MilestoneProjection(
        uid=milestone_uid("r0", "ada", "work anniversary"),
        summary="Ada: work anniversary",
        description="Work anniversary on 1 May, since 2019",
        category="peers",
        first_on=day("2019-05-01"),
        rrule="FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1",
    )
    assert expected == MADE_OF_HIRED


OTHER_MILESTONE: dict[str, Any] = {
    "uid": "other@netkeep-sync",
    "summary": "Ada: birthday",
    "description": "",
    "category": "vendors",
    "first_on": day("2020-05-01"),
    "rrule": "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=2",
}


def test_the_table_of_other_values_of_a_milestone_is_complete():
    assert set(OTHER_MILESTONE) == {field.name for field in fields(MilestoneProjection)}


@pytest.mark.parametrize("field", OTHER_MILESTONE)
def test_the_fingerprint_of_a_milestone_changes_with_every_field(field):
    other = replace(MADE_OF_HIRED, **{field: OTHER_MILESTONE[field]})
    assert other.fingerprint != MADE_OF_HIRED.fingerprint


def test_the_fingerprint_of_a_milestone_is_the_same_for_the_same_content():
    assert project_milestone(HIRED, contact=ADA, roster="r0").fingerprint == MADE_OF_HIRED.fingerprint


def test_a_milestone_keeps_its_uid_when_the_contact_is_renamed():
    renamed = project_milestone(HIRED, contact=replace(ADA, name="Ada King"), roster="r0")
    assert (renamed.uid, renamed.summary) == (MADE_OF_HIRED.uid, "Ada King: work anniversary")


# -- what is published ----------------------------------------------------------------------------


def test_a_living_series_is_published():
    assert published([SERIES], today=TODAY) == (SERIES,)


def test_a_series_that_ended_before_it_began_is_not():
    assert published([series("2026-10-06", until_on="2026-10-06")], today=TODAY) == ()


def test_a_series_of_which_everything_is_cancelled_is_not():
    empty = series("2026-10-06", until_on="2026-10-07", exceptions=[cancelled("2026-10-06")])
    assert published([empty], today=TODAY) == ()


@pytest.mark.parametrize(("days", "is_published"), [(365, True), (366, False), (2000, False)])
def test_an_ended_series_stays_for_a_year(days, is_published):
    ended = series("2020-01-07", until_on=str(TODAY - timedelta(days=days)))
    assert bool(published([ended], today=TODAY)) is is_published


def test_a_series_that_begins_far_ahead_is_published():
    assert published([series("2035-10-02", "every 5 years")], today=TODAY)
