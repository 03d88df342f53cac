"""A served world whose clock the test sets: asked through a client, or through a browser on a real port."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import uvicorn
from starlette.testclient import TestClient

from netkeep_sync.service.keeper import Keeper
from netkeep_sync.service.password import password_path
from netkeep_sync.service.workspace import open_workspace
from netkeep_sync.targets.secret_file import write_secret
from netkeep_sync.web.app import make_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from httpx2 import Response

    from netkeep_sync.core.roster import Roster
    from tests.conftest import World

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LOCAL = "http://127.0.0.1:8017"
PUBLIC = "https://checkins.example.com"
PASSWORD = "three plain words"  # noqa: S105  of nobody

BUSY_LIFE = """
    roster: life
    owner: {name: Ana Kaya, email: ana@example.com}
    timezone: Europe/Berlin
    capacity: {per_day: 1, per_week: 3}
    availability:
      days: [mon, tue, wed, thu]
      holidays: DE
      away: [2026-12-21..2027-01-03, 2027-04-06..2027-04-09]
    categories:
      recruiters:
        {cadence: quarterly, channel: coffee, keep: 2, ask: [What kind of roles are you working on?],
         offer: [People I know who are looking]}
      hiring leaders: {cadence: every 6 months, channel: video, keep: 2, ask: [What keeps you up at night?]}
      vendors: {cadence: every 6 months, channel: lunch, keep: 1}
      peers: {cadence: monthly, channel: coffee, keep: 3, offer: [A second pair of eyes]}
      alumni: {cadence: every 6 weeks, channel: call}
    contacts:
      - {name: John Doe, category: recruiters, last_met: 2026-03-02, place: Café Mitte,
         notes: "Places platform engineers.\\nTraining for his first marathon.", email: john@example.com}
      - {name: Mia Novak, category: recruiters, last_met: 2026-05-04}
      - {name: Grace Liu, category: hiring leaders, timezone: America/New_York}
      - {name: Petra Lind, category: vendors, last_met: 2026-04-01}
      - {name: Bao Tran, category: vendors, last_met: 2026-02-10}
      - {name: Tomás Rivera, category: peers, last_met: 2026-05-11}
      - {name: Aiko Mori, category: peers, last_met: 2026-05-12}
      - {name: Łukasz Żak, category: peers}
      - {name: Lena Hoffmann, category: alumni, last_met: 2026-05-05}
      - {name: Sam Okafor, category: alumni}
    """


class Site:
    """A served world whose clock the test sets."""

    def __init__(
        self,
        world: World,
        *,
        now: datetime = NOW,
        environ: Mapping[str, str] | None = None,
        of: Callable[[Roster], Roster] = lambda roster: roster,
    ) -> None:
        """Serve the world's roster, or what `of` makes of it for as long as nobody touches the file."""
        self.now, self.world = now, world
        environ = {"NETKEEP_DATABASE": f"sqlite:///{world.state / 'netkeep.db'}", **(environ or {})}
        workspace = open_workspace(world.path, today=now.date(), environ=environ)
        workspace = replace(workspace, roster=of(workspace.roster))
        self.keeper = Keeper(workspace, every=timedelta(minutes=15), environ=environ, clock=lambda: self.now)
        self.keeper.start()
        self.app = make_app(self.keeper)
        self.client = self.visitor()

    def visitor(self, *, address: str = "127.0.0.1", base: str = LOCAL) -> TestClient:
        """Return a client at an address, which follows no redirect of its own accord."""
        return TestClient(self.app, base_url=base, client=(address, 50000), follow_redirects=False)

    def set_password(self, password: str = PASSWORD) -> None:
        """Set a password, hashed at little cost."""
        from argon2 import PasswordHasher

        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)
        write_secret(password_path(self.keeper.workspace), hashed.encode())

    def log_in(self, client: TestClient, *, typed: str = PASSWORD, then: str = "/") -> Response:
        """Fill in the form of the log-in page."""
        token = token_in(client.get("/login").text)
        form = {"token": token, "password": typed, "then": then}
        return client.post("/login", data=form, headers={"sec-fetch-site": "same-origin"})

    def wait(self, **time_passed: int) -> None:
        """Let time go by, and run a pass."""
        self.now += timedelta(**time_passed)
        self.keeper.apply()

    def token(self, path: str = "/") -> str:
        """Return what the forms of this client's pages hold."""
        return token_in(self.client.get(path).text)

    def post(self, path: str, **fields: str):
        """Send a form as a browser sends it from one of our pages."""
        form = {"token": self.token("/plan"), **fields}
        return self.client.post(path, data=form, headers={"sec-fetch-site": "same-origin"})

    def told(self, path: str, **fields: str) -> str:
        """Send a form, and return the page that follows."""
        answer = self.post(path, **fields)
        assert answer.status_code == 303
        return self.client.get(answer.headers["location"]).text

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve it on a free port of this machine, and give its address."""
        config = uvicorn.Config(self.app, port=0, access_log=False, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not (server.started and server.servers):
                time.sleep(0.01)
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def token_in(page: str) -> str:
    """Return what the forms of a page hold."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def lived(
    world: World, *, text: str = BUSY_LIFE, of: Callable[[Roster], Roster] = lambda roster: roster
) -> Site:
    """Return half a year of a busy life: some were met, some missed, somebody rests."""
    world.write(text)
    site = Site(world, now=datetime(2026, 6, 1, 9, 30, tzinfo=UTC), of=of)
    site.wait(weeks=9)
    site.keeper.answer("tomas-rivera", lambda desk: desk.held(note="Thinks of moving to Porto."))
    site.wait(weeks=7)
    site.keeper.answer("aiko-mori", lambda desk: desk.held(held_on=desk.outlook.today, note="New job!"))
    site.wait(weeks=9)
    for key in ("john-doe", "lena-hoffmann", "mia-novak", "tomas-rivera"):
        site.keeper.answer(key, lambda desk: desk.missed())
    site.keeper.answer("sam-okafor", lambda desk: desk.pause(note="On leave."))
    return site
