"""What goes wrong on demand, and what the client library makes of it."""

from __future__ import annotations

import time
from datetime import datetime
from http.client import IncompleteRead
from typing import TYPE_CHECKING

import pytest
from google.auth.exceptions import RefreshError
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from httplib2 import Http

from tests.fakes.google_calendar import Unfaithful
from tests.fakes.samples import coffee, refused, series

if TYPE_CHECKING:
    from tests.fakes.google_calendar import FakeGoogleCalendar
    from tests.fakes.ledger import Call
    from tests.fakes.samples import Client

REASONS = [
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "forbiddenForNonOrganizer",
    "forbidden",
]


@pytest.mark.parametrize("reason", REASONS)
def test_one_status_has_many_reasons(client: Client, reason: str) -> None:
    client.fake.faults.on("events.insert").answers(403, reason)

    assert refused(client.insert(coffee())) == (403, reason)
    assert client.fake.events(client.calendar) == []


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_fault_strikes_once_unless_told_otherwise(client: Client, status: int) -> None:
    client.fake.faults.on("events.list").answers(status)

    assert refused(client.listing())[0] == status
    assert client.listing().execute()["items"] == []


def test_a_fault_can_strike_the_nth_call_several_times_or_for_good(client: Client) -> None:
    client.fake.faults.on("events.list", nth=2, times=2).answers(503)
    client.fake.faults.on("events.get", times=None).answers(500)

    client.listing().execute()
    assert [refused(client.listing())[0], refused(client.listing())[0]] == [503, 503]
    client.listing().execute()
    assert {refused(client.get("coffee0"))[0] for _ in range(4)} == {500}


def test_a_fault_can_choose_its_call(client: Client) -> None:
    client.fake.faults.on("events.insert", where=lambda call: call.event_id == "coffee1").answers(503)

    client.insert(coffee("coffee0")).execute()
    assert refused(client.insert(coffee("coffee1")))[0] == 503


def test_two_faults_on_one_call_strike_one_after_the_other(client: Client) -> None:
    client.fake.faults.on("events.list").answers(503)
    client.fake.faults.on("events.list").answers(500)

    assert [refused(client.listing())[0], refused(client.listing())[0]] == [503, 500]
    assert client.fake.faults.left == []


def test_a_planned_fault_that_never_struck_is_left(client: Client) -> None:
    client.fake.faults.on("events.list", nth=2).answers(503)
    client.listing().execute()

    assert len(client.fake.faults.left) == 1


def test_a_write_may_take_effect_and_yet_be_answered_with_an_error(client: Client) -> None:
    client.fake.faults.on("events.insert").answers(503, applied=True)

    assert refused(client.insert(coffee()))[0] == 503
    assert client.fake.event("coffee0")
    assert refused(client.insert(coffee())) == (409, "duplicate")


def test_the_answer_may_say_when_to_come_back(client: Client) -> None:
    client.fake.faults.on("events.list").answers(429, retry_after=7)

    with pytest.raises(HttpError) as error:
        client.listing().execute()

    assert error.value.resp["retry-after"] == "7"


def test_a_closed_line_makes_the_client_send_again_by_itself(client: Client) -> None:
    client.fake.faults.on("events.insert").cuts(applied=True)

    assert refused(client.insert(coffee())) == (409, "duplicate")
    assert client.fake.ledger.count("events.insert") == 2


def test_a_line_closed_before_the_write_is_mended_unseen(client: Client) -> None:
    client.fake.faults.on("events.insert").cuts()

    client.insert(coffee()).execute()

    assert [call.was_applied for call in client.fake.ledger.of("events.insert")] == [False, True]


@pytest.mark.parametrize("applied", [False, True])
def test_a_reset_line_is_an_error_for_the_caller(client: Client, applied: bool) -> None:  # noqa: FBT001
    client.fake.faults.on("events.insert").cuts(applied=applied, abruptly=True)

    with pytest.raises(ConnectionResetError):
        client.insert(coffee()).execute()

    assert (client.fake.event("coffee0") is not None) == applied


def test_a_write_may_take_effect_while_the_client_gives_up_waiting(fake: FakeGoogleCalendar) -> None:
    impatient = AuthorizedHttp(fake.credentials("calendar.events"), http=Http(timeout=0.05))
    service = build(
        "calendar", "v3", static_discovery=True, client_options={"api_endpoint": fake.url}, http=impatient
    )
    fake.faults.on("events.insert").hangs(60, applied=True)

    with pytest.raises(TimeoutError):
        service.events().insert(calendarId="primary", body=coffee()).execute()

    give_up_at = time.monotonic() + 60
    while not fake.event("coffee0"):  # on a busy machine the client may be gone before the server has read
        assert time.monotonic() < give_up_at
        time.sleep(0.01)
    service.close()


def test_a_later_page_may_fail(client: Client) -> None:
    client.fake.manners.page_size = 1
    for number in range(3):
        client.insert(coffee(f"coffee{number}")).execute()
    client.fake.faults.on("events.list", page=2).answers(500)

    with pytest.raises(HttpError):
        client.everything()

    assert len(client.everything()[0]) == 3


def test_an_id_may_come_twice_in_one_listing(client: Client) -> None:
    client.insert(coffee()).execute()
    client.fake.faults.on("events.list").repeats()

    assert [item["id"] for item in client.listing().execute()["items"]] == ["coffee0", "coffee0"]


def test_a_read_may_lag_behind_a_write(client: Client) -> None:
    client.insert(coffee()).execute()
    client.fake.faults.on("events.get").answers(404)

    assert refused(client.get("coffee0")) == (404, "notFound")
    client.get("coffee0").execute()


def test_a_broken_answer_reaches_the_caller_as_a_text(client: Client) -> None:
    client.fake.faults.on("events.list").garbles()

    assert isinstance(client.listing().execute(), str)  # the client library hands on what it cannot read


def test_an_answer_may_stop_in_the_middle(client: Client) -> None:
    client.fake.faults.on("events.list").truncates()

    with pytest.raises(IncompleteRead):
        client.listing().execute()


def test_the_client_library_can_be_told_to_try_again(client: Client) -> None:
    client.fake.faults.on("events.list").answers(403, "rateLimitExceeded")
    request = client.listing()
    request._sleep = lambda _seconds: None

    assert request.execute(num_retries=1)["items"] == []


# Sign-in


def test_an_expired_access_token_is_refreshed_unseen(client: Client) -> None:
    client.fake.expire_access_tokens()

    client.listing().execute()

    assert [call.method for call in client.fake.ledger.calls] == [
        "events.list",
        "oauth2.token",
        "events.list",
    ]
    assert client.fake.ledger.calls[0].reason == "authError"


def test_a_refresh_may_be_refused(client: Client) -> None:
    client.fake.faults.on("oauth2.token").answers(400, "invalid_grant")
    client.fake.expire_access_tokens()

    with pytest.raises(RefreshError, match="invalid_grant"):
        client.listing().execute()


def test_access_that_the_user_took_back_stays_lost(client: Client) -> None:
    client.fake.user.revoke_access()

    for _ in range(2):
        with pytest.raises(RefreshError, match="invalid_grant"):
            client.listing().execute()


# Between the calls, and death


def test_a_user_can_act_between_two_calls(client: Client) -> None:
    made = client.insert(coffee()).execute()

    def drag(call: Call) -> None:
        if call.method == "events.patch":
            client.fake.user.move("coffee0", datetime(2026, 12, 2, 9))  # noqa: DTZ001

    client.fake.before_each(drag)

    assert refused(client.patch("coffee0", made["etag"], summary="Tea")) == (412, "conditionNotMet")


def test_a_hook_sees_each_call_and_its_outcome(client: Client) -> None:
    seen: list[tuple[str, int]] = []
    client.fake.after_each(lambda call: seen.append((call.method, call.status)))

    client.insert(coffee()).execute()
    refused(client.insert(coffee()))

    assert seen == [("events.insert", 200), ("events.insert", 409)]


def test_what_a_hook_raises_is_told_at_the_end(client: Client) -> None:
    def check(call: Call) -> None:
        raise AssertionError("a duplicate")

    client.fake.after_each(check)
    client.listing().execute()

    with pytest.raises(Unfaithful, match="a duplicate"):
        client.fake.check()
    client.fake.violations.clear()


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_run_can_die_at_any_call(client: Client, kept: int) -> None:
    with client.fake.dies(before=kept + 1) as death:
        for number in range(3):
            client.insert(coffee(f"coffee{number}")).execute(num_retries=2)

    assert death.came
    assert len(client.fake.events(client.calendar)) == kept


def test_a_run_can_die_with_its_write_kept_and_no_answer(client: Client) -> None:
    with client.fake.dies(after=1, pattern="events.insert") as death:
        client.insert(coffee()).execute(num_retries=2)

    assert death.came
    assert client.fake.event("coffee0")
    assert client.fake.ledger.count("events.insert") == 1


def test_a_run_that_ends_before_does_not_die(client: Client) -> None:
    with client.fake.dies(before=2) as death:
        client.listing().execute()

    assert not death.came
    client.listing().execute()


def test_a_run_has_as_many_places_to_die_as_calls(fake: FakeGoogleCalendar, client: Client) -> None:
    def run() -> None:
        client.insert(series()).execute()
        client.patch("series0", summary="Tea").execute()
        client.listing().execute()

    places = 0
    while True:
        with fake.dies(before=places + 1, pattern="events.*") as death:
            run()
        if not death.came:
            break
        places += 1
        fake.user.delete_calendar(client.calendar)
        made = client.service.calendars().insert(body={"summary": "Again"}).execute()
        client.calendar = made["id"]

    assert places == 3
