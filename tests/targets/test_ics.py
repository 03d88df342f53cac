"""The .ics document says what calendar programs need to hear, line by line."""

# ruff: noqa: DTZ001, DTZ901  wall clock, as in .ics

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from netkeep_sync import __version__
from netkeep_sync.core.baseline import Baseline
from netkeep_sync.core.projection import project
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.content_line import check_bytes
from netkeep_sync.targets.ics import IcsTarget
from netkeep_sync.targets.vtimezone import vtimezone
from tests.targets.contract import Place, TargetContract
from tests.targets.samples import (
    HOSTILE_TEXTS,
    NOW,
    ZONES,
    a_milestone_projection,
    a_projection,
    all_series,
    shortly,
    weekly,
)

ROOT = Path(__file__).parents[2]


def document_of(*projections, target=None):
    target = target or IcsTarget()
    return target.document([target.put(one, base=None, now=NOW) for one in projections])


def lines_of(document: bytes) -> list[str]:
    return document.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def values_of(document: bytes, name: str) -> list[str]:
    """The values of a property in the events, with its parameters before the colon."""
    start = document.find(b"BEGIN:VEVENT")
    return [line[len(name) :] for line in lines_of(document[start:]) if re.match(f"{name}[:;]", line)]


def _local(value: str, timezone: str) -> datetime:
    return datetime.strptime(value[-15:], "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(timezone))


A_MOVED_AND_A_CANCELLED_SLOT = a_projection(
    cancelled=(date(2026, 6, 2), date(2026, 12, 1)),
    moved=((date(2026, 9, 1), datetime(2026, 9, 3, 9, 0)),),
)


JOHN = a_projection()


class TestTheCalendar:
    def test_there_is_one_and_it_is_whole(self):
        lines = lines_of(document_of(a_projection()))
        assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
        assert lines.count("BEGIN:VCALENDAR") == lines.count("END:VCALENDAR") == 1
        assert lines[-1] == "END:VCALENDAR"

    def test_there_is_no_byte_order_mark(self):
        assert document_of(a_projection()).startswith(b"BEGIN:VCALENDAR\r\n")

    def test_it_says_which_version_of_what_made_it(self):
        assert f"PRODID:-//netkeep-sync//netkeep-sync {__version__}//EN" in lines_of(document_of())

    def test_it_carries_its_name_twice(self):
        lines = lines_of(document_of(target=IcsTarget("Coffee, lunch; more")))
        assert "X-WR-CALNAME:Coffee\\, lunch\\; more" in lines
        assert "NAME:Coffee\\, lunch\\; more" in lines

    def test_it_tells_how_often_to_look_again(self):
        lines = lines_of(document_of(target=IcsTarget(refresh=timedelta(minutes=90))))
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H30M" in lines
        assert "X-PUBLISHED-TTL:PT1H30M" in lines

    def test_it_has_no_method_and_no_source(self):
        assert not re.search(rb"^(METHOD|SOURCE)", document_of(a_projection()), re.MULTILINE)

    def test_it_names_its_zone_where_all_keep_one(self):
        berlin, york = a_projection(), a_projection(uid="b@x", timezone="America/New_York")
        assert "X-WR-TIMEZONE:Europe/Berlin" in lines_of(document_of(berlin))
        assert b"X-WR-TIMEZONE" not in document_of(berlin, york)

    def test_an_empty_one_is_whole(self):
        check_bytes(document_of())

    def test_a_poisoned_name_is_cleaned(self):
        check_bytes(document_of(target=IcsTarget("a\r\nMETHOD:CANCEL\x00\u2028\udc80")))


class TestLines:
    def test_they_end_in_carriage_return_and_line_feed(self):
        document = document_of(A_MOVED_AND_A_CANCELLED_SLOT)
        assert document.endswith(b"\r\n")
        assert document.count(b"\n") == document.count(b"\r") == document.count(b"\r\n")

    @pytest.mark.parametrize("character", ["x", "ż", "中", "🎉", "\\", ";"])
    def test_they_have_75_octets_at_most_and_are_folded_between_characters(self, character):
        document = document_of(a_projection(summary=character * 500, description="a" + character * 500))
        for line in document.split(b"\r\n"):
            assert len(line) <= 75
            line.decode()

    def test_text_is_escaped(self):
        document = document_of(a_projection(summary="a;b,c\\d\ne"))
        assert values_of(document, "SUMMARY") == [":a\\;b\\,c\\\\d\\ne"]

    def test_a_backslash_before_a_capital_n_stays_one(self):
        assert values_of(document_of(a_projection(summary="C:\\New")), "SUMMARY") == [":C:\\\\New"]

    @pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=shortly)
    def test_hostile_text_makes_no_line(self, text):
        plain = lines_of(document_of(a_projection(summary="", description="d", location="l", category="c")))
        hostile = document_of(
            a_projection(summary=text, description=f"d{text}", location=f"l{text}", category=f"c{text}")
        )
        check_bytes(hostile)
        names = [re.split("[:;]", line)[0] for line in lines_of(hostile)]
        assert names == [re.split("[:;]", line)[0] for line in plain]
        assert len(hostile.decode().splitlines()) == hostile.count(b"\r\n")

    @given(text=st.text(st.characters()))
    @settings(max_examples=100, deadline=None, derandomize=True)
    def test_any_text_makes_a_document_that_passes_the_check(self, text):
        check_bytes(document_of(a_projection(summary=text, description=text, location=text, category=text)))


class TestTimes:
    def test_all_are_wall_clock_in_the_zone_of_the_series(self):
        document = document_of(A_MOVED_AND_A_CANCELLED_SLOT)
        berlin = ";TZID=Europe/Berlin:"
        assert values_of(document, "DTSTART") == [f"{berlin}20260303T083000", f"{berlin}20260903T090000"]
        assert values_of(document, "DTEND") == [f"{berlin}20260303T091500", f"{berlin}20260903T094500"]
        assert values_of(document, "EXDATE") == [f"{berlin}20260602T083000", f"{berlin}20261201T083000"]
        assert values_of(document, "RECURRENCE-ID") == [f"{berlin}20260901T083000"]

    @pytest.mark.parametrize("zone", [*ZONES, "Zulu", "GMT"])
    def test_the_zone_is_named_in_utc_too(self, zone):
        name = "Etc/UTC" if zone == "UTC" else zone
        document = document_of(replace(A_MOVED_AND_A_CANCELLED_SLOT, timezone=zone))
        for property_ in ("DTSTART", "DTEND", "EXDATE", "RECURRENCE-ID"):
            assert all(value.startswith(f";TZID={name}:") for value in values_of(document, property_))

    def test_every_zone_is_defined_once(self):
        projections = [a_projection(uid=f"{zone}@x", timezone=zone) for zone in ZONES]
        document = document_of(*projections, *(replace(one, uid=f"2{one.uid}") for one in projections))
        defined = [line[5:] for line in lines_of(document) if line.startswith("TZID:")]
        used = {value[6:].partition(":")[0] for value in values_of(document, "DTSTART")}
        assert len(defined) == len(set(defined))
        assert set(defined) == used

    def test_a_zone_is_defined_from_its_earliest_series_on(self):
        early = a_projection(uid="b@x", timezone="Africa/Casablanca")
        late = replace(early, uid="a@x", local_start=datetime(2031, 3, 4, 8, 30))
        for several in ([early, late], [late, early]):
            assert vtimezone("Africa/Casablanca", 2026).encode() in document_of(*several)

    def test_the_end_of_the_rule_is_in_utc(self):
        series = weekly(
            "John", timezone="Europe/Berlin", first_on=date(2026, 3, 3), until_on=date(2026, 5, 1)
        )
        document = document_of(project(series, contact=None, history=None))
        assert values_of(document, "RRULE") == [
            ":FREQ=WEEKLY;UNTIL=20260428T063000Z;INTERVAL=1;BYDAY=TU",
        ]

    def test_a_check_in_takes_its_minutes_over_a_change_of_the_clocks(self):
        night = a_projection(
            local_start=datetime(2026, 3, 29, 1, 30), rrule="FREQ=WEEKLY;INTERVAL=1;BYDAY=SU"
        )
        assert values_of(document_of(night), "DTEND") == [";TZID=Europe/Berlin:20260329T031500"]


class TestRecurrence:
    def test_no_slot_has_both_an_exdate_and_an_override(self):
        document = document_of(A_MOVED_AND_A_CANCELLED_SLOT)
        assert not set(values_of(document, "EXDATE")) & set(values_of(document, "RECURRENCE-ID"))

    def test_each_cancelled_slot_has_a_line_of_its_own(self):
        assert all(
            "," not in value for value in values_of(document_of(A_MOVED_AND_A_CANCELLED_SLOT), "EXDATE")
        )

    def test_a_cancelled_slot_is_no_cancelled_event(self):
        assert values_of(document_of(A_MOVED_AND_A_CANCELLED_SLOT), "STATUS") == [":CONFIRMED", ":CONFIRMED"]

    def test_overrides_follow_their_event_and_share_its_identity(self):
        document = document_of(A_MOVED_AND_A_CANCELLED_SLOT)
        assert len(set(values_of(document, "UID"))) == len(set(values_of(document, "SEQUENCE"))) == 1
        assert document.find(b"RRULE") < document.find(b"RECURRENCE-ID")

    def test_overrides_have_no_rule(self):
        assert len(values_of(document_of(A_MOVED_AND_A_CANCELLED_SLOT), "RRULE")) == 1

    @given(series=all_series())
    @settings(max_examples=100, deadline=None, derandomize=True)
    def test_every_exception_hits_an_instance_of_the_rule(self, series):
        document = document_of(project(series, contact=None, history=None))
        start, rule = values_of(document, "DTSTART")[0], values_of(document, "RRULE")[0]
        local_start = datetime.strptime(start[-15:], "%Y%m%dT%H%M%S").replace(
            tzinfo=ZoneInfo(series.timezone)
        )
        instances = rrulestr(rule[1:], dtstart=local_start)
        for value in (*values_of(document, "EXDATE"), *values_of(document, "RECURRENCE-ID")):
            slot = datetime.strptime(value[-15:], "%Y%m%dT%H%M%S").replace(tzinfo=local_start.tzinfo)
            assert instances.between(slot, slot, inc=True) == [slot]


class TestIdentity:
    def test_the_uid_is_that_of_the_series(self):
        assert values_of(document_of(a_projection()), "UID") == [f":{a_projection().uid}"]

    def test_stamps_are_the_time_of_the_change_in_whole_seconds_of_utc(self):
        document = document_of(A_MOVED_AND_A_CANCELLED_SLOT)
        assert set(values_of(document, "DTSTAMP")) == {":20260201T093015Z"}
        assert set(values_of(document, "LAST-MODIFIED")) == {":20260201T093015Z"}

    def test_the_sequence_rises_with_every_change_in_overrides_too(self):
        target = IcsTarget()
        first = target.put(A_MOVED_AND_A_CANCELLED_SLOT, base=None, now=NOW)
        second = target.put(replace(A_MOVED_AND_A_CANCELLED_SLOT, minutes=60), base=first, now=NOW)
        assert values_of(target.document([first]), "SEQUENCE") == [":0", ":0"]
        assert values_of(target.document([second]), "SEQUENCE") == [":1", ":1"]

    def test_no_one_is_invited_and_nothing_rings(self):
        document = document_of(A_MOVED_AND_A_CANCELLED_SLOT)
        assert not re.search(rb"ATTENDEE|ORGANIZER|VALARM", document)

    def test_guests_are_not_shown(self):
        assert document_of(JOHN) == document_of(replace(JOHN, guests=("john@example.com",)))

    def test_no_room_is_asked_for_and_no_colour_shown(self):
        assert document_of(JOHN) == document_of(replace(JOHN, has_meet=True, color="sage"))

    def test_it_may_leave_the_time_free(self):
        free = replace(A_MOVED_AND_A_CANCELLED_SLOT, is_busy=False)
        assert values_of(document_of(free), "TRANSP") == [":TRANSPARENT", ":TRANSPARENT"]
        assert set(values_of(document_of(free), "X-MICROSOFT-CDO-BUSYSTATUS")) == {":FREE"}

    def test_it_is_private_and_takes_time(self):
        lines = lines_of(document_of(a_projection()))
        for line in ("CLASS:PRIVATE", "STATUS:CONFIRMED", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"):
            assert line in lines

    def test_what_is_empty_is_left_out(self):
        document = document_of(a_projection(description="", location="", category=""))
        assert not re.search(rb"^(DESCRIPTION|LOCATION|CATEGORIES)", document, re.MULTILINE)

    def test_the_category_is_one_category(self):
        document = document_of(a_projection(category="Recruiters, old and new"))
        assert values_of(document, "CATEGORIES") == [":Recruiters\\, old and new"]


class TestReminders:
    @pytest.mark.parametrize("reminders", [None, ()])
    def test_there_are_none_where_none_are_asked_for(self, reminders):
        assert b"VALARM" not in document_of(replace(A_MOVED_AND_A_CANCELLED_SLOT, reminders=reminders))

    def test_one_is_written_like_this(self):
        document = document_of(replace(JOHN, reminders=(1440,)))
        assert lines_of(document)[-7:] == [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-PT1440M",
            "DESCRIPTION:Coffee with John Doe",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
        ]

    def test_a_moved_slot_has_them_too(self):
        document = document_of(replace(A_MOVED_AND_A_CANCELLED_SLOT, reminders=(60, 10)))
        assert values_of(document, "TRIGGER") == [":-PT60M", ":-PT10M"] * 2

    @pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=shortly)
    def test_hostile_text_makes_no_line_of_them(self, text):
        plain, hostile = (
            document_of(a_projection(summary=words, description="", reminders=(5,))) for words in ("", text)
        )
        check_bytes(hostile)
        names, plain_names = (
            [re.split("[:;]", line)[0] for line in lines_of(one)] for one in (hostile, plain)
        )
        assert names == plain_names

    @given(
        reminders=st.none() | st.lists(st.integers(0, 40_320), max_size=5).map(tuple), is_busy=st.booleans()
    )
    @settings(max_examples=50, deadline=None, derandomize=True)
    def test_a_reader_finds_what_was_asked_for(self, reminders, is_busy):
        asked = replace(A_MOVED_AND_A_CANCELLED_SLOT, reminders=reminders, is_busy=is_busy)
        for event in Calendar.from_ical(document_of(asked)).walk("VEVENT"):
            triggers = [getattr(alarm["TRIGGER"], "dt", None) for alarm in event.walk("VALARM")]
            assert triggers == [timedelta(minutes=-minutes) for minutes in reminders or ()]
            assert event["TRANSP"] == ("OPAQUE" if is_busy else "TRANSPARENT")

    @pytest.mark.parametrize("minutes", [-5, 100_000])
    def test_one_that_makes_no_sense_is_refused(self, minutes):
        with pytest.raises(TargetError, match="an alarm says"):
            document_of(replace(JOHN, reminders=(minutes,)))


class TestMilestones:
    def test_one_is_written_like_this(self):
        document = document_of(a_milestone_projection())
        assert lines_of(document[document.find(b"BEGIN:VEVENT") :]) == [
            "BEGIN:VEVENT",
            "DTSTART;VALUE=DATE:19860314",
            "DTEND;VALUE=DATE:19860315",
            f"UID:{a_milestone_projection().uid}",
            "DTSTAMP:20260201T093015Z",
            "LAST-MODIFIED:20260201T093015Z",
            "SEQUENCE:0",
            "SUMMARY:John Doe: birthday",
            "DESCRIPTION:Birthday on 14 March\\, since 1986",
            "CATEGORIES:Recruiters",
            "CLASS:PRIVATE",
            "STATUS:CONFIRMED",
            "TRANSP:TRANSPARENT",
            "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
            "RRULE:FREQ=YEARLY;BYMONTHDAY=14;BYMONTH=3",
            "END:VEVENT",
            "END:VCALENDAR",
        ]

    def test_the_last_day_of_a_year_ends_on_the_first_of_the_next(self):
        document = document_of(a_milestone_projection(first_on=date(1999, 12, 31)))
        assert values_of(document, "DTEND") == [";VALUE=DATE:20000101"]

    def test_it_needs_no_zone(self):
        document = document_of(a_milestone_projection())
        assert b"TZID" not in document
        assert b"TIMEZONE" not in document

    def test_it_changes_nothing_of_the_zones_of_others(self):
        alone, beside = (document_of(*several) for several in ([JOHN], [JOHN, a_milestone_projection()]))
        assert alone[: alone.find(b"BEGIN:VEVENT")] == beside[: beside.find(b"BEGIN:VEVENT")]

    def test_the_events_of_others_keep_their_bytes(self):
        [event] = re.findall(rb"BEGIN:VEVENT.*END:VEVENT", document_of(JOHN), re.DOTALL)
        assert event in document_of(JOHN, a_milestone_projection())

    def test_no_one_is_invited_and_nothing_rings(self):
        assert not re.search(rb"ATTENDEE|ORGANIZER|VALARM", document_of(a_milestone_projection()))

    @pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=shortly)
    def test_hostile_text_makes_no_line(self, text):
        hostile = a_milestone_projection(summary=text, description=f"d{text}", category=f"c{text}")
        document = document_of(hostile)
        check_bytes(document)
        names = [re.split("[:;]", line)[0] for line in lines_of(document)]
        assert names == [
            re.split("[:;]", line)[0] for line in lines_of(document_of(a_milestone_projection()))
        ]


class TestStability:
    @given(several=st.lists(all_series(), max_size=6, unique_by=lambda one: one.uid))
    @settings(max_examples=25, deadline=None, derandomize=True)
    def test_the_same_baselines_make_the_same_bytes_in_any_order(self, several):
        target = IcsTarget()
        projections = [project(one, contact=None, history=None) for one in several]
        baselines = [target.put(projection, base=None, now=NOW) for projection in projections]
        document = target.document(baselines)
        assert target.document(baselines[::-1]) == document
        assert IcsTarget().document(baselines[::-1]) == document

    def test_events_are_sorted_by_uid(self):
        uids = [f":{number}@x" for number in "31254"]
        document = document_of(*(a_projection(uid=uid[1:]) for uid in uids))
        assert [uid for uid, _ in groupby(values_of(document, "UID"))] == sorted(uids)

    def test_a_change_is_seen_by_a_target_that_has_made_a_document_before(self):
        target = IcsTarget()
        first = target.put(a_projection(), base=None, now=NOW)
        target.document([first])
        second = target.put(a_projection(summary="Tea"), base=first, now=NOW)
        assert values_of(target.document([second]), "SUMMARY") == [":Tea"]


class TestRefusal:
    @pytest.mark.parametrize(
        "poison",
        [
            {"uid": "a\x00b"},
            {"uid": "a\ud800b"},
            {"timezone": "Europe/Nowhere"},
            {"timezone": "../../etc/passwd"},
            {"timezone": "Europe"},
            {"rrule": "FREQ=SOMETIMES"},
            {"local_start": datetime.max},
            {"local_start": datetime(9990, 1, 1)},
            {"local_start": datetime(900, 1, 1)},
        ],
        ids=ascii,
    )
    def test_what_can_not_be_written_is_refused_by_its_uid(self, poison):
        projection = a_projection(**poison)
        with pytest.raises(TargetError, match=re.escape(repr(projection.uid))):
            IcsTarget().put(projection, base=None, now=NOW)

    @pytest.mark.parametrize(
        "poison",
        [{"uid": "a\x00b"}, {"rrule": "FREQ=SOMETIMES"}, {"first_on": date.max}],
        ids=ascii,
    )
    def test_a_milestone_that_can_not_be_written_is_refused_by_its_uid(self, poison):
        projection = a_milestone_projection(**poison)
        with pytest.raises(TargetError, match=re.escape(repr(projection.uid))):
            IcsTarget().put(projection, base=None, now=NOW)

    def test_a_body_of_another_program_is_refused(self):
        stored = Baseline(uid="a@x", fingerprint="", sequence=0, changed_at=NOW, body="{}")
        with pytest.raises(TargetError, match="a@x"):
            IcsTarget().document([stored])

    def test_a_zone_that_is_known_no_more_is_refused(self):
        target = IcsTarget()
        baseline = target.put(a_projection(), base=None, now=NOW)
        stale = replace(baseline, body=baseline.body.replace("Europe/Berlin", "Europe/Nowhere"))
        with pytest.raises(TargetError, match="Europe/Nowhere"):
            target.document([stale])

    def test_python_without_asserts_refuses_and_cleans_as_well(self):
        script = """if 1:
            from netkeep_sync.errors import TargetError
            from netkeep_sync.targets.content_line import check_bytes
            from netkeep_sync.targets.ics import IcsTarget
            from tests.targets.samples import HOSTILE_TEXTS, NOW, a_projection

            def put(**changes):
                return target.put(a_projection(**changes), base=None, now=NOW)

            target = IcsTarget()
            for number, text in enumerate(HOSTILE_TEXTS):
                body = put(summary=text, description=text, location=text, category=text)
                check_bytes(target.document([body]))
            for uid in ("a\\nATTENDEE:mailto:eve@example.com", "a\\rX-EVIL:1", "\\x00", "\\u2028"):
                try:
                    document = target.document([put(uid=uid)])
                    check_bytes(document)
                except (TargetError, ValueError):
                    continue
                if b"\\r\\nATTENDEE" in document or b"X-EVIL" in document.replace(b"\\\\nX-EVIL", b""):
                    raise SystemExit(f"{uid!r} was written: {document!r}")
            raise SystemExit(0 if not __debug__ else "asserts are on")
        """
        subprocess.run([sys.executable, "-O", "-c", script], check=True, cwd=ROOT, timeout=60)


class TestIcsTargetKeepsTheContract(TargetContract):
    @pytest.fixture
    def place(self, tmp_path):
        path = tmp_path / "checkins.ics"

        def look():
            if not path.exists():
                return {}
            written = (path.stat().st_mtime_ns, path.stat().st_ino)
            return {value[1:]: written for value in values_of(path.read_bytes(), "UID")}

        return Place(make_target=lambda: IcsTarget(files=[path]), look=look)


class TestFiles:
    def test_every_file_holds_the_document(self, tmp_path):
        paths = [tmp_path / "one.ics", tmp_path / "two.ics"]
        target = IcsTarget(files=paths)
        baseline = target.put(a_projection(), base=None, now=NOW)
        target.publish([baseline])
        assert [path.read_bytes() for path in paths] == [target.document([baseline])] * 2

    def test_without_files_nothing_is_written(self):
        IcsTarget().publish([])

    def test_a_missing_folder_is_told_with_advice(self, tmp_path):
        with pytest.raises(TargetError, match=r"there is no folder .*; create it"):
            IcsTarget(files=[tmp_path / "nowhere" / "checkins.ics"]).publish([])

    def test_one_file_that_fails_stops_no_other(self, tmp_path):
        paths = [tmp_path / "nowhere" / "one.ics", tmp_path / "two.ics", tmp_path]
        with pytest.raises(TargetError) as failure:
            IcsTarget(files=paths).publish([])
        assert len(str(failure.value).splitlines()) == 2
        assert paths[1].exists()
