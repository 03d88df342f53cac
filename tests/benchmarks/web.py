"""The pages for 200 contacts, against the bare rendering of as many characters: each line of the finished
page as one value that the template escapes. The numbers are those of two years, and may take 50 ms in all.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from starlette.requests import Request

from netkeep_sync.core.fact import Asked, Gave, Held, Promised
from netkeep_sync.service.keeper import Keeper
from netkeep_sync.service.workspace import open_workspace
from netkeep_sync.web import pages
from netkeep_sync.web.access import Access
from netkeep_sync.web.app import make_app
from netkeep_sync.web.guard import Sessions, Visit
from netkeep_sync.web.numbers import page_of_numbers
from tests.benchmarks.processes import CONTACTS, write_roster
from tests.benchmarks.table import Row, cpu_seconds, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from netkeep_sync.core.fact import AnyFact

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RUNS = 9

MOST = {"/": 45.0, "/people": 40.0, "/year": 30.0}
MOST_SECONDS = {"/numbers": 0.05}
"""How many times the floor each page may take: where everybody stands is worked out at each look."""


def run() -> bool:
    """Measure, print a table, and tell whether the budget is kept."""
    shown = {"/": pages.today, "/people": pages.people, "/year": pages.year}
    with tempfile.TemporaryDirectory() as folder:
        keeper = _keeper(Path(folder))
        rows = [_row(keeper, path, page) for path, page in shown.items()]
        _live_two_years(keeper)
        rows.append(_row(keeper, "/numbers", page_of_numbers))
        keeper.close()
    return show(f"Pages for {CONTACTS} contacts, against rendering their bytes", rows, unit="ms")


def _row(keeper: Keeper, path: str, page: Callable[[Visit], Response]) -> Row:
    visit = _visit(keeper, path)
    lines = bytes(page(visit).body).decode().splitlines()
    bare = Environment(autoescape=True).from_string("{% for line in lines %}{{ line }}\n{% endfor %}")
    floor = cpu_seconds(lambda: bare.render(lines=lines), runs=RUNS)
    figure = cpu_seconds(lambda: page(visit), runs=RUNS)
    most = MOST_SECONDS.get(path) or MOST[path] * floor
    return Row(name=path, figure=figure, floor=floor, most=most)


def _live_two_years(keeper: Keeper) -> None:
    """Meet everybody every seven weeks for two years, give, ask and promise; and plan from there."""
    facts: list[AnyFact] = []
    for number, contact in enumerate(keeper.view.outlook.roster.contacts):
        for day in range(number % 49, 730, 49):
            held_on = NOW.date() - timedelta(days=730 - day)
            noted: Any = {"contact": contact.key, "noted_at": NOW, "source": "cli", "held_on": held_on}
            facts += [Held(**noted), Gave(**noted, what=f"A book {day}"), Asked(**noted, what=f"Help {day}")]
            facts.append(Promised(**noted, what=f"Slides {day}", is_theirs=False))
    with keeper.workspace.store() as store:
        store.add_facts(facts)
    keeper.apply()


def _keeper(folder: Path) -> Keeper:
    path = folder / "netkeep.yaml"
    write_roster(path)
    environ = {**os.environ, "NETKEEP_DATABASE": f"sqlite:///{folder / 'netkeep.db'}"}
    workspace = open_workspace(path, today=NOW.date(), environ=environ)
    keeper = Keeper(workspace, every=timedelta(minutes=15), environ=environ, clock=lambda: NOW)
    keeper.start()
    return keeper


def _visit(keeper: Keeper, path: str) -> Visit:
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8017")],
        "server": ("127.0.0.1", 8017),
        "client": ("127.0.0.1", 50000),
        "app": make_app(keeper),
    }
    request, session = Request(scope), "x" * 43
    access = Access(keeper)
    return Visit(
        request=request,
        keeper=keeper,
        access=access,
        sessions=Sessions(),
        session=session,
        standing=access.standing(request, session),
    )
