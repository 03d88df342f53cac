"""Somebody far away, met by video, is met for coffee when a trip leads to their city."""

import json

import pytest

ROSTER = """
    roster: test
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    categories:
      leaders: {cadence: quarterly, channel: video}
    contacts:
      - {name: Grace Liu, category: leaders, city: New York, timezone: America/New_York, last_met: 2026-11-02}
      - {name: Omar Haddad, category: leaders, channel: lunch, last_met: 2026-11-02}
    """
TRIP = """
    travel:
      - {city: New York, from: 2027-01-11, to: 2027-01-15, timezone: America/New_York}
    """


@pytest.fixture
def travelling(world):
    world.write(ROSTER)
    world.ok("export", "-o", "checkins.ics")
    world.write(ROSTER + TRIP)
    return world


def planned(world, as_of="2026-11-23"):
    return json.loads(world.ok("plan", "--json", as_of=as_of))


def starts(document, who):
    return [one["start"] for one in document["occurrences"] if one["contact"] == who]


def visits(document):
    return [one for one in document["series"] if one["city"]]


def export(world, as_of="2026-11-23"):
    world.ok("export", "-o", "checkins.ics", as_of=as_of)
    return (world.folder / "checkins.ics").read_bytes().decode().replace("\r\n ", "").replace("\r\n", "\n")


def test_a_trip_pulls_a_check_in_forward_as_coffee_by_the_citys_clock(travelling):
    (visit,) = visits(planned(travelling))
    assert (visit["contact"], visit["channel"], visit["cadence"]) == ("grace-liu", "coffee", "once")
    assert visit["timezone"] == "America/New_York"
    assert "2027-01-11" <= visit["start"][:10] <= "2027-01-15"
    assert "08:00" <= visit["start"][11:16] <= "11:00"
    assert visit["reason"].startswith("you are in New York from Mon 11 Jan to Fri 15 Jan")


def test_the_check_in_it_stands_for_falls_out_and_says_so(travelling):
    before = starts(planned(travelling), "grace-liu")
    assert [start[:7] for start in before[:2]] == ["2027-01", "2027-05"]
    (series,) = (
        one for one in planned(travelling)["series"] if one["contact"] == "grace-liu" and not one["city"]
    )
    assert any("you meet in New York on" in one["reason"] for one in series["exceptions"])


def test_nobody_of_another_city_is_met_in_person_meanwhile(travelling):
    assert not [
        start for start in starts(planned(travelling), "omar-haddad") if "2027-01-11" <= start < "2027-01-16"
    ]


def test_the_calendar_shows_the_city(travelling):
    document = export(travelling)
    (event,) = [one for one in document.split("BEGIN:VEVENT") if "LOCATION:New York" in one]
    assert "SUMMARY:Coffee with Grace Liu" in event
    assert "DTSTART;TZID=America/New_York:202701" in event
    assert export(travelling) == document


def test_after_the_trip_the_clock_runs_from_there(travelling):
    export(travelling)
    after = planned(travelling, as_of="2027-01-20")
    assert "2027-04-01" <= starts(after, "grace-liu")[0] < "2027-05-01"


def test_a_trip_that_is_off_brings_the_check_in_back(travelling):
    travelling.write(ROSTER)
    before = export(travelling)
    travelling.write(ROSTER + TRIP)
    assert export(travelling) != before
    travelling.write(ROSTER)
    after = planned(travelling)
    assert not visits(after)
    assert [start[:7] for start in starts(after, "grace-liu")[:2]] == ["2027-02", "2027-05"]
