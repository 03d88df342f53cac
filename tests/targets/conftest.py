"""The CalDAV servers, as they come, and a calendar on each."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.core.roster import CaldavCalendar
from netkeep_sync.targets.caldav_account import remember_account
from tests.targets.dav_calendar import WEEKLY, Calendar
from tests.targets.dav_servers import PASSWORD, DavServer, start_radicale, start_xandikos

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_numbers = count(1)


@pytest.fixture(scope="session", params=["radicale", "xandikos"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    folder = tmp_path_factory.mktemp(request.param)
    started = start_radicale(folder) if request.param == "radicale" else start_xandikos(folder)
    yield started
    started.stop()


@pytest.fixture
def calendar(server: DavServer, tmp_path: Path) -> Iterator[Calendar]:
    """Return a calendar that has yet to be made."""
    file = tmp_path / "caldav.json"
    wanted = CaldavCalendar(
        url=server.url, user=server.user, calendar=f"Check-ins {next(_numbers)}", account_file=str(file)
    )
    remember_account(file, wanted, PASSWORD)
    made = Calendar(wanted, file)
    yield made
    for link in made.links:
        link.close()


@pytest.fixture
def listened(calendar):
    """Return a calendar with one series that was listened to, its baseline and the cursor."""
    base = calendar.put(WEEKLY)
    return calendar, base, calendar.listen(None, base).cursor
