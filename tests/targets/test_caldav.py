"""The CalDAV target against Radicale and Xandikos, as they come."""

from __future__ import annotations

import gzip
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from icalendar import Calendar as Document

from netkeep_sync.core.observation import Gone, Seen, Tail
from netkeep_sync.errors import AuthLost, GuardRefused, TargetError
from netkeep_sync.targets.caldav import CaldavTarget
from netkeep_sync.targets.caldav_account import remember_account
from netkeep_sync.targets.caldav_link import CaldavLink, RehearsedCaldavLink
from netkeep_sync.targets.caldav_resource import Resource
from netkeep_sync.targets.content import LINE
from tests.targets.contract import Place, TargetContract
from tests.targets.dav_calendar import LATER, WEEKLY, Calendar
from tests.targets.dav_servers import PASSWORD
from tests.targets.samples import NOW


class TestCaldavTargetKeepsTheContract(TargetContract):
    @pytest.fixture
    def place(self, calendar):
        def look():
            link = calendar.link()
            etags = link.etags()
            found = {path: Resource.read(one.text) for path, one in link.fetch(etags).items()}
            return {getattr(found[path], "uid", path): etag for path, etag in etags.items()}

        return Place(make_target=calendar.target, look=look)


# -- which calendar -----------------------------------------------------------------------------------


def test_the_calendar_is_made_once_and_found_again_without_the_file(calendar):
    first = calendar.link().calendar_id
    calendar.file.unlink()
    remember_account(calendar.file, calendar.wanted, PASSWORD)

    assert calendar.link().calendar_id == first


def test_the_address_of_a_calendar_will_do(calendar, tmp_path):
    address = calendar.link().calendar_id
    file = tmp_path / "other.json"
    named = replace(calendar.wanted, url=address, calendar="Whatever", account_file=str(file))
    remember_account(file, named, PASSWORD)

    assert calendar.opened(CaldavLink(named)).calendar_id == address


@pytest.mark.parametrize("server", ["radicale"], indirect=True)
def test_a_wrong_password_is_a_lost_sign_in(calendar):
    remember_account(calendar.file, calendar.wanted, "wrong")
    with pytest.raises(AuthLost, match="connect caldav"):
        calendar.put(WEEKLY)


def test_who_never_signed_in_is_told_how(calendar, tmp_path):
    nobody = replace(calendar.wanted, user="bob", account_file=str(tmp_path / "none.json"))
    with pytest.raises(AuthLost, match="connect caldav"):
        CaldavTarget(CaldavLink(nobody), owner="roster").put(WEEKLY, base=None, now=NOW)


def test_a_server_that_is_away_is_a_passing_failure(calendar):
    away = replace(calendar.wanted, url="http://127.0.0.1:9/")
    remember_account(calendar.file, away, PASSWORD)
    with pytest.raises(TargetError, match="can't be reached") as error:
        calendar.opened(CaldavLink(away)).calendar_id  # noqa: B018  asking is enough
    assert not error.value.permanent


class Stranger(BaseHTTPRequestHandler):
    """A server that is none of ours."""

    def do_PROPFIND(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def answer(self):
        """Answer whoever asks for a calendar."""

    def log_message(self, *_):
        pass


def ask(stranger: type[Stranger], calendar: Calendar) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        wanted = replace(calendar.wanted, url=f"http://127.0.0.1:{server.server_port}/")
        remember_account(calendar.file, wanted, PASSWORD)
        try:
            calendar.opened(CaldavLink(wanted)).calendar_id  # noqa: B018  asking is enough
        finally:
            server.shutdown()


def test_nobody_is_sent_to_another_machine(calendar):
    class Elsewhere(Stranger):
        def answer(self):
            self.send_response(301)
            self.send_header("Location", "http://localhost:9/")
            self.end_headers()

    with pytest.raises(TargetError, match="sends us to http://localhost:9"):
        ask(Elsewhere, calendar)


def test_an_answer_without_end_is_not_read_to_the_end(calendar):
    class Talker(Stranger):
        def answer(self):
            self.send_response(207)
            self.end_headers()
            with suppress(OSError):
                while True:
                    self.wfile.write(b" " * 1_000_000)

    with pytest.raises(TargetError, match="answers with more than 64 MB"):
        ask(Talker, calendar)


def test_a_small_answer_that_unpacks_to_a_huge_one_is_left_off(calendar):
    packed = gzip.compress(b" " * 80_000_000)

    class Bomber(Stranger):
        def answer(self):
            self.send_response(207)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

    with pytest.raises(TargetError, match="answers with more than 64 MB"):
        ask(Bomber, calendar)


def test_a_calendar_that_is_gone_stops_everything(calendar):
    calendar.put(WEEKLY)
    link = calendar.link()
    link._sent("DELETE", link.calendar_id, "", about="the calendar")

    with pytest.raises(TargetError, match="--new-calendar"):
        calendar.heard(None)


def test_no_other_calendar_is_made_while_it_is_there(calendar):
    calendar.put(WEEKLY)
    with pytest.raises(GuardRefused, match="still on the server"):
        calendar.target().renew(is_confirmed=True)


def test_another_calendar_is_made_when_it_is_gone_and_the_owner_says_so(calendar):
    calendar.put(WEEKLY)
    link = calendar.link()
    link._sent("DELETE", link.calendar_id, "", about="the calendar")
    target = calendar.target()

    assert target.renew()
    target.close()
    calendar.put(WEEKLY)
    assert list(calendar.texts()) == [calendar.path(WEEKLY)]


def test_files_that_others_can_read_hold_no_password(calendar):
    calendar.file.chmod(0o644)
    with pytest.raises(TargetError, match="chmod 600"):
        calendar.put(WEEKLY)


# -- writing ------------------------------------------------------------------------------------------


def test_what_others_put_into_an_event_stays(calendar):
    base = calendar.put(WEEKLY)
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Go\r\nTRIGGER:-PT7M\r\nEND:VALARM\r\n"
    calendar.edit(calendar.path(WEEKLY), ("END:VEVENT", f"X-MINE:yes\r\n{alarm}END:VEVENT"))
    calendar.put(replace(WEEKLY, summary="Lunch with John"), base)

    text = calendar.text(calendar.path(WEEKLY))
    assert "X-MINE:yes" in text
    assert "TRIGGER:-PT7M" in text
    assert "SUMMARY:Lunch with John" in text


def test_what_the_owner_changed_between_two_passes_stays_theirs(calendar):
    base = calendar.put(WEEKLY)
    calendar.edit(calendar.path(WEEKLY), (f"SUMMARY:{WEEKLY.summary}", "SUMMARY:Breakfast"))
    base = calendar.put(replace(WEEKLY, summary="Lunch", location="The bar"), base)

    text = calendar.text(calendar.path(WEEKLY))
    assert "SUMMARY:Breakfast" in text
    assert "LOCATION:The bar" in text
    [seen] = calendar.heard(None, base)
    assert isinstance(seen, Seen)


def test_an_event_of_ours_is_taken_over_where_the_database_is_lost(calendar):
    calendar.put(WEEKLY)
    before = calendar.texts()
    calendar.put(WEEKLY)

    assert calendar.texts() == before


def test_what_was_written_and_not_noted_is_no_news(calendar):
    base = calendar.put(WEEKLY)
    cursor = calendar.listen(None, base).cursor
    calendar.put(replace(WEEKLY, summary="Lunch"), base)  # and the answer is lost

    [seen] = calendar.heard(cursor, base)
    assert (seen.pattern, seen.mark, seen.note, seen.slots) == (None, "", "", ())
    assert '"theirs": []' in seen.body


def test_an_event_that_is_gone_is_not_made_again(calendar):
    base = calendar.put(WEEKLY)
    calendar.drop(calendar.path(WEEKLY))
    base = calendar.put(replace(WEEKLY, summary="Lunch"), base)

    assert calendar.texts() == {}
    assert calendar.target().shown(base) is None


def test_a_rhythm_of_the_owners_that_nobody_has_heard_of_is_not_deleted(calendar):
    base = calendar.put(WEEKLY)
    calendar.edit(calendar.path(WEEKLY), (f"RRULE:{WEEKLY.rrule}", "RRULE:FREQ=DAILY"))
    calendar.target().remove(base)

    assert "RRULE:FREQ=DAILY" in calendar.text(calendar.path(WEEKLY))


def test_what_can_not_be_read_any_more_is_told_and_left_as_it_is(calendar):
    base = calendar.put(WEEKLY)
    calendar.edit(calendar.path(WEEKLY), ("SUMMARY:", f"X-LONG:{'x' * 1_100_000}\r\nSUMMARY:"))
    before = calendar.text(calendar.path(WEEKLY))
    with pytest.raises(TargetError, match="can't be read as a calendar event"):
        calendar.put(replace(WEEKLY, summary="Other words"), base)

    assert calendar.text(calendar.path(WEEKLY)) == before


def test_a_place_that_somebody_else_has_is_told(calendar):
    link = calendar.link()
    text = Resource.new(replace(WEEKLY, uid="other@example.com"), owner="x", changed_at=NOW).text()
    link.put(calendar.path(WEEKLY), text, etag="", about="a stranger")
    with pytest.raises(TargetError, match="another event has the place"):
        calendar.put(WEEKLY)


def test_nobody_is_invited(calendar):
    calendar.put(replace(WEEKLY, guests=("john@example.com",)))
    [text] = calendar.texts().values()

    assert "ATTENDEE" not in text
    assert "ORGANIZER" not in text


def test_hostile_words_make_no_property(calendar):
    calendar.put(replace(WEEKLY, summary="A\r\nATTENDEE:mailto:x@example.com", description="b\x0bc\u2028d"))
    [text] = calendar.texts().values()
    [event] = list(Document.from_ical(text).walk("VEVENT"))

    assert "ATTENDEE" not in event


SLOT, AWAY = date(2026, 6, 2), datetime(2026, 6, 4, 15)  # noqa: DTZ001  wall clock


def test_an_occurrence_is_moved_cancelled_and_put_back(calendar):
    base = calendar.put(WEEKLY)
    base = calendar.put(replace(WEEKLY, moved=((SLOT, AWAY),), cancelled=(date(2026, 9, 1),)), base)
    text = calendar.text(calendar.path(WEEKLY))
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20260602T083000" in text
    assert "DTSTART;TZID=Europe/Berlin:20260604T150000" in text
    assert "EXDATE;TZID=Europe/Berlin:20260901T083000" in text

    base = calendar.put(WEEKLY, base)
    text = calendar.text(calendar.path(WEEKLY))
    assert "RECURRENCE-ID" not in text
    assert "EXDATE" not in text
    assert calendar.target().shown(base).exceptions == ()


def test_what_lies_elsewhere_says_what_the_event_says(calendar):
    moved = replace(WEEKLY, moved=((SLOT, AWAY),))
    calendar.put(replace(moved, summary="Lunch"), calendar.put(moved))

    assert calendar.text(calendar.path(WEEKLY)).count("SUMMARY:Lunch") == 2


# -- listening ----------------------------------------------------------------------------------------


def test_nothing_is_no_news_and_one_request(listened):
    calendar, base, cursor = listened
    target = calendar.target()
    found = target.listen(cursor, {base.uid: base}, now=LATER)

    assert found.observations == ()
    assert target.requests_sent == 1


def test_a_stranger_is_asked_for_once(listened):
    calendar, base, _ = listened
    stranger = Resource.new(replace(WEEKLY, uid="s@example.com"), owner="", changed_at=NOW).text()
    calendar.link().put(f"{calendar.link().folder}s.ics", stranger, etag="", about="a stranger")
    heard = calendar.listen(None, base)
    target = calendar.target()
    again = target.listen(heard.cursor, {base.uid: base}, now=LATER)

    assert (heard.observations, again.observations) == ((), ())
    assert target.requests_sent == 1


def test_a_stranger_that_can_not_be_read_stops_nobody(listened):
    calendar, base, cursor = listened
    todo = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:t@example.com\r\n"
        "DTSTAMP:20260101T000000Z\r\nSUMMARY:Shop\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    )
    calendar.link().put(f"{calendar.link().folder}t.ics", todo, etag="", about="a stranger")

    assert calendar.heard(cursor, base) == []


def test_a_deleted_series_is_gone(listened):
    calendar, base, cursor = listened
    calendar.drop(calendar.path(WEEKLY))
    [gone] = calendar.heard(cursor, base)

    assert isinstance(gone, Gone)
    assert (gone.uid, gone.is_known) == (base.uid, True)


def test_a_dragged_occurrence_is_seen(listened):
    calendar, base, cursor = listened
    override = (
        f"BEGIN:VEVENT\r\nUID:{WEEKLY.uid}\r\nDTSTAMP:20260301T000000Z\r\nSUMMARY:{WEEKLY.summary}\r\n"
        "RECURRENCE-ID;TZID=Europe/Berlin:20260602T083000\r\n"
        "DTSTART;TZID=Europe/Berlin:20260603T100000\r\nDTEND;TZID=Europe/Berlin:20260603T104500\r\n"
        "END:VEVENT\r\n"
    )
    calendar.edit(calendar.path(WEEKLY), ("END:VCALENDAR", f"{override}END:VCALENDAR"))
    [seen] = calendar.heard(cursor, base)
    [slot] = seen.slots

    assert slot.slot_at == datetime(2026, 6, 2, 6, 30, tzinfo=UTC)
    assert slot.start_at == datetime(2026, 6, 3, 8, tzinfo=UTC)
    assert not slot.is_ours


def test_a_deleted_occurrence_is_seen_and_stays_away(listened):
    calendar, base, cursor = listened
    exdate = "EXDATE;TZID=Europe/Berlin:20260602T083000"
    calendar.edit(calendar.path(WEEKLY), ("SUMMARY:", f"{exdate}\r\nSUMMARY:"))
    [seen] = calendar.heard(cursor, base)
    [slot] = seen.slots
    assert (slot.slot_at, slot.start_at) == (datetime(2026, 6, 2, 6, 30, tzinfo=UTC), None)

    calendar.put(replace(WEEKLY, cancelled=(SLOT,), summary="Lunch"), replace(base, body=seen.body))
    assert calendar.text(calendar.path(WEEKLY)).count("EXDATE") == 1


def test_an_occurrence_that_the_owner_puts_back_is_seen(calendar):
    base = calendar.put(replace(WEEKLY, moved=((SLOT, AWAY),)))
    cursor = calendar.listen(None, base).cursor
    path = calendar.path(WEEKLY)
    answer = calendar.link().fetch([path])[path]
    document = Document.from_ical(answer.text)
    document.subcomponents = [one for one in document.subcomponents if "RECURRENCE-ID" not in one]
    calendar.link().put(path, document.to_ical().decode(), etag=answer.etag, about="the owner")
    [seen] = calendar.heard(cursor, base)
    [slot] = seen.slots

    assert slot.slot_at == slot.start_at == datetime(2026, 6, 2, 6, 30, tzinfo=UTC)


def test_a_series_at_another_time_is_a_rhythm_of_the_owner(listened):
    calendar, base, cursor = listened
    calendar.edit(calendar.path(WEEKLY), ("T083000", "T093000"), ("T091500", "T101500"))
    [seen] = calendar.heard(cursor, base)

    assert seen.is_own_pattern
    assert seen.pattern.timezone == "Europe/Berlin"
    assert seen.pattern.start_at == datetime(2026, 3, 3, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(("sign", "mark"), [("✓ ", "done"), ("✗ ", "failed")])
def test_a_mark_is_seen_and_taken_off_again(listened, sign, mark):
    calendar, base, cursor = listened
    calendar.edit(calendar.path(WEEKLY), (f"SUMMARY:{WEEKLY.summary}", f"SUMMARY:{sign}{WEEKLY.summary}"))
    [seen] = calendar.heard(cursor, base)

    assert (seen.mark, seen.is_off) == (mark, True)


def test_what_is_written_below_the_line_is_a_note(listened):
    calendar, base, cursor = listened
    calendar.edit(calendar.path(WEEKLY), (LINE, f"{LINE}\\n\\nBring the book"))
    [seen] = calendar.heard(cursor, base)
    assert seen.note == "Bring the book"

    calendar.put(replace(WEEKLY, description="Other words"), replace(base, body=seen.body))
    text = calendar.unfolded(calendar.path(WEEKLY))
    assert "Other words" in text
    assert "Bring the book" in text


def test_this_and_following_is_a_tail(listened):
    calendar, base, cursor = listened
    path = calendar.path(WEEKLY)
    whole = calendar.text(path)
    rule = f"RRULE:{WEEKLY.rrule}"
    calendar.edit(path, (rule, f"{rule};UNTIL=20260901T000000Z"))
    tail = (
        whole.replace(f"UID:{WEEKLY.uid}", "UID:tail@example.com")
        .replace("DTSTART;TZID=Europe/Berlin:20260303", "DTSTART;TZID=Europe/Berlin:20260902")
        .replace("DTEND;TZID=Europe/Berlin:20260303", "DTEND;TZID=Europe/Berlin:20260902")
        .replace(rule, rule.replace("1TU", "1WE"))
    )
    calendar.link().put(f"{calendar.link().folder}tail.ics", tail, etag="", about="the owner")
    tails = [one for one in calendar.heard(cursor, base) if isinstance(one, Tail)]

    assert [one.of for one in tails] == [base.uid]


def test_a_copy_that_the_owner_made_is_theirs(listened):
    calendar, base, cursor = listened
    copy = calendar.text(calendar.path(WEEKLY)).replace(f"UID:{WEEKLY.uid}", "UID:copy@example.com")
    calendar.link().put(f"{calendar.link().folder}copy.ics", copy, etag="", about="the owner")

    assert calendar.heard(cursor, base) == []


# -- a dry run ----------------------------------------------------------------------------------------


def test_a_dry_run_shows_all_and_writes_nothing(calendar):
    link = calendar.opened(RehearsedCaldavLink(calendar.wanted))
    target = CaldavTarget(link, owner="roster")
    base = target.put(WEEKLY, base=None, now=NOW)
    target.put(replace(WEEKLY, moved=((SLOT, AWAY),)), base=base, now=LATER)

    assert target.calendar_id() == ""
    assert "Check-ins" not in calendar.file.read_text(encoding="utf-8")
    assert calendar.link().known_id() == ""
