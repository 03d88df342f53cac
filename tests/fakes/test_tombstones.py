"""What is told of deleted events, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.samples import SLOTS, coffee, refused, series

if TYPE_CHECKING:
    from tests.fakes.samples import Client

SECOND = f"series0_{SLOTS[1]}"


def test_a_deleted_event_carries_its_id_and_status_only(client: Client) -> None:
    client.insert(coffee()).execute()
    token = client.token()
    client.delete("coffee0").execute()

    assert client.since(token) == {"coffee0": {"id": "coffee0", "status": "cancelled"}}


def test_a_deleted_event_may_carry_more(client: Client) -> None:
    client.fake.manners.bare_tombstones = False
    client.insert(coffee()).execute()
    client.delete("coffee0").execute()

    assert client.everything(showDeleted=True)[0][0]["summary"] == "Coffee with John"


def test_a_cancelled_occurrence_carries_its_place_in_the_series_only(client: Client) -> None:
    client.insert(series()).execute()
    token = client.token()
    client.delete(SECOND).execute()

    assert client.since(token)[SECOND] == {
        "id": SECOND,
        "status": "cancelled",
        "recurringEventId": "series0",
        "originalStartTime": {"dateTime": "2026-12-08T09:00:00+01:00", "timeZone": "Europe/Berlin"},
    }


def test_a_deleted_series_looks_like_a_deleted_single_event(client: Client) -> None:
    client.insert(series()).execute()
    token = client.token()
    client.delete("series0").execute()

    assert client.since(token)["series0"] == {"id": "series0", "status": "cancelled"}


def test_a_deleted_series_takes_its_exceptions_along(client: Client) -> None:
    client.insert(series()).execute()
    client.patch(SECOND, summary="Tea").execute()
    token = client.token()
    client.delete("series0").execute()

    assert {one: item["status"] for one, item in client.since(token).items()} == {
        "series0": "cancelled",
        SECOND: "cancelled",
    }


def test_a_full_listing_has_no_deleted_events_unless_asked(client: Client) -> None:
    client.insert(coffee()).execute()
    client.delete("coffee0").execute()

    assert client.everything()[0] == []
    assert [item["id"] for item in client.everything(showDeleted=True)[0]] == ["coffee0"]


def test_a_full_listing_has_cancelled_occurrences_even_unasked(client: Client) -> None:
    client.insert(series()).execute()
    client.delete(SECOND).execute()

    def ids(**query: Any) -> list[str]:
        return [item["id"] for item in client.everything(timeMax="2026-12-20T00:00:00Z", **query)[0]]

    assert ids() == ["series0", SECOND]
    assert SECOND not in ids(singleEvents=True)
    assert SECOND in ids(singleEvents=True, showDeleted=True)


def test_tombstones_vanish_in_time(client: Client) -> None:
    client.insert(coffee()).execute()
    client.insert(series()).execute()
    client.delete("coffee0").execute()
    client.delete(SECOND).execute()
    client.fake.forget_tombstones()

    assert [item["id"] for item in client.everything(showDeleted=True)[0]] == ["series0", SECOND]
    assert refused(client.get("coffee0")) == (404, "notFound")


def test_a_token_older_than_a_vanished_tombstone_expires(client: Client) -> None:
    client.insert(coffee()).execute()
    before = client.token()
    client.delete("coffee0").execute()
    after = client.token()
    client.fake.forget_tombstones()

    assert refused(client.listing(syncToken=before, showDeleted=True)) == (410, "fullSyncRequired")
    assert client.since(after) == {}
