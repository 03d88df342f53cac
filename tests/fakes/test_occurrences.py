"""Series: their occurrences, exceptions, and what an edit of the whole does to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.samples import EVERY_TUESDAY, FIRST, SLOTS, all_day, coffee, refused, series, times

if TYPE_CHECKING:
    from tests.fakes.samples import Client

FIRST_ID, SECOND, THIRD, FOURTH = (f"series0_{slot}" for slot in SLOTS)
LATER = times(datetime(2026, 12, 9, 15))  # noqa: DTZ001
YEAR = (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC))


def starts(client: Client, event_id: str = "series0", **query: Any) -> list[str]:
    items = client.instances(event_id, **query).execute()["items"]
    return [item["start"].get("dateTime") or item["start"]["date"] for item in items]


def test_occurrences_are_named_by_their_slot_in_utc(client: Client) -> None:
    client.insert(series()).execute()

    items = client.instances("series0", maxResults=2).execute()["items"]

    assert [item["id"] for item in items] == [FIRST_ID, SECOND]
    assert {item["recurringEventId"] for item in items} == {"series0"}
    assert items[1]["originalStartTime"] == items[1]["start"]
    assert "recurrence" not in items[1]


def test_occurrences_of_days_are_named_by_the_day(client: Client) -> None:
    client.insert(all_day(recurrence=["RRULE:FREQ=YEARLY"])).execute()

    items = client.instances("eve00", maxResults=2).execute()["items"]

    assert [item["id"] for item in items] == ["eve00_20261224", "eve00_20271224"]


def test_wall_clock_time_holds_when_clocks_change(client: Client) -> None:
    client.insert(series(rule="RRULE:FREQ=MONTHLY;INTERVAL=4;BYDAY=1TU")).execute()

    assert starts(client, maxResults=2) == ["2026-12-01T09:00:00+01:00", "2027-04-06T09:00:00+02:00"]


def test_an_excluded_date_has_no_occurrence(client: Client) -> None:
    lines = [EVERY_TUESDAY, "EXDATE;TZID=Europe/Berlin:20261208T090000", "EXDATE:20261215T080000Z"]
    client.insert(coffee("series0", recurrence=lines)).execute()

    assert starts(client, maxResults=2) == ["2026-12-01T09:00:00+01:00", "2026-12-22T09:00:00+01:00"]
    assert refused(client.get(SECOND)) == (404, "notFound")


def test_an_added_date_has_one(client: Client) -> None:
    lines = [EVERY_TUESDAY, "RDATE;TZID=Europe/Berlin:20261203T090000"]
    client.insert(coffee("series0", recurrence=lines)).execute()

    assert starts(client, maxResults=2)[1] == "2026-12-03T09:00:00+01:00"


def test_until_is_the_last_start_and_count_is_before_exclusion(client: Client) -> None:
    client.insert(series("until00", rule=f"{EVERY_TUESDAY};UNTIL=20261208T080000Z")).execute()
    client.insert(series("until01", rule=f"{EVERY_TUESDAY};UNTIL=20261208T075959Z")).execute()
    lines = [f"{EVERY_TUESDAY};COUNT=3", "EXDATE:20261208T080000Z"]
    client.insert(coffee("count00", recurrence=lines)).execute()

    assert [len(starts(client, one)) for one in ("until00", "until01", "count00")] == [2, 1, 2]


def test_a_start_that_does_not_fit_the_rule_is_one_more_occurrence(client: Client) -> None:
    client.insert(series(rule="RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2")).execute()

    assert [start[:10] for start in starts(client)] == ["2026-12-01", "2026-12-02", "2026-12-09"]


def test_a_slot_that_the_rule_does_not_make_is_not_found(client: Client) -> None:
    client.insert(series()).execute()

    assert refused(client.get("series0_20261202T080000Z")) == (404, "notFound")
    assert refused(client.get("series0_20261208")) == (404, "notFound")


def test_an_occurrence_can_be_written_before_anything_is_stored_for_it(client: Client) -> None:
    client.insert(series()).execute()

    moved = client.patch(SECOND, **LATER).execute()

    assert moved["start"]["dateTime"] == "2026-12-09T15:00:00+01:00"
    assert moved["originalStartTime"]["dateTime"] == "2026-12-08T09:00:00+01:00"
    assert (moved["id"], moved["recurringEventId"]) == (SECOND, "series0")
    assert len(client.fake.events(client.calendar)) == 2


def test_moving_one_occurrence_moves_no_other(client: Client) -> None:
    client.insert(series(rule=f"{EVERY_TUESDAY};COUNT=3")).execute()
    client.patch(SECOND, **LATER).execute()

    assert [start[:10] for start in starts(client)] == ["2026-12-01", "2026-12-09", "2026-12-15"]


def test_a_deleted_occurrence_is_gone_and_can_come_back(client: Client) -> None:
    client.insert(series(rule=f"{EVERY_TUESDAY};COUNT=3")).execute()
    client.delete(SECOND).execute()

    assert len(starts(client)) == 2
    assert len(client.instances("series0", showDeleted=True).execute()["items"]) == 3
    assert refused(client.delete(SECOND)) == (410, "deleted")
    client.patch(SECOND, status="confirmed").execute()
    assert len(starts(client)) == 3


def test_instances_of_an_occurrence_are_itself_and_none_where_it_is_cancelled(client: Client) -> None:
    client.insert(series()).execute()

    assert starts(client, SECOND) == ["2026-12-08T09:00:00+01:00"]
    client.delete(SECOND).execute()
    assert starts(client, SECOND) == []


def test_instances_can_be_asked_for_by_window_and_by_slot(client: Client) -> None:
    client.insert(series()).execute()
    window = {"timeMin": "2026-12-08T00:00:00Z", "timeMax": "2026-12-16T00:00:00Z"}

    assert len(starts(client, **window)) == 2
    assert starts(client, originalStart="2026-12-22T09:00:00+01:00") == ["2026-12-22T09:00:00+01:00"]


def test_a_rename_of_the_series_reaches_all_but_titles_of_their_own(client: Client) -> None:
    client.insert(series()).execute()
    client.patch(SECOND, summary="Tea").execute()
    client.patch(THIRD, **times(datetime(2026, 12, 16, 9))).execute()  # noqa: DTZ001

    client.patch("series0", summary="Lunch").execute()

    found = [client.get(one).execute() for one in (FIRST_ID, SECOND, THIRD)]
    assert [item["summary"] for item in found] == ["Lunch", "Tea", "Lunch"]
    assert found[2]["start"]["dateTime"] == "2026-12-16T09:00:00+01:00"


@pytest.mark.parametrize(
    "change",
    [{"recurrence": ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"]}, times(datetime(2026, 12, 1, 10))],  # noqa: DTZ001
    ids=["rule", "start"],
)
def test_a_moved_rule_resets_all_exceptions(client: Client, change: dict[str, Any]) -> None:
    client.insert(series()).execute()
    client.patch(SECOND, summary="Tea").execute()
    client.delete(THIRD).execute()

    client.patch("series0", **change).execute()

    found = client.fake.occurrences(client.calendar, *YEAR)
    assert {item["summary"] for item in found} == {"Coffee with John"}
    assert len(client.fake.events(client.calendar)) == 1


def test_a_delta_tells_of_a_reset_what_became_of_the_slot(client: Client) -> None:
    client.insert(series()).execute()
    client.delete(SECOND).execute()
    client.delete(THIRD).execute()
    token = client.token()

    client.patch("series0", recurrence=["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"]).execute()

    assert {one: item["status"] for one, item in client.since(token).items()} == {
        "series0": "confirmed",
        SECOND: "cancelled",  # the new rule has no such slot, but has the third
        THIRD: "confirmed",
    }
    assert len(client.fake.events(client.calendar)) == 1


def test_an_exception_behind_a_new_until_stays_as_a_ghost(client: Client) -> None:
    client.insert(series()).execute()
    client.patch(FOURTH, **times(datetime(2026, 12, 23, 9))).execute()  # noqa: DTZ001

    client.patch("series0", recurrence=[f"{EVERY_TUESDAY};UNTIL=20261214T225959Z"]).execute()

    found = client.fake.occurrences(client.calendar, *YEAR)
    assert [item["id"] for item in found] == [FIRST_ID, SECOND, FOURTH]


def test_the_properties_of_an_occurrence_are_merged_with_those_of_the_series(client: Client) -> None:
    client.insert(series(extendedProperties={"private": {"nk": "1", "rev": "1"}})).execute()

    patched = client.patch(SECOND, extendedProperties={"private": {"rev": "2", "nk": None}}).execute()

    assert patched["extendedProperties"]["private"] == {"rev": "2"}
    assert client.get("series0").execute()["extendedProperties"]["private"] == {"nk": "1", "rev": "1"}


def test_an_occurrence_cannot_recur_itself(client: Client) -> None:
    client.insert(series()).execute()

    assert refused(client.patch(SECOND, recurrence=[EVERY_TUESDAY])) == (400, "invalid")


@pytest.mark.parametrize(
    "line",
    [
        "FREQ=WEEKLY",
        "RRULE:FREQ=FORTNIGHTLY",
        "RRULE:FREQ=WEEKLY;COUNT=2;UNTIL=20270101T000000Z",
        "RRULE:FREQ=WEEKLY;UNTIL=20270101",
        "RRULE:FREQ=WEEKLY;UNTIL=20270101T000000",
        "RRULE:FREQ=WEEKLY;UNTIL=20261130T000000Z",
        "DTSTART:20261201T080000Z",
    ],
)
def test_an_unsound_rule_is_refused(client: Client, line: str) -> None:
    assert refused(client.insert(coffee("series0", recurrence=[line]))) == (400, "invalid")


def test_a_series_without_any_occurrence_is_refused(client: Client) -> None:
    lines = [f"{EVERY_TUESDAY};COUNT=1", "EXDATE:20261201T080000Z"]

    assert refused(client.insert(coffee("series0", recurrence=lines))) == (400, "invalid")


def test_a_single_event_can_become_a_series_and_back(client: Client) -> None:
    client.insert(coffee("series0")).execute()
    client.patch("series0", recurrence=[f"{EVERY_TUESDAY};COUNT=2"]).execute()

    assert len(starts(client)) == 2
    body = {"summary": "Coffee", **times(FIRST)}
    assert "recurrence" not in client.update("series0", body).execute()
