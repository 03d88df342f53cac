"""What it takes to serve a feed, against a bare Starlette endpoint that returns the same bytes.

Both are asked through uvicorn's own HTTP protocol, without a network between: a request goes in as bytes, the
answer comes out as bytes. What many requests in a row take is measured in CPU time.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from netkeep_sync.core.feed import FeedSpec
from netkeep_sync.core.roster import Show
from netkeep_sync.service.feeds import feed_projections
from netkeep_sync.service.keeper import Keeper
from netkeep_sync.service.workspace import open_workspace
from netkeep_sync.targets.ics import IcsTarget
from netkeep_sync.web.app import make_app
from tests.benchmarks.table import Row, cpu_seconds, show

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

CONTACTS = 200
REQUESTS = 300
RUNS = 9
SHARE_LEAST = 0.7
"""The feed does at least so much of what the bare endpoint does in the same time."""

PASS_MOST = 0.35
"""What feeds may cost a pass that changes nothing, of what writing them all would cost."""

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def run() -> bool:
    """Measure, print a table, and tell whether the budget is kept."""
    with tempfile.TemporaryDirectory() as folder:
        keeper = _keeper(Path(folder))
        try:
            is_served_fast = asyncio.run(_measure(keeper))
            return _measure_pass(keeper) and is_served_fast
        finally:
            keeper.close()


async def _measure(keeper: Keeper) -> bool:
    view = keeper.view
    whole, unchanged = Response(view.feed.document, media_type="text/calendar"), Response(status_code=304)
    etag = f'If-None-Match: "{view.feed.digest}"\r\n'
    rows = []
    for name, answer, headers in (("GET", whole, ""), ("GET of what is known, 304", unchanged, etag)):
        request = (
            f"GET /feed/{view.token}.ics HTTP/1.1\r\nHost: 127.0.0.1:8017\r\n"
            f"User-Agent: Google-Calendar-Importer\r\nAccept: text/calendar\r\n{headers}\r\n"
        ).encode()
        bare, feed = await _least(_bare(answer), make_app(keeper), request, status=answer.status_code)
        rows.append(Row(name=name, figure=feed, floor=bare, most=bare / SHARE_LEAST))
    return show(
        f"The feed of {CONTACTS} contacts over HTTP, {REQUESTS} requests, against a bare endpoint",
        rows,
        unit="ms",
    )


def _measure_pass(keeper: Keeper) -> bool:
    """Measure what all feeds cost a pass that changes nothing, against writing them anew."""
    outlook = keeper.view.outlook
    for number, shown in enumerate([*Show, Show.FULL]):
        keeper.add_feed(FeedSpec(name=f"feed-{number}", show=shown))
    specs = [one.spec for one in keeper.view.feeds]

    def write() -> None:
        for spec in specs:
            for projection in feed_projections(outlook, spec):
                IcsTarget().put(projection, base=None, now=NOW)

    def keep() -> None:
        keeper._feeds.fill(outlook, now=NOW)
        keeper._feeds.serve(keeper.workspace, outlook, keeper._target, now=NOW)

    floor = cpu_seconds(write, runs=2)
    row = Row(
        name=f"{len(specs)} feeds, nothing changed",
        figure=cpu_seconds(keep, runs=RUNS),
        floor=floor,
        most=PASS_MOST * floor,
    )
    return show(f"The feeds of {CONTACTS} contacts at a pass, against writing all of them", [row], unit="ms")


def _bare(answer: Response) -> ASGIApp:
    async def endpoint(_request: Request) -> Response:
        return Response(answer.body, status_code=answer.status_code, media_type=answer.media_type)

    return Starlette(routes=[Route("/feed/{token}.ics", endpoint)])


async def _least(*apps_and_request: object, status: int) -> tuple[float, float]:
    """Return the least CPU time of each application, which are asked in turn: the machine tires both."""
    *apps, request = apps_and_request
    assert isinstance(request, bytes)
    times: list[list[float]] = [[] for _ in apps]
    for _ in range(RUNS):
        for app, taken in zip(apps, times, strict=True):
            taken.append(await _cpu_seconds(cast("ASGIApp", app), request, status=status))
    bare, feed = map(min, times)
    return bare, feed


async def _cpu_seconds(app: ASGIApp, request: bytes, *, status: int) -> float:
    """Return the CPU time of many requests over one connection."""
    config = Config(app, http=H11Protocol, access_log=False, log_config=None, server_header=False)
    config.load()
    protocol = H11Protocol(config=config, server_state=ServerState(), app_state={})
    line = _Line()
    protocol.connection_made(line)
    started = time.process_time()
    for _ in range(REQUESTS):
        line.answer.clear()
        protocol.data_received(request)
        while not protocol.cycle.response_complete:  # noqa: ASYNC110  it takes turns of the loop, no time
            await asyncio.sleep(0)
    taken = time.process_time() - started
    assert line.answer.startswith(b"HTTP/1.1 %d " % status), bytes(line.answer[:200])
    protocol.connection_lost(None)
    return taken


class _Line(asyncio.Transport):
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 50000), "sockname": ("127.0.0.1", 8017)})
        self.answer = bytearray()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.answer += data

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def _keeper(folder: Path) -> Keeper:
    path = folder / "netkeep.yaml"
    path.write_text(_roster(), encoding="utf-8")
    environ = {"NETKEEP_DATABASE": f"sqlite:///{folder / 'netkeep.db'}"}
    workspace = open_workspace(path, today=NOW.date(), environ=environ)
    keeper = Keeper(workspace, every=timedelta(minutes=15), environ=environ, clock=lambda: NOW)
    keeper.start()
    return keeper


def _roster() -> str:
    people = "\n".join(
        f"  - {{name: Person {number}, category: peers, notes: Likes the number {number}.}}"
        for number in range(CONTACTS)
    )
    return (
        "roster: r0\nowner: {name: Ana Kaya}\ntimezone: Europe/Berlin\n"
        "capacity: {per_day: 3, per_week: 15}\n"
        "categories:\n  peers: {cadence: every 6 months, channel: coffee, ask: [What is new?]}\n"
        f"contacts:\n{people}\n"
    )
