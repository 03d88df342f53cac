import pytest

from netkeep_sync.core.roster import GoogleCalendar
from tests.core.builders import COFFEE, HOLIDAY_CODE, VIDEO, away, contact, day, hours, roster, trip


@pytest.mark.parametrize(
    ("text", "is_inside"),
    [("2026-12-20", False), ("2026-12-21", True), ("2027-01-03", True), ("2027-01-04", False)],
)
def test_a_range_of_days_holds_its_start_and_not_its_end(text, is_inside):
    assert (day(text) in away("2026-12-21", "2027-01-03")) is is_inside


def test_hours_are_written_as_in_the_file():
    assert str(hours("08:30-10:00")) == "08:30-10:00"


def test_a_plan_needs_the_holidays_of_the_owner_and_of_those_met_remotely():
    remote = [contact(name, channel=VIDEO, holidays=("US", "CA")) for name in ("Ada", "Bob")]
    near = contact("Cy", channel=COFFEE, holidays=("FR",))
    assert roster(*remote, near).holiday_codes == (HOLIDAY_CODE, "US", "CA")


@pytest.mark.parametrize(
    ("calendar", "name"),
    [
        (GoogleCalendar(), "google"),
        (GoogleCalendar(calendar="Family"), "google:Family"),
        (GoogleCalendar(calendar_id="primary"), "google:primary"),
        (GoogleCalendar(calendar="Family", calendar_id="primary"), "google:primary"),
    ],
)
def test_a_calendar_at_google_is_named_by_what_tells_it_from_others(calendar, name):
    assert calendar.name == name


def test_the_last_day_of_a_trip_belongs_to_it():
    assert trip("2026-11-09", "2026-11-13").last_on == day("2026-11-13")
