"""`plan`: its JSON is a promise, and it changes nothing."""

import json
from datetime import date, datetime

import pytest


def plan(world, *arguments, as_of="2026-11-23"):
    return json.loads(world.ok("plan", "--json", *arguments, as_of=as_of))


def test_json_has_exactly_the_promised_keys(world):
    document = plan(world)

    assert list(document) == [
        *("as_of", "timezone", "horizon", "series", "occurrences", "capacity", "unplaced", "load")
    ]
    assert list(document["horizon"]) == ["from", "to"]
    assert set(document["series"][0]) == {
        *("contact", "name", "category", "channel", "cadence", "city", "uid", "generation"),
        *("start", "minutes", "timezone", "rrule", "exceptions", "reason"),
    }
    assert list(document["occurrences"][0]) == ["contact", "uid", "slot", "start", "end", "summary", "reason"]
    assert list(document["load"][0]) == ["week", "checkins", "minutes", "capacity"]


def test_times_carry_their_offset_and_weeks_are_iso(world):
    document = plan(world)

    assert document["as_of"] == "2026-11-23T00:00:00+01:00"
    assert all(datetime.fromisoformat(one["start"]).utcoffset() for one in document["occurrences"])
    assert document["load"][0]["week"] == "2026-W48"


def test_occurrences_are_sorted_and_cover_two_years(world):
    document = plan(world)
    starts = [datetime.fromisoformat(one["start"]) for one in document["occurrences"]]

    assert starts == sorted(starts)
    assert document["horizon"] == {"from": "2026-11-23", "to": "2028-11-23"}
    assert starts[-1].date() > date(2028, 8, 1)


def test_same_input_gives_the_same_bytes(world):
    assert world.run("plan", "--json") == world.run("plan", "--json")


def test_it_makes_no_state(world):
    world.ok("plan")
    world.ok("status")

    assert not world.state.exists()


def test_horizon_is_only_how_far_is_listed(world):
    long, short = plan(world), plan(world, "--horizon", "6 months")

    assert short["horizon"]["to"] == "2027-05-23"
    assert short["occurrences"] == long["occurrences"][: len(short["occurrences"])]
    assert [one["start"] for one in short["series"]] == [one["start"] for one in long["series"]]


@pytest.mark.parametrize("words", ["soon", "0 days", "99 years", "-1 day", ""])
def test_a_horizon_that_is_no_length_is_refused(world, words):
    result = world.run("plan", "--horizon", words)

    assert result.status == 2
    assert "write" in result.err


def test_the_table_says_who_when_how_and_why(world):
    out = world.ok("plan")

    assert "Mon 14 Dec 08:30" in out
    assert "John Doe" in out
    assert "coffee, 45 min" in out
    assert "quarterly from Mon 14 Sep" in out
    assert "2026-W48" in out
    assert "without a place" in out


def test_who_does_not_fit_is_named_with_what_would_help(world):
    world.edit("timezone: Europe/Berlin", "timezone: Europe/Berlin\ncapacity: {per_day: 1, per_week: 1}")
    world.edit("recruiters: {cadence: quarterly", "recruiters: {cadence: weekly")

    unplaced = plan(world)["unplaced"]

    assert unplaced
    assert all("has room" in one["reason"] for one in unplaced)
    assert "Without room" in world.ok("plan")


def test_an_empty_roster_says_how_to_begin(world):
    world.write("owner: {name: Ana}\ntimezone: Europe/Berlin\ncontacts: []\n")

    assert "contacts:" in world.ok("plan")


def test_common_options_may_follow_the_command(world):
    before = world.run("plan", "--json")
    after = world.run("plan", "--json", "--as-of", "2026-11-23", "--config", world.path, as_of=None)

    assert before == after
