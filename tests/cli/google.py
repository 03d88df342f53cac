"""A world for whole commands with a calendar at Google: the fake stands in for all of Google's hosts."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from starlette.testclient import TestClient

from netkeep_sync.service.keeper import Keeper
from netkeep_sync.service.workspace import open_workspace
from netkeep_sync.targets.content import series_id
from tests.fakes.accounts import CLIENT_ID, CLIENT_SECRET
from tests.fakes.discovery import long_scope
from tests.fakes.google_calendar import ACCOUNT, FakeGoogleCalendar
from tests.fakes.google_sign_in import client_file, follow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Result, World

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = "2026-11-23T10:00+01:00"
ROSTER = """
    roster: test
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    milestones: true
    capacity: {per_day: 1, per_week: 5}
    categories:
      peers: {cadence: monthly, channel: coffee, ask: [What is new?]}
      leaders: {cadence: quarterly, channel: video}
    contacts:
      - {name: John Doe, email: john@example.com, category: peers, last_met: 2026-11-16}
      - {name: Joan Diaz, category: peers, last_met: 2026-11-09, milestones: {birthday: 03-14}}
      - {name: Grace Liu, category: leaders, last_met: 2026-10-05, notes: Builds a data team.}
    calendars:
      - google
    """


class Google:
    """A user's machine and their account at Google, at a time that the test sets."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = NOW
        self.fake = FakeGoogleCalendar(clock=lambda: self.now)
        self.config = world.folder / "config" / "netkeep-sync"
        world.write(ROSTER)

    @property
    def token_file(self) -> Path:
        return self.config / "google-token.json"

    def sign_in(self, *scopes: str, account: str = ACCOUNT) -> None:
        """Sign in as `connect google` does (which test_connect.py tries)."""
        scopes = scopes or ("calendar.app.created",)
        grant = self.fake.accounts.grant(scopes)
        held = {
            "type": "authorized_user",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "refresh_token": grant.refresh_token,
            "scopes": [long_scope(one) for one in scopes],
            "account": account,
        }
        self.config.mkdir(parents=True, exist_ok=True)
        self.token_file.write_text(json.dumps(held))
        self.token_file.chmod(0o600)

    def connect(self, *arguments: str) -> str:
        """Run `connect google` and allow everything; return what it says."""
        client = client_file(self.config / "client.json", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        command = [sys.executable, "-m", "netkeep_sync", "-c", str(self.world.path), "connect", "google"]
        process = subprocess.Popen(
            [*command, "--no-browser", "--client-file", str(client), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        said = ""
        while not (address := re.search(r"^  (http://\S+)$", said, re.MULTILINE)):
            line = process.stdout.readline()
            assert line, said
            said += line
        rest, _ = process.communicate(f"{follow(address[1])}\n", timeout=60)
        assert process.returncode == 0, said + rest
        return said + rest

    def served(self) -> Served:
        """Return what `serve` serves; use it in a `with` statement."""
        return Served(self)

    def run(self, *arguments: object) -> Result:
        """Run a command now; the ledger then holds its requests alone."""
        self.fake.ledger.clear()
        return self.world.run(*arguments, as_of=self.now.isoformat())

    def sync(self, *arguments: object, status: int = 0) -> Result:
        result = self.run("sync", *arguments)
        assert result.status == status, result.err
        return result

    def json(self, *arguments: object, status: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.sync("--json", *arguments, status=status).out)
        return found

    def on_terminal(self, *arguments: str) -> tuple[str, int]:
        """Run a command whose standard error is a terminal; return what that shows, and the status."""
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "netkeep_sync", "-c", str(self.world.path)]
        process = subprocess.Popen(
            [*command, "--as-of", self.now.isoformat(), *arguments],
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # that the terminal is gone
            while data := os.read(ours, 4096):
                shown += data
        os.close(ours)
        return shown.decode(), process.wait(timeout=60)

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    # -- what there is ----------------------------------------------------------------------------

    @property
    def calendar(self) -> str:
        """The calendar that was made last."""
        return self.fake.calendars[-1]

    def event(self, name: str) -> str:
        """Return the id of the series with somebody that has no end."""
        [found] = [
            one["id"]
            for one in self.fake.events(self.calendar)
            if name in one["summary"] and "dateTime" in one["start"]
            if "UNTIL" not in str(one.get("recurrence", "UNTIL"))
        ]
        return str(found)

    def occurrence(self, name: str, number: int = 0) -> str:
        """Return the id of a coming check-in with somebody."""
        coming = self.fake.occurrences(self.calendar, self.now, self.now + timedelta(days=700))
        found = [one["id"] for one in coming if name in one["summary"] and "dateTime" in one["start"]]
        return str(found[number])

    def titles(self) -> list[str]:
        """Return the title of every series on the calendar."""
        return sorted(one["summary"] for one in self.fake.events(self.calendar) if "recurrence" in one)

    def state(self) -> dict[str, str]:
        """Return a digest of every file of the user's but the sign-in, which any look may renew."""
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.world.folder.rglob("*"))
            if path.is_file() and path != self.token_file and path.suffix != ".lock"
        }

    def written(self) -> set[tuple[str, str]]:
        """Return what was done to which event, as the ledger has it: what becomes of an occurrence is an
        update of its series.
        """
        kinds = {"events.insert": "create", "events.patch": "update", "events.delete": "remove"}
        found = set()
        for call in self.fake.ledger.writes:
            if call.method in kinds and call.was_applied:
                master, _, slot = str(call.event_id).partition("_")
                found.add((kinds[call.method] if not slot else "update", master))
        created = {event for kind, event in found if kind == "create"}
        return {(kind, event) for kind, event in found if kind == "create" or event not in created}


class Served:
    """`serve` without its clock and its server: `turn` is one pass."""

    def __init__(self, google: Google) -> None:
        environ = dict(os.environ)
        workspace = open_workspace(google.world.path, today=google.now.date(), environ=environ)
        self.keeper = Keeper(
            workspace, every=timedelta(minutes=15), environ=environ, clock=lambda: google.now
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.keeper.close()

    def turn(self) -> None:
        """Run a pass, as if one were due."""
        self.keeper.start()

    def page(self) -> str:
        from netkeep_sync.web.app import make_app

        client = TestClient(
            make_app(self.keeper), base_url="http://127.0.0.1:8017", client=("127.0.0.1", 50000)
        )
        return client.get("/").text


def told(document: dict[str, Any], target: str = "google") -> set[tuple[str, str]]:
    """Return what a document says is done to which event."""
    [found] = [one for one in document["targets"] if one["target"] == target]
    return {(kind, series_id(one["uid"])) for kind in ("create", "update", "remove") for one in found[kind]}
