"""Birthdays and the like on the calendar over the life of a roster."""

import re
from datetime import date

import pytest

from tests.targets.consumers import CONSUMERS

ROSTER = """
    roster: test
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    milestones: true
    categories:
      peers: {cadence: quarterly, channel: coffee}
    contacts:
      - name: Lena Hoffmann
        category: peers
        last_met: 2026-09-14
        milestones: {birthday: 03-14, work_anniversary: 2019-05-01}
      - name: John Doe
        category: peers
        last_met: 2026-10-05
        milestones: {birthday: 1988-02-29}
      - {name: Grace Liu, category: peers}
    """
CHECK_INS = {"Coffee with Lena Hoffmann", "Coffee with John Doe", "Coffee with Grace Liu"}
OF_LENA = {"Lena Hoffmann: birthday", "Lena Hoffmann: work anniversary"}
OF_JOHN = {"John Doe: birthday"}


@pytest.fixture
def world(world):
    world.write(ROSTER)
    return world


def export(world, as_of="2026-11-23"):
    """Return the document of a pass, after a second one that changes nothing."""
    world.ok("export", "-o", "checkins.ics", as_of=as_of)
    document = (world.folder / "checkins.ics").read_bytes()
    again = world.run("export", "-o", "checkins.ics", as_of=as_of).err
    assert "0 updated, 0 removed" in again
    assert (world.folder / "checkins.ics").read_bytes() == document
    return document


def events(document):
    """Return the first VEVENT of each title, unfolded."""
    found = re.findall(r"BEGIN:VEVENT.*?END:VEVENT", document.decode().replace("\r\n ", ""), re.DOTALL)
    return {re.findall(r"SUMMARY:(.*)\r", event)[0]: event for event in reversed(found)}


def value_of(event, name):
    return re.findall(f"^{name}[:;](.*)\r$", event, re.MULTILINE)[0]


def test_milestones_of_everybody_stand_on_the_calendar(world):
    assert set(events(export(world))) == CHECK_INS | OF_LENA | OF_JOHN


def test_unless_asked_for_they_stand_in_the_brief_of_a_check_in_nearby_only(world):
    world.edit("milestones: true\n", "")
    world.edit("birthday: 03-14,", "birthday: 01-10, child: 03-14,")
    found = events(export(world))

    assert set(found) == CHECK_INS
    assert value_of(found["Coffee with Lena Hoffmann"], "DESCRIPTION") == (
        "Last met on 14 September 2026.\\n\\nMilestones\\n- Birthday on 10 January"
    )


@pytest.mark.parametrize("consumer", CONSUMERS, ids=str)
def test_calendar_programs_show_them_on_their_days(world, consumer):
    shown = consumer.read_days(export(world), start_on=date(2027, 1, 1), end_on=date(2029, 1, 1))

    assert [
        (f"{one.start_on:%d %b %Y}", one.summary) for one in sorted(shown, key=lambda one: one.start_on)
    ] == [
        ("28 Feb 2027", "John Doe: birthday"),
        ("14 Mar 2027", "Lena Hoffmann: birthday"),
        ("01 May 2027", "Lena Hoffmann: work anniversary"),
        ("29 Feb 2028", "John Doe: birthday"),
        ("14 Mar 2028", "Lena Hoffmann: birthday"),
        ("01 May 2028", "Lena Hoffmann: work anniversary"),
    ]


def test_time_goes_by(world):
    before = events(export(world))
    for as_of in ("2026-12-31", "2027-01-01", "2027-02-28", "2027-03-14", "2027-03-15", "2027-05-02"):
        after = events(export(world, as_of=as_of))
        assert {title: after[title] for title in OF_LENA | OF_JOHN} == {
            title: before[title] for title in OF_LENA | OF_JOHN
        }


def test_owner_turns_them_on_and_off(world):
    world.edit("milestones: true", "milestones: false")
    before = export(world)
    world.edit("milestones: false", "milestones: true")
    between = events(export(world))
    world.edit("milestones: true", "milestones: false")
    after = export(world)

    assert {title: between[title] for title in CHECK_INS} == events(before)
    assert after == before


def test_owner_corrects_a_day(world):
    before = events(export(world))
    world.edit("birthday: 03-14", "birthday: 03-15")
    after = events(export(world))

    old, new = before["Lena Hoffmann: birthday"], after["Lena Hoffmann: birthday"]
    assert value_of(new, "UID") == value_of(old, "UID")
    assert value_of(new, "SEQUENCE") == "1"
    assert value_of(new, "DTSTART") == "VALUE=DATE:20240315"
    assert after["Lena Hoffmann: work anniversary"] == before["Lena Hoffmann: work anniversary"]


def test_owner_pauses_a_contact(world):
    before = events(export(world))
    world.ok("pause", "Lena")
    after = events(export(world))

    assert {title: after[title] for title in OF_LENA} == {title: before[title] for title in OF_LENA}


def test_contact_leaves_the_roster(world):
    before = events(export(world))
    world.write(re.sub(r" *- name: John.*?\n( *- \{name: Grace)", r"\1", ROSTER, flags=re.DOTALL))
    after = events(export(world))

    assert not OF_JOHN & set(after)
    assert {title: after[title] for title in OF_LENA} == {title: before[title] for title in OF_LENA}


def test_owner_drops_every_milestone(world):
    export(world)
    world.write(re.sub(r"\n *milestones: \{.*\}", "", ROSTER))

    assert set(events(export(world))) == CHECK_INS


def test_the_database_is_lost(world):
    before = events(export(world))
    for path in world.state.iterdir():
        path.unlink()
    after = events(export(world))

    assert {title: after[title] for title in OF_LENA | OF_JOHN} == {
        title: before[title] for title in OF_LENA | OF_JOHN
    }
