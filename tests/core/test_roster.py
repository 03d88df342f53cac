import pytest

from tests.core.builders import away, day, hours


@pytest.mark.parametrize(
    ("text", "is_inside"),
    [("2026-12-20", False), ("2026-12-21", True), ("2027-01-03", True), ("2027-01-04", False)],
)
def test_a_range_of_days_holds_its_start_and_not_its_end(text, is_inside):
    assert (day(text) in away("2026-12-21", "2027-01-03")) is is_inside


def test_hours_are_written_as_in_the_file():
    assert str(hours("08:30-10:00")) == "08:30-10:00"
