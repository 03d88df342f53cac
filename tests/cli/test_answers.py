"""What the owner answers, and what follows from it at once."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest

from netkeep_sync.core.fact import NOT_FOLLOWED


def standing(world, name, *, as_of):
    contacts = json.loads(world.ok("status", "--json", as_of=as_of))["contacts"]
    return next(one for one in contacts if one["name"] == name)


def starts(world, key, *, as_of):
    document = json.loads(world.ok("plan", "--json", as_of=as_of))
    return [one["start"][:10] for one in document["occurrences"] if one["contact"] == key]


def test_what_has_passed_is_presumed_held(world):
    world.ok("export", "-o", "a.ics")

    john = standing(world, "John Doe", as_of="2026-12-16")

    assert (john["last_met"], john["evidence"]) == ("2026-12-14", "presumed")
    assert "John Doe: held, presumed" in world.ok("status", as_of="2026-12-16")


def test_done_confirms_the_check_in_of_the_last_days_on_its_own_day(world):
    world.ok("export", "-o", "a.ics")
    world.ok("done", "john", as_of="2026-12-16")

    john = standing(world, "John Doe", as_of="2026-12-16")

    assert (john["last_met"], john["evidence"]) == ("2026-12-14", "confirmed")


def held_days(world, *, as_of):
    """Return when John was met since the meeting that the file tells of."""
    check_ins = json.loads(world.ok("history", "john", "--json", as_of=as_of))["check_ins"]
    return sorted(one["held"] for one in check_ins if one["held"])[1:]


def test_done_typed_twice_records_no_second_meeting(world):
    world.ok("export", "-o", "a.ics")
    world.ok("done", "john", as_of="2026-12-16")
    again = world.ok("done", "john", as_of="2026-12-16")

    assert (
        "John Doe: held on Mon 14 Dec, as known; `netkeep-sync log john-doe` records a meeting of today."
        in again
    )
    assert held_days(world, as_of="2026-12-16") == ["2026-12-14"]


def test_a_note_that_is_remembered_later_is_of_the_same_meeting(world):
    world.ok("export", "-o", "a.ics")
    world.ok("done", "john", as_of="2026-12-16")
    world.ok("done", "john", "--note", "Likes jazz", as_of="2026-12-16")

    assert held_days(world, as_of="2026-12-16") == ["2026-12-14"]
    assert "Likes jazz" in world.ok("history", "john", as_of="2026-12-16")


def test_a_note_that_comes_after_the_next_one_was_planned_makes_no_second_meeting(world):
    world.ok("export", "-o", "a.ics")
    [planned_on, *_] = starts(world, "john-doe", as_of="2026-12-02")
    world.ok("done", "john", as_of="2026-12-02")  # some days early, so that the series begins anew
    assert starts(world, "john-doe", as_of="2026-12-02")[0] > planned_on
    world.ok("done", "john", "--note", "Likes jazz", as_of="2026-12-02")

    assert held_days(world, as_of="2026-12-02") == ["2026-12-02"]
    assert world.ok("brief", "john", as_of="2026-12-02").count("2 December") == 1


def test_a_second_meeting_is_recorded_by_log(world):
    world.ok("export", "-o", "a.ics")
    world.ok("done", "john", as_of="2026-12-16")
    assert "John Doe: held on Wed 16 Dec.\n" in world.ok("log", "john", as_of="2026-12-16")

    assert held_days(world, as_of="2026-12-16") == ["2026-12-14", "2026-12-16"]
    assert "John Doe: held on Wed 16 Dec, as known.\n" in world.ok("log", "john", as_of="2026-12-16")


def test_done_in_the_week_after_a_check_in_is_of_the_next_one_where_that_is_near(world):
    world.edit("last_met: 2026-09-14", "last_met: 2026-11-20, cadence: weekly")
    world.ok("export", "-o", "a.ics")
    first, second, *_ = (date.fromisoformat(day) for day in starts(world, "john-doe", as_of="2026-11-23"))
    world.ok("done", "john", as_of=f"{first}T20:00")
    early = second - timedelta(days=1)

    assert early < first + timedelta(days=7)
    assert "as known" not in world.ok("done", "john", as_of=f"{early}T20:00")
    assert held_days(world, as_of=f"{early}T20:00") == [f"{first}", f"{early}"]


def test_done_a_week_later_is_another_meeting(world):
    world.ok("export", "-o", "a.ics")
    world.ok("done", "john", as_of="2026-12-16")

    assert "John Doe: held on Mon 21 Dec.\n" in world.ok("done", "john", as_of="2026-12-21")


def test_assume_ask_leaves_it_open_and_asks(world):
    world.edit("timezone: Europe/Berlin", "timezone: Europe/Berlin\nassume: ask")
    world.ok("export", "-o", "a.ics")

    john = standing(world, "John Doe", as_of="2026-12-16")

    assert john["last_met"] == "2026-09-14"
    assert "did you meet?" in world.ok("status", as_of="2026-12-16")


def test_a_change_of_assume_does_not_rewrite_the_past(world):
    world.ok("export", "-o", "a.ics")
    world.ok("export", "-o", "a.ics", as_of="2026-12-16")
    world.edit("timezone: Europe/Berlin", "timezone: Europe/Berlin\nassume: ask")

    assert standing(world, "John Doe", as_of="2026-12-16")["evidence"] == "presumed"


def test_the_clock_runs_from_the_real_day(world):
    world.ok("export", "-o", "a.ics")
    world.ok("log", "john", "doe", "--on", "2026-11-02", "--note", "likes jazz")

    assert standing(world, "John Doe", as_of="2026-11-23")["due"] == "2027-02-02"
    assert "2027-01-20" <= starts(world, "john-doe", as_of="2026-11-23")[0] <= "2027-02-15"


def test_a_note_stands_in_the_next_check_ins_description(world):
    world.ok("done", "john", "--note", "likes jazz")

    assert "likes jazz" in world.ok("export", "-o", "-")


def test_a_backdated_log_counts_from_its_own_day_and_hides_no_later_one(world):
    world.ok("log", "john", "--on", "2026-08-01")

    assert standing(world, "John Doe", as_of="2026-11-23")["last_met"] == "2026-09-14"


@pytest.mark.parametrize("command", ["done", "log"])
def test_a_future_day_is_refused(world, command):
    result = world.run(command, "john", "--on", "2026-11-24")

    assert result.status == 2
    assert "only what has happened" in result.err
    assert standing(world, "John Doe", as_of="2026-11-24")["last_met"] == "2026-09-14"


def test_skip_is_not_done(world):
    world.ok("export", "-o", "a.ics")
    planned = starts(world, "john-doe", as_of="2026-11-23")
    world.ok("skip", "john")

    assert standing(world, "John Doe", as_of="2026-11-23")["last_met"] == "2026-09-14"
    assert starts(world, "john-doe", as_of="2026-11-23") == planned[1:]


def test_missed_before_any_check_in_has_passed_is_refused_with_what_to_say(world):
    world.ok("done", "john", as_of="2026-11-23")

    result = world.run("missed", "john", as_of="2026-11-23")

    assert result.status == 2
    assert "no planned check-in with John Doe has passed yet" in result.err
    assert "netkeep-sync skip john-doe" in result.err


def test_a_day_without_a_check_in_is_refused_with_where_to_look(world):
    result = world.run("missed", "john", "--on", "2026-11-03", as_of="2026-11-23")

    assert result.status == 2
    assert "no check-in with John Doe is planned on Tue 3 Nov; `netkeep-sync history john-doe`" in result.err


def test_missed_is_not_held_and_is_planned_anew_soon(world):
    world.ok("export", "-o", "a.ics")
    world.ok("missed", "john", as_of="2026-12-15")

    assert standing(world, "John Doe", as_of="2026-12-15")["last_met"] == "2026-09-14"
    assert starts(world, "john-doe", as_of="2026-12-15")[0] < "2027-01-15"


def test_snooze_puts_off_the_next_one_only(world):
    world.ok("export", "-o", "a.ics")
    planned = starts(world, "john-doe", as_of="2026-11-23")
    world.ok("snooze", "john", "--weeks", "2")

    snoozed = starts(world, "john-doe", as_of="2026-11-23")

    assert snoozed[0] == "2026-12-28"
    assert snoozed[1:] == planned[1:]


def test_resume_ends_a_snooze(world):
    world.ok("export", "-o", "a.ics")
    world.ok("snooze", "john", "--until", "2027-06-01")
    assert starts(world, "john-doe", as_of="2026-11-23")[0] >= "2027-06-01"

    world.ok("resume", "john")

    assert starts(world, "john-doe", as_of="2026-11-23")[0] == "2026-12-14"


def test_a_snooze_for_ever_is_refused_and_harms_nothing(world):
    world.ok("export", "-o", "a.ics")
    result = world.run("snooze", "john", "--until", "2100-01-01")

    assert result.status == 2
    assert "pause instead" in result.err
    assert starts(world, "john-doe", as_of="2026-11-23")


def test_pause_and_resume(world):
    world.ok("export", "-o", "a.ics")
    world.ok("pause", "john")
    assert starts(world, "john-doe", as_of="2026-11-23") == []
    assert standing(world, "John Doe", as_of="2026-11-23")["state"] == "paused"

    world.ok("resume", "john")

    assert "2026-11-30" <= starts(world, "john-doe", as_of="2026-11-23")[0] <= "2026-12-28"


def test_who_goes_on_is_told_of_the_series_that_stays_as_the_owner_made_it(world):
    world.ok("pause", "john", "--note", f"{NOT_FOLLOWED}: RRULE:FREQ=DAILY")
    assert "stays there; delete it if you want it no more" in world.ok("resume", "john")


def test_an_ambiguous_name_lists_the_candidates(world):
    result = world.run("done", "jo")

    assert result.status == 2
    assert "John Doe (john-doe)" in result.err
    assert "Joan Díaz (joan-diaz)" in result.err


def test_an_unknown_name_gets_a_suggestion(world):
    result = world.run("done", "jonh")

    assert result.status == 2
    assert 'did you mean "John Doe"?' in result.err


@pytest.mark.parametrize(
    "command",
    [("done", "john"), ("kept", "john", "book"), ("explain", "john"), ("brief", "john"), ("pause", "john")],
)
def test_who_rests_is_told_with_the_way_back(world, command):
    world.ok("rest", "john", "--yes")
    result = world.run(*command)

    assert result.status == 2
    assert "John Doe rests on the bench; `netkeep-sync resume john-doe` brings them back" in result.err


@pytest.mark.parametrize("command", ["rest", "retire", "resume", "edit", "rename"])
def test_one_name_is_looked_for_in_one_way_by_every_command(world, command):
    world.ok("rest", "grace", "--yes")
    more = {"edit": ["notes=x"], "rename": ["Grace L"]}.get(command, [])

    assert 'did you mean "Grace Liu"?' in world.run(command, "gracee", *more).err
    assert '"jo" may be any of: Joan Díaz (joan-diaz); John Doe' in world.run(command, "jo", *more).err


def test_the_same_answer_twice_is_recorded_once(world):
    world.ok("done", "john", "--on", "2026-11-20")

    assert "as known" in world.ok("done", "john", "--on", "2026-11-20")


def test_a_check_in_that_is_done_is_not_the_next_one_any_more(world):
    world.ok("export", "-o", "a.ics")

    assert "next: Mon 8 Mar" in world.ok("done", "john", as_of="2026-12-14T08:00")
    assert "skipped Mon 8 Mar" in world.ok("skip", "john", as_of="2026-12-14T08:01")
    assert standing(world, "John Doe", as_of="2026-12-14T08:02")["last_met"] == "2026-12-14"


def test_a_meeting_after_a_missed_one_makes_no_second_check_in_of_the_week(world):
    world.edit("last_met: 2026-09-14", "last_met: 2026-11-20, cadence: weekly")
    world.ok("export", "-o", "a.ics")
    missed_on, *_ = starts(world, "john-doe", as_of="2026-11-23")
    world.ok("missed", "john", as_of=f"{missed_on}T20:00")
    world.ok("done", "john", as_of=f"{missed_on}T21:00")

    days = [date.fromisoformat(day) for day in starts(world, "john-doe", as_of=f"{missed_on}T22:00")]
    assert all((later - day).days >= 5 for day, later in pairwise(days[:20]))
