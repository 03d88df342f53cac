"""A real subscriber: vdirsyncer fetches a feed from `serve` into a folder, and khal shows what is in it."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.cli.test_serve import Served, until

VDIRSYNCER = """
[general]
status_path = "{folder}/status/"

[pair checkins]
a = "feed"
b = "folder"
collections = null

[storage feed]
type = "http"
url = "{address}"

[storage folder]
type = "filesystem"
path = "{folder}/checkins/"
fileext = ".ics"
"""

KHAL = """
[calendars]
[[checkins]]
path = {folder}/checkins/
readonly = True

[sqlite]
path = {folder}/khal.db

[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


class Subscriber:
    """Somebody who has subscribed to the feed at an address, with programs that are none of ours."""

    def __init__(self, folder, address):
        self.folder = folder
        (folder / "checkins").mkdir(parents=True)
        (folder / "vdirsyncer").write_text(VDIRSYNCER.format(folder=folder, address=address))
        (folder / "khal").write_text(KHAL.format(folder=folder))
        self._run("vdirsyncer", "discover")

    def _run(self, program, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", program, "--config", self.folder / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
                "XDG_DATA_HOME": str(self.folder),
            },
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def sync(self):
        """Fetch the feed, and return what lies in the folder then, by file: content, and when written."""
        self._run("vdirsyncer", "sync")
        files = (self.folder / "checkins").iterdir()
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    def shown(self, first_on, last_on):
        """Return start and title of all that khal shows on these days."""
        listed = self._run(
            "khal", "list", "--day-format", "", "--format", "{start}|{title}", f"{first_on}", f"{last_on}"
        )
        return sorted(tuple(line.split("|")) for line in listed.splitlines() if "|" in line)


@pytest.fixture
def served(world):
    world.edit("last_met: 2026-09-14", "last_met: 2026-09-14, milestones: {birthday: 03-14}")
    world.ok("feed", "add", "team", "--show", "first-name", "--category", "recruiters")
    served = Served(world)
    yield served
    served.process.kill()
    served.process.communicate()


def addresses(world, served, name):
    """Return the address of a feed, as .ics and as .json."""
    port = served.page.rpartition(":")[2].strip("/")
    [found] = [
        one for one in json.loads(world.ok("feed", "--port", port, "--json"))["feeds"] if one["name"] == name
    ]
    return found["url"], found["json"]


def check_ins(address):
    """Return start and title of what the list at an address tells, by the clock of each check-in."""
    with urlopen(address, timeout=60) as answer:
        listed = json.load(answer)["check_ins"]
    return [(datetime.fromisoformat(one["start"]), one["summary"]) for one in listed]


def status(address, **headers):
    try:
        with urlopen(Request(address, headers=headers), timeout=60) as answer:
            return answer.status, answer.headers["etag"]
    except HTTPError as error:
        return error.code, error.headers["etag"]


@pytest.mark.parametrize("name", ["default", "team"])
def test_khal_shows_what_the_list_tells(world, served, tmp_path, name):
    calendar, listed = addresses(world, served, name)
    wanted = check_ins(listed)
    subscriber = Subscriber(tmp_path / "subscriber", calendar)
    subscriber.sync()
    first_on, last_on = wanted[0][0].date(), wanted[0][0].date() + timedelta(days=300)

    assert len(wanted) > 3
    assert subscriber.shown(first_on, last_on) == sorted(
        (f"{start:%Y-%m-%d %H:%M}", title) for start, title in wanted if start.date() <= last_on
    )


def test_nothing_is_fetched_or_written_twice(world, served, tmp_path):
    calendar, _ = addresses(world, served, "team")
    subscriber = Subscriber(tmp_path / "subscriber", calendar)
    first = subscriber.sync()
    answer, etag = status(calendar)

    assert answer == 200
    assert len(first) == 2
    assert subscriber.sync() == first
    assert status(calendar, **{"If-None-Match": etag}) == (304, etag)


def test_an_edit_reaches_the_subscriber_and_nobody_else_moves(world, served, tmp_path):
    calendar, _ = addresses(world, served, "team")
    subscriber = Subscriber(tmp_path / "subscriber", calendar)
    first = subscriber.sync()
    _, etag = status(calendar)
    world.edit("name: Joan Díaz,", "name: Juana Díaz, id: joan-diaz,")
    until(lambda: status(calendar)[1] != etag)
    second = subscriber.sync()

    assert sum(b"Coffee with Juana" in content for content, _ in second.values()) == 1
    assert len(second) == 2
    assert len(first.items() & second.items()) == 1


def test_the_owner_reads_which_program_fetched_it(world, served, tmp_path):
    calendar, _ = addresses(world, served, "team")
    Subscriber(tmp_path / "subscriber", calendar).sync()

    until(lambda: "by vdirsyncer" in world.ok("feed"))
