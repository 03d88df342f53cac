"""Every command that a document shows is run, as it stands there, on a machine of its own.

Whatever stands in a block of shell is found here: a command that is written into a document tomorrow is run
tomorrow. `netkeep-sync` runs on a Monday in November that never changes, with the example roster and half a
year behind it. What a command takes for granted (a file, a person, a promise) is in `NEEDS`, and what is
typed in `TYPED`.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress

import click
import pytest

from netkeep_sync.cli.main import cli
from tests.cli.google import Google
from tests.docs.documents import ROOT, documents
from tests.docs.shell import HALF_A_YEAR_AGO, STAND_INS, TODAY, Checkout, Machine, shell_blocks
from tests.fakes.google_sign_in import GoogleServer, client_file
from tests.targets.dav_servers import PASSWORD, start_radicale

BLOCKS = shell_blocks()
OURS = [(one, line) for one in BLOCKS if one.is_ours for line in dict.fromkeys(one.lines)]
BOOKS = ROOT / "tests" / "data" / "address_books"
MEETING = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20261101T000000Z\n"
    "DTSTART:20261103T120000Z\nDTEND:20261103T130000Z\nSUMMARY:John Doe\nEND:VEVENT\nEND:VCALENDAR\n"
)
CARD = "BEGIN:VCARD\nVERSION:4.0\nFN:Ines Almeida\nEMAIL:ines@example.com\nEND:VCARD\n"


def booked(machine):
    """Have a meeting with John in a calendar that is only read."""
    (machine.folder / "work.ics").write_text(MEETING)
    machine.edit("calendars:\n", "busy: {from: work.ics, trust: true}\ncalendars:\n")


NEEDS = {
    r"import Connections": lambda one: shutil.copy(BOOKS / "linkedin.csv", one.folder / "Connections.csv"),
    r"import contacts": lambda one: (one.folder / "contacts.vcf").write_text(CARD),
    r"import list": lambda one: (one.folder / "list.csv").write_text("Full Name,Mail\nBo,bo@example.com\n"),
    r" ada\b": lambda one: one.run("add Ada Byron --category peers cadence=monthly --yes"),
    r"resume ada": lambda one: one.run("rest ada --yes"),
    r"kept john": lambda one: one.run("done john --promised Slides --they-promised Notes"),
    r"missed john --on": booked,
    r"feed (rotate|revoke) team": lambda one: one.run("feed add team"),
    r"restore": lambda one: one.run("backup state.backup"),
    r"restore state.backup$": lambda one: shutil.rmtree(one.data),
    r"netkeep-sync init": lambda one: one.roster.unlink(),
}
"""By what stands in a command: how that comes to be which it takes for granted."""

TYPED = {
    r"import (Connections\.csv$|list)": "1\n\npeers\nquarterly\ny\n",
    r"import contacts": "\n",
    r"review --apply$": "\n",
}
"""What its user types, where it is not a yes."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A home with the example roster, and half a year behind it."""
    home = tmp_path_factory.mktemp("lived")
    (home / "work").mkdir()
    shutil.copy(ROOT / "config.example.yaml", home / "work" / "netkeep.yaml")
    folders = {"HOME": str(home), "XDG_DATA_HOME": str(home / "work" / "data")}
    for day in (HALF_A_YEAR_AGO, TODAY):
        command = [sys.executable, "-m", "netkeep_sync", "--as-of", day, "export"]
        environ = {**os.environ, **folders}
        subprocess.run(command, cwd=home / "work", env=environ, check=True, capture_output=True)
    return home


@pytest.fixture
def machine(lived, tmp_path, monkeypatch, capfd):
    """Whose home that is, on a day in November."""
    home = tmp_path / "home"
    shutil.copytree(lived, home)
    monkeypatch.setenv("HOME", str(home))
    one = Machine(home, capfd)
    monkeypatch.setenv("XDG_DATA_HOME", str(one.data))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(one.config))
    monkeypatch.delenv("NETKEEP_DATABASE", raising=False)
    monkeypatch.chdir(one.folder)
    return one


@pytest.fixture
def at_google(machine, monkeypatch):
    """The calendar of that machine is at Google, and its user has signed in there."""
    text = machine.roster.read_text(encoding="utf-8")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    google = Google(machine)
    machine.write(text.replace("calendars:\n", "calendars:\n  - google\n"))
    with google.fake:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", google.fake.origin)
        google.sign_in()
        yield google


@pytest.fixture
def google_to_sign_in_to(machine, monkeypatch):
    """Google as it meets who has made a client, and lets a browser sign in."""
    downloads = machine.home / "Downloads"
    downloads.mkdir()
    client_file(downloads / "client_secret_1234.json")
    browser = machine.home / "browser.py"
    browser.write_text("import sys, urllib.request\nurllib.request.urlopen(sys.argv[1])\n")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {browser} %s")
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    with GoogleServer() as server:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", server.base)
        yield server


@pytest.fixture(scope="module")
def radicale(tmp_path_factory):
    started = start_radicale(tmp_path_factory.mktemp("radicale"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    return Checkout(tmp_path_factory.mktemp("checkout"))


def signed_in_to_caldav(machine, radicale):
    """Have the calendar on a CalDAV server, and be signed in there."""
    machine.edit("calendars:\n", f"calendars:\n  - caldav: {{url: {radicale.url}, user: ana}}\n")
    machine.run("connect caldav", keys=f"{PASSWORD}\n", is_terminal=False)


@pytest.mark.parametrize(("block", "line"), OURS, ids=[f"{one.document}: {line}" for one, line in OURS])
def test_netkeep_sync_does_what_a_document_shows(request, machine, block, line):
    for needed, prepare in NEEDS.items():
        if re.search(needed, line):
            prepare(machine)
    words = line.removeprefix("netkeep-sync ")
    keys = next((text for pattern, text in TYPED.items() if re.search(pattern, line)), "y\n")
    match words.split():
        case ["serve", *_]:
            assert "http://127.0.0.1" in machine.process(f"{words} --port 0")
        case ["password", *_]:
            machine.run(words, keys="three plain words\n", is_terminal=False)
        case ["connect", "caldav"]:
            signed_in_to_caldav(machine, request.getfixturevalue("radicale"))
        case ["connect", "google", *_]:
            request.getfixturevalue("google_to_sign_in_to")
            assert "signed in to Google as" in machine.process(words)
        case ["sync", *_] if block.section == "CalDAV":
            signed_in_to_caldav(machine, request.getfixturevalue("radicale"))
            assert re.search(r"Check-ins: [1-9]\d* created", machine.run(words))
        case ["sync", *_]:
            request.getfixturevalue("at_google")
            said = machine.run(words)
            assert re.search("Coffee with John Doe|google: [1-9]", said)
        case _:
            machine.run(words, keys=keys)


@pytest.mark.parametrize("block", [one for one in BLOCKS if not one.is_ours], ids=str)
def test_whatever_else_a_document_shows_runs_in_a_checkout(checkout, block):
    checkout.run(block)


def test_no_stand_in_is_there_for_nothing():
    shown = "\n".join(line for one in BLOCKS for line in one.lines)

    assert [name for name in STAND_INS if not re.search(rf"(^|\s){name}\s", shown, re.MULTILINE)] == []


def test_no_command_hides_in_a_block_that_is_not_run():
    programs = "|".join(["netkeep-sync", *STAND_INS])
    for path, text in documents().items():
        other = re.sub(r"^```sh\n.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
        for _, block in re.findall(r"^```(\w*)\n(.*?)^```$", other, re.DOTALL | re.MULTILINE):
            assert re.findall(rf"^(?:{programs}) .*$", block, re.MULTILINE) == [], path


def in_passing():
    """Return every command of netkeep-sync that stands within a sentence."""
    text = "\n".join(
        re.sub(r"^```.*?^```$", "", one, flags=re.DOTALL | re.MULTILINE) for one in documents().values()
    )
    names = "|".join(name for name in cli.list_commands(click.Context(cli)))
    found = re.findall(
        rf"`(?:netkeep-sync )?((?:{names})(?: [^`|>]+)?)(?: [|>][^`]*)?`", text.replace("\n", " ")
    )
    return sorted({*map(str.strip, found)})


@pytest.mark.parametrize("line", in_passing())
def test_a_command_that_is_named_in_passing_has_these_options(line):
    command: click.Command = cli
    words = shlex.split(line.replace("…", ""))
    ctx = click.Context(cli)
    while isinstance(command, click.Group) and words and (below := command.get_command(ctx, words[0])):
        command, words = below, words[1:]
        ctx = click.Context(command, parent=ctx)

    with suppress(click.BadOptionUsage):  # an option may be named without what it takes
        command.make_parser(ctx).parse_args(args=[*words])
