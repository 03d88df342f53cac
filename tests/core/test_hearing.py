"""What is seen on a calendar, and what is made of it. Ada's check-ins are on first Tuesdays at 08:30."""

from dataclasses import replace

import pytest

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.contact import Milestone
from netkeep_sync.core.fact import Held, Missed, Noted, Paused, Rescheduled, Resumed, Rhythm, Skipped
from netkeep_sync.core.hearing import hear
from netkeep_sync.core.milestone import milestone_uid
from netkeep_sync.core.observation import Gone, Mark, Seen, SlotSeen, Tail
from netkeep_sync.core.own import with_moves
from netkeep_sync.core.pattern import Pattern
from netkeep_sync.core.reconcile import reconcile
from netkeep_sync.core.series import Rule, instant, series_uid
from tests.core.builders import (
    BERLIN,
    NOW,
    ROSTER,
    TODAY,
    cancelled,
    clock,
    contact,
    day,
    held_fact,
    missed_fact,
    moment,
    moved,
    noted_fact,
    passed_fact,
    paused_fact,
    plain,
    rescheduled_fact,
    resumed_fact,
    roster,
    series,
    skipped_fact,
    slot_name,
)

ADA = contact("Ada", "monthly")
SERIES = series("2026-08-04", "monthly")
PAST, NEXT, LATER = (slot_name(SERIES, on) for on in ("2026-09-01", "2026-10-06", "2026-11-03"))
FIRST_TUESDAYS = "RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU"
EVERY_6_WEEKS = "RRULE:FREQ=WEEKLY;INTERVAL=6;BYDAY=TH"


def hearing(*observations, of=None, planned=(SERIES,), facts=(), now=NOW):
    of = of or roster(ADA)
    return hear(
        observations,
        roster=of,
        series=with_moves(planned, facts, timezone="UTC"),
        histories=reconcile(of.contacts, facts, today=TODAY, timezone="UTC"),
        now=now,
        source="google",
    )


def told(*observations, **known):
    return hearing(*observations, **known).facts


def said(kind, who="ada", **more):
    return kind(contact=who, noted_at=NOW, source="google", **more)


def seen(*slots, of=SERIES, **more):
    return Seen(uid=of.uid, body="now", slots=slots, released="free", cut="ours to end", **more)


def slot_seen(slot, at="", *, planned=SERIES, **more):
    """A slot at a wall clock time, else where its series has it."""
    slot_at = instant(clock(f"{slot.slot_on} {planned.local_time:%H:%M}"), planned.timezone)
    return SlotSeen(slot_at=slot_at, start_at=instant(clock(at), BERLIN) if at else slot_at, **more)


def missing(slot):
    return replace(slot_seen(slot), start_at=None)


def pattern(*recurrence, start="2026-08-04 08:30", minutes=45, timezone=BERLIN):
    return Pattern(
        start_at=instant(clock(start), timezone),
        timezone=timezone,
        minutes=minutes,
        recurrence=recurrence or (FIRST_TUESDAYS,),
    )


# -- no news --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("planned", "seen_at"),
    [
        ((), slot_seen(NEXT)),
        ((moved("2026-10-06", "2026-10-08 09:00"),), slot_seen(NEXT, "2026-10-08 09:00")),
        ((cancelled("2026-10-06"),), missing(NEXT)),
    ],
)
def test_what_stands_as_it_was_planned_is_no_news(planned, seen_at):
    found = hearing(seen(seen_at), planned=[replace(SERIES, exceptions=planned)])
    assert found.facts == found.series == found.deleted == ()
    assert found.bodies == {SERIES.uid: "now"}


def test_what_the_owner_moved_before_is_no_news():
    move = rescheduled_fact(NEXT, "2026-10-08 09:00")
    assert told(seen(slot_seen(NEXT, "2026-10-08 09:00")), facts=[move]) == ()


@pytest.mark.parametrize(
    "theirs",
    [
        pattern(),
        pattern(minutes=90),
        pattern("RRULE:FREQ=MONTHLY;BYDAY=1TU"),
        pattern(start="2026-09-01 08:30"),
        pattern(start="2027-02-02 08:30"),
        pattern(start="2020-01-07 08:30"),
    ],
)
def test_a_series_that_was_changed_in_its_length_or_its_first_day_alone_has_no_rhythm_of_its_own(theirs):
    found = hearing(seen(pattern=theirs))
    assert found.facts == ()
    assert found.bodies == {SERIES.uid: "now"}


def test_what_is_seen_of_whom_the_roster_does_not_know_is_held_and_left_alone():
    gone = seen(missing(NEXT), pattern=pattern("RRULE:FREQ=DAILY"), mark=Mark.DONE, note="Tea.")
    found = hearing(gone, of=roster(contact("Bob")))
    assert (found.facts, found.bodies) == ((), {SERIES.uid: "now"})


def test_what_is_seen_of_a_series_that_is_held_and_not_remembered_is_held_again():
    found = hearing(seen(missing(NEXT)), planned=())
    assert (found.facts, found.bodies) == ((), {SERIES.uid: "now"})


@pytest.mark.parametrize(
    "ghost",
    [
        SlotSeen(slot_at=moment("2026-10-07 06:30"), start_at=None),
        SlotSeen(slot_at=moment("2026-10-06 06:00"), start_at=None),
        SlotSeen(slot_at=moment("2026-07-07 06:30"), start_at=None),
        SlotSeen(slot_at=moment("2026-10-06 06:00"), start_at=moment("2026-10-09 06:00"), note="Tea."),
    ],
)
def test_what_is_left_of_another_rhythm_is_no_occurrence(ghost):
    assert told(seen(ghost)) == ()


def test_no_occurrence_lies_beyond_the_end_of_a_series():
    ended = series("2026-08-04", until_on="2026-10-07")
    assert told(seen(missing(LATER)), planned=[ended]) == ()


# -- one occurrence -------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", [PAST, NEXT])
@pytest.mark.parametrize("to", ["2026-10-10 22:15", "2026-09-11 07:00"])
def test_an_occurrence_that_is_elsewhere_was_moved(slot, to):
    assert told(seen(slot_seen(slot, to))) == (
        said(Rescheduled, slot=slot, start_at=instant(clock(to), BERLIN)),
    )


def test_an_occurrence_that_we_had_moved_and_that_is_at_its_slot_was_moved_back():
    planned = series("2026-08-04", exceptions=[moved("2026-10-06", "2026-10-08 09:00")])
    assert told(seen(slot_seen(NEXT)), planned=[planned]) == (
        said(Rescheduled, slot=NEXT, start_at=moment("2026-10-06 06:30")),
    )


def test_each_occurrence_is_read_for_itself():
    kinds = [type(fact) for fact in told(seen(missing(NEXT), slot_seen(LATER, "2026-11-05 09:00")))]
    assert kinds == [Skipped, Rescheduled]


@pytest.mark.parametrize("slot", [PAST, NEXT])
def test_an_occurrence_that_is_missing_is_skipped(slot):
    assert told(seen(missing(slot)), facts=[passed_fact(PAST)]) == (said(Skipped, slot=slot),)


@pytest.mark.parametrize("fact", [skipped_fact(NEXT), held_fact("2026-09-14", slot=NEXT)])
def test_an_occurrence_that_is_missing_since_it_was_let_go_or_held_is_no_news(fact):
    assert told(seen(missing(NEXT)), facts=[fact]) == ()


@pytest.mark.parametrize("facts", [[], [skipped_fact(NEXT)]])
@pytest.mark.parametrize("to", ["", "2026-10-08 09:00"])
def test_an_occurrence_that_was_cancelled_and_is_there_was_brought_back(facts, to):
    planned = series("2026-08-04", exceptions=[cancelled("2026-10-06")])
    (fact,) = told(seen(slot_seen(NEXT, to)), planned=[planned], facts=facts)
    assert fact == said(Rescheduled, slot=NEXT, start_at=instant(clock(to or "2026-10-06 08:30"), BERLIN))


def test_an_occurrence_that_was_moved_deleted_and_brought_back_is_on_again():
    planned = series("2026-08-04", exceptions=[cancelled("2026-10-06")])
    facts = [rescheduled_fact(NEXT, "2026-10-08 09:00"), skipped_fact(NEXT)]
    (fact,) = told(seen(slot_seen(NEXT, "2026-10-08 09:00")), planned=[planned], facts=facts)
    assert fact == said(Rescheduled, slot=NEXT, start_at=moment("2026-10-08 07:00"))


def test_an_occurrence_that_was_cancelled_for_a_meeting_on_another_day_stays_held():
    planned = series("2026-08-04", exceptions=[cancelled("2026-10-06")])
    facts = [held_fact("2026-09-14", slot=NEXT)]
    assert told(seen(slot_seen(NEXT)), planned=[planned], facts=facts) == ()


def test_an_occurrence_that_is_held_for_sure_may_still_be_moved():
    facts = [held_fact("2026-09-01", slot=PAST)]
    (fact,) = told(seen(slot_seen(PAST, "2026-09-03 09:00")), facts=facts)
    assert isinstance(fact, Rescheduled)


def test_a_check_in_that_was_declined_is_skipped():
    assert told(seen(slot_seen(NEXT, is_declined=True))) == (said(Skipped, slot=NEXT, note="declined"),)


def test_a_check_in_that_was_declined_elsewhere_is_not_moved():
    found = told(seen(slot_seen(NEXT, "2026-10-08 09:00", is_declined=True)))
    assert found == (said(Skipped, slot=NEXT, note="declined"),)


def test_a_check_in_that_was_declined_stays_away_when_it_is_seen_again():
    planned = series("2026-08-04", exceptions=[cancelled("2026-10-06")])
    again = seen(slot_seen(NEXT, is_declined=True))
    assert told(again, planned=[planned], facts=[skipped_fact(NEXT)]) == ()


def test_a_check_in_that_was_declined_and_is_ticked_was_held_all_the_same():
    (fact,) = told(seen(slot_seen(PAST, is_declined=True, mark=Mark.DONE)))
    assert fact == said(Held, slot=PAST, held_on=day("2026-09-01"))


# -- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "known", [[], [passed_fact(PAST)], [skipped_fact(PAST)], [missed_fact(PAST)]], ids=str
)
def test_a_tick_on_a_check_in_is_held_on_its_day(known):
    assert told(seen(slot_seen(PAST, mark=Mark.DONE)), facts=known) == (
        said(Held, slot=PAST, held_on=day("2026-09-01")),
    )


def test_a_tick_on_a_check_in_that_was_moved_is_held_where_it_was_moved_to():
    found = told(seen(slot_seen(PAST, "2026-09-03 18:00", mark=Mark.DONE)))
    assert found == (
        said(Rescheduled, slot=PAST, start_at=moment("2026-09-03 16:00")),
        said(Held, slot=PAST, held_on=day("2026-09-03")),
    )


def test_a_tick_on_a_check_in_ahead_is_held_today():
    assert told(seen(slot_seen(NEXT, mark=Mark.DONE))) == (said(Held, slot=NEXT, held_on=TODAY),)


def test_a_tick_on_what_was_skipped_and_brought_back_is_held():
    planned = series("2026-08-04", exceptions=[cancelled("2026-10-06")])
    found = told(seen(slot_seen(NEXT, mark=Mark.DONE)), planned=[planned], facts=[skipped_fact(NEXT)])
    assert [type(fact) for fact in found] == [Rescheduled, Held]


def test_a_tick_is_told_once():
    assert told(seen(slot_seen(PAST, mark=Mark.DONE)), facts=[held_fact("2026-09-02", slot=PAST)]) == ()


@pytest.mark.parametrize("known", [[], [passed_fact(PAST)], [held_fact("2026-09-01", slot=PAST)]], ids=str)
def test_a_cross_on_a_check_in_is_missed(known):
    assert told(seen(slot_seen(PAST, mark=Mark.FAILED)), facts=known) == (said(Missed, slot=PAST),)


def test_a_cross_is_told_once():
    assert told(seen(slot_seen(PAST, mark=Mark.FAILED)), facts=[missed_fact(PAST)]) == ()


def test_a_cross_is_told_again_when_its_check_in_was_moved():
    found = told(seen(slot_seen(PAST, "2026-09-03 18:00", mark=Mark.FAILED)), facts=[missed_fact(PAST)])
    assert [type(fact) for fact in found] == [Rescheduled, Missed]


@pytest.mark.parametrize("at", ["", "2026-10-08 09:00"])
def test_a_cross_on_a_check_in_ahead_lets_it_go(at):
    assert told(seen(slot_seen(NEXT, at, mark=Mark.FAILED))) == (said(Skipped, slot=NEXT),)


def test_a_check_in_that_was_crossed_out_stays_away_when_it_is_seen_again():
    planned = series("2026-08-04", exceptions=[cancelled("2026-10-06")])
    again = seen(slot_seen(NEXT, mark=Mark.FAILED))
    assert told(again, planned=[planned], facts=[skipped_fact(NEXT)]) == ()


def test_a_mark_on_a_whole_series_is_that_of_the_latest_check_in():
    assert told(seen(mark=Mark.DONE)) == (said(Held, slot=PAST, held_on=day("2026-09-01")),)
    assert told(seen(mark=Mark.FAILED)) == (said(Missed, slot=PAST),)


def test_the_latest_check_in_is_the_one_that_was_moved_there():
    planned = series("2026-08-04", exceptions=[moved("2026-08-04", "2026-09-10 08:30")])
    (fact,) = told(seen(mark=Mark.DONE), planned=[planned])
    assert fact == said(Held, slot=slot_name(SERIES, "2026-08-04"), held_on=day("2026-09-10"))


def test_a_mark_on_a_series_that_has_not_begun_is_of_its_first_check_in():
    ahead = series("2026-10-06")
    first = slot_name(ahead, "2026-10-06")
    assert told(seen(of=ahead, mark=Mark.DONE), planned=[ahead]) == (said(Held, slot=first, held_on=TODAY),)
    assert told(seen(of=ahead, mark=Mark.FAILED), planned=[ahead]) == (said(Skipped, slot=first),)


# -- notes ----------------------------------------------------------------------------------------


def test_what_the_owner_wrote_to_a_check_in_is_noted():
    assert told(seen(slot_seen(NEXT, note="Tea."))) == (said(Noted, slot=NEXT, note="Tea."),)


def test_what_was_noted_is_noted_once_and_again_in_other_words():
    facts = [noted_fact(NEXT, "Tea.")]
    assert told(seen(slot_seen(NEXT, note="Tea.")), facts=facts) == ()
    assert told(seen(slot_seen(NEXT, note="Cake.")), facts=facts) == (said(Noted, slot=NEXT, note="Cake."),)


def test_what_the_owner_wrote_to_a_whole_series_is_noted_of_the_latest_check_in():
    assert told(seen(note="Tea.")) == (said(Noted, slot=PAST, note="Tea."),)


def test_what_the_owner_wrote_to_a_series_that_has_not_begun_is_noted_of_its_first_check_in():
    ahead = series("2028-10-03")
    assert told(seen(of=ahead, note="Tea."), planned=[ahead]) == (
        said(Noted, slot=slot_name(ahead, "2028-10-03"), note="Tea."),
    )


def test_what_the_owner_wrote_to_a_series_without_occurrences_is_nobodys_note():
    over = series("2026-10-06", until_on="2026-10-06")
    assert told(seen(of=over, note="Tea."), planned=[over]) == ()


def test_a_note_of_somebody_whose_history_is_not_known_is_noted():
    of = roster(ADA)
    found = hear(
        [seen(slot_seen(NEXT, note="Tea."))],
        roster=of,
        series=[SERIES],
        histories={},
        now=NOW,
        source="google",
    )
    assert [type(fact) for fact in found.facts] == [Noted]


# -- the rhythm of a series -----------------------------------------------------------------------


def rhythm(start, rule, *, from_on, generation=2, of=SERIES, instead_of="monthly", noted_at=NOW):
    return Rhythm(
        contact=of.contact,
        noted_at=noted_at,
        source="google",
        uid=of.uid,
        generation=generation,
        from_on=day(from_on),
        start_at=instant(clock(start), of.timezone),
        timezone=of.timezone,
        rule=Rule.parse(rule.partition(":")[2]),
        instead_of=parse_cadence(instead_of),
    )


def uid(generation):
    return series_uid(ROSTER, "ada", generation)


@pytest.mark.parametrize(
    ("theirs", "first"),
    [
        (pattern(start="2026-08-04 18:00"), "2026-10-06 18:00"),
        (pattern("RRULE:FREQ=MONTHLY;BYDAY=2TU", start="2026-08-11 08:30"), "2026-10-13 08:30"),
        (pattern(EVERY_6_WEEKS, start="2026-08-06 08:30"), "2026-09-17 08:30"),
        (pattern(EVERY_6_WEEKS, start="2026-12-31 08:30"), "2026-12-31 08:30"),
        (pattern("RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU"), "2026-11-03 08:30"),
    ],
)
def test_a_series_with_other_times_has_a_rhythm_of_the_owners(theirs, first):
    found = hearing(seen(pattern=theirs))
    expected = rhythm(first, theirs.recurrence[0], from_on="2026-09-14")
    assert found.facts == (expected,)
    assert found.bodies == {SERIES.uid: "free", uid(2): "now"}
    (own,) = found.series
    assert (own.uid, own.local_start, own.rule) == (uid(2), clock(first), expected.rule)


def test_the_same_rule_in_other_months_is_another_rhythm():
    quarterly = series("2026-08-04", "quarterly")
    theirs = pattern("RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU", start="2026-09-01 08:30")
    (fact,) = told(seen(of=quarterly, pattern=theirs), planned=[quarterly])
    assert (type(fact), fact.start_at) == (Rhythm, moment("2026-12-01 07:30"))


def test_a_check_in_of_today_that_is_not_over_yet_begins_a_rhythm_and_one_that_has_begun_does_not():
    rule = "RRULE:FREQ=WEEKLY;BYDAY=MO"
    (ahead,) = told(seen(pattern=pattern(rule, start="2026-09-14 18:00")))
    (begun,) = told(seen(pattern=pattern(rule, start="2026-09-14 08:59")))
    assert ahead.start_at == moment("2026-09-14 16:00")
    assert begun.start_at == moment("2026-09-21 06:59")


def test_a_rhythm_told_on_a_clock_where_it_is_another_day_is_on_the_day_here():
    theirs = pattern(
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", start="2026-10-05 23:30", timezone="America/New_York"
    )
    (fact,) = told(seen(pattern=theirs))
    assert str(fact.rule) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    assert fact.start_at == moment("2026-10-06 03:30")


def test_the_generation_of_a_rhythm_comes_after_all_series_of_the_contact():
    visit = replace(series("2026-10-20", until_on="2026-10-21", generation=4), city="Lisbon")
    other = series(contact="bob", generation=9)
    (fact,) = told(seen(pattern=pattern(EVERY_6_WEEKS)), planned=[SERIES, visit, other])
    assert fact.generation == 5


def test_occurrences_that_were_moved_after_all_of_a_series_was_are_those_of_the_new_rhythm():
    theirs = pattern(start="2026-08-04 18:00")
    moved_too = SlotSeen(slot_at=moment("2026-10-06 16:00"), start_at=moment("2026-10-08 16:00"))
    found = hearing(seen(missing(LATER), moved_too, pattern=theirs))
    slot = replace(NEXT, uid=uid(2))
    assert found.facts[1:] == (said(Rescheduled, slot=slot, start_at=moment("2026-10-08 16:00")),)


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        (["RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TU"], "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TU"),
        (["RRULE:FREQ=MONTHLY;BYMONTHDAY=6"], "RRULE:FREQ=MONTHLY;BYMONTHDAY=6"),
        (["RRULE:FREQ=WEEKLY;BYDAY=TU,TH"], "RRULE:FREQ=WEEKLY;BYDAY=TU,TH"),
        (["EXDATE:20261006T063000Z"], "EXDATE:20261006T063000Z"),
    ],
)
def test_a_rule_that_can_not_be_followed_is_a_pause_that_names_it(rules, named):
    found = hearing(seen(pattern=pattern(*rules)))
    note = f"its rhythm on your calendar is none that can be followed: {named}"
    assert found.facts == (said(Paused, note=note),)
    assert found.deleted == (SERIES.uid,)
    assert found.bodies == {SERIES.uid: "now"}


def test_a_series_that_is_not_repeated_any_more_is_paused():
    (fact,) = told(seen(pattern=replace(pattern(), recurrence=())))
    assert fact.note.endswith("none that can be followed: it is not repeated")


UNTIL = f"{FIRST_TUESDAYS};UNTIL=20261102T225959Z"


@pytest.mark.parametrize(
    ("start", "from_on"), [("2026-08-04 08:30", day("2026-11-03")), ("2026-08-04 09:30", None)]
)
def test_a_series_that_was_cut_off_without_another_part_is_paused_from_there_on(start, from_on):
    found = hearing(seen(pattern=pattern(UNTIL, start=start)))
    assert (found.facts, found.deleted) == (
        (said(Paused, note="you deleted it on your calendar", from_on=from_on),),
        (SERIES.uid,),
    )


def test_what_looked_cut_off_and_goes_on_in_a_rhythm_that_can_not_be_followed_is_told_again():
    ended = series("2026-08-04", until_on="2026-10-07")
    follows = tail("RRULE:FREQ=DAILY", start="2026-11-05 08:30")
    known = paused_fact(note="you deleted it on your calendar")
    (fact,) = told(follows, planned=[ended], facts=[known])
    assert fact.note.endswith("none that can be followed: RRULE:FREQ=DAILY")
    assert told(follows, planned=[ended], facts=[known, fact]) == ()
    assert told(gone(), facts=[fact]) == ()


def tail(*recurrence, start, of=SERIES, slots=(), **more):
    return Tail(of=of.uid, body="tail", pattern=pattern(*recurrence, start=start, **more), slots=tuple(slots))


def test_a_series_that_was_cut_off_with_another_part_has_the_rhythm_of_that():
    found = hearing(seen(pattern=pattern(UNTIL)), tail(start="2026-11-03 18:00"))
    assert found.facts == (rhythm("2026-11-03 18:00", FIRST_TUESDAYS, from_on="2026-11-03"),)
    assert found.bodies == {SERIES.uid: "ours to end", uid(2): "tail"}
    assert [one.local_start for one in found.series] == [clock("2026-11-03 18:00")]
    assert found.deleted == ()


@pytest.mark.parametrize(
    ("until", "from_on"),
    [
        ("20261102T225959Z", "2026-11-03"),
        ("20261103T072959Z", "2026-11-03"),
        ("20261103T073000Z", "2026-11-04"),
        ("20261102", "2026-11-03"),
        ("20261103", "2026-11-04"),
    ],
)
@pytest.mark.parametrize("start", ["2026-11-05 08:30", "2026-12-24 08:30", "2026-10-22 08:30"])
def test_what_started_before_the_cut_stays(until, from_on, start):
    cut = pattern(f"{FIRST_TUESDAYS};UNTIL={until}")
    (fact,) = told(seen(pattern=cut), tail(EVERY_6_WEEKS, start=start))
    assert fact == rhythm(start, EVERY_6_WEEKS, from_on=from_on)


def test_a_second_part_whose_first_part_is_no_news_begins_with_its_first_check_in():
    assert told(tail(EVERY_6_WEEKS, start="2026-11-05 08:30")) == (
        rhythm("2026-11-05 08:30", EVERY_6_WEEKS, from_on="2026-11-05"),
    )


@pytest.mark.parametrize(
    ("slot", "at", "start"),
    [
        ("2026-08-06", "2026-09-20 10:00", "2026-08-06 08:30"),
        ("2026-08-06", "2026-09-01 10:00", "2026-09-17 08:30"),
        ("2026-08-07", "2026-09-20 10:00", "2026-09-17 08:30"),
        ("2026-06-25", "2026-09-20 10:00", "2026-09-17 08:30"),
    ],
    ids=["put off", "over", "none of its days", "from before it"],
)
def test_a_rhythm_that_is_heard_late_begins_with_the_first_check_in_that_is_still_ahead(slot, at, start):
    slot_at = instant(clock(f"{slot} 08:30"), BERLIN)
    elsewhere = SlotSeen(slot_at=slot_at, start_at=instant(clock(at), BERLIN))
    fact, *_ = told(tail(EVERY_6_WEEKS, start="2026-08-06 08:30", slots=[elsewhere]))
    assert fact == rhythm(start, EVERY_6_WEEKS, from_on="2026-08-06")


def test_the_occurrences_of_a_second_part_are_read_too():
    away = SlotSeen(slot_at=moment("2026-12-01 17:00"), start_at=None)
    found = told(seen(pattern=pattern(UNTIL)), tail(start="2026-11-03 18:00", slots=[away]))
    assert found[1:] == (said(Skipped, slot=slot_name(replace(SERIES, uid=uid(2)), "2026-12-01")),)


def test_a_second_part_that_can_not_be_followed_is_a_pause_that_names_it():
    found = hearing(seen(pattern=pattern(UNTIL)), tail("RRULE:FREQ=DAILY", start="2026-11-05 08:30"))
    assert [type(fact) for fact in found.facts] == [Paused]
    assert "RRULE:FREQ=DAILY" in found.facts[0].note


def test_a_second_part_that_was_cut_off_is_followed_to_its_end_where_a_pause_begins():
    cut = tail(f"{EVERY_6_WEEKS};UNTIL=20270101T000000Z", start="2026-11-05 08:30")
    found = hearing(seen(pattern=pattern(UNTIL)), cut)
    end_on = day("2026-12-18")
    assert found.facts == (
        rhythm("2026-11-05 08:30", EVERY_6_WEEKS, from_on="2026-11-03"),
        said(Paused, note="you deleted it on your calendar", from_on=end_on),
    )
    assert [(one.generation, one.until_on) for one in found.series] == [(2, end_on)]


def test_a_second_part_of_a_series_of_nobodys_is_left_alone():
    assert hearing(tail(start="2026-11-03 18:00"), of=roster(contact("Bob")), planned=()).facts == ()


@pytest.mark.parametrize("first", [[], [Gone(uid=SERIES.uid, body="gone", is_known=False)]])
def test_a_second_part_that_is_all_that_is_left_after_the_database_was_lost_is_the_rhythm(first):
    found = hearing(*first, tail(start="2026-11-03 18:00"), planned=())
    assert found.facts == (rhythm("2026-11-03 18:00", FIRST_TUESDAYS, from_on=str(TODAY)),)
    assert found.bodies[uid(2)] == "tail"
    assert [(one.generation, one.until_on) for one in found.series] == [(1, TODAY), (2, None)]


def test_of_a_series_that_was_split_twice_the_last_part_is_the_rhythm_and_the_one_between_has_an_end():
    between = tail(f"{FIRST_TUESDAYS};UNTIL=20261130T225959Z", start="2026-11-03 18:00")
    last = replace(tail(start="2026-12-01 19:00"), body="last")
    for order in ((between, last), (last, between)):
        found = hearing(seen(pattern=pattern(UNTIL)), *order)
        assert [fact.start_at for fact in found.facts] == [
            moment("2026-11-03 17:00"),
            moment("2026-12-01 18:00"),
        ]
        assert {one.generation: one.until_on for one in found.series} == {
            1: day("2026-10-07"),
            2: day("2026-11-04"),
            3: None,
        }
        assert found.bodies == {SERIES.uid: "ours to end", uid(2): "tail", uid(3): "last"}


def test_a_part_of_a_part_is_one_of_the_series_that_lives():
    ended = series("2026-08-04", until_on="2026-10-07")
    living = series("2026-11-03", at="18:00", generation=2)
    visit = replace(series("2026-10-20", generation=3), city="Lisbon")
    bob = series(contact="bob")
    (fact,) = told(tail(start="2026-12-03 18:00"), planned=[visit, bob, ended, living])
    assert (fact.uid, fact.generation) == (living.uid, 4)


# -- a series that we have ended ------------------------------------------------------------------

ENDED = series("2026-08-04", until_on="2026-11-04")


def test_the_last_check_ins_of_a_series_that_has_ended_may_be_moved_and_deleted():
    found = told(seen(slot_seen(NEXT, "2026-10-08 09:00"), missing(LATER)), planned=[ENDED])
    assert [type(fact) for fact in found] == [Rescheduled, Skipped]


@pytest.mark.parametrize(
    ("at", "is_taken_away"),
    [("2026-12-03 09:00", True), ("2026-08-03 09:00", False), ("", True)],
    ids=["ahead", "over", "where it was"],
)
def test_what_the_owner_moved_just_as_its_series_ended_is_taken_away(at, is_taken_away):
    beyond = slot_seen(slot_name(SERIES, "2026-12-01"), at)
    found = hearing(seen(beyond), planned=[ENDED])
    assert found.off == ({SERIES.uid} if is_taken_away else set())
    assert found.facts == ()


def test_what_is_left_over_of_whom_the_roster_does_not_know_is_taken_away_too():
    beyond = slot_seen(slot_name(SERIES, "2026-12-01"))
    assert hearing(seen(beyond), planned=[ENDED], of=roster(contact("Bob"))).off == {SERIES.uid}


def test_what_the_owner_deleted_beyond_the_end_is_left_alone():
    found = hearing(seen(missing(slot_name(SERIES, "2026-12-01"))), planned=[ENDED])
    assert (found.off, found.facts) == (set(), ())


@pytest.mark.parametrize(
    ("until", "skipped"),
    [
        ("20261103T073000Z", []),
        ("20261103T072959Z", [LATER]),
        ("20261005T220000Z", [NEXT, LATER]),
    ],
)
def test_what_was_cut_off_of_a_series_that_has_ended_is_skipped(until, skipped):
    found = hearing(seen(pattern=pattern(f"{FIRST_TUESDAYS};UNTIL={until}")), planned=[ENDED])
    assert found.facts == tuple(said(Skipped, slot=slot) for slot in skipped)
    assert found.deleted == ()


def test_what_is_left_of_a_series_that_has_ended_may_be_moved_as_a_whole():
    later = pattern(f"{FIRST_TUESDAYS};UNTIL=20261103T093000Z", start="2026-08-04 10:30")
    assert told(seen(pattern=later), planned=[ENDED]) == (
        said(Rescheduled, slot=NEXT, start_at=moment("2026-10-06 08:30")),
        said(Rescheduled, slot=LATER, start_at=moment("2026-11-03 09:30")),
    )


def test_what_was_moved_by_itself_stays_there_when_its_series_has_ended():
    ended = replace(ENDED, exceptions=(moved("2026-10-06", "2026-10-08 09:00"),))
    there = seen(
        slot_seen(NEXT, "2026-10-08 09:00"), pattern=pattern(f"{FIRST_TUESDAYS};UNTIL=20261103T073000Z")
    )
    assert told(there, planned=[ended], facts=[rescheduled_fact(NEXT, "2026-10-08 09:00")]) == ()


@pytest.mark.parametrize("rule", [FIRST_TUESDAYS, EVERY_6_WEEKS])
def test_a_series_that_had_ended_and_goes_on_again_has_the_rhythm_that_is_wanted_now(rule):
    living = series("2026-11-03", at="18:00", generation=2)
    (fact,) = told(seen(pattern=pattern(rule, start="2026-08-04 18:00")), planned=[ENDED, living])
    assert (type(fact), fact.generation) == (Rhythm, 3)


def test_a_series_that_has_ended_has_no_rhythm_that_cant_be_followed():
    assert told(seen(pattern=pattern("RRULE:FREQ=DAILY", start="2026-08-04 18:00")), planned=[ENDED]) == ()


def test_a_series_of_one_check_in_is_where_it_begins():
    visit = replace(series("2026-10-20", until_on="2026-10-21"), city="Lisbon")
    slot = slot_name(visit, "2026-10-20")
    there = seen(of=visit, pattern=pattern(start="2026-10-21 09:30"))
    assert told(there, planned=[visit]) == (
        said(Rescheduled, slot=slot, start_at=moment("2026-10-21 07:30")),
    )


def test_a_series_that_was_called_off_is_nowhere():
    off = series("2026-10-20", until_on="2026-10-20")
    assert told(seen(of=off, pattern=pattern(start="2026-10-21 09:30")), planned=[off]) == ()


# -- a series that is gone ------------------------------------------------------------------------


def gone(of=SERIES):
    return Gone(uid=of.uid, body="gone")


def test_a_series_that_was_deleted_is_paused():
    found = hearing(gone())
    assert found.facts == (said(Paused, note="you deleted it on your calendar"),)
    assert (found.deleted, found.bodies) == ((SERIES.uid,), {SERIES.uid: "gone"})


def test_a_series_of_somebody_who_is_paused_is_no_news_when_it_is_deleted():
    found = hearing(gone(), facts=[paused_fact()])
    assert (found.facts, found.deleted) == ((), (SERIES.uid,))


def test_a_series_of_somebody_who_goes_on_again_is():
    assert len(told(gone(), facts=[paused_fact(), resumed_fact()])) == 1


def test_somebody_with_two_series_is_paused_once():
    other = series("2026-10-20", generation=2)
    found = hearing(gone(), gone(other), planned=[SERIES, other])
    assert [type(fact) for fact in found.facts] == [Paused]
    assert found.deleted == (other.uid,)
    assert [(one.uid, one.until_on) for one in found.series] == [(SERIES.uid, day("2026-09-02"))]


def test_what_was_left_of_a_series_that_has_ended_is_skipped_when_it_is_deleted():
    planned = replace(ENDED, exceptions=(moved("2026-09-01", "2026-09-20 08:30"),))
    found = hearing(gone(), planned=[planned])
    assert found.facts == tuple(said(Skipped, slot=slot) for slot in (PAST, NEXT, LATER))
    assert found.deleted == ()


@pytest.mark.parametrize("known", [{"planned": ()}, {"of": roster(contact("Bob"))}])
def test_what_is_gone_and_nobody_knows_is_held_as_gone(known):
    found = hearing(gone(), **known)
    assert (found.facts, found.bodies) == ((), {SERIES.uid: "gone"})


# -- what nothing is remembered of ----------------------------------------------------------------


def unknown(*slots, generation=1, who="ada", theirs=None, is_own=False, **more):
    return Seen(
        uid=series_uid(ROSTER, who, generation),
        body="now",
        is_known=False,
        pattern=theirs or pattern(),
        is_own_pattern=is_own,
        slots=slots,
        released="free",
        **more,
    )


@pytest.mark.parametrize("generation", [1, 7, 400])
def test_a_series_that_nothing_is_remembered_of_is_found_by_its_name(generation):
    found = hearing(unknown(generation=generation), planned=())
    expected = replace(series("2026-08-04", generation=generation), reason=plain("found on your calendar"))
    expected = replace(expected, summary="Coffee with Ada", clock_on=day("2026-09-01"))
    assert (found.series, found.facts) == ((expected,), ())
    assert found.bodies == {expected.uid: "now"}


@pytest.mark.parametrize(
    ("start", "clock_on"), [("2026-08-04 08:30", "2026-09-01"), ("2026-10-06 08:30", "2026-08-20")]
)
def test_a_series_that_is_found_counts_from_the_latest_meeting_that_will_be_known(start, clock_on):
    of = roster(contact("Ada", "monthly", met_on="2026-08-20"))
    (found,) = hearing(unknown(theirs=pattern(start=start)), planned=(), of=of).series
    assert found.clock_on == day(clock_on)


def test_each_of_several_series_is_found():
    bob = unknown(who="bob", generation=2, theirs=pattern(start="2026-10-06 10:00"))
    found = hearing(unknown(), bob, planned=(), of=roster(ADA, contact("Bob")))
    assert {(one.contact, one.generation) for one in found.series} == {("ada", 1), ("bob", 2)}


def test_a_series_that_is_found_has_its_end():
    for until, until_on in (("20261103T073000Z", "2026-11-04"), ("20261103T072959Z", "2026-11-03")):
        theirs = pattern(f"{FIRST_TUESDAYS};UNTIL={until}")
        found = hearing(unknown(theirs=theirs, is_own=True), planned=())
        assert (found.series[0].until_on, found.facts) == (day(until_on), ())


def test_what_we_had_moved_in_a_series_that_is_found_is_no_news_and_what_the_owner_moved_is():
    ours = slot_seen(NEXT, "2026-10-08 09:00", is_ours=True)
    theirs = slot_seen(LATER, "2026-11-10 09:00")
    lost = replace(missing(slot_name(SERIES, "2026-12-01")), is_ours=True)
    found = hearing(unknown(theirs, ours, lost), planned=())
    assert [(one.slot_on, one.local_start) for one in found.series[0].exceptions] == [
        (day("2026-10-06"), clock("2026-10-08 09:00"))
    ]
    assert [type(fact) for fact in found.facts] == [Rescheduled, Skipped]


def test_a_series_that_is_found_with_another_cadence_than_the_rosters_has_the_owners_rhythm():
    found = hearing(unknown(theirs=pattern(EVERY_6_WEEKS, start="2026-08-06 08:30")), planned=())
    assert found.facts == (rhythm("2026-09-17 08:30", EVERY_6_WEEKS, from_on="2026-09-14", generation=1),)
    assert [one.generation for one in found.series] == [1]


def test_a_series_that_is_found_as_the_owner_changed_it_has_their_rhythm():
    found = hearing(unknown(generation=3, theirs=pattern(start="2026-08-04 18:00"), is_own=True), planned=())
    assert found.facts == (
        replace(rhythm("2026-10-06 18:00", FIRST_TUESDAYS, from_on="2026-09-14", generation=3), uid=uid(3)),
    )
    assert [one.local_start for one in found.series] == [clock("2026-08-04 18:00")]


def test_somebody_whose_series_is_found_with_a_rule_that_can_not_be_followed_is_paused():
    there = unknown(theirs=pattern("RRULE:FREQ=DAILY"))
    found = hearing(there, planned=())
    assert [type(fact) for fact in found.facts] == [Paused]
    assert [(one.uid, one.until_on) for one in found.series] == [(uid(1), TODAY)]
    assert told(there, planned=(), facts=[paused_fact()]) == ()


def test_a_rule_that_can_not_be_followed_is_no_pause_where_a_later_series_lives():
    found = hearing(unknown(theirs=pattern("RRULE:FREQ=DAILY")), unknown(generation=2), planned=())
    assert found.facts == ()
    assert [(one.generation, one.until_on) for one in found.series] == [(1, TODAY), (2, None)]


def test_what_nobodys_name_fits_is_left_alone():
    found = hearing(unknown(who="zoe"), unknown(generation=401), planned=())
    assert found.facts == found.series == ()
    assert found.bodies == {}


def test_a_series_of_whole_days_is_left_to_the_owner_and_its_contact_paused():
    found = hearing(seen(is_of_days=True))
    (fact,) = found.facts
    assert fact.note.endswith("none that can be followed: it is of whole days")
    assert (found.deleted, found.bodies) == ((SERIES.uid,), {SERIES.uid: "now"})
    assert told(seen(is_of_days=True), planned=[ENDED]) == ()


def test_a_series_of_whole_days_that_is_not_held_any_more_is_left_alone():
    found = hearing(replace(unknown(), pattern=None))
    assert (found.facts, found.series, found.bodies) == ((), (), {})


def test_a_series_of_whole_days_is_found_as_one_that_can_not_be_followed():
    found = hearing(replace(unknown(), pattern=None), planned=())
    assert [type(fact) for fact in found.facts] == [Paused]
    assert [(one.uid, one.until_on) for one in found.series] == [(uid(1), TODAY)]
    assert found.bodies == {}


def test_a_series_that_is_remembered_is_not_found_again():
    found = hearing(unknown(missing(NEXT)))
    assert (found.series, found.facts) == ((), (said(Skipped, slot=NEXT),))
    assert found.bodies == {SERIES.uid: "now"}


def test_a_series_that_is_remembered_and_was_not_held_may_have_a_rhythm_of_the_owners():
    found = hearing(unknown(theirs=pattern(start="2026-08-04 18:00"), is_own=True))
    assert [type(fact) for fact in found.facts] == [Rhythm]
    assert found.bodies == {SERIES.uid: "free", uid(2): "now"}


def test_the_parts_of_a_series_that_is_found_are_followed():
    cut = unknown(theirs=pattern(UNTIL), is_own=True)
    found = hearing(cut, tail(EVERY_6_WEEKS, start="2026-11-05 08:30"), planned=())
    assert found.facts == (rhythm("2026-11-05 08:30", EVERY_6_WEEKS, from_on="2026-11-03"),)
    assert [one.generation for one in found.series] == [1, 2]


def lost(generation=1):
    return Gone(uid=uid(generation), body="gone", is_known=False)


def test_somebody_whose_only_series_was_deleted_before_the_database_was_lost_is_paused():
    found = hearing(lost(), planned=())
    assert found.facts == (said(Paused, note="you deleted it on your calendar"),)
    (kept,) = found.series
    assert (kept.uid, kept.first_on, kept.until_on) == (uid(1), TODAY, TODAY)


def test_a_series_that_was_deleted_before_one_that_lives_is_no_pause_and_its_number_is_not_free():
    found = hearing(lost(), unknown(generation=2), planned=())
    assert found.facts == ()
    assert [(one.generation, one.until_on) for one in found.series] == [(1, TODAY), (2, None)]


def test_of_two_living_series_that_are_found_the_earlier_one_ends_where_the_later_one_begins():
    later = unknown(generation=2, theirs=pattern(start="2026-10-06 08:30"))
    found = hearing(unknown(), later, planned=())
    assert [(one.generation, one.until_on) for one in found.series] == [(1, day("2026-09-02")), (2, None)]


def test_what_is_gone_and_was_not_held_is_no_news_where_nothing_lives_on_it():
    ended = series("2026-08-04", until_on="2026-11-04")
    found = hearing(lost(), planned=[ended])
    assert (found.facts, found.bodies) == ((), {})


def test_a_series_that_lives_and_is_gone_is_paused_though_it_was_not_held():
    found = hearing(lost())
    assert [type(fact) for fact in found.facts] == [Paused]
    assert found.bodies == {SERIES.uid: "gone"}


def test_a_milestone_that_was_not_held_is_held_and_nothing_else():
    birthday = Milestone(label="birthday", month=3, day=1)
    of = roster(replace(ADA, milestones=(birthday,)))
    there = replace(unknown(), uid=milestone_uid(ROSTER, "ada", "birthday"))
    found = hearing(there, planned=(), of=of)
    assert (found.facts, found.series, found.bodies) == ((), (), {there.uid: "now"})


def test_what_must_be_written_again_is_told():
    assert hearing(seen(is_off=True)).off == {SERIES.uid}
    assert hearing(seen()).off == set()


# -- a series that was taken back out of the bin --------------------------------------------------


OVER = series("2026-08-04", until_on="2026-09-02")


def test_a_series_of_somebody_paused_that_is_back_goes_on():
    found = hearing(unknown(), planned=[OVER], facts=[paused_fact()])
    assert [type(fact) for fact in found.facts] == [Resumed, Rhythm]
    assert [(one.generation, one.until_on) for one in found.series] == [(2, None)]
    assert found.bodies == {SERIES.uid: "free", uid(2): "now"}


@pytest.mark.parametrize("rule", ["RRULE:FREQ=DAILY", UNTIL])
def test_a_series_of_somebody_paused_that_is_back_and_can_not_be_followed_stays_away(rule):
    assert told(unknown(theirs=pattern(rule)), planned=[OVER], facts=[paused_fact()]) == ()


# -- what another machine of the owner's has done -------------------------------------------------


def test_a_series_that_another_machine_has_ended_ends_there():
    found = hearing(unknown(theirs=pattern(UNTIL)))
    assert found.facts == ()
    assert [one.until_on for one in found.series] == [day("2026-10-07")]


@pytest.mark.parametrize("is_known", [False, True])
def test_a_series_that_another_machine_has_planned_elsewhere_is_there(is_known):
    there = replace(
        unknown(slot_seen(slot_name(SERIES, "2026-10-06"), "2026-10-08 09:00", is_ours=True)),
        is_known=is_known,
        pattern=pattern(start="2026-09-01 10:00"),
        slots=(
            SlotSeen(slot_at=moment("2026-10-06 08:00"), start_at=moment("2026-10-08 07:00"), is_ours=True),
            SlotSeen(slot_at=moment("2026-11-03 09:00"), start_at=moment("2026-11-05 09:00")),
        ),
    )
    known = series("2026-08-04", exceptions=[moved("2026-12-01", "2026-12-03 08:30")])
    found = hearing(there, planned=[known])
    (adopted,) = found.series
    assert (adopted.uid, adopted.generation, adopted.local_start) == (uid(1), 1, clock("2026-09-01 10:00"))
    assert [(one.slot_on, one.local_start) for one in adopted.exceptions] == [
        (day("2026-10-06"), clock("2026-10-08 09:00"))
    ]
    assert found.facts == (said(Rescheduled, slot=LATER, start_at=moment("2026-11-05 09:00")),)
    assert found.bodies == {uid(1): "now"}


def test_a_series_that_is_as_another_machine_found_it_counts_from_the_last_meeting_that_is_known():
    elsewhere = replace(seen(pattern=pattern(start="2026-09-01 10:00")), is_own_pattern=False)
    skipped = skipped_fact(slot_name(SERIES, "2026-09-01"))
    (found,) = hearing(elsewhere, facts=[held_fact("2026-08-20"), skipped]).series
    assert found.clock_on == day("2026-08-20")


def test_an_event_of_another_machine_that_bears_the_name_of_a_series_on_another_one_gets_the_next_number():
    ended = series("2026-08-04", until_on="2026-09-02")
    living = series("2026-10-06", at="18:00", generation=2)
    there = [
        replace(unknown(generation=2, theirs=pattern(start=start)), is_namesake=True, body=start)
        for start in ("2026-12-01 10:00", "2026-12-01 11:00")
    ]
    third = unknown(generation=3, theirs=pattern(start="2026-12-01 12:00"))
    found = hearing(
        replace(seen(of=living, pattern=pattern(UNTIL, start="2026-10-06 18:00")), is_own_pattern=False),
        *there,
        third,
        planned=[ended, living],
    )
    assert {one.generation: (one.first_on, one.local_time.hour) for one in found.series} == {
        2: (day("2026-10-06"), 18),
        3: (day("2026-12-01"), 12),
        4: (day("2026-12-01"), 10),
        5: (day("2026-12-01"), 11),
    }
    assert found.bodies == {
        uid(2): "now",
        uid(3): "now",
        uid(4): "2026-12-01 10:00",
        uid(5): "2026-12-01 11:00",
    }


def test_a_rhythm_of_the_owners_that_is_found_may_be_ended_by_us():
    theirs = pattern(start="2026-08-04 18:00")
    found = hearing(unknown(theirs=theirs, is_own=True, followed="ours to end"), planned=())
    assert found.bodies == {uid(1): "ours to end"}


def test_a_series_of_whom_the_roster_does_not_know_that_is_back_is_written_again():
    assert hearing(unknown(), planned=[OVER], of=roster(contact("Bob"))).off == {OVER.uid}


@pytest.mark.parametrize(
    ("planned", "theirs"),
    [(SERIES, pattern()), (SERIES, pattern("RRULE:FREQ=DAILY")), (OVER, pattern(UNTIL))],
)
def test_a_series_that_no_other_machine_has_ended_before_stays_as_it_is(planned, theirs):
    assert hearing(unknown(theirs=theirs), planned=[planned]).series == ()


@pytest.mark.parametrize(
    ("theirs", "is_off"),
    [(pattern(UNTIL), True), (pattern(), True), (pattern(f"{FIRST_TUESDAYS};UNTIL=20260901T063000Z"), False)],
)
def test_the_end_that_we_gave_a_series_is_written_again_where_another_machine_has_put_a_later_one(
    theirs, is_off
):
    there = replace(seen(pattern=theirs), is_own_pattern=False)
    found = hearing(there, planned=[OVER])
    assert found.off == ({OVER.uid} if is_off else set())
    assert found.series == ()


def test_what_lies_beyond_the_end_of_a_series_that_is_found_is_taken_away():
    beyond = slot_seen(slot_name(SERIES, "2026-12-01"), "2026-12-03 09:00", is_ours=True)
    found = hearing(unknown(beyond, theirs=pattern(UNTIL)), planned=())
    assert [one.exceptions for one in found.series] == [()]
    assert found.off == {SERIES.uid}


def test_a_series_of_somebody_who_has_left_is_as_its_owner_has_made_it_and_ends_by_that():
    found = hearing(seen(pattern=pattern(start="2026-12-01 10:00")), of=roster(contact("Bob")))
    [now] = found.series
    assert (now.first_on, now.until_on, now.reason) == (day("2026-12-01"), None, SERIES.reason)
    assert found.facts == ()


def test_a_series_of_somebody_who_has_left_that_none_can_follow_is_no_news():
    found = hearing(seen(pattern=pattern("RRULE:FREQ=DAILY")), of=roster(contact("Bob")))
    assert (found.series, found.facts) == ((), ())


# -- cut off, moved and split at once -------------------------------------------------------------


def test_a_series_that_has_ended_and_is_split_ends_where_the_second_part_begins():
    ended = series("2026-08-04", until_on="2026-12-02")
    found = hearing(
        seen(of=ended, pattern=pattern(UNTIL)),
        tail(f"{FIRST_TUESDAYS};UNTIL=20261202T000000Z", start="2026-11-03 18:00", of=ended),
        planned=[ended],
    )
    assert [type(fact) for fact in found.facts] == [Rhythm]
    assert {one.generation: one.until_on for one in found.series} == {
        1: day("2026-10-07"),
        2: day("2026-12-02"),
    }


def test_a_series_that_was_moved_as_a_whole_and_then_split_has_both_rhythms():
    cut = pattern(UNTIL, start="2026-08-04 18:00")
    found = hearing(seen(pattern=cut), tail(EVERY_6_WEEKS, start="2026-11-05 19:00"))
    assert [(fact.generation, fact.start_at) for fact in found.facts] == [
        (2, moment("2026-10-06 16:00")),
        (3, moment("2026-11-05 18:00")),
    ]
    ends = {one.generation: one.until_on for one in found.series}
    assert (ends[2], ends[3]) == (day("2026-10-07"), None)


def test_a_series_that_is_gone_and_whose_second_part_is_there_is_at_its_end():
    found = hearing(gone(), tail(start="2026-11-03 18:00"))
    assert [type(fact) for fact in found.facts] == [Rhythm]
    assert found.deleted == ()


def test_a_check_in_on_a_trip_has_no_second_part():
    visit = replace(series("2026-10-20", until_on="2026-10-21"), city="Lisbon")
    assert told(tail(start="2026-11-03 18:00"), planned=[visit]) == ()


def test_a_part_of_a_series_of_somebody_who_left_is_kept_without_a_word():
    found = hearing(tail(start="2026-11-03 18:00"), of=roster(contact("Bob")))
    assert found.facts == ()
    assert found.bodies == {uid(2): "tail"}
