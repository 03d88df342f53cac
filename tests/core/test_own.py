"""What the owner did on a calendar: their moves in the series, and their rhythm in the contact."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.own import own_series, with_moves, with_own_rhythm
from netkeep_sync.core.series import ENDED, OFF, Cancelled, Moved, local_occurrences
from tests.core.builders import (
    ROSTER,
    VIDEO,
    cancelled,
    channel,
    clock,
    contact,
    day,
    history,
    hours,
    moved,
    passed_fact,
    plain,
    rescheduled_fact,
    rhythm_fact,
    series,
    skipped_fact,
    slot_name,
    snoozed_fact,
)
from tests.core.worlds import CADENCES, CHANNELS

SERIES = series("2026-10-06", "monthly")
FIRST, SECOND = slot_name(SERIES, "2026-10-06"), slot_name(SERIES, "2026-11-03")


def exceptions(*facts, planned=SERIES):
    (found,) = with_moves([planned], facts, timezone="UTC")
    return found.exceptions


def put(slot_on, to):
    return Moved(slot_on=day(slot_on), local_start=clock(to), reason=plain("you moved it there"))


# -- moves ----------------------------------------------------------------------------------------


def test_a_check_in_is_where_the_owner_has_put_it():
    assert exceptions(rescheduled_fact(FIRST, "2026-10-10 21:30")) == (put("2026-10-06", "2026-10-10 21:30"),)


def test_series_that_nobody_touched_stay_as_they_are():
    other = series("2026-10-07", contact="bob")
    assert with_moves([other, SERIES], [], timezone="UTC")[1] is SERIES
    found = with_moves(
        [other, SERIES], [passed_fact(FIRST), rescheduled_fact(FIRST, "2026-10-10 08:30")], timezone="UTC"
    )
    assert found[0] is other


def test_the_latest_move_of_a_check_in_counts():
    facts = [rescheduled_fact(FIRST, "2026-10-10 08:30"), rescheduled_fact(FIRST, "2026-10-12 09:00")]
    assert exceptions(*facts) == (put("2026-10-06", "2026-10-12 09:00"),)


def test_several_moves_are_sorted_by_their_slots_among_what_was_planned():
    planned = replace(SERIES, exceptions=(cancelled("2026-12-01"), moved("2027-01-05", "2027-01-07 08:30")))
    facts = [rescheduled_fact(SECOND, "2026-10-01 08:30"), rescheduled_fact(FIRST, "2026-11-30 08:30")]
    assert [str(one.slot_on) for one in exceptions(*facts, planned=planned)] == [
        "2026-10-06",
        "2026-11-03",
        "2026-12-01",
        "2027-01-05",
    ]


@pytest.mark.parametrize(
    "planned", [(), (moved("2026-10-06", "2026-10-08 08:30"),), (cancelled("2026-10-06"),)]
)
def test_a_check_in_that_was_moved_back_to_its_slot_leaves_no_exception(planned):
    facts = [rescheduled_fact(FIRST, "2026-10-10 08:30"), rescheduled_fact(FIRST, "2026-10-06 08:30")]
    assert exceptions(*facts, planned=replace(SERIES, exceptions=planned)) == ()


def test_a_check_in_that_was_cancelled_is_back_where_the_owner_has_put_it():
    planned = replace(SERIES, exceptions=(cancelled("2026-10-06"),))
    assert exceptions(rescheduled_fact(FIRST, "2026-10-10 08:30"), planned=planned) == (
        put("2026-10-06", "2026-10-10 08:30"),
    )


@pytest.mark.parametrize("later", [skipped_fact(FIRST), snoozed_fact("2026-11-20")])
def test_a_check_in_that_was_let_go_or_put_off_after_it_was_moved_stays_as_it_was_planned(later):
    facts = [rescheduled_fact(FIRST, "2026-10-10 08:30"), later]
    planned = replace(SERIES, exceptions=(cancelled("2026-10-06"),))
    assert exceptions(*facts, planned=planned) == planned.exceptions


def test_a_series_has_no_exceptions_beyond_its_end():
    ended = series("2026-10-06", until_on="2026-11-03")
    facts = [rescheduled_fact(FIRST, "2026-10-10 08:30"), rescheduled_fact(SECOND, "2026-11-10 08:30")]
    assert exceptions(*facts, planned=ended) == (put("2026-10-06", "2026-10-10 08:30"),)


@pytest.mark.parametrize("reason", [ENDED, OFF])
def test_what_ended_with_its_series_does_not_come_back(reason):
    gone = Cancelled(slot_on=day("2026-10-06"), reason=reason)
    ended = series("2026-10-06", until_on="2026-11-04", exceptions=[gone])
    assert exceptions(rescheduled_fact(FIRST, "2026-11-20 08:30"), planned=ended) == (gone,)


def test_a_move_is_read_on_the_clock_of_the_series():
    abroad = series("2026-10-06", timezone="America/New_York")
    slot = slot_name(abroad, "2026-10-06")
    assert exceptions(rescheduled_fact(slot, "2026-10-10 01:00"), planned=abroad) == (
        put("2026-10-06", "2026-10-09 19:00"),
    )


@given(
    st.lists(
        st.tuples(st.sampled_from([FIRST, SECOND]), st.integers(-24 * 40, 24 * 40)), min_size=1, max_size=6
    )
)
def test_moves_may_be_applied_again_and_the_latest_is_where_a_check_in_lies(steps):
    goals = {slot: clock(f"{slot.slot_on} 08:30") + timedelta(hours=far) for slot, far in steps}
    facts = [
        rescheduled_fact(slot, str(clock(f"{slot.slot_on} 08:30") + timedelta(hours=far)))
        for slot, far in steps
    ]
    (once,) = with_moves([SERIES], facts, timezone="UTC")
    assert with_moves([once], facts, timezone="UTC") == (once,)
    starts = {slot_on: start for slot_on, start, _ in local_occurrences(once, end_on=day("2027-01-01"))}
    assert {slot: starts[slot.slot_on] for slot in goals} == goals
    assert starts[day("2026-12-01")] == clock("2026-12-01 08:30")


# -- a rhythm -------------------------------------------------------------------------------------

RHYTHM = rhythm_fact(SERIES, "2026-10-10 18:00", "every 6 weeks")  # a Saturday evening
OWNERS_DAYS = frozenset(range(5))


def own(who, rhythm=RHYTHM, *, planned=()):
    known = replace(history(), rhythm=rhythm)
    return with_own_rhythm(who, known, series=planned, weekdays=OWNERS_DAYS)


def test_a_contact_without_a_rhythm_of_the_owners_is_as_the_roster_has_it():
    assert own(contact("Ada"), None) == contact("Ada")


def test_the_owners_rhythm_comes_before_the_cadence_that_the_roster_had_then():
    assert own(contact("Ada", "monthly")).cadence == parse_cadence("every 6 weeks")


def test_it_opens_its_weekday_and_its_hour():
    found = own(contact("Ada")).channel
    assert found.weekdays == OWNERS_DAYS | {5}
    assert found.hours == (hours("08:30-10:00"), hours("18:00-18:45"))


def test_a_channel_with_days_of_its_own_keeps_them_beside():
    walk = channel(weekdays=[1, 3])
    assert own(contact("Ada", channel=walk)).channel.weekdays == {1, 3, 5}


@pytest.mark.parametrize("at", ["08:30", "09:15"])
def test_what_is_open_anyway_stays_as_it_is(at):
    rhythm = rhythm_fact(SERIES, f"2026-10-08 {at}", "every 6 weeks")
    assert own(contact("Ada"), rhythm).channel == contact("Ada").channel


def test_an_hour_over_midnight_opens_none():
    rhythm = rhythm_fact(SERIES, "2026-10-08 23:30", "every 6 weeks")
    assert own(contact("Ada"), rhythm).channel == contact("Ada").channel


@pytest.mark.parametrize(
    ("cadence", "flex_days", "scaled"),
    [
        ("every 6 weeks", 5, 7),
        ("weekly", 5, 1),
        ("yearly", 5, 60),
        ("monthly", 3, 3),
        ("every 6 weeks", 0, 0),
    ],
)
def test_the_tolerance_grows_and_shrinks_with_the_cadence(cadence, flex_days, scaled):
    rhythm = rhythm_fact(SERIES, "2026-10-10 18:00", cadence)
    assert own(contact("Ada", "monthly", flex_days=flex_days), rhythm).flex_days == scaled


def test_the_rhythm_is_over_when_the_roster_has_another_cadence():
    changed = contact("Ada", "quarterly")
    assert own(changed) == changed


def test_the_rhythm_goes_on_when_the_roster_has_its_cadence_now():
    found = own(contact("Ada", "every 6 weeks"))
    assert (found.cadence, found.flex_days) == (parse_cadence("every 6 weeks"), 6)
    assert 5 in found.channel.weekdays


def made_later(cadence, **told):
    return replace(series("2027-01-05", cadence, generation=3), **told)


def test_the_rhythm_stays_over_when_the_roster_had_another_cadence_meanwhile():
    assert own(contact("Ada"), planned=[SERIES, made_later("quarterly")]) == contact("Ada")


@pytest.mark.parametrize(
    "later",
    [
        SERIES,
        made_later("every 6 weeks"),
        made_later("quarterly", until_on=day("2027-01-05")),
        made_later("weekly", city="Lisbon", until_on=day("2027-01-06")),
        made_later("quarterly", contact="bob"),
    ],
)
def test_no_other_series_ends_it(later):
    assert own(contact("Ada"), planned=[later]).cadence == parse_cadence("every 6 weeks")


@given(
    st.sampled_from(CADENCES),
    st.sampled_from(CADENCES),
    st.sampled_from([*CHANNELS, VIDEO, channel(weekdays=[2])]),
    st.integers(0, 24 * 60 * 7),
)
def test_with_own_rhythm_may_be_applied_again(cadence, theirs, how, minutes):
    start = str(clock("2026-10-05 00:00") + timedelta(minutes=minutes))
    rhythm = rhythm_fact(SERIES, start, theirs, roster=cadence)
    once = own(contact("Ada", cadence, channel=how), rhythm)
    assert own(once, rhythm) == once


def test_the_series_of_a_rhythm_takes_the_place_of_another():
    planned = series("2026-10-06", clock_on="2026-09-01", exceptions=[cancelled("2026-11-03")])
    found = own_series(RHYTHM, planned, roster=ROSTER)
    assert found == replace(
        series("2026-10-10", "every 6 weeks", at="18:00", generation=2, clock_on="2026-09-01"),
        reason=plain("your own rhythm, from your calendar"),
    )


def test_the_series_of_a_rhythm_has_no_end_though_the_other_had_one():
    assert own_series(RHYTHM, series(until_on="2026-12-02"), roster=ROSTER).until_on is None


def test_the_hours_of_a_rhythm_are_wall_clock_of_its_zone():
    abroad = series("2026-10-06", timezone="America/New_York")
    found = own_series(rhythm_fact(abroad, "2026-10-10 18:00", "weekly"), abroad, roster=ROSTER)
    assert (found.local_start, found.timezone) == (clock("2026-10-10 18:00"), "America/New_York")
