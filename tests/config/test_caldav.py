"""A calendar on a CalDAV server, as the roster names it."""

import pytest

from netkeep_sync.core.roster import CaldavCalendar, Show

URL = "https://cloud.example.com/remote.php/dav"


def calendars(world, line):
    from netkeep_sync.config.roster_file import parse_roster

    world.write(world.path.read_text(encoding="utf-8") + f"calendars:\n  - {line}\n")
    from datetime import date

    text = world.path.read_text(encoding="utf-8")
    return parse_roster(text, file="netkeep.yaml", folder=world.folder, today=date(2026, 11, 23)).calendars


def told(world, line):
    world.write(world.path.read_text(encoding="utf-8") + f"calendars:\n  - {line}\n")
    result = world.run("check")
    assert result.status == 2
    return result.err


def test_a_server_and_a_user_are_enough(world):
    assert calendars(world, f"caldav: {{url: {URL}, user: ana}}") == (CaldavCalendar(url=URL, user="ana"),)


def test_files_are_relative_to_the_roster(world):
    [found] = calendars(world, f"caldav: {{url: {URL}, user: ana, password_file: pw, show: busy}}")

    assert found.password_file == str(world.folder / "pw")
    assert found.show is Show.BUSY


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("caldav: {user: ana}", "has no url"),
        ("caldav: {url: cloud.example.com, user: ana}", "no address of a server"),
        ("caldav: {url: 'https://[', user: ana}", "no address of a server"),
        ("caldav: {url: 'http://cloud.example.com/', user: ana}", "the password would travel unprotected"),
        ("caldav: {url: 'https://ana:pw@cloud.example.com/'}", "a sign-in has no place in the address"),
        (f"{{caldav: {{url: {URL}}}, ics: a.ics}}", "two calendars"),
        (f"{{caldav: {{url: {URL}}}, show: busy}}", "said below caldav"),
        (f"caldav: {{url: {URL}, pasword: x}}", '"pasword" is unknown'),
        ("caldav", "has no address"),
    ],
)
def test_what_does_not_fit_is_told(world, line, words):
    assert words in told(world, line)


def test_the_same_calendar_twice_is_told(world):
    twice = f"caldav: {{url: {URL}, user: ana}}\n  - caldav: {{url: {URL}, user: ana}}"
    assert "stands here twice" in told(world, twice)
