"""What a calendar on a CalDAV server is called in the store: the same whatever its files and its path."""

import pytest

from netkeep_sync.core.roster import CaldavCalendar


@pytest.mark.parametrize(
    ("calendar", "name"),
    [
        (
            CaldavCalendar(url="https://cloud.example.com/remote.php/dav", user="ana"),
            "caldav:ana@cloud.example.com/Check-ins",
        ),
        (
            CaldavCalendar(
                url="http://127.0.0.1:5232/", calendar="Network", account_file="/home/ana/dav.json"
            ),
            "caldav:127.0.0.1:5232/Network",
        ),
    ],
    ids=["with a user", "without"],
)
def test_it_is_named_by_who_where_and_what(calendar, name):
    assert calendar.name == name
