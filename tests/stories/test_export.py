"""The .ics file over the life of a roster."""

import re

import pytest

from tests.conftest import ROSTER


def export(world, as_of="2026-11-23"):
    world.ok("export", "-o", "checkins.ics", as_of=as_of)
    return (world.folder / "checkins.ics").read_bytes()


def events(document):
    """Return the VEVENTs by contact's title and position, as bytes."""
    found = re.findall(rb"BEGIN:VEVENT.*?END:VEVENT\r\n", document, re.DOTALL)
    by_title: dict[str, list[bytes]] = {}
    for event in found:
        [title] = re.findall(rb"SUMMARY:(.*)\r\n", event)
        by_title.setdefault(title.decode(), []).append(event)
    return by_title


def test_nothing_changes(world):
    assert export(world) == export(world)
    assert export(world, as_of="2026-11-24") == export(world, as_of="2026-11-25")


def test_a_reformatted_file_changes_nothing(world):
    before = export(world)
    world.write("# a comment\n" + ROSTER.replace("Ana Kaya", "'Ana Kaya'"))

    assert export(world) == before


def test_owner_adds_a_contact(world):
    before = events(export(world))
    world.edit("- {name: Grace", "- {name: Ada Byron, category: leaders}\n  - {name: Grace")
    after = events(export(world))

    assert set(after) - set(before) == {"Video call with Ada Byron"}
    assert {title: after[title] for title in before} == before


def test_owner_edits_notes(world):
    before = events(export(world))
    world.edit("Moved to Acme", "Moved to Initech")
    after = events(export(world, as_of="2026-11-24"))

    changed = {title for title in before if before[title] != after[title]}
    assert changed == {"Coffee with John Doe"}
    [event] = after["Coffee with John Doe"]
    assert b"SEQUENCE:1\r\n" in event
    assert b"DTSTAMP:20261123T230000Z" in event


def test_owner_changes_a_cadence(world):
    before = events(export(world))
    world.edit("last_met: 2026-10-05", "last_met: 2026-10-05, cadence: monthly")
    after = events(export(world))

    assert len(after["Coffee with Joan Díaz"]) == 1
    assert b"INTERVAL=1;" in after["Coffee with Joan Díaz"][0]
    assert after["Coffee with John Doe"] == before["Coffee with John Doe"]


def test_a_new_rhythm_keeps_what_has_passed(world):
    export(world)
    world.edit("last_met: 2026-09-14", "last_met: 2026-09-14, cadence: monthly")
    old, new = events(export(world, as_of="2026-12-20"))["Coffee with John Doe"]

    if b"INTERVAL=3" in new:
        old, new = new, old
    assert re.search(rb"DTSTART;TZID=Europe/Berlin:20261214T083000.*UNTIL=20261214T073000Z", old, re.DOTALL)
    assert b"INTERVAL=1" in new


def test_owner_takes_a_contact_out(world):
    before = events(export(world))
    world.edit("- {name: Grace Liu, category: leaders}", "")
    after = events(export(world))

    assert set(before) - set(after) == {"Video call with Grace Liu"}


def test_many_contacts_leave_at_once(world):
    before = export(world)
    world.edit("  - {name: John Doe", "\n#  - {name: John Doe")
    world.edit("  - {name: Joan", "#  - {name: Joan")
    world.edit("  - {name: Grace Liu, category: leaders}", "  []")

    result = world.run("export", "-o", "checkins.ics")

    assert result.status == 3
    assert "--confirm" in result.err
    assert (world.folder / "checkins.ics").read_bytes() == before
    assert world.run("export", "-o", "checkins.ics", "--confirm").status == 0
    assert b"VEVENT" not in (world.folder / "checkins.ics").read_bytes()


def test_a_broken_file_writes_nothing(world):
    before = export(world)
    world.edit("quarterly", "quaterly")

    result = world.run("export", "-o", "checkins.ics")

    assert result.status == 2
    assert f'{world.path}:5:25: cadence "quaterly" is unknown; did you mean "quarterly"?' in result.err
    assert (world.folder / "checkins.ics").read_bytes() == before


def test_the_last_good_plan_is_shown_for_a_broken_file(world):
    export(world)
    world.edit("quarterly", "quaterly")

    result = world.run("status")

    assert result.status == 2
    assert "John Doe" in result.out
    assert "last good plan" in result.err


def test_the_clock_goes_back(world):
    late = export(world, as_of="2027-01-10")
    early = export(world, as_of="2026-11-23")

    assert events(early).keys() == events(late).keys()


def test_it_goes_to_standard_output(world):
    assert world.ok("export", "-o", "-").startswith("BEGIN:VCALENDAR")
    assert not (world.folder / "checkins.ics").exists()


def test_calendars_of_the_roster_are_the_default(world):
    world.edit("timezone: Europe/Berlin", "timezone: Europe/Berlin\ncalendars: [{ics: mine.ics}]")
    world.ok("export")

    assert (world.folder / "mine.ics").exists()


def test_every_file_of_the_roster_is_written_with_as_much_as_it_shows(world):
    files = "[{ics: mine.ics}, {ics: theirs.ics, show: first-name}, {ics: all.ics, show: busy}]"
    world.edit("timezone: Europe/Berlin", f"timezone: Europe/Berlin\ncalendars: {files}")

    said = world.run("export").err

    assert all(f"{world.folder / name}" in said for name in ("mine.ics", "theirs.ics", "all.ics"))
    assert "Coffee with John Doe" in events((world.folder / "mine.ics").read_bytes())
    assert "Coffee with John" in events((world.folder / "theirs.ics").read_bytes())
    assert set(events((world.folder / "all.ics").read_bytes())) == {"Coffee", "Video"}


def test_a_roster_with_reduced_files_alone_gets_no_other_file(world):
    calendars = "calendars: [{ics: all.ics, show: busy}]"
    world.edit("timezone: Europe/Berlin", f"timezone: Europe/Berlin\n{calendars}")
    world.ok("export")

    assert {path.name for path in world.folder.glob("*.ics")} == {"all.ics"}
    world.ok("export", "-o", "one.ics")
    assert "Coffee with John Doe" in events((world.folder / "one.ics").read_bytes())


@pytest.mark.parametrize("target", ["missing/checkins.ics", "."])
def test_an_unwritable_place_is_told_in_words(world, target):
    result = world.run("export", "-o", target)

    assert result.status == 2
    assert result.err.startswith("error: ")
    assert "Traceback" not in result.err


def test_owner_changes_the_email_of_an_unnamed_roster(world):
    world.edit("roster: test\n", "")
    before = export(world)
    world.edit("ana@example.com", "ana@new.example")

    result = world.run("export", "-o", "checkins.ics")

    assert result.status == 2
    assert 'write "roster: ana-example-com"' in result.err
    world.edit("owner:", "roster: ana-example-com\nowner:")
    assert export(world) == before
