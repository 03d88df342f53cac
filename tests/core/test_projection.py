from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.ledger import Ledger, Promise
from netkeep_sync.core.milestone import milestone_uid
from netkeep_sync.core.outcome import Evidence
from netkeep_sync.core.projection import (
    MilestoneProjection,
    SeriesProjection,
    as_met,
    project,
    project_milestone,
    published,
)
from netkeep_sync.core.roster import Show
from tests.core.builders import (
    LUNCH,
    TODAY,
    VIDEO,
    cancelled,
    channel,
    clock,
    contact,
    day,
    history,
    moved,
    outcome,
    plain,
    series,
    trip,
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
    "color": "sage",
    "reminders": (),
    "is_busy": False,
    "has_meet": True,
    "guests": ("ada@example.com",),
    "answer_url": "https://example.com/a/x",
    "answer_words": "Was wurde daraus?",
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
    worded = tuple(replace(one, reason=plain("other words")) for one in SERIES.exceptions)
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


def test_what_the_channel_wishes_of_its_entries_is_projected():
    wishes = channel(reminders=(60, 5), is_busy=False, has_meet=True)
    made = project(SERIES, contact=contact("Ada", channel=wishes), history=None, color="sage")
    assert (made.reminders, made.is_busy, made.has_meet, made.color) == ((60, 5), False, True, "sage")


def test_a_series_of_another_channel_takes_none_of_its_wishes():
    video = channel(key="video", reminders=(60, 5), is_busy=False, has_meet=True)
    made = project(SERIES, contact=contact("Ada", channel=video), history=None)
    assert (made.reminders, made.is_busy, made.has_meet) == (None, True, False)


@pytest.mark.parametrize(
    ("email", "is_invited", "guests"),
    [("ada@x.org", True, ("ada@x.org",)), ("ada@x.org", False, ()), ("", True, ())],
)
def test_a_guest_is_who_is_invited_and_has_an_address(email, is_invited, guests):
    ada = contact("Ada", email=email, is_invited=is_invited)
    assert project(SERIES, contact=ada, history=None).guests == guests


def test_a_series_with_nothing_ahead_says_no_more_than_its_title_and_invites_nobody():
    met = channel(has_meet=True, reminders=(5,))
    ada = replace(ADA, channel=met, email="ada@x.org", is_invited=True)
    made = project(SERIES, contact=ada, history=MET, is_ahead=False)
    assert (made.summary, made.reminders) == ("Coffee with Ada", (5,))
    assert (made.description, made.location, made.has_meet, made.guests) == ("", "", False, ())


def test_whom_a_trip_leads_to_is_met_as_the_trip_says():
    lunch = replace(LUNCH, reminders=(30,))
    on_trip = replace(series("2026-11-10"), channel="lunch", city="Lisbon")
    ada = contact("Ada", channel=VIDEO)
    assert as_met(ada, on_trip, [trip("2026-11-09", "2026-11-13", channels=[lunch])]).channel == lunch
    assert as_met(ada, on_trip, []).channel == VIDEO


def test_at_home_everybody_is_met_by_their_own_channel():
    ada = contact("Ada", channel=channel(reminders=(5,)))
    assert as_met(ada, SERIES, [trip("2026-11-09", "2026-11-13")]) is ada


# -- how much is shown ----------------------------------------------------------------------------

PRIVATE = contact(
    "Ada King Lovelace",
    channel=channel(place="The usual café", reminders=(5,), is_busy=False, has_meet=True),
    email="ada@x.org",
    is_invited=True,
    notes="Moved.",
)
THEIRS = replace(series(), summary="Coffee with Ada King Lovelace")


def test_a_calendar_with_first_names_has_no_more_of_anybody():
    made = project(THEIRS, contact=PRIVATE, history=MET, show=Show.FIRST_NAME, color="sage")
    assert (made.summary, made.location, made.category) == ("Coffee with Ada", "The usual café", "")
    assert (made.reminders, made.is_busy, made.color) == ((5,), False, "sage")
    assert (made.description, made.has_meet, made.guests) == ("", False, ())


@pytest.mark.parametrize(
    ("of", "who"),
    [
        (THEIRS, replace(PRIVATE, place="Her office")),
        (replace(THEIRS, city="Lisbon"), PRIVATE),
        (replace(THEIRS, channel="lunch"), PRIVATE),
        (THEIRS, None),
    ],
    ids=["their own place", "their city", "another channel", "left"],
)
def test_first_names_stand_beside_no_place_but_that_of_the_channel(of, who):
    assert project(of, contact=who, history=None, show=Show.FIRST_NAME).location == ""


@pytest.mark.parametrize(
    ("of", "who", "title"),
    [
        (THEIRS, None, "Coffee"),
        (replace(THEIRS, channel="lunch"), PRIVATE, "Lunch with Ada"),
        (THEIRS, replace(PRIVATE, name="Countess Lovelace"), "Coffee with Countess"),
        (THEIRS, replace(PRIVATE, name="Ada"), "Coffee with Ada"),
        (THEIRS, replace(PRIVATE, channel=replace(PRIVATE.channel, title="Networking")), "Networking"),
        (replace(THEIRS, channel=""), None, ""),
    ],
    ids=["left", "another channel", "renamed", "one word", "a title without a name", "no channel"],
)
def test_a_first_name_stands_in_for_the_whole_one_whatever_was_stored(of, who, title):
    assert project(of, contact=who, history=None, show=Show.FIRST_NAME).summary == title


@pytest.mark.parametrize("who", [PRIVATE, None])
def test_a_busy_calendar_says_how_and_when_and_nothing_else(who):
    made = project(THEIRS, contact=who, history=MET, show=Show.BUSY, color="sage")
    assert made == SeriesProjection(
        uid=THEIRS.uid,
        summary="Coffee",
        description="",
        location="",
        category="",
        local_start=THEIRS.local_start,
        timezone=THEIRS.timezone,
        minutes=45,
        rrule=THEIRS.rrule,
        is_busy=who is None,
    )


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


def test_talking_points_are_for_the_next_check_in():
    ada = replace(contact("Ada"), milestones=(HIRED, BIRTHDAY))
    made = project(SERIES, contact=ada, history=None, next_on=day("2027-04-06"))
    assert made.description == (
        "You have not met yet.\n\nMilestones\n- Work anniversary on 1 May, since 2019\n- Birthday on 14 March"
    )
    assert "Birthday" not in project(SERIES, contact=ada, history=None, next_on=day("2027-05-04")).description


def test_promises_stand_at_the_top_of_the_talking_points():
    slides = Promise(what="Slides", made_on=day("2026-09-01"), is_theirs=False)
    met = replace(MET, ledger=Ledger(promises=(slides,)))
    made = project(SERIES, contact=ADA, history=met).description
    assert made == f"You promised\n- Slides\n\n{MADE.description}"


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


def test_a_milestone_beside_first_names_has_no_other():
    made = project_milestone(HIRED, contact=PRIVATE, roster="r0", show=Show.FIRST_NAME)
    assert (made.summary, made.description) == ("Ada: work anniversary", "")


def test_a_busy_calendar_has_no_milestones():
    with pytest.raises(ValueError, match="no milestones"):
        project_milestone(HIRED, contact=ADA, roster="r0", show=Show.BUSY)


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


LINK = "https://example.com/a/x"


def test_the_link_to_answer_stands_below_the_words_and_apart_from_them():
    made = project(SERIES, contact=ADA, history=MET, answer_url=LINK)

    assert made == replace(MADE, answer_url=LINK)
    assert made.words_for_owner == f"{MADE.description}\n\nWhat came of it? {LINK}"
    assert MADE.words_for_owner == MADE.description


def test_the_link_stays_when_nothing_is_ahead():
    made = project(SERIES, contact=ADA, history=MET, is_ahead=False, answer_url=LINK)

    assert (made.description, made.words_for_owner) == ("", f"What came of it? {LINK}")


@pytest.mark.parametrize("show", [Show.FIRST_NAME, Show.BUSY])
def test_where_less_is_shown_there_is_no_link(show):
    assert project(SERIES, contact=ADA, history=MET, show=show, answer_url=LINK).answer_url == ""


def test_whoever_is_invited_or_has_left_makes_an_entry_without_a_link():
    for who in (replace(ADA, is_invited=True, email="ada@example.com"), replace(ADA, is_invited=True), None):
        assert project(SERIES, contact=who, history=MET, answer_url=LINK).answer_url == ""


def test_a_milestone_has_no_link():
    made = project_milestone(Milestone(label="birthday", month=3, day=14), contact=ADA, roster="test")

    assert made.words_for_owner == made.description
