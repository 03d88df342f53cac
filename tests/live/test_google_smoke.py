"""The walk through a calendar at Google: always against the fake, and on request against Google itself.

    python -m pytest tests/live --live-google -s            # with the sign-in that `connect google` keeps
    python -m pytest tests/live --live-google=TOKEN_FILE -s

It makes a calendar of its own, deletes it at the end, and prints what of the undocumented holds there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from netkeep_sync.targets.google_auth import endpoints_from
from netkeep_sync.targets.google_link import service_for
from netkeep_sync.targets.google_token import default_token_file, needed_scopes
from tests.fakes.google_calendar import FakeGoogleCalendar
from tests.live.google_walk import Walk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_the_walk_goes_all_the_way_with_the_fake(tmp_path):
    with FakeGoogleCalendar(clock=lambda: NOW) as fake:
        claims = Walk(fake.service("calendar.app.created"), tmp_path, NOW).run()
    assert claims["the id of a deleted event is never free again"]
    assert len(claims) >= 10


@pytest.mark.live_google
def test_the_walk_goes_all_the_way_at_google(request, tmp_path):
    named = request.config.getoption("live_google")
    token_file = Path(named) if named else default_token_file()
    service = service_for(token_file, needed_scopes(), endpoints=endpoints_from({}))
    try:
        claims = Walk(service, tmp_path, datetime.now(UTC)).run()
    finally:
        service.close()
    for claim, holds in sorted(claims.items()):
        print(f"{'holds' if holds else 'does NOT hold'}: {claim}")
