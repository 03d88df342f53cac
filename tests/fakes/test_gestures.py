"""What the user does in the calendar, as the API tells of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fakes.samples import EVERY_TUESDAY, NOW, SLOTS, all_day, coffee, refused, series

if TYPE_CHECKING:
    from tests.fakes.samples import Client

FIRST_ID, SECOND, THIRD, FOURTH = (f"series0_{slot}" for slot in SLOTS)
WEDNESDAY = datetime(2026, 12, 9, 10)  # noqa: DTZ001 -- on the wall
TAIL = "series0_R20261208T080000"
PRIVATE = {"private": {"nk": "1"}}
MONTH = (datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))


@pytest.fixture
def weekly(client: Client) -> Client:
    client.insert(series(extendedProperties=PRIVATE)).execute()
    return client


def days(client: Client) -> list[str]:
    return [one["start"]["dateTime"][8:16] for one in client.fake.occurrences(client.calendar, *MONTH)]


def test_a_dragged_event_keeps_its_length(client: Client) -> None:
    client.insert(coffee()).execute()
    client.fake.user.move("coffee0", WEDNESDAY)

    moved = client.get("coffee0").execute()

    assert (moved["start"]["dateTime"], moved["end"]["dateTime"]) == (
        "2026-12-09T10:00:00+01:00",
        "2026-12-09T10:45:00+01:00",
    )


def test_a_dragged_occurrence_is_an_exception(weekly: Client) -> None:
    token = weekly.token()
    weekly.fake.user.move(SECOND, WEDNESDAY)

    changed = weekly.since(token)

    assert list(changed) == [SECOND]
    assert changed[SECOND]["originalStartTime"]["dateTime"] == "2026-12-08T09:00:00+01:00"
    assert days(weekly) == ["01T09:00", "09T10:00", "15T09:00", "22T09:00", "29T09:00"]


def test_a_dragged_series_takes_its_weekday_along(weekly: Client) -> None:
    weekly.fake.user.move("series0", datetime(2026, 12, 3, 8))  # noqa: DTZ001

    assert days(weekly) == ["03T08:00", "10T08:00", "17T08:00", "24T08:00"]
    assert weekly.get("series0").execute()["recurrence"] == ["RRULE:FREQ=WEEKLY;BYDAY=TH"]


def test_a_dragged_day_stays_a_day(client: Client) -> None:
    client.insert(all_day()).execute()
    client.fake.user.move("eve00", date(2026, 12, 26))

    assert client.get("eve00").execute()["end"] == {"date": "2026-12-27"}


def test_dragging_this_and_following_splits_the_series(weekly: Client) -> None:
    new = weekly.fake.user.move_following(SECOND, WEDNESDAY)

    old, tail = weekly.get("series0").execute(), weekly.get(new).execute()

    assert new == TAIL
    assert old["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20261207T225959Z;BYDAY=TU"]
    assert tail["recurrence"] == ["RRULE:FREQ=WEEKLY;BYDAY=WE"]
    assert (tail["iCalUID"], tail["extendedProperties"]) == (f"{TAIL}@google.com", PRIVATE)
    assert days(weekly) == ["01T09:00", "09T10:00", "16T10:00", "23T10:00", "30T10:00"]


def test_the_occurrences_of_a_split_are_named_after_the_first_series(weekly: Client) -> None:
    tail = weekly.fake.user.rename_following(SECOND, "Tea")

    items = weekly.instances(tail, maxResults=2).execute()["items"]

    assert [item["id"] for item in items] == [SECOND, THIRD]
    assert {item["recurringEventId"] for item in items} == {TAIL}
    assert weekly.get(SECOND).execute()["summary"] == "Tea"
    assert weekly.get(FIRST_ID).execute()["summary"] == "Coffee with John"


def test_a_split_resets_later_exceptions_and_spares_earlier_ones(weekly: Client) -> None:
    weekly.fake.user.move(FIRST_ID, datetime(2026, 12, 2, 12))  # noqa: DTZ001
    weekly.fake.user.move(THIRD, datetime(2026, 12, 17, 12))  # noqa: DTZ001
    token = weekly.token()
    weekly.fake.user.move_following(SECOND, WEDNESDAY)

    changed = weekly.since(token)

    assert {one: item["status"] for one, item in changed.items()} == {
        "series0": "confirmed",
        TAIL: "confirmed",
        THIRD: "cancelled",
    }
    assert days(weekly)[:3] == ["02T12:00", "09T10:00", "16T10:00"]


def test_a_split_at_the_same_time_leaves_tombstones_of_the_old_series_with_ids_of_the_new(
    weekly: Client,
) -> None:
    weekly.fake.user.rename(THIRD, "Lunch")
    token = weekly.token()
    weekly.fake.user.rename_following(SECOND, "Tea")

    told = weekly.since(token)[THIRD]

    assert (told["status"], told["recurringEventId"]) == ("cancelled", "series0")
    alive = weekly.get(THIRD).execute()
    assert (alive["summary"], alive["recurringEventId"]) == ("Tea", TAIL)


def test_a_split_at_the_same_time_may_leave_none(weekly: Client) -> None:
    weekly.fake.manners.tells_of_lost_exceptions = False
    weekly.fake.user.rename(THIRD, "Lunch")
    token = weekly.token()
    weekly.fake.user.rename_following(SECOND, "Tea")

    assert THIRD not in weekly.since(token)


def test_a_split_shares_the_count(client: Client) -> None:
    client.insert(series(rule=f"{EVERY_TUESDAY};COUNT=4")).execute()

    tail = client.fake.user.move_following(SECOND, WEDNESDAY)

    assert client.get(tail).execute()["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE"]
    assert len(days(client)) == 4


def test_a_split_at_the_first_occurrence_is_an_edit_of_the_series(weekly: Client) -> None:
    assert weekly.fake.user.rename_following(FIRST_ID, "Tea") == "series0"
    assert weekly.get("series0").execute()["summary"] == "Tea"


def test_a_split_can_be_split_again(weekly: Client) -> None:
    weekly.fake.user.rename_following(SECOND, "Tea")

    again = weekly.fake.user.rename_following(FOURTH, "Lunch")

    assert again == "series0_R20261222T080000"
    titles = [one["summary"] for one in weekly.fake.occurrences(weekly.calendar, *MONTH)]
    assert titles == ["Coffee with John", "Tea", "Tea", "Lunch", "Lunch"]


def test_a_series_of_days_is_split_by_days(client: Client) -> None:
    client.insert(all_day(recurrence=["RRULE:FREQ=YEARLY"])).execute()

    tail = client.fake.user.move_following("eve00_20271224", date(2027, 12, 26))

    assert tail == "eve00_R20271224"
    assert client.get("eve00").execute()["recurrence"] == ["RRULE:FREQ=YEARLY;UNTIL=20271223"]


def test_deleting_one_all_or_the_following(weekly: Client) -> None:
    weekly.fake.user.delete(SECOND)
    assert days(weekly) == ["01T09:00", "15T09:00", "22T09:00", "29T09:00"]

    weekly.fake.user.delete_following(FOURTH)
    assert days(weekly) == ["01T09:00", "15T09:00"]

    weekly.fake.user.delete("series0")
    assert days(weekly) == []
    assert weekly.get("series0").execute()["status"] == "cancelled"


def test_deleting_from_the_first_on_deletes_the_series(weekly: Client) -> None:
    weekly.fake.user.delete_following(FIRST_ID)

    assert weekly.get("series0").execute()["status"] == "cancelled"


def test_the_bin_gives_back_what_was_deleted(weekly: Client) -> None:
    weekly.fake.user.move(SECOND, WEDNESDAY)
    weekly.fake.user.delete("series0")
    weekly.fake.user.undelete("series0")

    assert days(weekly)[:2] == ["01T09:00", "09T10:00"]

    weekly.fake.user.delete(THIRD)
    weekly.fake.user.undelete(THIRD)
    assert days(weekly)[2] == "15T09:00"


def test_words_change_by_hand(weekly: Client) -> None:
    weekly.fake.user.rename(SECOND, "✓ Coffee with John")
    weekly.fake.user.edit_description("series0", "one\ntwo")
    weekly.fake.user.place("series0", "Bar")
    weekly.fake.user.color("series0", "5")
    weekly.fake.user.lengthen("series0", timedelta(minutes=15))

    second = weekly.get(SECOND).execute()

    assert (second["summary"], second["description"]) == ("✓ Coffee with John", "one<br>two")
    assert (second["location"], second["colorId"]) == ("Bar", "5")
    assert second["end"]["dateTime"] == "2026-12-08T10:00:00+01:00"


def test_only_a_guest_can_decline(client: Client) -> None:
    client.insert(coffee()).execute()

    with pytest.raises(ValueError, match="no guest"):
        client.fake.user.decline("coffee0")
    client.fake.user.invite("coffee0", "john@example.org", "ana@example.com")
    client.fake.user.decline("coffee0")
    client.fake.user.decline("coffee0", as_guest="john@example.org")

    answers = [guest["responseStatus"] for guest in client.get("coffee0").execute()["attendees"]]
    assert answers == ["declined", "declined"]


def test_a_user_can_choose_another_rhythm(weekly: Client) -> None:
    weekly.fake.user.change_rule("series0", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")

    assert days(weekly) == ["01T09:00", "15T09:00", "29T09:00"]


def test_an_event_moved_to_another_calendar_leaves_a_bare_tombstone(weekly: Client) -> None:
    weekly.fake.user.move(SECOND, WEDNESDAY)
    token = weekly.token()
    weekly.fake.user.move_to_other_calendar("series0")

    bare = {"id": "series0", "status": "cancelled"}
    assert weekly.since(token)["series0"] == bare
    assert weekly.get("series0").execute() == bare
    assert days(weekly) == []
    primary = weekly.fake.occurrences("primary", *MONTH)
    assert [one["start"]["dateTime"][8:16] for one in primary][:2] == ["01T09:00", "09T10:00"]


def test_another_zone_of_the_calendar_changes_texts_and_no_instant(weekly: Client) -> None:
    weekly.fake.user.change_timezone("Asia/Tokyo", calendar=weekly.calendar)

    start = weekly.get(SECOND).execute()["start"]

    assert start == {"dateTime": "2026-12-08T17:00:00+09:00", "timeZone": "Europe/Berlin"}


def test_a_strangers_event_is_there_like_any_other(client: Client) -> None:
    theirs = client.fake.user.add_event("Dentist", NOW, calendar=client.calendar, recurrence=[EVERY_TUESDAY])

    assert [item["id"] for item in client.everything()[0]] == [theirs]


def test_an_invitation_can_be_changed_by_its_organizer_only(client: Client) -> None:
    theirs = client.fake.user.add_event("Party", NOW, calendar=client.calendar, invited_by="bob@example.org")

    assert refused(client.patch(theirs, summary="Mine")) == (403, "forbiddenForNonOrganizer")
    client.patch(theirs, colorId="3").execute()


def test_a_deleted_calendar_is_not_found(weekly: Client) -> None:
    weekly.fake.user.delete_calendar(weekly.calendar)

    assert refused(weekly.listing()) == (404, "notFound")


def test_what_is_deleted_cannot_be_taken_hold_of(weekly: Client) -> None:
    weekly.fake.user.delete(SECOND)

    with pytest.raises(LookupError):
        weekly.fake.user.move(SECOND, WEDNESDAY)
    with pytest.raises(LookupError):
        weekly.fake.user.rename_following(SECOND, "Tea")
    with pytest.raises(LookupError):
        weekly.fake.user.rename("nothing", "Tea")
