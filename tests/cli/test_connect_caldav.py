"""`connect caldav` against a real server."""

import io
import json
import os
import stat
import sys
import uuid

import pytest

from netkeep_sync.store.opening import open_store
from tests.targets.dav_servers import PASSWORD, USER, start_radicale

ROSTER = """
    roster: test
    owner: {{name: Ana Kaya}}
    timezone: Europe/Berlin
    categories: {{peers: {{cadence: quarterly, channel: coffee}}}}
    contacts: [{{name: John Doe, category: peers, last_met: 2026-09-14}}]
    calendars:
      - caldav: {{url: "{url}", user: ana}}
    """


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = start_radicale(tmp_path_factory.mktemp("radicale"))
    yield started
    started.stop()


@pytest.fixture
def world(world, server):
    world.write(ROSTER.format(url=server.url))
    return world


def connect(world, monkeypatch, *words, password=PASSWORD):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return world.run("connect", "caldav", *words)


def kept(world):
    return world.folder / "config" / "netkeep-sync" / "caldav.json"


def test_a_password_that_works_is_kept_for_its_owner_alone(world, monkeypatch):
    result = connect(world, monkeypatch)

    assert result.status == 0, result.err
    assert f"as {USER}" in result.out
    assert 'no calendar "Check-ins" yet' in result.out
    assert PASSWORD not in result.out + result.err
    assert stat.S_IMODE(kept(world).stat().st_mode) == 0o600


def test_a_password_that_does_not_work_is_not_kept(world, monkeypatch):
    result = connect(world, monkeypatch, password="wrong")  # noqa: S106

    assert result.status == 4
    assert not kept(world).exists()


def test_what_is_not_installed_is_told_before_a_password_is_asked_for(world, monkeypatch):
    monkeypatch.setitem(sys.modules, "caldav.davclient", None)
    monkeypatch.setattr("sys.stdin", typed := io.StringIO(f"{PASSWORD}\n"))
    result = world.run("connect", "caldav")

    assert (result.status, kept(world).exists()) == (2, False)
    assert "[caldav]'`" in result.err
    assert typed.read() == f"{PASSWORD}\n"


def test_nothing_typed_is_no_password(world, monkeypatch):
    result = connect(world, monkeypatch, password="")

    assert (result.status, kept(world).exists()) == (2, False)


def test_the_check_ins_are_on_the_server_and_a_second_sync_writes_nothing(world, monkeypatch):
    assert world.run("sync").status == 4
    connect(world, monkeypatch)
    shown = json.loads(world.ok("sync", "--dry-run", "--json"))
    done = json.loads(world.ok("sync", "--json"))
    again = json.loads(world.ok("sync", "--json"))

    def made(document):
        return [one for target in document["targets"][1:] for one in target["create"]]

    assert made(shown) == made(done)
    assert len(made(done)) == 1
    assert made(again) == []
    assert connect(world, monkeypatch, "--status").out.count("the calendar is http://127.0.0.1") == 1


def test_a_sign_in_can_be_forgotten(world, monkeypatch):
    connect(world, monkeypatch)

    assert "removed the sign-in" in connect(world, monkeypatch, "--forget").out
    assert "no sign-in to remove" in connect(world, monkeypatch, "--forget").out
    assert connect(world, monkeypatch, "--status").status == 4


def test_a_roster_without_such_a_calendar_is_told_what_to_write(world, monkeypatch):
    world.edit("- caldav:", "- ics: a.ics #")
    result = connect(world, monkeypatch)

    assert result.status == 2
    assert "- caldav: {url: …, user: …}" in result.err


def test_of_several_calendars_one_has_to_be_named(world, monkeypatch, server):
    world.edit("calendars:", f'calendars:\n  - caldav: {{url: "{server.url}", user: ana, calendar: Other}}')
    assert "--calendar" in connect(world, monkeypatch).err
    assert connect(world, monkeypatch, "--calendar", "other").status == 0


def test_doctor_tells_whether_there_is_a_sign_in(world, monkeypatch):
    assert "connect caldav" in world.run("doctor", "--offline").out
    connect(world, monkeypatch)

    assert f"{USER}@127.0.0.1" in world.run("doctor", "--offline").out
    assert "nobody is signed in" not in world.run("doctor", "--offline").out


@pytest.fixture
def signed_in(world, monkeypatch):
    """Return a world that is signed in, to a calendar that no other test has made."""
    world.edit("user: ana}", f"user: ana, calendar: {uuid.uuid4()}}}")
    connect(world, monkeypatch)
    return world


def doctor(world, *words):
    """Return what the doctor says of the calendar itself, and the counts."""
    *lines, counts = world.run("doctor", *words).out.splitlines()
    return [line.replace(f"caldav:{USER}@", "") for line in lines if f" caldav:{USER}@" in line], counts


def says(lines, level, words):
    return any(line.startswith(f"{level:<8} ") and words in line for line in lines)


def test_doctor_asks_the_server_whether_the_calendar_can_be_read(signed_in):
    signed_in.ok("sync")
    lines, counts = doctor(signed_in)

    assert says(lines, "ok", "it was last listened to")
    assert says(lines, "ok", "the calendar can be read")
    assert counts.endswith(" 0 to know, 0 to mend")


def test_doctor_offline_says_that_the_server_was_not_asked(signed_in):
    signed_in.ok("sync")
    lines, counts = doctor(signed_in, "--offline")

    assert says(lines, "left out", "the server was not asked whether the calendar can be read")
    assert not says(lines, "ok", "the calendar can be read")
    assert counts.endswith(" 0 to mend, 1 left out")


def test_doctor_tells_of_a_password_that_works_no_more(signed_in):
    signed_in.ok("sync")
    kept(signed_in).write_text(kept(signed_in).read_text().replace(PASSWORD, "forgotten"))

    assert says(doctor(signed_in)[0], "problem", "does not let us in; run `netkeep-sync connect caldav`")
    assert not says(doctor(signed_in, "--offline")[0], "problem", "")


def test_doctor_asks_no_server_without_a_sign_in(signed_in):
    signed_in.ok("sync")
    signed_in.ok("connect", "caldav", "--forget")
    problems = [line for line in signed_in.run("doctor").out.splitlines() if line.startswith("problem ")]

    assert len(problems) == 1
    assert "nobody is signed in" in problems[0]


def test_doctor_makes_no_calendar(signed_in):
    open_store(os.environ["NETKEEP_DATABASE"], key="test", source="").close()
    assert says(doctor(signed_in)[0], "ok", "there is no such calendar yet; the first pass makes it")
    assert says(doctor(signed_in)[0], "warning", "it was never listened to")

    signed_in.ok("sync")
    held = json.loads(kept(signed_in).read_text())
    kept(signed_in).write_text(json.dumps({key: {**one, "calendars": {}} for key, one in held.items()}))
    assert says(doctor(signed_in)[0], "ok", "there is such a calendar; the first pass takes it")


def test_doctor_says_once_what_to_do_where_nobody_is_signed_in(world):
    told = world.run("doctor", "--offline").out

    [line] = [line for line in told.splitlines() if line.startswith("problem  sign-in: ")]
    assert line.count("run `netkeep-sync connect caldav`") == 1
