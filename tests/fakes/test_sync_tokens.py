"""Listings: pages, sync tokens, and what may not go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.google_calendar import Unfaithful
from tests.fakes.samples import SLOTS, coffee, refused, series

if TYPE_CHECKING:
    from tests.fakes.samples import Client


@pytest.fixture
def five(client: Client) -> Client:
    for number in range(5):
        client.insert(coffee(f"coffee{number}")).execute()
    return client


def test_a_sync_token_comes_with_the_last_page_only(five: Client) -> None:
    five.fake.manners.page_size = 2
    pages = []
    request = five.listing()
    while request is not None:
        pages.append(request.execute())
        request = five.service.events().list_next(request, pages[-1])

    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert ["nextSyncToken" in page for page in pages] == [False, False, True]
    assert ["nextPageToken" in page for page in pages] == [True, True, False]


def test_a_page_may_be_empty_and_not_be_the_last(five: Client) -> None:
    five.fake.manners.empty_pages = True

    first = five.listing().execute()
    found, token = five.everything()

    assert (first["items"], "nextPageToken" in first) == ([], True)
    assert (len(found), bool(token)) == (5, True)


def test_max_results_bounds_a_page(five: Client) -> None:
    assert len(five.listing(maxResults=3).execute()["items"]) == 3


def test_a_token_brings_what_changed_since(five: Client) -> None:
    token = five.token()
    five.patch("coffee1", summary="Tea").execute()
    five.delete("coffee2").execute()
    five.insert(coffee("coffee9")).execute()

    changed = five.since(token)

    assert {one: item["status"] for one, item in changed.items()} == {
        "coffee1": "confirmed",
        "coffee2": "cancelled",
        "coffee9": "confirmed",
    }


def test_a_token_brings_nothing_where_nothing_changed(five: Client) -> None:
    found, again = five.everything(syncToken=five.token(), showDeleted=True)

    assert (found, bool(again)) == ([], True)


def test_a_change_between_two_pages_is_in_the_next_delta(five: Client) -> None:
    first = five.listing(maxResults=3).execute()
    five.insert(coffee("coffee9")).execute()
    five.delete("coffee0").execute()
    last = five.listing(maxResults=3, pageToken=first["nextPageToken"]).execute()

    changed, _ = five.everything(syncToken=last["nextSyncToken"])

    assert {item["id"] for item in changed} == {"coffee9", "coffee0"}


@pytest.mark.parametrize(
    "restriction",
    [
        {"iCalUID": "x@google.com"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "nk=1"},
        {"sharedExtendedProperty": "nk=1"},
        {"q": "Coffee"},
        {"timeMin": "2026-12-01T00:00:00Z"},
        {"timeMax": "2026-12-01T00:00:00Z"},
        {"updatedMin": "2026-11-20T00:00:00Z"},
        {"showDeleted": False},
    ],
    ids=lambda restriction: next(iter(restriction)),
)
def test_a_token_goes_with_no_restriction(client: Client, restriction: dict[str, Any]) -> None:
    token = client.everything()[1]

    assert refused(client.listing(syncToken=token, **restriction)) == (
        400,
        "syncTokenWithRequestRestrictions",
    )


def test_an_expired_token_asks_for_a_full_sync(client: Client) -> None:
    token = client.token()
    client.fake.expire_sync_tokens()

    assert refused(client.listing(syncToken=token, showDeleted=True)) == (410, "fullSyncRequired")
    assert client.since(client.token()) == {}


def test_a_token_is_good_again_and_again(five: Client) -> None:
    token = five.token()
    five.delete("coffee0").execute()

    assert five.since(token) == five.since(token)


def test_a_token_of_nobody_is_invalid(client: Client) -> None:
    assert refused(client.listing(syncToken="made-up")) == (400, "invalid")
    assert refused(client.listing(pageToken="made-up")) == (400, "invalid")


def test_a_filtered_listing_brings_no_token(five: Client) -> None:
    assert five.everything(q="Coffee")[1] is None
    assert five.everything(orderBy="updated")[1] is None


def test_a_windowed_listing_brings_a_token_of_that_window(client: Client) -> None:
    _, token = client.everything(timeMin="2027-01-01T00:00:00Z")
    client.insert(coffee()).execute()
    client.insert(series()).execute()

    found, _ = client.everything(syncToken=token)

    assert [item["id"] for item in found] == ["series0"]


def test_other_parameters_than_those_of_the_first_listing_are_a_violation(client: Client) -> None:
    token = client.everything(singleEvents=False)[1]

    client.listing(syncToken=token, singleEvents=True).execute()

    with pytest.raises(Unfaithful, match="differs from what made the token"):
        client.fake.check()
    client.fake.violations.clear()


def test_items_come_in_no_promised_order(five: Client) -> None:
    five.fake.manners.arrange = lambda ids: ids[::-1]

    assert [item["id"] for item in five.everything()[0]] == [f"coffee{number}" for number in (4, 3, 2, 1, 0)]


def test_single_events_are_occurrences_in_order_of_their_start(client: Client) -> None:
    client.insert(series()).execute()

    found, _ = client.everything(singleEvents=True, orderBy="startTime", timeMax="2026-12-20T00:00:00Z")

    assert [item["id"] for item in found] == [f"series0_{slot}" for slot in SLOTS[:3]]
    assert refused(client.listing(orderBy="startTime")) == (400, "badRequest")


def test_an_endless_series_has_730_occurrences_in_a_listing(client: Client) -> None:
    client.insert(series(rule="RRULE:FREQ=DAILY")).execute()

    assert len(client.everything(singleEvents=True, maxResults=2500)[0]) == 730


def test_a_mask_must_name_the_token_to_keep_it(five: Client) -> None:
    assert five.listing(fields="items(id,start/timeZone)", maxResults=1).execute() == {
        "items": [{"id": "coffee0", "start": {"timeZone": "Europe/Berlin"}}]
    }
    assert five.listing(fields="nextSyncToken,items/id").execute().keys() == {"items", "nextSyncToken"}


def test_properties_words_and_times_filter_a_listing(client: Client) -> None:
    client.insert(coffee("tagged", extendedProperties={"private": {"nk": "1"}})).execute()
    client.insert(coffee("plain", summary="Lunch")).execute()

    def ids(**query: Any) -> list[str]:
        return [item["id"] for item in client.everything(**query)[0]]

    assert ids(privateExtendedProperty="nk=1") == ["tagged"]
    assert ids(q="lunch") == ["plain"]
    assert ids(iCalUID="plain@google.com") == ["plain"]
    assert ids(timeMin="2026-12-01T08:45:00Z") == []
    assert ids(timeMax="2026-12-01T08:00:00Z") == []
    assert len(ids(timeMin="2026-12-01T08:44:00Z", timeMax="2026-12-01T08:45:00Z")) == 2


def test_an_empty_range_and_an_old_bound_are_refused(client: Client) -> None:
    day = "2026-12-01T00:00:00Z"

    assert refused(client.listing(timeMin=day, timeMax=day)) == (400, "timeRangeEmpty")
    assert refused(client.listing(updatedMin="2026-01-01T00:00:00Z")) == (410, "updatedMinTooLongAgo")
