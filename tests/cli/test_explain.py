"""`explain`: why somebody's check-in lies where it lies."""

import json

import pytest

NOTHING = "--nothing-since 2026-01-01"
RICH = "[bold]Rich[/bold] [red]"


def explained(world, *words, as_of="2026-11-23"):
    return json.loads(world.ok("explain", *words, "--json", as_of=as_of))


def test_json_has_exactly_the_promised_keys(world):
    document = explained(world, "john")

    assert list(document) == [
        *("contact", "name", "cadence", "channel", "state", "last_met", "due", "window", "next", "rrule"),
        *("reason", "days", "times", "exceptions"),
    ]
    assert list(document["days"][0]) == ["day", "is_possible", "verdict", "cost"]
    assert list(document["times"][0]) == ["time", "verdict"]


def test_json_says_what_plan_says(world):
    document = explained(world, "john")
    plan = json.loads(world.ok("plan", "--json"))
    first = next(one for one in plan["occurrences"] if one["contact"] == "john-doe")
    [series] = [one for one in plan["series"] if one["contact"] == "john-doe"]

    assert (document["next"], document["reason"]) == (first["start"], first["reason"])
    assert document["rrule"] == series["rrule"]
    assert (document["last_met"], document["due"]) == ("2026-09-14", "2026-12-14")


def test_one_day_is_the_chosen_one_and_possible_ones_have_a_cost(world):
    document = explained(world, "john")

    assert [one["day"] for one in document["days"] if one["verdict"] == "chosen"] == ["2026-12-14"]
    assert all(one["is_possible"] == (one["cost"] is not None) for one in document["days"])
    assert [document["days"][0]["day"], document["days"][-1]["day"]] == document["window"]


def test_the_words_tell_clock_window_day_hour_and_rule(world):
    out = world.ok("explain", "john")

    assert "last met on Mon 14 Sep, so due Mon 14 Dec; on time" in out
    assert "Mon 30 Nov to Mon 28 Dec" in out
    assert "every 3 months on the 2nd Monday at 08:30, Europe/Berlin" in out
    assert "Why Mon 14 Dec: 29 days tried," in out
    assert "chosen" in out
    assert "free as well; the earlier time is taken" in out
    assert "Saturdays are not among your days" in out


def test_somebody_never_met_is_said_to_be(world):
    assert "never met" in world.ok("explain", "grace")
    assert explained(world, "grace")["last_met"] is None


def test_the_same_input_gives_the_same_words(world):
    assert world.run("explain", "grace") == world.run("explain", "grace")
    assert world.run("explain", "grace", "--json") == world.run("explain", "grace", "--json")


def test_it_makes_no_state(world):
    world.ok("explain", "john")

    assert not world.state.exists()


def test_nobody_of_that_name_is_refused_with_a_suggestion(world):
    result = world.run("explain", "jonh")

    assert result.status == 2
    assert 'did you mean "John Doe"?' in result.err


def test_somebody_paused_is_said_to_be(world):
    world.ok("pause", "john")

    out = world.ok("explain", "john")
    document = explained(world, "john")

    assert "none; paused" in out
    assert "tried" not in out
    assert (document["next"], document["reason"], document["days"]) == (None, "paused", [])


def test_somebody_without_a_place_is_told_why(world):
    world.edit(
        "timezone: Europe/Berlin", "timezone: Europe/Berlin\navailability: {away: [2026-11-20..2027-02-01]}"
    )

    out = world.ok("explain", "john")

    assert "none; quarterly from Mon 14 Sep" in out
    assert "Why no day: 29 days tried, 0 possible" in out
    assert "29 days  you are away" in out


def test_a_moved_check_in_is_told_with_what_is_in_the_way_of_its_slot(world):
    world.ok("export", "-o", "a.ics")
    world.edit("timezone: Europe/Berlin", "timezone: Europe/Berlin\navailability: {away: [2026-12-14]}")

    out = world.ok("explain", "john")

    assert "you are away, moved to" in out
    assert "chosen, but by now you are away" in out
    assert "Exceptions" in out
    [exception] = explained(world, "john")["exceptions"]
    assert exception["slot"] == "2026-12-14"


def test_a_check_in_on_a_trip_is_next_and_its_rhythm_is_told_too(world):
    trip = "travel: [{city: Hamburg, from: 2026-12-07, to: 2026-12-11}]"
    world.edit("timezone: Europe/Berlin", f"timezone: Europe/Berlin\n{trip}")
    world.edit("category: leaders}", "category: leaders, city: Hamburg}")

    out = world.ok("explain", "grace")

    assert "you are in Hamburg from Mon 7 Dec to Fri 11 Dec" in out
    assert "every 6 months on the" in out
    assert "chosen" in out


def test_a_window_of_a_year_stays_short(world):
    world.edit("every 6 months", "yearly")
    world.edit("timezone: Europe/Berlin", "timezone: Europe/Berlin\navailability: {holidays: DE}")

    out = world.ok("explain", "grace")

    assert "365 days tried" in out
    assert "other reasons" in out
    assert len(out.splitlines()) < 30


def test_many_exceptions_are_cut_short(world):
    world.edit("every 6 months", "weekly")
    world.edit(
        "timezone: Europe/Berlin", "timezone: Europe/Berlin\navailability: {holidays: DE, avoid: [december]}"
    )

    out = world.ok("explain", "grace")

    assert "more" in out.splitlines()[-1]
    assert len(explained(world, "grace")["exceptions"]) > 8


@pytest.mark.parametrize("command", ["explain rich", "capacity", "status", "plan", f"replan {NOTHING}"])
def test_a_name_is_printed_as_it_is_written(world, command):
    world.edit("name: John Doe", f'name: "{RICH}"')
    world.edit("recruiters: {cadence: quarterly", "recruiters: {cadence: weekly")
    world.edit("timezone: Europe/Berlin", "timezone: Europe/Berlin\ncapacity: {per_day: 1, per_week: 1}")
    world.ok("export", "-o", "a.ics")

    assert RICH in world.ok(*command.split(), as_of="2027-02-20")


def test_a_long_name_is_folded_and_not_cut(world):
    name = "Maximiliane-Katharina von und zu Hohenlohe-Schillingsfürst-Waldenburg the Third of That Name"
    world.edit("John Doe", name)

    shown = "".join(world.ok("plan").split())

    assert "Waldenburg" in world.ok("explain", "maximiliane")
    assert all(line == line[:110] for line in world.ok("explain", "maximiliane").splitlines())
    assert "Maximiliane" in shown
