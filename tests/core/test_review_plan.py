"""The review's own place on the calendar."""

from dataclasses import replace
from datetime import timedelta

import pytest

from netkeep_sync.core.busy import FREE
from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.fact import Held, Paused, Rescheduled, Resumed, Skipped, SlotName
from netkeep_sync.core.own import with_moves
from netkeep_sync.core.review_plan import (
    REVIEW,
    plan_review,
    project_reviews,
    reviewer,
    with_reviewer,
)
from netkeep_sync.core.roster import ReviewTime
from netkeep_sync.core.series import Cancelled, series_uid
from tests.core.builders import HOLIDAY_CODE, World, away, contact, day, hours, moment, plain, roster, trip


def review_time(cadence="quarterly", *, minutes=20, between="09:00-17:00"):
    return ReviewTime(cadence=parse_cadence(cadence), minutes=minutes, hours=(hours(between),))


class Reviewed(World):
    """A world with a review, planned from pass to pass like everybody."""

    def __init__(self, of=None, *, review=None, holidays=None, **told):
        of = of or roster(contact("Ada", "monthly"), **told)
        super().__init__(replace(of, review=review or review_time()), holidays=holidays)
        self.reviews = {}

    def plan_at(self, text):
        self.now = moment(text)
        check_ins = self.plan()
        made = plan_review(
            self.roster,
            facts=self.facts,
            previous=with_moves(self.reviews.values(), self.facts, timezone="UTC"),
            holidays={HOLIDAY_CODE: self.holidays},
            check_ins=check_ins,
            busy=FREE,
            today=self.today,
        )
        if made is not None:
            self.reviews |= {one.uid: one for one in (*made.ended, *made.series)}
        return made

    def say(self, kind, **told):
        self.tell(kind(contact=REVIEW, noted_at=self.now, source="google", **told))


def days(made):
    return [str(one.start_at.date()) for one in made.occurrences][:4]


@pytest.mark.parametrize(
    ("today", "cadence", "due_from", "due_to"),
    [
        ("2026-09-14", "quarterly", "2026-10-01", "2026-10-21"),
        ("2026-10-05", "quarterly", "2026-10-08", "2026-10-21"),
        ("2026-10-20", "quarterly", "2027-01-01", "2027-01-21"),
        ("2026-09-14", "every 6 months", "2027-01-01", "2027-01-21"),
        ("2026-09-14", "monthly", "2026-09-17", "2026-09-21"),
    ],
)
def test_the_first_review_lies_in_the_first_weeks_of_a_period(today, cadence, due_from, due_to):
    world = Reviewed(review=review_time(cadence))
    first = days(world.plan_at(f"{today} 07:00"))[0]

    assert due_from <= first <= due_to


def test_it_comes_round_every_quarter():
    assert days(Reviewed().plan_at("2026-09-14 07:00")) == [
        *("2026-10-12", "2027-01-11", "2027-04-12", "2027-07-12")
    ]


def test_it_stays_where_it_is_from_plan_to_plan():
    world = Reviewed()
    first = world.plan_at("2026-09-14 07:00").series
    for today in ("2026-09-15", "2026-10-13", "2026-12-31", "2027-01-02"):
        [now] = world.plan_at(f"{today} 07:00").series
        assert replace(now, reason=plain(""), clock_on=None) == replace(
            first[0], reason=plain(""), clock_on=None
        )


def test_the_same_day_makes_the_same_plan():
    world = Reviewed()
    before = world.plan_at("2027-02-14 07:00").series

    assert world.plan_at("2027-02-14 07:00").series == before


def test_it_keeps_off_holidays_absences_and_trips():
    world = Reviewed(
        holidays={day("2026-10-12"): "Holiday"},
        away=[away("2027-01-11", "2027-01-11")],
        trips=[trip("2027-04-12", "2027-04-12")],
    )

    assert not {"2026-10-12", "2027-01-11", "2027-04-12"} & set(days(world.plan_at("2026-09-14 07:00")))


def test_an_absence_of_a_month_lets_one_go():
    made = Reviewed(away=[away("2027-01-01", "2027-01-31")]).plan_at("2026-09-14 07:00")

    assert days(made)[1] == "2027-04-12"
    assert isinstance(made.series[0].exceptions[0], Cancelled)


def test_it_lies_beside_no_check_in():
    world = Reviewed(
        roster(contact("Ada", "weekly"), per_day=3, per_week=5), review=review_time(between="08:30-09:15")
    )
    world.plan_at("2026-09-14 07:00")
    taken = [(one.start_at, one.end_at) for one in world.plan().occurrences]

    for one in world.plan_at("2026-09-14 07:00").occurrences:
        assert not any(start_at < one.end_at and one.start_at < end_at for start_at, end_at in taken)


def test_it_moves_no_check_in():
    of = roster(contact("Ada", "weekly"))

    assert World(of).plan() == Reviewed(of).plan()


def test_it_is_not_in_the_hours_of_others():
    made = Reviewed(review=review_time(between="16:00-17:00", minutes=45)).plan_at("2026-09-14 07:00")

    assert [one.start_at.hour for one in made.occurrences[:1]] == [14]
    assert made.series[0].minutes == 45


def test_a_review_that_was_dragged_stays():
    world = Reviewed()
    [series] = world.plan_at("2026-09-14 07:00").series
    world.say(
        Rescheduled,
        slot=SlotName(uid=series.uid, slot_on=day("2026-10-12")),
        start_at=moment("2026-10-14 13:00"),
    )

    assert days(world.plan_at("2026-09-15 07:00"))[:2] == ["2026-10-14", "2027-01-11"]


def test_one_that_was_deleted_is_skipped_and_the_next_stands():
    world = Reviewed()
    [series] = world.plan_at("2026-09-14 07:00").series
    world.say(Skipped, slot=SlotName(uid=series.uid, slot_on=day("2026-10-12")))

    assert days(world.plan_at("2026-09-15 07:00"))[0] == "2027-01-11"


def test_one_that_was_ticked_changes_nothing():
    world = Reviewed()
    [series] = world.plan_at("2026-09-14 07:00").series
    world.now = moment("2026-10-13 07:00")
    world.say(Held, held_on=day("2026-10-13"), slot=SlotName(uid=series.uid, slot_on=day("2026-10-12")))

    assert days(world.plan_at("2026-10-14 07:00"))[0] == "2027-01-11"
    assert len(world.reviews) == 1


def test_all_deleted_it_is_off_until_it_is_asked_for():
    world = Reviewed()
    world.plan_at("2026-09-14 07:00")
    world.say(Paused)
    gone = world.plan_at("2026-09-15 07:00")
    world.say(Resumed)
    back = world.plan_at("2026-09-16 07:00")

    assert (gone.series, len(gone.ended)) == ((), 1)
    assert [one.generation for one in back.series] == [2]


def test_off_in_the_roster_it_ends():
    world = Reviewed()
    world.plan_at("2026-09-14 07:00")
    world.roster = replace(world.roster, review=None)

    assert world.plan_at("2026-09-15 07:00").series == ()
    assert world.plan_at("2026-09-16 07:00").ended == ()


def test_where_there_is_none_and_never_was_nothing_is_planned():
    world = Reviewed()
    world.roster = replace(world.roster, review=None)

    assert world.plan_at("2026-09-14 07:00") is None
    assert shown(world, None) == []


def test_another_cadence_begins_with_a_period_of_its_own():
    world = Reviewed()
    world.plan_at("2026-09-14 07:00")
    world.roster = replace(world.roster, review=review_time("yearly"))

    assert days(world.plan_at("2026-09-15 07:00"))[0][:7] == "2027-01"


def test_its_identity_is_made_of_the_roster_alone():
    [series] = Reviewed().plan_at("2026-09-14 07:00").series

    assert series.uid == series_uid("r0", REVIEW, 1)


def test_who_listens_hears_of_it():
    of = roster(contact("Ada"))

    assert with_reviewer(of, today=day("2026-09-14")) is of
    reviewed = with_reviewer(replace(of, review=review_time()), today=day("2026-09-14"))
    assert [one.key for one in reviewed.contacts] == ["ada", REVIEW]


@pytest.mark.parametrize("shift", range(0, 400, 7))
def test_the_review_before_the_next_is_never_ahead(shift):
    today = day("2026-01-01") + timedelta(days=shift)
    who = reviewer(review_time(), today=today)

    assert who.met_on is not None
    assert who.met_on < today


def shown(world, made, note="what to look at"):
    return list(
        project_reviews(world.reviews.values(), plan=made, roster=world.roster, note=note, today=world.today)
    )


def test_the_entry_says_the_note():
    world = Reviewed()
    [entry] = shown(world, world.plan_at("2026-09-14 07:00"))

    assert (entry.summary, entry.description, entry.minutes) == (
        "Review of your network",
        "what to look at",
        20,
    )
    assert (entry.category, entry.location, entry.guests) == ("", "", ())


def test_an_entry_that_has_ended_says_nothing():
    world = Reviewed()
    world.plan_at("2026-09-14 07:00")
    world.plan_at("2026-11-14 07:00")
    world.roster = replace(world.roster, review=None)
    [entry] = shown(world, world.plan_at("2026-11-15 07:00"))

    assert entry.description == ""
    assert "UNTIL" in entry.rrule
