from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.book import week_of
from netkeep_sync.core.placement import choose, move_within
from netkeep_sync.core.series import Cancelled, Moved
from tests.core.builders import (
    TODAY,
    VIDEO,
    away,
    book,
    channel,
    clock,
    contact,
    day,
    english,
    hours,
    in_english,
    plain,
    roster,
)

ADA = contact("Ada", "monthly")
SECOND_TUESDAY = "FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU"
HOLIDAY = {day("2026-09-23"): "Founders' Day"}


def chosen(made, who=ADA, *, first="2026-09-17", last="2026-10-16", due=None):
    choice = choose(
        made,
        who,
        window=(day(first), day(last)),
        due_on=day(due) if due else None,
        end_on=day("2028-09-14"),
    )
    return (str(choice.first_on), f"{choice.local_time:%H:%M}", str(choice.rule)) if choice else None


# -- the book -------------------------------------------------------------------------------------


def test_a_week_runs_from_monday_to_sunday_over_new_year():
    assert week_of(day("2026-12-28")) == week_of(day("2027-01-03"))
    assert week_of(day("2027-01-04")) == week_of(day("2027-01-03")) + 1


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2026-09-22 08:30", None),
        ("2026-09-23 08:30", "Founders' Day is a holiday"),
        ("2026-09-19 08:30", "Saturdays are not among your days"),
        ("2026-10-01 08:30", "Thu 1 Oct is full"),
        ("2026-10-06 08:30", "the week of Mon 5 Oct is full"),
        ("2026-09-24 09:30", "09:30 is outside the hours of coffee"),
    ],
)
def test_the_book_says_why_a_check_in_cant_start(start, why):
    made = book(
        roster(ADA, per_day=1, per_week=2),
        holidays=HOLIDAY,
        taken=["2026-10-01 08:30", "2026-10-05 08:30", "2026-10-07 08:30"],
    )
    assert english(made.why_not(ADA, clock(start))) == why


def test_the_book_says_which_time_is_taken():
    made = book(roster(ADA, per_day=2), taken=["2026-09-22 09:00"])
    assert str(made.why_not(ADA, clock("2026-09-22 08:30"))) == "08:30 is taken by another check-in"


def test_a_check_in_may_begin_as_another_ends():
    made = book(roster(ADA, per_day=2), taken=["2026-09-22 08:30"])
    assert made.why_not(ADA, clock("2026-09-22 09:15")) is None


@pytest.mark.parametrize(
    ("start", "is_free"),
    [("2026-09-22 08:30", True), ("2026-09-22 08:31", False), ("2026-09-22 10:14", False)],
)
def test_a_buffer_is_kept_before_and_after_even_by_those_who_need_none(start, is_free):
    made = book(roster(ADA, per_day=2))
    made.take(clock("2026-09-22 09:30"), 30, buffer_minutes=15)
    ada = contact("Ada", channel=channel("07:00-18:00"))
    assert made.has_room(ada, clock(start)) is is_free


def test_the_book_says_when_the_contact_sleeps():
    bob = contact("Bob", channel=VIDEO, timezone="America/New_York")
    assert str(book(roster(bob)).why_not(bob, clock("2026-09-22 11:00"))) == (
        "11:00 lies outside Bob's day in America/New_York"
    )


def test_the_book_says_when_the_clocks_change():
    early = contact("Ada", channel=channel("01:00-05:00"))
    made = book(roster(early, weekdays=[6]))
    assert str(made.why_not(early, clock("2027-03-28 02:30"))) == "the clocks change at 02:30"


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 23)), unique=True, max_size=20))
def test_the_weeks_add_up_to_what_was_taken(starts):
    made = book(roster(ADA, per_day=24, per_week=99), minutes=30)
    for days, hour in starts:
        made.take(clock("2026-09-14 00:00") + timedelta(days=days, hours=hour), 30)
    weeks = list(made.weeks(end_on=TODAY + timedelta(days=42)))
    assert sum(week.checkins for week in weeks) == len(starts)
    assert sum(week.minutes for week in weeks) == 30 * len(starts)


def test_a_week_can_hold_no_more_than_its_open_days():
    made = book(
        roster(ADA, per_day=1, per_week=4, away=[away("2026-09-21", "2026-09-23")]),
        today=day("2026-09-17"),
    )
    capacities = [week.capacity for week in made.weeks(end_on=day("2026-10-01"))]
    assert capacities == [2, 2, 4]


# -- the choice -----------------------------------------------------------------------------------


def test_an_empty_calendar_takes_the_due_day_and_the_earliest_hour():
    assert chosen(book(roster(ADA)), due="2026-10-06") == (
        "2026-10-06",
        "08:30",
        "FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU",
    )


def test_without_a_due_day_the_soonest_is_taken():
    assert chosen(book(roster(ADA)))[0] == "2026-09-17"


def test_a_full_week_is_left_alone():
    made = book(roster(ADA, per_week=3), taken=["2026-10-05 08:30", "2026-10-07 08:30"])
    assert week_of(day(chosen(made, due="2026-10-06")[0])) != week_of(day("2026-10-06"))


def test_a_pattern_with_fewer_slots_to_move_is_better():
    days = [f"2026-{month:02}-{number:02}" for month in (11, 12) for number in (1, 2, 3, 4, 5, 6, 7)]
    made = book(roster(ADA), holidays=dict.fromkeys(map(day, days), "Founders' Day"))
    assert "BYDAY=1" not in chosen(made, due="2026-10-06")[2]


def test_of_two_weekdays_the_emptier_is_taken():
    made = book(roster(ADA, per_week=5), taken=["2026-09-29 08:30", "2028-10-10 08:30"])
    made_of = chosen(made, first="2026-10-06", last="2026-10-07", due="2026-10-06")
    assert made_of[0] == "2026-10-07"


def test_nothing_is_chosen_in_a_window_without_an_open_day():
    assert chosen(book(roster(ADA)), first="2026-09-19", last="2026-09-20") is None


def test_a_monthly_pattern_through_a_fifth_weekday_is_that_of_the_last_one():
    _, _, rule = chosen(book(roster(ADA)), first="2026-09-29", last="2026-09-30")
    assert rule == "FREQ=MONTHLY;INTERVAL=1;BYDAY=-1TU"


def test_no_pattern_is_chosen_of_which_most_slots_would_have_to_move():
    off = [away("2026-10-20", "2028-09-30")]
    assert chosen(book(roster(ADA, away=off)), first="2026-10-06", last="2026-10-06") is None


def test_a_time_free_on_all_days_is_taken_first():
    made = book(roster(ADA, per_day=3), taken=["2026-11-03 08:30"])
    assert chosen(made, first="2026-10-06", last="2026-10-06")[1] == "09:15"


def test_else_the_time_with_the_fewest_clashes_is_taken():
    taken = ["2026-11-03 08:30", "2026-12-01 09:15", "2027-01-05 09:15"]
    assert (
        chosen(book(roster(ADA, per_day=3), taken=taken), first="2026-10-06", last="2026-10-06")[1] == "08:30"
    )


STARTS = ("08:30", "08:45", "09:00", "09:15")
SECOND_TUESDAYS = ("2026-11-10", "2026-12-08", "2027-01-12", "2027-02-09", "2027-03-09")


@given(st.lists(st.tuples(st.sampled_from(SECOND_TUESDAYS), st.sampled_from(STARTS)), max_size=12))
def test_the_time_taken_is_the_earliest_of_those_with_the_fewest_clashes(taken):
    made = book(roster(ADA, per_day=20, per_week=20), taken=[f"{on} {at}" for on, at in taken])
    clashes = [sum(not made.has_room(ADA, clock(f"{on} {at}")) for on in SECOND_TUESDAYS) for at in STARTS]
    at = STARTS[clashes.index(min(clashes))]
    assert chosen(made, first="2026-10-13", last="2026-10-13") == ("2026-10-13", at, SECOND_TUESDAY)


def test_a_first_day_without_a_free_time_is_no_first_day():
    made = book(roster(ADA, per_day=3), taken=["2026-10-06 08:45"])
    assert chosen(made, first="2026-10-06", last="2026-10-06") is None


def test_choosing_enters_nothing():
    made = book(roster(ADA))
    assert chosen(made) == chosen(made)


# -- moving ---------------------------------------------------------------------------------------

SLOT = clock("2026-09-22 08:30")


def moved_to(made, *days, who=ADA):
    return in_english(
        move_within(made, who, local_slot=SLOT, why=plain("it rains"), days=list(map(day, days)))
    )


def test_a_slot_moves_to_the_first_day_with_room_at_its_own_hour():
    made = book(roster(ADA), holidays=HOLIDAY)
    assert moved_to(made, "2026-09-23", "2026-09-24") == Moved(
        slot_on=SLOT.date(),
        local_start=clock("2026-09-24 08:30"),
        reason=plain("it rains, moved to Thu 24 Sep"),
    )


def test_a_slot_moves_to_another_hour_of_its_own_day():
    made = book(roster(ADA, per_day=2), taken=["2026-09-22 08:30"])
    assert moved_to(made, "2026-09-22") == Moved(
        slot_on=SLOT.date(), local_start=clock("2026-09-22 09:15"), reason=plain("it rains, moved to 09:15")
    )


def test_a_slot_is_never_moved_to_itself():
    assert moved_to(book(roster(ADA)), "2026-09-22") == Moved(
        slot_on=SLOT.date(), local_start=clock("2026-09-22 08:45"), reason=plain("it rains, moved to 08:45")
    )


def test_a_full_day_is_passed_over():
    made = book(roster(ADA), taken=["2026-09-23 08:30"])
    assert isinstance(moved := moved_to(made, "2026-09-23", "2026-09-24"), Moved)
    assert moved.local_start == clock("2026-09-24 08:30")


def test_a_slot_without_room_anywhere_is_cancelled():
    made = book(roster(ADA, per_day=2), taken=["2026-09-23 08:45"])
    assert moved_to(made, "2026-09-23") == Cancelled(
        slot_on=SLOT.date(), reason=plain("it rains, and no other day near it has room")
    )


def test_hours_are_ordered_by_their_start():
    assert min(hours("14:00-17:00"), hours("10:00-12:00")) == hours("10:00-12:00")
