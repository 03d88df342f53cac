"""`capacity`: what the roster needs, against what its owner has."""

import json
import os
import pty
import subprocess
import sys

TIGHT = "timezone: Europe/Berlin\ncapacity: {per_day: 1, per_week: 1}"


def capacity(world):
    return json.loads(world.ok("capacity", "--json"))


def crowd(world):
    """Two who want to meet every week, and one check-in a week."""
    world.edit("timezone: Europe/Berlin", TIGHT)
    world.edit("recruiters: {cadence: quarterly", "recruiters: {keep: 1, cadence: weekly")


def test_json_has_exactly_the_promised_keys(world):
    document = capacity(world)

    assert list(document) == [
        *("fits", "is_proven_impossible", "verdict", "limits", "needed_per_year", "needed_per_month"),
        *("allowed_per_year", "categories", "unfit", "relief", "no_relief", "over_quota"),
    ]
    assert list(document["limits"]) == ["per_day", "per_week", "minutes_per_month"]
    assert list(document["categories"][0]) == ["category", "contacts", "per_year"]


def test_plan_tells_the_same(world):
    crowd(world)

    assert json.loads(world.ok("plan", "--json"))["capacity"] == capacity(world)


def test_a_roster_that_fits_says_how_much_is_used(world):
    document = capacity(world)
    out = world.ok("capacity")

    assert document["fits"]
    assert (document["unfit"], document["relief"], document["no_relief"]) == ([], [], [])
    assert document["needed_per_year"]["checkins"] == 10
    assert "everybody fits" in out
    assert "Without room" not in out


def test_every_category_is_told_with_its_room_for_more(world):
    lines = world.ok("capacity").splitlines()
    [recruiters] = [line for line in lines if line.startswith("recruiters")]

    assert recruiters.split()[:5] == ["recruiters", "2", "any", "8", "6"]
    assert "or more" in recruiters or "like" in recruiters


def test_who_does_not_fit_is_named_with_what_would_help(world):
    crowd(world)
    document = capacity(world)
    out = world.ok("capacity")

    assert not document["fits"]
    assert document["is_proven_impossible"]
    assert document["unfit"]
    assert list(document["unfit"][0]) == ["contact", "is_unplaced", "slots", "reason"]
    assert "no planner could fit it" in out
    assert "Without room" in out
    assert "Any of these makes it fit" in out
    assert all(one["change"] in out for one in document["relief"])
    assert {"raise", "rest"} <= {one["kind"] for one in document["relief"]} | {
        one["kind"] for one in document["no_relief"]
    }
    assert "none like" in out


def test_each_kind_of_relief_says_what_to_edit(world):
    crowd(world)
    by_kind = {one["kind"]: one for one in capacity(world)["relief"]}

    assert by_kind["raise"]["limits"].keys() <= {"capacity.per_day", "capacity.per_week"}
    assert by_kind["rest"]["contacts"]
    assert all(list(one)[:3] == ["kind", "change", "is_smallest"] for one in by_kind.values())


def test_a_relief_that_was_offered_makes_it_fit(world):
    crowd(world)
    limits = next(one for one in capacity(world)["relief"] if one["kind"] == "raise")["limits"]
    per_week = limits["capacity.per_week"]
    world.edit("per_week: 1", f"per_week: {per_week}")
    world.edit("per_day: 1", f"per_day: {limits.get('capacity.per_day', 1)}")

    assert capacity(world)["fits"]


def test_stretched_cadences_are_told_from_what_to_what(world):
    world.edit("timezone: Europe/Berlin", TIGHT)
    world.edit("cadence: every 6 months", "cadence: weekly")
    stretch = next(one for one in capacity(world)["relief"] if one["kind"] == "stretch")

    assert stretch["cadences"] == [{"contact": "grace-liu", "from": "weekly", "to": "every 2 weeks"}]


def test_a_category_beyond_its_quota_is_named(world):
    crowd(world)

    assert capacity(world)["over_quota"] == [
        {"category": "recruiters", "keep": 1, "contacts": ["joan-diaz", "john-doe"]}
    ]
    assert "More than you meant to keep" in world.ok("capacity")


def test_minutes_of_a_month_are_told_among_the_limits(world):
    limits = "capacity: {per_day: 1, per_week: 3, minutes_per_month: 300}"
    world.edit("timezone: Europe/Berlin", f"timezone: Europe/Berlin\n{limits}")

    assert "1 a day, 3 a week, 300 minutes a month" in world.ok("capacity")
    assert capacity(world)["limits"]["minutes_per_month"] == 300


def test_an_empty_roster_says_how_to_begin(world):
    world.write("owner: {name: Ana}\ntimezone: Europe/Berlin\ncontacts: []\n")

    assert "contacts:" in world.ok("capacity")
    assert capacity(world)["fits"]


def test_it_makes_no_state_and_gives_the_same_bytes(world):
    crowd(world)

    assert world.run("capacity", "--json") == world.run("capacity", "--json")
    assert not world.state.exists()


def test_whoever_waits_at_a_terminal_is_told_for_what(world):
    crowd(world)
    ours, theirs = pty.openpty()
    command = ["-m", "netkeep_sync", "--config", world.path, "--as-of", "2026-11-23", "capacity"]
    subprocess.run([sys.executable, *command], stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)

    told = os.read(ours, 1000).decode()
    os.close(ours)
    assert told.startswith("looking for what would make it fit")
    assert world.run("capacity").err == ""
