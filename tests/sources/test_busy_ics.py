"""Busy time from .ics calendars: what takes time, when, with whom; and what a hostile one can't do."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.core.series import instant, series_uid
from netkeep_sync.errors import SourceError
from netkeep_sync.sources.busy_ics import busy_in
from netkeep_sync.sources.ics_text import read_ics_text

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
BERLIN = "Europe/Berlin"
ZONE = ZoneInfo(BERLIN)
ME = "ana@example.com"


def event(lines: str = "", *, start="20261201T090000Z", end="20261201T100000Z", uid="a@x", title="Dentist"):
    """An event; the dates may carry their parameters: ";TZID=Europe/Berlin:20261201T090000"."""
    own = [
        *("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}"),
        f"DTSTART{start if start[0] == ';' else ':' + start}",
        *([f"DTEND{end if end[0] == ';' else ':' + end}"] if end else []),
    ]
    return "\r\n".join([*own, *lines.split("\n"), "END:VEVENT"])


def calendar(*parts: str, head: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *filter(None, [head]), *parts, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def read(*parts: str, head: str = "", timezone=BERLIN, owner_email=ME, **options):
    return busy_in(
        calendar(*parts, head=head), timezone=timezone, owner_email=owner_email, now=NOW, **options
    )


def times(*parts: str, **options):
    """When it is busy, by Berlin's clock."""
    return [
        f"{one.start_at.astimezone(ZONE):%Y-%m-%d %H:%M} {one.end_at.astimezone(ZONE):%H:%M}"
        for one in sorted(read(*parts, **options).times, key=lambda one: one.start_at)
    ]


# -- when -----------------------------------------------------------------------------------------


def test_an_event_is_busy_from_its_start_to_its_end():
    assert times(event()) == ["2026-12-01 10:00 11:00"]


@pytest.mark.parametrize(
    ("start", "busy"),
    [
        (";TZID=Europe/Berlin:20261201T090000", "2026-12-01 09:00 09:30"),
        (";TZID=America/New_York:20261201T090000", "2026-12-01 15:00 15:30"),
        (";TZID=W. Europe Standard Time:20261201T090000", "2026-12-01 09:00 09:30"),
        (';TZID="/mozilla.org/20050126_1/America/New_York":20261201T090000', "2026-12-01 15:00 15:30"),
        (";VALUE=DATE-TIME:20261201T090000Z", "2026-12-01 10:00 10:30"),
        # Without a zone, or in one that nobody knows, it is the owner's clock.
        (":20261201T090000", "2026-12-01 09:00 09:30"),
        (";TZID=Atlantis:20261201T090000", "2026-12-01 09:00 09:30"),
    ],
)
def test_a_time_is_by_the_clock_of_its_zone(start, busy):
    assert times(event("DURATION:PT30M", start=start.lstrip(":"), end="")) == [busy]


def test_a_time_without_a_zone_is_by_the_calendars_own_clock_if_it_names_one():
    floating = event(start="20261201T090000", end="20261201T100000")
    assert times(floating, head="X-WR-TIMEZONE:Asia/Tokyo") == ["2026-12-01 01:00 02:00"]
    assert times(floating, head="X-WR-TIMEZONE:Nowhere") == ["2026-12-01 09:00 10:00"]
    weekly = event("RRULE:FREQ=WEEKLY;COUNT=2", start="20261201T090000", end="20261201T100000")
    assert times(weekly, head="X-WR-TIMEZONE:Asia/Tokyo")[1] == "2026-12-08 01:00 02:00"


CUSTOM = """\
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0600
TZOFFSETTO:+0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0500
TZOFFSETTO:+0600
END:DAYLIGHT
END:VTIMEZONE""".replace("\n", "\r\n")


def in_custom_zone(day):
    return event("DURATION:PT30M", start=f";TZID=Customized Time Zone:{day}T090000", end="")


def test_a_zone_that_only_the_calendar_knows_is_taken_from_there():
    assert times(CUSTOM, in_custom_zone("20261201")) == ["2026-12-01 05:00 05:30"]
    assert times(CUSTOM, in_custom_zone("20270601")) == ["2027-06-01 05:00 05:30"]


def test_one_calendars_zone_is_not_anothers():
    times(CUSTOM, in_custom_zone("20261201"))
    assert times(in_custom_zone("20261201")) == ["2026-12-01 09:00 09:30"]
    other = CUSTOM.replace("+0500", "-0500").replace("+0600", "-0400")
    assert times(other, in_custom_zone("20261201")) == ["2026-12-01 15:00 15:30"]


def test_a_zone_that_everybody_knows_is_what_everybody_knows():
    wrong = CUSTOM.replace("Customized Time Zone", "Europe/Berlin")
    assert times(wrong, event(start=";TZID=Europe/Berlin:20261201T090000", end="20261201T083000Z")) == [
        "2026-12-01 09:00 09:30"
    ]


def test_a_whole_day_is_from_midnight_to_midnight_by_the_owners_clock():
    whole = event(start=";VALUE=DATE:20261201", end=";VALUE=DATE:20261203")
    (one,) = read(whole).times
    assert one.start_at == instant(datetime(2026, 12, 1), BERLIN)  # noqa: DTZ001
    assert one.end_at == instant(datetime(2026, 12, 3), BERLIN)  # noqa: DTZ001
    assert read(event(start=";VALUE=DATE:20261201", end="")).times[0].end_at == one.start_at + timedelta(1)


def test_a_series_keeps_its_wall_clock_over_the_change_of_the_clocks():
    weekly = event(
        "RRULE:FREQ=WEEKLY;UNTIL=20270402T000000Z",
        start=";TZID=Europe/Berlin:20270318T090000",
        end=";TZID=Europe/Berlin:20270318T093000",
    )
    assert times(weekly) == [f"2027-{day} 09:00 09:30" for day in ("03-18", "03-25", "04-01")]


def test_a_series_has_its_exceptions():
    weekly = event("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20261208T090000Z")
    moved = event("RECURRENCE-ID:20261215T090000Z", start="20261216T120000Z", end="20261216T130000Z")
    cancelled = event("RECURRENCE-ID:20261222T090000Z\nSTATUS:CANCELLED", start="20261222T090000Z")
    assert times(weekly, moved, cancelled) == ["2026-12-01 10:00 11:00", "2026-12-16 13:00 14:00"]


def test_a_series_that_began_long_ago_is_still_there():
    (first, *_) = times(event("RRULE:FREQ=WEEKLY", start="20010102T090000Z", end="20010102T093000Z"))
    assert first == "2026-09-29 11:00 11:30"


def test_only_the_last_weeks_and_two_years_are_looked_at():
    days = ("20200101", "20260920", "20260930", "20281101", "20281201")
    found = times(*(event(start=f"{day}T090000Z", end=f"{day}T100000Z", uid=day) for day in days))
    assert found == ["2026-09-30 11:00 12:00", "2028-11-01 10:00 11:00"]


def test_what_began_long_ago_and_is_not_over_is_busy():
    assert len(read(event(start="20250101T000000Z", end="20270101T000000Z")).times) == 1


def test_what_has_no_length_takes_no_time():
    assert times(event(end="")) == []
    assert times(event(end="20261201T080000Z")) == []


# -- what takes time ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "is_busy"),
    [
        ("TRANSP:OPAQUE", True),
        ("TRANSP:TRANSPARENT", False),
        ("STATUS:CONFIRMED", True),
        ("STATUS:TENTATIVE", True),
        ("STATUS:CANCELLED", False),
        ("status:cancelled", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", False),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", True),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", True),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:Ana@Example.com", False),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.com", True),
        ("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ana@example.com", True),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:john@example.com", True),
    ],
)
@pytest.mark.parametrize("span", [{}, {"start": ";VALUE=DATE:20261201", "end": ";VALUE=DATE:20261202"}])
def test_what_is_free_cancelled_or_declined_takes_no_time(lines, is_busy, span):
    assert bool(read(event(lines, **span)).times) is is_busy


def test_a_calendar_called_by_the_owners_address_tells_who_declined():
    declined = event("ATTENDEE;PARTSTAT=DECLINED:mailto:ana@work.example")
    assert read(declined).times
    assert not read(declined, head="X-WR-CALNAME:ana@work.example").times


def test_one_occurrence_may_be_declined():
    weekly = event("RRULE:FREQ=WEEKLY;COUNT=2")
    declined = event(
        "RECURRENCE-ID:20261208T090000Z\nATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.com",
        start="20261208T090000Z",
        end="20261208T100000Z",
    )
    assert times(weekly, declined) == ["2026-12-01 10:00 11:00"]


def test_our_own_check_ins_take_no_time_from_themselves():
    uid = series_uid("r", "john-doe", 1)
    own = [event("RRULE:FREQ=WEEKLY", uid=uid), event(uid=f"{uid.partition('@')[0]}@google.com")]
    assert times(*own) == []


def test_other_parts_of_a_calendar_take_no_time():
    todo = "BEGIN:VTODO\r\nUID:t\r\nDTSTART:20261201T090000Z\r\nDUE:20261201T100000Z\r\nEND:VTODO"
    alarmed = event("BEGIN:VALARM\nTRIGGER:-PT10M\nDURATION:PT5M\nREPEAT:99\nSUMMARY:Alarm\nEND:VALARM")
    found = read(todo, alarmed)
    assert len(found.times) == 1
    assert [one.title for one in read(alarmed.replace("202612", "202611")).meetings] == ["Dentist"]


# -- meetings -------------------------------------------------------------------------------------

PAST = {"start": "20261103T110000Z", "end": "20261103T113000Z"}


def meetings(*parts, **options):
    return read(*parts, **options).meetings


def test_a_meeting_tells_its_title_and_who_was_asked():
    (one,) = meetings(
        event(
            "ORGANIZER;CN=Boss:mailto:boss@example.com\n"
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.com\n"
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:John@Example.com\n"
            "ATTENDEE;PARTSTAT=DECLINED:MAILTO:late@example.com\n"
            "ATTENDEE;CUTYPE=ROOM:mailto:room@example.com\n"
            "ATTENDEE:urn:uuid:1",
            title="Coffee  with\\nJohn\x07 \u202eDoe",
            **PAST,
        )
    )
    assert one.title == "Coffee with John Doe"
    assert sorted(one.emails) == ["boss@example.com", "john@example.com"]
    assert one.absent == ("late@example.com",)
    assert (one.start_at, one.end_at - one.start_at) == (
        datetime(2026, 11, 3, 11, tzinfo=UTC),
        timedelta(minutes=30),
    )


def test_whole_days_and_journeys_are_no_meetings():
    assert not meetings(event(start=";VALUE=DATE:20261103", end=";VALUE=DATE:20261104"))
    assert not meetings(event(start="20261103T110000Z", end="20261105T110000Z"))


def test_what_takes_no_time_is_no_meeting():
    assert not meetings(event("TRANSP:TRANSPARENT", **PAST))
    assert not meetings(event("STATUS:CANCELLED", **PAST))


def test_each_meeting_of_a_series_has_a_name_that_it_keeps_when_it_is_moved():
    weekly = event("RRULE:FREQ=WEEKLY;COUNT=2", **PAST)
    first, second = meetings(weekly)
    moved = event("RECURRENCE-ID:20261110T110000Z", start="20261112T110000Z", end="20261112T120000Z")
    assert first.uid != second.uid
    assert {one.uid for one in meetings(weekly, moved)} == {first.uid, second.uid}


# -- what is no calendar --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no calendar"),
        (b"<html>Sign in</html>", "no calendar"),
        (calendar(event())[:-20], "breaks off"),
        (calendar(event()) + calendar(event())[:40], "breaks off"),
        (calendar(event()).replace(b"END:VEVENT", b"END:VTODO"), "do not fit together"),
        (calendar(event()).replace(b"END:VEVENT\r\n", b""), "do not fit together"),
        (calendar("END:VCALENDAR"), "do not fit together"),
        (calendar("BEGIN:A\r\n" * 1000 + "END:A"), "nested too deep"),
        (calendar(event("EXDATE:" + "20261201T090000Z," * 10_000)), "too long"),
        (calendar(*(event() for _ in range(20_001))), "more than 20000 events"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_whole_calendar_is_a_failure_and_not_an_empty_one(content, told):
    with pytest.raises(SourceError, match=told):
        busy_in(content, timezone=BERLIN, owner_email=ME, now=NOW)


def test_an_empty_calendar_is_one():
    assert read().is_whole
    assert times() == []


def test_a_calendar_is_read_however_its_lines_end_and_fold():
    whole = calendar(event(title="Dentist with a long, long name"))
    for odd in (
        whole.replace(b"\r\n", b"\n"),
        b"\xef\xbb\xbf" + whole + b"\r\n\r\n",
        whole.replace(b"20261201T09", b"2026\r\n 1201T09").replace(b"long, ", b"lo\r\n\tng, "),
        whole + whole.replace(b"a@x", b"b@x"),
    ):
        found = busy_in(odd, timezone=BERLIN, owner_email=ME, now=NOW)
        assert {one.start_at for one in found.times} == {datetime(2026, 12, 1, 9, tzinfo=UTC)}


@pytest.mark.parametrize(
    "bad",
    [
        "BEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT",
        event(start="garbage", uid="b"),
        event(start="20261301T090000Z", uid="b"),
        event("RRULE:FREQ=BANANA", uid="b"),
        event("RRULE:FREQ=WEEKLY;UNTIL=never", uid="b"),
        event("RRULE:FREQ=WEEKLY", start="99991231T235959Z", end="99991231T235959Z", uid="b"),
        event("RDATE:garbage", uid="b"),
        event("EXDATE;TZID=:x\nRRULE:FREQ=WEEKLY;COUNT=1", start="20200101T090000Z", end="", uid="b"),
        event(start=";VALUE=DATE:20261201", end="garbage", uid="b"),
        "BEGIN:VEVENT\r\nthis is no line\r\nUID\r\nEND:VEVENT",
        CUSTOM.replace("+0500", "nonsense"),
        CUSTOM.replace("TZOFFSETTO", "TZNAME"),
    ],
)
def test_one_bad_event_is_left_out_and_the_others_count(bad):
    assert times(event(), bad) == ["2026-12-01 10:00 11:00"]


# -- what is hostile ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYMINUTE=0,1,2,3",
        "FREQ=DAILY;BYHOUR=1;BYSECOND=0,1",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=-1",
        "INTERVAL=00;FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1",
        "freq=secondly",
    ],
)
def test_a_rule_that_runs_for_ever_is_left_out_at_once(rule):
    start_s = time.monotonic()
    found = times(event(), event(f"RRULE:{rule}", start="19700101T000000Z", end="19700101T000001Z", uid="b"))
    assert found == ["2026-12-01 10:00 11:00"]
    assert time.monotonic() - start_s < 1


def test_a_zone_that_changes_every_second_is_left_out():
    hostile = CUSTOM.replace("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=SECONDLY")
    start_s = time.monotonic()
    assert times(hostile, in_custom_zone("20261201")) == ["2026-12-01 09:00 09:30"]
    assert time.monotonic() - start_s < 1


def test_reading_ends_after_so_many_seconds():
    never = "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2"
    slow = [event(never, start="20200101T090000Z", uid=str(number)) for number in range(40)]
    start_s = time.monotonic()
    with pytest.raises(SourceError, match="too long"):
        read(*slow, timeout_s=0.5)
    assert time.monotonic() - start_s < 3


def test_more_than_so_many_events_are_refused():
    hourly = "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24)))
    with pytest.raises(SourceError, match="more than 20000 events"):
        read(event(hourly, start="20260101T000000Z", end="20260101T003000Z"), event(hourly, uid="b"))


lines = st.text(st.sampled_from('\r\n :;,="\\^BEGIN:VEVENTDTSTARTRRULE0123456789TZé\x00\u2028'), max_size=200)


@settings(max_examples=200, deadline=None)
@given(st.lists(lines, max_size=5))
def test_whatever_is_in_a_file_it_is_read_or_refused(parts):
    try:
        found = read(*parts, event())
    except SourceError:
        return
    assert isinstance(found.times, tuple)


# -- what of a file is looked at ------------------------------------------------------------------


def kept(*parts: str) -> int:
    text = read_ics_text(calendar(*parts), start_on=date(2026, 9, 24), end_on=date(2028, 11, 23))
    return len(text.events)


@pytest.mark.parametrize(
    ("lines", "start", "end", "is_kept"),
    [
        ("", "20261201T090000Z", "20261201T100000Z", True),
        ("", "20200101T090000Z", "20200101T100000Z", False),
        ("", "20300101T090000Z", "20300101T100000Z", False),
        ("", "20200101T090000Z", "20270101T100000Z", True),
        ("DURATION:P300D", "20260101T090000Z", "", True),
        ("", "20240101T090000Z", "", False),
        ("RRULE:FREQ=WEEKLY", "20010101T090000Z", "20010101T100000Z", True),
        ("RRULE:FREQ=WEEKLY;UNTIL=20240101T000000Z", "20010101T090000Z", "20010101T100000Z", False),
        ("RRULE:FREQ=WEEKLY;UNTIL=20261001", "20010101T090000Z", "20010101T100000Z", True),
        ("RDATE:20270101T090000Z", "20010101T090000Z", "20010101T100000Z", True),
        ("RECURRENCE-ID:20270101T090000Z", "20200101T090000Z", "20200101T100000Z", True),
        ("RECURRENCE-ID:20200201T090000Z", "20200101T090000Z", "20200101T100000Z", False),
        ("RECURRENCE-ID;RANGE=THISANDFUTURE:20200201T090000Z", "20200101T090000Z", "20200101T100000Z", True),
        ("", "20200231T090000Z", "20200231T100000Z", True),
    ],
)
def test_of_a_long_past_only_what_may_matter_is_parsed(lines, start, end, is_kept):
    assert kept(event(lines, start=start, end=end)) == is_kept


def test_lines_that_tell_nothing_of_busy_time_are_not_parsed():
    long = event("DESCRIPTION:" + "x" * 500_000 + "\nATTACH;ENCODING=BASE64:" + "y" * 500_000)
    text = read_ics_text(calendar(long), start_on=date(2026, 9, 24), end_on=date(2028, 11, 23))
    assert len(text.events[0]) < 200
