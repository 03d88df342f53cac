"""The links and the code by which calendars subscribe."""

import pytest

from netkeep_sync.web.subscribe import is_public, links, qr_code


def test_google_is_offered_what_it_can_reach():
    found = links("https://cal.example.com", "/feed/x.ics")

    assert found.address == "https://cal.example.com/feed/x.ics"
    assert found.webcal == "webcal://cal.example.com/feed/x.ics"
    assert found.google == (
        "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fcal.example.com%2Ffeed%2Fx.ics"
    )


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "192.168.1.2", "[::1]", "nas", "nas.local", "10.0.0.1", "a.internal"]
)
def test_google_is_not_offered_what_it_can_not_reach(host):
    assert not is_public(host)
    assert not links(f"https://{host}:8443", "/feed/x.ics").google


def test_a_code_holds_the_address_with_a_quiet_zone_around():
    code = qr_code("http://127.0.0.1:8017/feed/x.ics")

    assert code.size >= 21 + 8
    assert code.path.startswith("M4 4h7v1h-7z")  # the corner of a finder pattern
