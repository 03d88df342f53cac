"""`connect google` as its user meets it: a browser here or elsewhere, the state of a sign-in, its end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from netkeep_sync.errors import install_words
from tests.fakes.google_sign_in import ACCOUNT, Google, GoogleServer, client_file, follow, key_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import World

SCREENS = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY")


@pytest.fixture
def google(monkeypatch: Any) -> Iterator[Google]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in SCREENS:
        monkeypatch.delenv(name, raising=False)
    with GoogleServer() as server:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", server.base)
        yield server


@pytest.fixture
def config(google: Google, world: World) -> Path:
    """Return the config folder, with a client file in it."""
    folder = world.folder / "config" / "netkeep-sync"
    client_file(folder / "google-client.json")
    return folder


class Run:
    """A running `connect google`; `err` is what it has said so far."""

    def __init__(self, *arguments: object, **environ: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netkeep_sync", "connect", "google", *map(str, arguments)],
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.err = ""

    def address(self) -> str:
        """Return the address that it prints."""
        assert self.process.stderr is not None
        while not (found := re.search(r"^  (http://\S+)$", self.err, re.MULTILINE)):
            line = self.process.stderr.readline()
            assert line, self.err
            self.err += line
        return found[1]

    def end(self, *pasted: str) -> tuple[int, str]:
        """Paste lines, wait for the end, and return the status and standard output."""
        out, err = self.process.communicate("".join(f"{line}\n" for line in pasted), timeout=60)
        self.err += err
        return self.process.returncode, out


@pytest.fixture
def connect() -> Iterator[Any]:
    started: list[Run] = []

    def start(*arguments: object, **environ: str) -> Run:
        started.append(Run(*arguments, **environ))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


def visit(address: str) -> tuple[int, str, dict[str, str]]:
    found = urlsplit(address)
    connection = HTTPConnection(found.netloc, timeout=60)
    try:
        connection.request("GET", f"{found.path or '/'}?{found.query}")
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.headers)
    finally:
        connection.close()


def sign_in(connect: Any, *arguments: object) -> None:
    run = connect("--no-browser", *arguments)
    status, _ = run.end(follow(run.address()))
    assert status == 0, run.err


def age(path: Path, **by: float) -> None:
    """Make a token file older."""
    held = json.loads(path.read_text())
    for key in ("made_at", "expiry", "ends_at"):
        if key in held:
            held[key] = (datetime.fromisoformat(held[key]) - timedelta(**by)).astimezone(UTC).isoformat()
    path.write_text(json.dumps(held))


def assert_nothing_secret(google: Google, *texts: str) -> None:
    assert len(google.secrets) > 3
    assert [secret for secret in google.secrets for text in texts if secret in text] == []


# With a browser here


def test_the_browser_that_opens_signs_in(google, config, connect, world):
    browser = world.folder / "browser.py"
    browser.write_text("import sys, urllib.request\nprint(urllib.request.urlopen(sys.argv[1]).status)\n")
    run = connect(BROWSER=f"{sys.executable} {browser} %s")

    status, out = run.end()

    token_file = config / "google-token.json"
    assert status == 0, run.err
    assert f"signed in to Google as {ACCOUNT}\nwrote {token_file}" in out
    assert token_file.stat().st_mode & 0o777 == 0o600
    assert_nothing_secret(google, out, run.err)


def test_the_printed_address_does_where_no_browser_opens(google, config, connect):
    run = connect(BROWSER="/bin/false")

    status, page, headers = visit(follow(run.address()))

    assert run.end()[0] == 0
    assert (status, "Close this window" in page) == (200, True)
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_other_visitors_are_turned_away_while_it_waits(google, config, connect):
    run = connect(BROWSER="/bin/false")
    reply = follow(run.address())
    port = urlsplit(reply).port
    forged = re.sub("state=[^&]+", "state=forged", reply)
    silent = HTTPConnection(f"127.0.0.1:{port}", timeout=60)
    silent.connect()

    turned_away = [visit(f"http://127.0.0.1:{port}{path}")[0] for path in ("/favicon.ico", "/", "/?code=1")]

    assert [*turned_away, visit(forged)[0]] == [404] * 4
    assert run.process.poll() is None
    assert visit(reply)[0] == 200
    assert run.end()[0] == 0
    silent.close()


def test_a_no_in_the_browser_ends_it(google, config, connect):
    google.owner.says_no = True
    run = connect(BROWSER="/bin/false")

    visit(follow(run.address()))

    assert run.end()[0] == 4
    assert "Google was told not to let netkeep-sync in" in run.err
    assert not (config / "google-token.json").exists()


# With a browser elsewhere


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (["--no-browser"], {"DISPLAY": ":0"}),
        ([], {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22", "DISPLAY": ":0"}),
        ([], {}),
    ],
    ids=["asked for", "over SSH", "no screen"],
)
def test_the_address_is_pasted_where_the_browser_is_elsewhere(google, config, connect, arguments, environ):
    run = connect(*arguments, **environ)

    reply = follow(run.address())
    status, out = run.end(reply)

    assert status == 0, run.err
    assert f"signed in to Google as {ACCOUNT}" in out
    assert_nothing_secret(google, out, run.err)


def test_a_wrong_paste_is_told_and_asked_for_again(google, config, connect):
    run = connect("--no-browser")
    address = run.address()
    reply = follow(address)

    status, _ = run.end("", address, "https://example.com/", re.sub("state=[^&]+", "state=x", reply), reply)

    assert status == 0
    told = ["nothing was pasted", "Google's own page", "another address", "another sign-in"]
    assert [words for words in told if words not in run.err] == []
    assert_nothing_secret(google, run.err)


def test_nothing_listens_at_the_address_that_is_pasted(google, config, connect):
    run = connect("--no-browser")
    reply = follow(run.address())

    with pytest.raises(ConnectionRefusedError):
        visit(reply)


def test_no_terminal_to_paste_into_is_told(google, config, connect):
    run = connect("--no-browser")

    status, _ = run.end()

    assert status == 4
    assert "no address was pasted" in run.err
    assert "Traceback" not in run.err


def test_what_was_not_ticked_ends_with_sign_in_needed(google, config, connect):
    google.owner.allows = {"openid"}
    run = connect("--no-browser", "--busy")

    status, _ = run.end(follow(run.address()))

    assert status == 4
    assert "calendar.app.created" in run.err
    assert "calendar.freebusy" in run.err
    assert not (config / "google-token.json").exists()


# Files


def test_no_client_file_is_told_with_what_to_click(google, world):
    result = world.run("connect", "google")

    assert result.status == 2
    assert str(world.folder / "config" / "netkeep-sync" / "google-client.json") in result.err
    assert 'choose "Desktop app"' in result.err


def test_what_is_not_installed_is_told(google, world, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.auth", None)

    result = world.run("connect", "google")

    assert result.status == 2
    assert install_words("google") in result.err


def test_a_client_for_web_applications_is_told_with_what_to_click(google, world):
    path = world.folder / "web.json"
    path.write_text('{"web": {"client_id": "a", "client_secret": "b"}}')

    result = world.run("connect", "google", "--client-file", path)

    assert result.status == 2
    assert '"Web application"' in result.err
    assert "https://console.cloud.google.com/auth/clients" in result.err


def test_a_sign_in_is_renewed_without_the_client_file(google, config, connect):
    sign_in(connect)
    (config / "google-client.json").unlink()

    sign_in(connect, "--busy")

    assert len(google.alive) == 2


def test_both_files_may_lie_elsewhere(google, world, connect):
    client = client_file(world.folder / "my client.json")
    token_file = world.folder / "deep" / "token.json"

    sign_in(connect, "--client-file", client, "--token-file", token_file)

    assert token_file.stat().st_mode & 0o777 == 0o600
    assert ACCOUNT in world.ok("connect", "google", "--status", "--token-file", token_file)


def test_a_service_account_signs_in_without_a_browser(google, world):
    result = world.run("connect", "google", "--client-file", key_file(world.folder / "key.json"))
    status = world.ok("connect", "google", "--status")

    assert result.status == 0, result.err
    assert "robot@my-check-ins.iam.gserviceaccount.com" in result.out
    assert "Share a calendar with it" in result.err
    assert "works:    yes" in status
    assert "PRIVATE KEY" not in result.out + result.err + status


def test_a_client_in_testing_is_told_at_once(google, config, connect, world):
    google.is_testing = True
    run = connect("--no-browser")

    assert run.end(follow(run.address()))[0] == 0
    assert "Google ends this sign-in on" in run.err
    assert 'click "Publish app"' in run.err
    assert 'click "Publish app"' in world.ok("connect", "google", "--status")


# What comes next


def test_without_a_calendar_in_the_roster_it_says_what_to_write(google, config, connect, world):
    run = connect("--no-browser")
    run.end(follow(run.address()))

    assert f'next: write "- google" below "calendars:" in {world.path}' in run.err
    assert "run `netkeep-sync sync`" in run.err


def test_without_a_roster_it_says_what_to_write_all_the_same(google, config, connect, world):
    world.path.unlink()
    run = connect("--no-browser")
    run.end(follow(run.address()))

    assert 'next: write "- google" below "calendars:" in your roster' in run.err


def test_with_a_calendar_in_the_roster_it_says_to_sync(google, config, connect, world):
    world.edit("roster: test", "roster: test\ncalendars: [google]")
    run = connect("--no-browser")
    run.end(follow(run.address()))

    assert "next: run `netkeep-sync sync`" in run.err


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("roster", "flags"),
    [
        ("calendars: [{google: {calendar_id: primary}}]", "--existing-calendar"),
        ("calendars: [google]\nbusy: google", "--busy"),
        ("busy: google", "--busy"),
        (
            "calendars: [{google: {calendar_id: work@example.com}}]\nbusy: google",
            "--existing-calendar --busy",
        ),
    ],
)
def test_what_the_roster_needs_and_was_not_asked_for_is_told(connect, world, roster, flags):
    world.edit("roster: test", f"roster: test\n{roster}")
    run = connect("--no-browser")
    run.end(follow(run.address()))

    assert f"sign in once more: `netkeep-sync connect google {flags}`" in run.err
    sign_in(connect, *flags.split())
    again = connect("--no-browser", *flags.split())
    again.end(follow(again.address()))
    assert "next: run `netkeep-sync sync`" in again.err


def test_files_that_the_roster_names_are_used(google, connect, world):
    client_file(world.folder / "my-client.json")
    named = "{client_file: my-client.json, token_file: my-token.json}"
    world.edit("roster: test", f"roster: test\ncalendars: [{{google: {named}}}]")
    run = connect("--no-browser")
    status, _ = run.end(follow(run.address()))

    assert status == 0, run.err
    assert (world.folder / "my-token.json").exists()
    assert "next: run `netkeep-sync sync`" in run.err
    assert ACCOUNT in world.ok("connect", "google", "--status")


# Its state


def test_status_tells_who_what_when_and_whether_it_works(google, config, connect, world):
    sign_in(connect, "--busy")
    age(config / "google-token.json", days=3)

    out = world.ok("connect", "google", "--status")

    assert f"account:  {ACCOUNT}" in out
    assert f"kept in:  {config / 'google-token.json'}" in out
    assert re.search(r"^made:     \d{4}-\d\d-\d\d \d\d:\d\d, 3 days ago$", out, re.MULTILINE)
    assert out.count("may:      ") == 2
    assert out.endswith("works:    yes\n")
    assert google.refreshes() == 1
    assert_nothing_secret(google, out)


def test_status_of_a_sign_in_that_died_young_says_what_to_click(google, config, connect, world):
    sign_in(connect)
    age(config / "google-token.json", days=7, hours=1)
    google.alive.clear()

    result = world.run("connect", "google", "--status")

    assert result.status == 4
    assert "works:    no" in result.out
    assert "https://console.cloud.google.com/auth/audience" in result.out
    assert 'click "Publish app"' in result.out
    assert "run `netkeep-sync connect google`" in result.err


def test_status_without_a_connection_does_not_cry_wolf(google, config, connect, world):
    sign_in(connect)
    google.trouble = (403, "")

    result = world.run("connect", "google", "--status")

    assert result.status == 1
    assert "works:    not known" in result.out
    assert "nothing is lost" in result.err


def test_status_of_nobody_names_the_command(google, world):
    result = world.run("connect", "google", "--status")

    assert result.status == 4
    assert "run `netkeep-sync connect google`" in result.err


# Its end


def test_revoking_ends_it_at_google_and_here(google, config, connect, world):
    sign_in(connect)

    out = world.ok("connect", "google", "--revoke")

    assert google.alive == {}
    assert not (config / "google-token.json").exists()
    assert "what is in your calendar stays" in out
    assert {path for path, _ in google.asked} == {"/auth", "/token", "/revoke"}


def test_revoking_twice_says_so(google, world):
    assert "nobody is signed in" in world.ok("connect", "google", "--revoke")


def test_revoking_what_is_dead_removes_it(google, config, connect, world):
    sign_in(connect)
    google.alive.clear()

    assert "Google had no sign-in to end" in world.ok("connect", "google", "--revoke")
    assert not (config / "google-token.json").exists()


def test_status_and_revoke_exclude_each_other(google, world):
    assert world.run("connect", "google", "--status", "--revoke").status == 2


def test_a_stand_in_elsewhere_is_refused(google, world, monkeypatch):
    monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", "https://evil.example")

    result = world.run("connect", "google", "--status")

    assert result.status == 2
    assert "unset it" in result.err


@pytest.mark.parametrize("arguments", [["--help"], ["connect", "--help"], ["connect", "google", "--help"]])
def test_help_imports_nothing_of_googles(world, arguments):
    code = (
        "import sys, netkeep_sync.cli.main as m\n"
        "try: m.main(sys.argv[1:])\n"
        "finally: print(sorted({'google', 'requests', 'oauthlib'} & sys.modules.keys()), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )

    assert done.stderr == "[]\n"
