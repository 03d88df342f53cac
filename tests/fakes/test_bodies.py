"""What is refused in an event, and what is rewritten in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.samples import ZONE, all_day, coffee, refused, series, times

if TYPE_CHECKING:
    from tests.fakes.samples import Client


def message(request: Any) -> str:
    with pytest.raises(Exception) as error:
        request.execute()
    return str(error.value.reason)  # type: ignore[attr-defined]


# Times


def test_times_are_answered_in_the_calendars_zone_beside_the_events_own(client: Client) -> None:
    made = client.insert(coffee(**times(zone="America/New_York"))).execute()

    assert made["start"] == {"dateTime": "2026-12-01T15:00:00+01:00", "timeZone": "America/New_York"}


def test_times_can_be_asked_for_in_another_zone(client: Client) -> None:
    client.insert(coffee()).execute()

    answer = client.get("coffee0", timeZone="UTC").execute()

    assert answer["start"] == {"dateTime": "2026-12-01T08:00:00Z", "timeZone": ZONE}
    assert (
        client.listing(timeZone="Asia/Tokyo").execute()["items"][0]["start"]["dateTime"][10:]
        == "T17:00:00+09:00"
    )


def test_an_offset_will_do_for_a_single_event(client: Client) -> None:
    start, end = ({"dateTime": f"2026-12-01T{hour}:00:00.500-05:00"} for hour in ("09", "10"))

    made = client.insert(coffee(start=start, end=end)).execute()

    assert made["start"] == {"dateTime": "2026-12-01T15:00:00+01:00", "timeZone": ZONE}


def test_a_series_needs_a_zone_even_with_an_offset(client: Client) -> None:
    start = {"dateTime": "2026-12-01T09:00:00+01:00"}
    request = client.insert(series(start=start))

    assert refused(request) == (400, "required")
    assert message(request) == "Missing time zone definition for start time."


def test_the_end_of_a_series_needs_a_zone_too(client: Client) -> None:
    request = client.insert(series(end={"dateTime": "2026-12-01T10:00:00+01:00"}))

    assert message(request) == "Missing time zone definition for end time."


def test_a_time_without_zone_or_offset_is_refused(client: Client) -> None:
    assert refused(client.insert(coffee(**times(zone=None)))) == (400, "required")


def test_an_unknown_zone_is_refused(client: Client) -> None:
    assert refused(client.insert(coffee(**times(zone="Europe/Atlantis")))) == (400, "invalid")


def test_start_and_end_are_of_one_kind(client: Client) -> None:
    request = client.insert(coffee(end={"date": "2026-12-01"}))

    assert refused(request) == (400, "invalid")
    assert message(request) == "Start and end times must either both be date or both be dateTime."


def test_an_event_needs_an_end_after_its_start(client: Client) -> None:
    without = {name: value for name, value in coffee().items() if name != "end"}

    assert refused(client.insert(without)) == (400, "required")
    assert refused(client.insert(coffee(end={"dateTime": "2026-11-30T10:00:00Z"}))) == (400, "timeRangeEmpty")


def test_a_patch_to_an_all_day_event_must_take_the_time_away(client: Client) -> None:
    client.insert(coffee()).execute()
    days = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
    nothing = {"dateTime": None, "timeZone": None}

    assert refused(client.patch("coffee0", **days)) == (400, "invalid")
    half = {side: {**day, "dateTime": None} for side, day in days.items()}
    assert refused(client.patch("coffee0", **half)) == (400, "invalid")
    whole = {side: {**day, **nothing} for side, day in days.items()}
    assert client.patch("coffee0", **whole).execute()["start"] == {"date": "2026-12-01"}


def test_an_all_day_event_ends_on_the_day_after(client: Client) -> None:
    assert client.insert(all_day()).execute()["end"] == {"date": "2026-12-25"}


# What is rewritten


def test_empty_texts_are_dropped(client: Client) -> None:
    made = client.insert(coffee(summary="", location="", description="x")).execute()

    assert "summary" not in made
    assert "location" not in made


def test_a_description_comes_back_as_html_once(client: Client) -> None:
    made = client.insert(coffee(description="a & b < c\n<b>bold</b> &amp; sound")).execute()

    assert made["description"] == "a &amp; b &lt; c<br><b>bold</b> &amp; sound"
    again = client.patch("coffee0", description=made["description"]).execute()
    assert again["description"] == made["description"]


def test_a_rule_comes_back_in_another_order(client: Client) -> None:
    rule = "RRULE:BYDAY=2TU;INTERVAL=1;COUNT=4;FREQ=MONTHLY"

    made = client.insert(coffee("series0", recurrence=[rule, "EXDATE:20270112T080000Z"])).execute()

    assert made["recurrence"] == ["EXDATE:20270112T080000Z", "RRULE:FREQ=MONTHLY;COUNT=4;BYDAY=2TU"]


def test_a_rule_may_come_back_expanded_with_its_count_folded(client: Client) -> None:
    client.fake.manners.expands_rules = client.fake.manners.folds_count = True

    made = client.insert(series(rule="RRULE:FREQ=WEEKLY;COUNT=3")).execute()

    assert made["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20261215T080000Z;BYDAY=TU"]


def test_properties_with_long_keys_are_dropped_and_long_values_cut(client: Client) -> None:
    private = {"k" * 44: "v" * 1024, "k" * 45: "v", "long": "v" * 1025}

    made = client.insert(coffee(extendedProperties={"private": private})).execute()

    assert made["extendedProperties"]["private"] == {"k" * 44: "v" * 1024, "long": "v" * 1024}


def test_too_many_properties_are_refused(client: Client) -> None:
    def insert(number: int, size: int) -> Any:
        private = {f"k{index}": "v" * size for index in range(number)}
        return client.insert(coffee(extendedProperties={"private": private}))

    assert refused(insert(301, 1)) == (400, "invalid")
    assert refused(insert(33, 1024)) == (400, "invalid")


def test_conference_data_is_dropped_unless_announced(client: Client) -> None:
    conference = {"conferenceId": "abc-defg-hij"}

    assert "conferenceData" not in client.insert(coffee("quiet", conferenceData=conference)).execute()
    loud = client.insert(coffee("loud0", conferenceData=conference), conferenceDataVersion=1).execute()
    assert loud["conferenceData"] == conference
    assert "conferenceData" in client.patch("loud0", summary="Tea").execute()


def test_what_only_google_sets_is_ignored(client: Client) -> None:
    made = client.insert(coffee()).execute()

    again = client.update(
        "coffee0", {**made, "htmlLink": "https://example.com", "created": "2020-01-01T00:00:00Z"}
    )

    assert again.execute()["created"] == made["created"]


# Patch and update


def test_a_patch_merges_and_null_takes_away(client: Client) -> None:
    client.insert(coffee(location="Bar", extendedProperties={"private": {"a": "1", "b": "2"}})).execute()

    patched = client.patch(
        "coffee0", location=None, extendedProperties={"private": {"a": None, "c": "3"}}
    ).execute()

    assert patched["extendedProperties"]["private"] == {"b": "2", "c": "3"}
    assert "location" not in patched
    assert patched["summary"] == "Coffee with John"


def test_a_patch_replaces_lists_as_a_whole(client: Client) -> None:
    client.insert(coffee(attendees=[{"email": "john@example.org"}, {"email": "mary@example.org"}])).execute()

    patched = client.patch("coffee0", attendees=[{"email": "mary@example.org"}]).execute()

    assert [guest["email"] for guest in patched["attendees"]] == ["mary@example.org"]


def test_an_update_drops_what_it_leaves_out(client: Client) -> None:
    client.insert(coffee(location="Bar", extendedProperties={"private": {"a": "1"}})).execute()

    updated = client.update("coffee0", {"summary": "Tea", **times()}).execute()

    assert "location" not in updated
    assert "extendedProperties" not in updated


# What is refused


@pytest.mark.parametrize(
    "fields",
    [
        {"colorId": "12"},
        {"status": "maybe"},
        {"transparency": "glass"},
        {"source": {"title": "x", "url": "file:///x"}},
        {"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 40321}]}},
        {"reminders": {"useDefault": False, "overrides": [{"method": "sms", "minutes": 1}]}},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_values_out_of_range_are_refused(client: Client, fields: dict[str, Any]) -> None:
    assert refused(client.insert(coffee(**fields))) == (400, "invalid")


def test_five_reminders_are_the_most_and_never_with_the_default(client: Client) -> None:
    def insert(event_id: str, number: int, *, default: bool = False) -> Any:
        overrides = [{"method": "popup", "minutes": one} for one in range(number)]
        return client.insert(coffee(event_id, reminders={"useDefault": default, "overrides": overrides}))

    assert len(insert("five0", 5).execute()["reminders"]["overrides"]) == 5
    assert refused(insert("six00", 6))[0] == 400
    assert refused(insert("both0", 1, default=True))[0] == 400


# Guests and mail


def test_guests_get_no_mail_unless_asked_for(client: Client) -> None:
    client.insert(coffee(attendees=[{"email": "john@example.org"}])).execute()
    client.patch("coffee0", summary="Tea").execute()
    client.delete("coffee0").execute()

    assert client.fake.ledger.mails == []


def test_each_guest_gets_mail_when_asked_for(client: Client) -> None:
    guests = [{"email": "john@example.org"}, {"email": "mary@example.com"}]
    client.insert(coffee(attendees=guests), sendUpdates="all").execute()
    client.delete("coffee0", sendUpdates="externalOnly").execute()

    assert [(mail.to, mail.about) for mail in client.fake.ledger.mails] == [
        ("john@example.org", "invitation"),
        ("mary@example.com", "invitation"),
        ("john@example.org", "cancellation"),
    ]


def test_the_organizer_becomes_a_guest_of_an_event_with_guests(client: Client) -> None:
    made = client.insert(coffee(attendees=[{"email": "john@example.org"}])).execute()

    assert made["attendees"][1] == made["organizer"] | {"organizer": True, "responseStatus": "accepted"}


def test_the_calendar_is_organizer_and_the_account_is_nobody_on_a_secondary_calendar(client: Client) -> None:
    made = client.insert(coffee(attendees=[{"email": "ana@example.com"}])).execute()

    assert made["organizer"] == {"email": client.calendar, "displayName": "Check-ins", "self": True}
    assert made["creator"] == {"email": "ana@example.com"}
    assert made["attendees"][0] == {"email": "ana@example.com", "responseStatus": "needsAction"}


def test_a_guest_without_address_is_refused(client: Client) -> None:
    assert refused(client.insert(coffee(attendees=[{"displayName": "John"}]))) == (400, "required")


def test_a_null_in_a_new_event_is_as_good_as_nothing(client: Client) -> None:
    made = client.insert(series(location=None, description=None)).execute()

    assert "location" not in made
