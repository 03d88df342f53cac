"""Etags, conditional writes, and what counts as an update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.samples import SLOTS, coffee, conditional, refused, series

if TYPE_CHECKING:
    from tests.fakes.samples import Client

STALE = '"1"'


def test_a_write_on_the_known_version_passes(client: Client) -> None:
    made = client.insert(coffee()).execute()

    patched = client.patch("coffee0", made["etag"], summary="Tea").execute()

    assert patched["etag"] != made["etag"]


def test_a_write_on_another_version_is_refused(client: Client) -> None:
    client.insert(coffee()).execute()

    assert refused(client.patch("coffee0", STALE, summary="Tea")) == (412, "conditionNotMet")
    assert refused(client.update("coffee0", coffee(), if_match=STALE)) == (412, "conditionNotMet")
    assert refused(client.delete("coffee0", if_match=STALE)) == (412, "conditionNotMet")


def test_a_star_matches_every_version(client: Client) -> None:
    client.insert(coffee()).execute()

    client.patch("coffee0", "*", summary="Tea").execute()


def test_a_users_edit_changes_the_version(client: Client) -> None:
    made = client.insert(coffee()).execute()
    client.fake.user.rename("coffee0", "Tea")

    assert refused(client.patch("coffee0", made["etag"], summary="Mine")) == (412, "conditionNotMet")


def test_a_write_that_changes_nothing_changes_the_version(client: Client) -> None:
    made = client.insert(coffee()).execute()

    assert client.patch("coffee0", summary=made["summary"]).execute()["etag"] != made["etag"]


def test_a_write_that_changes_nothing_may_keep_the_version(client: Client) -> None:
    client.fake.manners.noop_keeps_etag = True
    made = client.insert(coffee()).execute()

    assert client.patch("coffee0", summary=made["summary"]).execute()["etag"] == made["etag"]


def test_reminders_change_the_version_and_not_the_time_of_update(client: Client) -> None:
    made = client.insert(coffee()).execute()
    client.fake.user.remind("coffee0", 10)

    seen = client.get("coffee0").execute()

    assert (seen["updated"], seen["etag"] == made["etag"]) == (made["updated"], False)
    assert seen["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}


def test_a_plain_occurrence_has_the_version_of_its_series(client: Client) -> None:
    made = client.insert(series()).execute()
    second = f"series0_{SLOTS[1]}"

    assert client.get(second).execute()["etag"] == made["etag"]
    patched = client.patch(second, made["etag"], summary="Tea").execute()
    assert patched["etag"] != made["etag"]
    assert client.get("series0").execute()["etag"] == made["etag"]


def test_the_sequence_never_goes_back(client: Client) -> None:
    client.insert(coffee()).execute()
    client.patch("coffee0", start={"dateTime": "2026-12-01T08:30:00"}).execute()

    assert client.get("coffee0").execute()["sequence"] == 1
    assert refused(client.patch("coffee0", sequence=0)) == (400, "invalid")


def test_a_calendar_is_written_conditionally_too(client: Client) -> None:
    calendars = client.service.calendars()

    def patch(etag: str, **body: Any) -> Any:
        return conditional(calendars.patch(calendarId=client.calendar, body=body), etag)

    etag = calendars.get(calendarId=client.calendar).execute()["etag"]

    assert patch(etag, summary="Check-ins").execute()["etag"] == etag
    assert patch(etag, summary="Other").execute()["etag"] != etag
    assert refused(patch(etag, summary="Third")) == (412, "conditionNotMet")
