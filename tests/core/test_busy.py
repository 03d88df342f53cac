"""Busy minutes by day, whose check-ins are ours, and which meetings were with contacts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.busy import (
    FREE,
    MOST_BY_NAME,
    Busy,
    BusyTime,
    Meeting,
    counted_meetings,
    found_meetings,
    held_facts,
    is_own_uid,
    minutes_by_day,
)
from netkeep_sync.core.fact import Dismissed
from netkeep_sync.core.milestone import milestone_uid
from netkeep_sync.core.reconcile import reconcile
from netkeep_sync.core.series import instant, series_uid
from tests.core.builders import (
    BERLIN,
    NOW,
    TODAY,
    clock,
    contact,
    day,
    held_fact,
    missed_fact,
    moment,
    moved,
    passed_fact,
    roster,
    series,
    skipped_fact,
    slot_name,
)

JOHN = contact("John Doe", "quarterly", email="John@example.com", met_on="2026-06-02")
ZOE = contact("Zoë Żak", "quarterly")
PEOPLE = roster(JOHN, ZOE)


def busy_time(start: str, end: str, timezone: str = BERLIN) -> BusyTime:
    return BusyTime(start_at=instant(clock(start), timezone), end_at=instant(clock(end), timezone))


def meeting(title="Coffee with John Doe", on="2026-09-08", *, uid="", emails=(), absent=()) -> Meeting:
    start_at = instant(clock(f"{on} 12:00"), BERLIN)
    return Meeting(
        uid=uid or f"{title} {on}",
        title=title,
        start_at=start_at,
        end_at=start_at + timedelta(hours=1),
        emails=emails,
        absent=absent,
    )


def found(*meetings, of=PEOPLE, facts=(), planned=(), now=NOW):
    """Who was met, and on which days."""
    return [
        (one.contact.key, one.day.isoformat())
        for one in _found(*meetings, of=of, facts=facts, planned=planned, now=now)
    ]


def _found(*meetings, of=PEOPLE, facts=(), planned=(), now=NOW):
    return found_meetings(
        of,
        Busy(meetings=meetings),
        histories=reconcile(of.contacts, facts, today=TODAY, timezone="UTC"),
        facts=facts,
        series=planned,
        now=now,
    )


# -- whose they are -------------------------------------------------------------------------------


def test_our_own_check_ins_are_known_under_every_name_that_calendars_give_them():
    uid = series_uid("r", "john-doe", 1)
    identity = uid.partition("@")[0]
    assert is_own_uid(uid)
    assert is_own_uid(milestone_uid("r", "john-doe", "birthday"))
    assert is_own_uid(f"{identity}@google.com")
    assert is_own_uid(f"{identity}_R20270105T073000@google.com")


@pytest.mark.parametrize(
    "uid", ["", "abc@google.com", f"{'0a' * 20}@google.com", f"{'v' * 41}@google.com", "x netkeep-sync"]
)
def test_events_of_others_are_not_ours(uid):
    assert not is_own_uid(uid)


# -- busy minutes ---------------------------------------------------------------------------------


def minutes(*times, pad=0, timezone=BERLIN, start_on="2026-09-14", end_on="2027-09-14"):
    """Day, first and last busy minute of each day."""
    taken = minutes_by_day(times, timezone=timezone, start_on=day(start_on), end_on=day(end_on), pad=pad)
    return {
        date.fromordinal(ordinal).isoformat(): ((bits & -bits).bit_length() - 1, bits.bit_length() - 1)
        for ordinal, bits in taken.items()
    }


def test_minutes_are_those_of_the_owners_clock():
    assert minutes(busy_time("2026-09-15 09:00", "2026-09-15 09:30")) == {"2026-09-15": (540, 569)}
    assert minutes(busy_time("2026-09-15 09:00", "2026-09-15 09:30"), timezone="Asia/Tokyo") == {
        "2026-09-15": (960, 989)
    }


def test_a_minute_that_is_busy_in_part_is_busy():
    one = BusyTime(start_at=moment("2026-09-15 07:00:30"), end_at=moment("2026-09-15 07:01:01"))
    assert minutes(one) == {"2026-09-15": (540, 541)}


def test_a_time_over_midnight_is_on_both_days():
    assert minutes(busy_time("2026-09-15 23:00", "2026-09-16 01:00")) == {
        "2026-09-15": (1380, 1439),
        "2026-09-16": (0, 59),
    }


def test_a_time_until_midnight_leaves_the_next_day_free():
    assert minutes(busy_time("2026-09-15 23:00", "2026-09-16 00:00")) == {"2026-09-15": (1380, 1439)}


def test_what_lies_near_a_day_is_in_its_pads():
    assert minutes(busy_time("2026-09-15 23:00", "2026-09-15 23:30"), pad=240) == {
        "2026-09-15": (240 + 1380, 240 + 1409),
        "2026-09-16": (180, 209),
    }


def test_only_the_days_asked_for_are_told():
    long = busy_time("2026-09-01 00:00", "2026-09-30 00:00")
    assert list(minutes(long, start_on="2026-09-14", end_on="2026-09-16")) == ["2026-09-14", "2026-09-15"]


def test_times_on_one_day_add_up():
    both = minutes(
        busy_time("2026-09-15 09:00", "2026-09-15 09:30"), busy_time("2026-09-15 11:00", "2026-09-15 11:30")
    )
    assert both == {"2026-09-15": (540, 689)}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # The clock goes from 02:00 to 03:00, and from 03:00 back to 02:00.
        ("2027-03-28 00:30", "2027-03-28 01:30", {"2027-03-28": (90, 209)}),
        ("2026-10-25 00:45", "2026-10-25 01:15", {"2026-10-25": (165, 194)}),
    ],
)
def test_the_clock_may_change_meanwhile(start, end, expected):
    assert minutes(BusyTime(start_at=moment(start), end_at=moment(end))) == expected


@given(
    st.integers(0, 60 * 24 * 400),
    st.integers(1, 60 * 24 * 4),
    st.sampled_from([BERLIN, "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_the_busy_minutes_of_all_days_are_as_many_as_pass_by_the_clock(start, length, timezone):
    start_at = NOW + timedelta(minutes=start)
    one = BusyTime(start_at=start_at, end_at=start_at + timedelta(minutes=length))
    taken = minutes_by_day(
        [one], timezone=timezone, start_on=day("2026-01-01"), end_on=day("2029-01-01"), pad=0
    )
    by_clock = sum(bits.bit_count() for bits in taken.values())
    assert abs(by_clock - length) <= 120  # a change of the clocks or two


# -- with whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title", ["Coffee with John Doe", "john doe/ana", "Lunch: JOHN DOE!", "Call (John Doe, Acme)"]
)
def test_a_full_name_in_the_title_tells_who_was_met(title):
    assert found(meeting(title)) == [("john-doe", "2026-09-08")]


@pytest.mark.parametrize(
    "title", ["", "John", "Doe, John", "John Doering", "Old John Doers", "Call with Johndoe", "Coffee"]
)
def test_less_than_the_full_name_tells_nothing(title):
    assert found(meeting(title)) == []


def test_names_are_read_without_their_accents():
    assert found(meeting("Lunch Zoe Zak")) == [("zoe-zak", "2026-09-08")]


def test_one_word_is_no_full_name():
    assert found(meeting("Training ADA"), of=roster(contact("Ada"))) == []


def test_of_names_inside_one_another_the_longest_is_meant():
    people = roster(JOHN, contact("John Doe Smith"))
    assert found(meeting("Coffee with John Doe Smith"), of=people) == [("john-doe-smith", "2026-09-08")]


def test_a_name_that_two_have_is_nobodys():
    people = roster(contact("Sam Lee", key="sam-1"), contact("Sam Lee", key="sam-2"))
    assert found(meeting("Lunch with Sam Lee"), of=people) == []


def test_an_email_tells_who_was_met_whatever_the_title():
    assert found(meeting("1:1", emails=("john@example.com",))) == [("john-doe", "2026-09-08")]


def test_a_meeting_with_two_contacts_counts_for_each():
    both = meeting("Lunch with Zoë Żak", emails=("john@example.com",))
    assert found(both) == [("john-doe", "2026-09-08"), ("zoe-zak", "2026-09-08")]


def test_the_name_in_the_title_of_a_large_gathering_tells_nothing():
    crowd = tuple(f"{number}@example.com" for number in range(MOST_BY_NAME))
    assert found(meeting(emails=crowd)) == [("john-doe", "2026-09-08")]
    assert found(meeting(emails=crowd, absent=("late@example.com",))) == []
    assert found(meeting(emails=(*crowd, "john@example.com"))) == [("john-doe", "2026-09-08")]


def test_who_declined_was_not_met():
    assert found(meeting(absent=("john@example.com",))) == []


# -- when -----------------------------------------------------------------------------------------


def test_a_meeting_that_is_not_over_is_not_told_of():
    one = meeting(on="2026-09-14")
    assert found(one, now=one.end_at - timedelta(seconds=1)) == []
    assert found(one, now=one.end_at) == [("john-doe", "2026-09-14")]


def test_the_day_is_the_owners():
    late = replace(meeting(), start_at=moment("2026-09-08 22:30"), end_at=moment("2026-09-08 23:00"))
    assert found(late) == [("john-doe", "2026-09-09")]


def test_a_meeting_is_one_a_day_however_many_calendars_show_it():
    assert found(meeting(), meeting(uid="copy"), meeting("Dinner with John Doe")) == [
        ("john-doe", "2026-09-08")
    ]


def test_nothing_is_told_of_before_the_last_meeting_that_is_certain():
    assert found(meeting(on="2026-06-01"), meeting(on="2026-06-02")) == []
    assert found(meeting(on="2026-06-03"), meeting(on="2026-06-10")) == [
        ("john-doe", "2026-06-03"),
        ("john-doe", "2026-06-10"),
    ]


# -- once -----------------------------------------------------------------------------------------

SERIES = series("2026-09-08", "quarterly", contact="john-doe")
ON_TUESDAY = slot_name(SERIES, "2026-09-08")
TRUSTING = replace(PEOPLE, trusts_busy=True)


def test_a_day_that_the_owner_called_held_is_not_told_of_again():
    facts = (held_fact("2026-09-08", who="john-doe"),)
    assert found(meeting(), facts=facts) == []


def test_what_is_presumed_held_that_day_is_not_worth_asking_about_but_is_confirmed_by_trust():
    facts = (passed_fact(ON_TUESDAY, who="john-doe"),)
    assert found(meeting(), facts=facts) == []
    assert found(meeting(), facts=facts, of=TRUSTING) == [("john-doe", "2026-09-08")]


def test_a_check_in_that_waits_for_an_answer_is_answered_by_a_meeting():
    facts = (passed_fact(ON_TUESDAY, who="john-doe", is_presumed=False),)
    assert found(meeting(), facts=facts) == [("john-doe", "2026-09-08")]


@pytest.mark.parametrize("answer", [missed_fact, skipped_fact])
@pytest.mark.parametrize("of", [PEOPLE, TRUSTING])
def test_a_day_whose_check_in_did_not_come_about_is_not_told_of(answer, of):
    facts = (answer(ON_TUESDAY, who="john-doe"),)
    assert found(meeting(), facts=facts, of=of) == []
    assert found(meeting(on="2026-09-09"), facts=facts, of=of) == [("john-doe", "2026-09-09")]


def test_nor_is_the_day_that_the_check_in_was_moved_to():
    exceptions = (moved("2026-06-09", "2026-06-11 08:30"), moved("2026-09-08", "2026-09-10 08:30"))
    planned = replace(SERIES, exceptions=exceptions)
    facts = (missed_fact(ON_TUESDAY, who="john-doe"),)
    assert found(meeting(on="2026-09-10"), facts=facts, planned=(planned,)) == []
    assert found(meeting(on="2026-09-11"), facts=facts, planned=(planned,)) == [("john-doe", "2026-09-11")]


def counted(*meetings, facts=(), planned=(SERIES,)):
    facts = tuple(facts)
    told = _found(*meetings, of=TRUSTING, facts=facts, planned=planned)
    return held_facts(told, facts=facts, series=planned, now=NOW, timezone=BERLIN)


def test_a_trusted_meeting_fulfils_the_check_in_near_it():
    (fact,) = counted(meeting(on="2026-09-10"))
    assert (fact.contact, fact.held_on, fact.slot) == ("john-doe", day("2026-09-10"), ON_TUESDAY)
    assert fact.noted_at == NOW


def test_two_trusted_meetings_do_not_fulfil_the_same_check_in():
    first, second = counted(meeting(on="2026-09-09"), meeting(on="2026-09-10"))
    assert first.slot == ON_TUESDAY
    assert second.slot is None


def test_a_trusted_meeting_is_counted_once_wherever_it_is_moved_later():
    (fact,) = counted(meeting())
    assert counted(meeting(), facts=[fact]) == ()
    assert counted(meeting("Renamed: John Doe", uid=meeting().uid, on="2026-09-11"), facts=[fact]) == ()


def test_a_trusted_meeting_that_the_owner_called_missed_stays_missed():
    (fact,) = counted(meeting(on="2026-09-10"))
    assert counted(meeting(on="2026-09-10"), facts=[fact, missed_fact(ON_TUESDAY, who="john-doe")]) == ()


def test_a_dismissed_meeting_is_not_told_of_again_and_no_longer_counts():
    (fact,) = counted(meeting())
    told = Dismissed(
        contact="john-doe", noted_at=NOW, source="cli", meeting=fact.source, found_on=fact.held_on
    )
    assert counted_meetings((fact,)) == (fact,)
    assert counted_meetings((fact, told, held_fact("2026-09-01"))) == ()
    assert found(meeting(), facts=(told,)) == []
    assert found(meeting(), facts=(fact, told), of=TRUSTING) == []
    held = reconcile([JOHN], (fact, told), today=TODAY, timezone="UTC")["john-doe"].held
    assert held
    assert held.day == JOHN.met_on


def test_what_is_dismissed_for_one_contact_still_is_a_meeting_with_the_other():
    both = meeting("Lunch with Zoë Żak", emails=("john@example.com",))
    told = Dismissed(contact="john-doe", noted_at=NOW, source="cli", meeting=both.source, found_on=TODAY)
    assert found(both, facts=(told,)) == [("zoe-zak", "2026-09-08")]


def test_the_name_of_a_meeting_in_facts_tells_nothing_of_it():
    assert meeting().source.startswith("busy:")
    assert "john" not in meeting().source.casefold()


def test_no_busy_calendar_is_not_the_same_as_one_that_cannot_be_read():
    assert FREE.is_whole
    assert not Busy(failures=("work.ics can't be read",)).is_whole
