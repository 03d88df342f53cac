"""The line itself: what is held against the description, batches, and the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from googleapiclient.http import BatchHttpRequest

from tests.fakes.google_calendar import FakeGoogleCalendar, Unfaithful
from tests.fakes.samples import coffee, refused

if TYPE_CHECKING:
    from tests.fakes.samples import Client


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"titel": "x"}, "has no field titel"),
        ({"summary": 5}, "Event.summary is no string"),
        ({"reminders": {"overrides": [{"minutes": "10"}]}}, r"overrides\[0\].minutes is no integer"),
        ({"start": {"dateTime": "tomorrow"}}, "is no date-time"),
        ({"start": {"date": "2026-13-01"}}, "is no date"),
        ({"extendedProperties": {"private": {"nk": 1}}}, "nk is no string"),
        ({"attendees": {}}, "is no array"),
    ],
)
def test_a_body_that_is_not_as_described_is_a_violation(body: dict[str, Any], complaint: str) -> None:
    fake = FakeGoogleCalendar()
    events = fake.service("calendar.events").events()

    assert refused(events.insert(calendarId="primary", body=coffee(**body)))[0] == 400
    with pytest.raises(Unfaithful, match=complaint):
        fake.close()


@pytest.mark.parametrize("query", ["showdeleted=true", "maxResults=0", "singleEvents=yes", "orderBy=size"])
def test_a_query_that_is_not_as_described_is_a_violation(fake: FakeGoogleCalendar, query: str) -> None:
    with requests.get(f"{fake.url}calendars/primary/events?{query}", timeout=60) as answer:
        assert answer.status_code == 400
    with pytest.raises(Unfaithful):
        fake.check()
    fake.violations.clear()


def test_an_address_that_is_not_described_is_a_violation(fake: FakeGoogleCalendar) -> None:
    with requests.get(f"{fake.url}calenders", timeout=60) as answer:
        assert answer.status_code == 400
    with pytest.raises(Unfaithful, match="there is no GET"):
        fake.check()
    fake.violations.clear()


def test_a_method_that_is_not_built_yet_is_a_violation(fake: FakeGoogleCalendar) -> None:
    refused(fake.service("calendar").acl().list(calendarId="primary"))

    with pytest.raises(Unfaithful, match="does not know acl"):
        fake.check()
    fake.violations.clear()


def test_an_error_of_the_test_itself_is_not_hidden_by_a_violation() -> None:
    fake = FakeGoogleCalendar()
    fake.violations.append("x")

    def fail() -> None:
        with fake:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def test_a_request_without_a_token_is_refused(fake: FakeGoogleCalendar) -> None:
    with requests.get(f"{fake.url}calendars/primary/events", timeout=60) as answer:
        assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (401, "authError")


def test_a_long_address_is_sent_another_way(client: Client) -> None:
    assert client.listing(q="x" * 3000).execute()["items"] == []
    assert client.fake.ledger.calls[-1].method == "events.list"


def test_a_batch_has_mixed_answers_in_any_order(client: Client) -> None:
    client.insert(coffee("coffee1")).execute()
    client.fake.faults.on("events.insert", where=lambda call: call.event_id == "coffee2").answers(503)
    answers: dict[str, int] = {}

    def take(request_id: str, _answer: Any, error: Any) -> None:
        answers[request_id] = error.resp.status if error else 200

    batch = BatchHttpRequest(callback=take, batch_uri=client.fake.batch_url)
    for number in range(3):
        batch.add(client.insert(coffee(f"coffee{number}")), request_id=f"n{number}")
    batch.execute()

    assert answers == {"n0": 200, "n1": 409, "n2": 503}
    assert client.fake.event("coffee0")


def test_a_batch_costs_as_much_as_its_parts(client: Client) -> None:
    batch = BatchHttpRequest(batch_uri=client.fake.batch_url)
    for number in range(3):
        batch.add(client.insert(coffee(f"coffee{number}")))
    batch.execute()

    ledger = client.fake.ledger
    assert (ledger.quota_units, len(ledger.writes), ledger.count("batch")) == (3, 3, 1)


def test_the_ledger_tells_reads_from_writes(client: Client) -> None:
    client.insert(coffee()).execute()
    client.listing().execute()
    client.get("coffee0").execute()
    client.patch("coffee0", "*", summary="Tea").execute()

    ledger = client.fake.ledger
    assert [str(call) for call in ledger.writes] == [str(ledger.calls[0]), str(ledger.calls[3])]
    assert (ledger.count("events.*"), ledger.count("events.list")) == (4, 1)
    assert ledger.calls[3].if_match == "*"
    assert (ledger.calls[3].body, ledger.calls[3].event_id) == ({"summary": "Tea"}, "coffee0")


def test_the_ledger_weighs_what_went_over_the_line(client: Client) -> None:
    client.insert(coffee()).execute()
    client.listing().execute()

    insert, listing = client.fake.ledger.calls
    assert insert.bytes_in > 100
    assert listing.bytes_out > 500
    assert client.fake.ledger.bytes_out == insert.bytes_out + listing.bytes_out
    assert client.fake.ledger.bytes_in == insert.bytes_in


def test_two_fakes_serve_side_by_side(fake: FakeGoogleCalendar) -> None:
    with FakeGoogleCalendar() as other:
        assert other.url != fake.url
        other.user.add_event("x", fake.diary.clock())

        assert fake.events() == []
