"""Ids that clients choose, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.samples import coffee, refused, series

if TYPE_CHECKING:
    from tests.fakes.samples import Client


def test_an_event_keeps_the_id_that_the_client_chose(client: Client) -> None:
    made = client.insert(coffee("abcv0129")).execute()

    assert (made["id"], made["iCalUID"]) == ("abcv0129", "abcv0129@google.com")
    assert client.get("abcv0129").execute() == made


def test_an_event_without_an_id_is_given_a_legal_one(client: Client) -> None:
    made = client.insert(coffee(None)).execute()

    assert set(made["id"]) <= set("abcdefghijklmnopqrstuv0123456789")


@pytest.mark.parametrize("event_id", ["wxyz0", "abc-de", "abc_de", "ABCDE", "abcd", "a" * 1025])
def test_an_id_outside_the_alphabet_or_length_is_refused(client: Client, event_id: str) -> None:
    assert refused(client.insert(coffee(event_id))) == (400, "invalid")


def test_the_longest_id_is_accepted(client: Client) -> None:
    assert client.insert(coffee("a" * 1024)).execute()["id"] == "a" * 1024


def test_an_id_in_use_is_a_duplicate(client: Client) -> None:
    client.insert(coffee()).execute()

    assert refused(client.insert(coffee())) == (409, "duplicate")


def test_the_id_of_a_deleted_event_is_still_a_duplicate(client: Client) -> None:
    client.insert(coffee()).execute()
    client.delete("coffee0").execute()

    assert refused(client.insert(coffee())) == (409, "duplicate")


def test_the_id_of_a_forgotten_event_is_still_a_duplicate(client: Client) -> None:
    client.insert(coffee()).execute()
    client.delete("coffee0").execute()
    client.fake.forget_tombstones()

    assert refused(client.insert(coffee())) == (409, "duplicate")


def test_an_id_is_unique_within_its_calendar_only(client: Client) -> None:
    client.insert(coffee()).execute()
    other = client.service.calendars().insert(body={"summary": "Other"}).execute()["id"]

    client.service.events().insert(calendarId=other, body=coffee()).execute()

    assert len(client.fake.events(other)) == 1


def test_an_id_along_with_a_uid_is_refused(client: Client) -> None:
    assert refused(client.insert(coffee(iCalUID="x@example.com"))) == (400, "invalid")


def test_a_deleted_event_is_answered_with_status_cancelled(client: Client) -> None:
    client.insert(coffee()).execute()
    client.delete("coffee0").execute()

    answer = client.get("coffee0").execute()

    assert (answer["status"], answer["summary"]) == ("cancelled", "Coffee with John")


def test_an_event_deleted_twice_is_gone(client: Client) -> None:
    client.insert(series()).execute()

    assert client.delete("series0").execute() == ""
    assert refused(client.delete("series0")) == (410, "deleted")


def test_an_event_that_never_was_is_not_found(client: Client) -> None:
    assert refused(client.get("nothing0")) == (404, "notFound")
    assert refused(client.delete("nothing0")) == (404, "notFound")


def test_a_patch_with_status_confirmed_revives_a_deleted_event(client: Client) -> None:
    client.insert(coffee()).execute()
    client.delete("coffee0").execute()

    client.patch("coffee0", status="confirmed").execute()

    assert client.fake.event("coffee0")


def test_a_patch_of_something_else_leaves_a_deleted_event_deleted(client: Client) -> None:
    client.insert(coffee()).execute()
    client.delete("coffee0").execute()

    client.patch("coffee0", summary="Tea").execute()

    assert client.fake.event("coffee0") is None


def test_a_write_to_a_deleted_event_is_forbidden_where_it_does_not_revive(client: Client) -> None:
    client.fake.manners.revives = False
    client.insert(coffee()).execute()
    client.delete("coffee0").execute()

    assert refused(client.patch("coffee0", status="confirmed")) == (403, "forbidden")
