"""The Google target against the fake calendar, with the client library as it comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from netkeep_sync.core.series import instant, series_uid
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.content import series_id
from netkeep_sync.targets.google import GoogleTarget
from netkeep_sync.targets.google_event import content_of
from netkeep_sync.targets.google_link import Link
from netkeep_sync.targets.google_request import Pace
from netkeep_sync.targets.target import MOST_TRIES
from tests.core.builders import clock
from tests.fakes.google_calendar import FakeGoogleCalendar
from tests.targets.contract import Place, TargetContract
from tests.targets.samples import NOW, a_milestone_projection, a_projection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.core.projection import SeriesProjection

COFFEE = a_projection(uid=series_uid("roster", "john-doe", 1))
LATER = NOW + timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar of the fake, and what a test says to it."""

    fake: FakeGoogleCalendar
    service: Any
    identity: str

    def target(self) -> GoogleTarget:
        pace = Pace(sleep=lambda _seconds: None)
        return GoogleTarget(Link(self.service, self.identity, pace=pace), owner="roster")

    def put(self, projection: Any, base: Baseline | None = None) -> Baseline:
        return self.target().put(projection, base=base, now=NOW if base is None else LATER)

    def event(self, projection: Any) -> dict[str, Any]:
        found = self.fake.event(series_id(projection.uid))
        assert found is not None
        return found

    def starts(self) -> list[datetime]:
        until = datetime(2028, 1, 1, tzinfo=UTC)
        return sorted(
            datetime.fromisoformat(one["start"]["dateTime"]).astimezone(UTC)
            for one in self.fake.occurrences(self.identity, datetime(2026, 1, 1, tzinfo=UTC), until)
            if "dateTime" in one["start"]
        )

    @property
    def writes(self) -> list[str]:
        return [call.method for call in self.fake.ledger.writes]


@pytest.fixture
def calendar() -> Iterator[Calendar]:
    with FakeGoogleCalendar(clock=lambda: NOW) as fake:
        service = fake.service("calendar.app.created")
        made = (
            service.calendars().insert(body={"summary": "Check-ins", "timeZone": "Europe/Berlin"}).execute()
        )
        fake.ledger.clear()
        yield Calendar(fake, service, made["id"])


class TestGoogleTargetKeepsTheContract(TargetContract):
    @pytest.fixture
    def place(self, calendar):
        def look():
            return {
                f"{one['id']}@netkeep-sync": one["etag"]
                for one in calendar.fake.events(calendar.identity)
                if one["status"] != "cancelled" and "recurringEventId" not in one
            }

        return Place(make_target=calendar.target, look=look)


def slot_days(projection: SeriesProjection, count: int = 4) -> list[date]:
    return [projection.local_start.date() + timedelta(weeks=number) for number in range(count)]


WEEKLY = a_projection(
    uid=series_uid("roster", "mary-roe", 1),
    local_start=clock("2026-03-03 09:00"),
    rrule="FREQ=WEEKLY;INTERVAL=1;BYDAY=TU",
    timezone="Europe/Berlin",
    minutes=45,
)
FIRST, SECOND, THIRD, FOURTH = slot_days(WEEKLY)
UNTIL = "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20260324T080000Z"
SHORT = replace(WEEKLY, rrule=UNTIL)


def at(day: date, clock: str = "09:00") -> datetime:
    return instant(datetime.fromisoformat(f"{day} {clock}"), "Europe/Berlin")


# -- what is written ------------------------------------------------------------------------------


def test_a_series_is_one_request(calendar):
    calendar.put(WEEKLY)
    assert calendar.writes == ["events.insert"]
    assert len(calendar.fake.ledger.calls) == 1


def test_all_its_occurrences_keep_the_wall_clock_over_the_change_of_the_clocks(calendar):
    calendar.put(SHORT)
    assert calendar.starts() == [at(FIRST), at(SECOND), at(THIRD), at(FOURTH)]


def test_nobody_is_invited_and_nobody_gets_mail(calendar):
    base = calendar.put(WEEKLY)
    base = calendar.put(replace(WEEKLY, summary="Lunch"), base)
    assert "attendees" not in calendar.event(WEEKLY)
    calendar.target().remove(base)
    assert not calendar.fake.ledger.mails
    assert all(call.query["sendUpdates"] == "none" for call in calendar.fake.ledger.writes)


def test_an_event_is_private_and_a_milestone_keeps_no_time_busy(calendar):
    birthday = a_milestone_projection()
    calendar.put(birthday)
    calendar.put(WEEKLY)
    assert calendar.event(WEEKLY)["visibility"] == "private"
    assert calendar.event(birthday)["transparency"] == "transparent"


def test_what_has_not_changed_is_not_sent_again(calendar):
    base = calendar.put(replace(SHORT, moved=((SECOND, clock("2026-03-11 09:00")),), cancelled=(THIRD,)))
    calendar.fake.ledger.clear()
    calendar.put(replace(SHORT, moved=((SECOND, clock("2026-03-11 09:00")),), cancelled=(THIRD,)), base)
    assert not calendar.fake.ledger.calls


def test_only_what_has_changed_is_sent(calendar):
    base = calendar.put(WEEKLY)
    calendar.put(replace(WEEKLY, summary="Lunch with Mary"), base)
    *_, patch = calendar.fake.ledger.writes
    assert (patch.method, set(patch.body)) == ("events.patch", {"summary", "extendedProperties"})
    assert patch.if_match


def test_moved_and_cancelled_slots_become_exceptions_and_come_back(calendar):
    moved = replace(SHORT, moved=((SECOND, clock("2026-03-11 10:00")),), cancelled=(THIRD,))
    base = calendar.put(moved)
    assert calendar.starts() == [at(FIRST), at(date(2026, 3, 11), "10:00"), at(FOURTH)]
    calendar.put(SHORT, base)
    assert calendar.starts() == [at(FIRST), at(SECOND), at(THIRD), at(FOURTH)]


# -- nothing twice, nothing lost ------------------------------------------------------------------


def test_an_answer_that_was_lost_makes_no_second_event(calendar):
    calendar.fake.faults.on("events.insert").cuts(applied=True)
    calendar.put(SHORT)
    assert len(calendar.starts()) == 4


def test_a_lost_database_finds_its_events_and_writes_nothing(calendar):
    calendar.put(SHORT)
    before = calendar.event(SHORT)["etag"]
    calendar.fake.ledger.clear()
    calendar.put(SHORT)
    assert calendar.event(SHORT)["etag"] == before
    assert [call.status for call in calendar.fake.ledger.writes] == [409]


def test_a_lost_database_keeps_what_the_owner_changed(calendar):
    calendar.put(SHORT)
    calendar.fake.user.rename(series_id(SHORT.uid), "Breakfast with Mary")
    base = calendar.put(SHORT)
    calendar.put(replace(SHORT, summary="Coffee again"), base)
    assert calendar.event(SHORT)["summary"] == "Breakfast with Mary"


def test_what_the_owner_deleted_stays_away(calendar):
    base = calendar.put(WEEKLY)
    calendar.fake.user.delete(series_id(WEEKLY.uid))
    base = calendar.put(replace(WEEKLY, summary="Lunch"), base)
    calendar.put(replace(WEEKLY, summary="Dinner"), base)
    assert calendar.put(WEEKLY).body == calendar.put(WEEKLY).body
    assert calendar.starts() == []


def test_what_the_owner_renamed_keeps_its_name_and_takes_new_notes(calendar):
    base = calendar.put(WEEKLY)
    calendar.fake.user.rename(series_id(WEEKLY.uid), "Breakfast")
    changed = replace(WEEKLY, summary="Lunch", description="Ask about the marathon.")
    calendar.put(changed, base)
    event = calendar.event(WEEKLY)
    assert event["summary"] == "Breakfast"
    assert event["description"].startswith("Ask about the marathon.")


def test_what_the_owner_wrote_below_the_line_is_kept(calendar):
    base = calendar.put(WEEKLY)
    event = calendar.event(WEEKLY)
    calendar.fake.user.edit_description(event["id"], event["description"] + "\n\nShe likes tea.")
    base = calendar.put(replace(WEEKLY, description="New notes."), base)
    content = content_of(calendar.event(WEEKLY))
    assert (content.notes, content.own) == ("New notes.", "She likes tea.")


def test_a_check_in_that_the_owner_moved_stays_there(calendar):
    base = calendar.put(SHORT)
    slot = f"{series_id(SHORT.uid)}_{at(SECOND):%Y%m%dT%H%M%SZ}"
    calendar.fake.user.move(slot, clock("2026-03-12 15:00"))
    base = calendar.put(replace(SHORT, moved=((SECOND, clock("2026-03-11 09:00")),)), base)
    calendar.put(SHORT, base)
    assert at(date(2026, 3, 12), "15:00") in calendar.starts()
    assert len(calendar.starts()) == 4


def test_a_check_in_that_the_owner_deleted_stays_away(calendar):
    base = calendar.put(SHORT)
    slot = f"{series_id(SHORT.uid)}_{at(SECOND):%Y%m%dT%H%M%SZ}"
    calendar.fake.user.delete(slot)
    base = calendar.put(replace(SHORT, moved=((SECOND, clock("2026-03-11 09:00")),)), base)
    calendar.put(SHORT, base)
    assert calendar.starts() == [at(FIRST), at(THIRD), at(FOURTH)]


def test_the_owners_own_rhythm_is_not_touched(calendar):
    base = calendar.put(WEEKLY)
    calendar.fake.user.change_rule(series_id(WEEKLY.uid), "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
    base = calendar.put(replace(WEEKLY, rrule=UNTIL, summary="Lunch", cancelled=(SECOND,)), base)
    assert "INTERVAL=2" in calendar.event(WEEKLY)["recurrence"][0]
    assert calendar.event(WEEKLY)["summary"] == "Lunch"


def test_a_start_is_left_where_the_owners_event_has_begun_before(calendar):
    base = calendar.put(WEEKLY)
    later = replace(WEEKLY, local_start=clock("2026-03-17 09:00"), summary="Lunch", rrule=UNTIL)
    calendar.put(later, base)
    event = calendar.event(WEEKLY)
    assert event["summary"] == "Lunch"
    assert calendar.starts() == [at(FIRST), at(SECOND), at(THIRD), at(FOURTH)]
    assert "start" not in calendar.fake.ledger.writes[-1].body


@pytest.mark.parametrize(
    "other",
    [
        {"local_start": clock("2026-03-17 10:00")},
        {"local_start": clock("2026-02-24 09:00")},
        {"local_start": clock("2026-03-18 09:00"), "rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=WE"},
        {"local_start": clock("2026-03-18 09:00")},
        {"local_start": clock("2026-03-17 09:00"), "timezone": "Europe/Paris"},
        {"local_start": clock("2026-03-17 09:00"), "minutes": 60},
    ],
    ids=["another hour", "earlier", "another rule", "another day", "another zone", "longer"],
)
def test_a_start_is_written_where_it_makes_other_check_ins(calendar, other):
    base = calendar.put(WEEKLY)
    calendar.put(replace(WEEKLY, **other), base)
    assert "start" in calendar.fake.ledger.writes[-1].body


def test_a_time_that_another_machine_has_written_meanwhile_is_heard_before_it_is_written(calendar):
    base = calendar.put(WEEKLY)
    elsewhere = replace(WEEKLY, local_start=clock("2026-03-05 11:00"), rrule=UNTIL.replace("TU", "TH"))
    calendar.put(elsewhere, base)
    mine = calendar.put(replace(WEEKLY, summary="Lunch", rrule=UNTIL), base)
    event = calendar.event(WEEKLY)
    assert event["summary"] == "Lunch"
    assert "BYDAY=TH" in event["recurrence"][0]
    listened = calendar.target().listen(None, {WEEKLY.uid: mine}, now=LATER)
    (seen,) = listened.observations
    assert (seen.is_own_pattern, seen.pattern.recurrence) == (False, tuple(event["recurrence"]))
    heard = replace(mine, body=seen.body)
    assert calendar.target().listen(None, {WEEKLY.uid: heard}, now=LATER).observations == ()


def test_a_check_in_that_may_not_come_back_is_told_as_let_go(calendar):
    base = calendar.put(replace(SHORT, cancelled=(SECOND,)))
    calendar.fake.faults.on("events.patch").answers(403, "forbidden")
    base = calendar.put(SHORT, base)
    assert calendar.starts() == [at(FIRST), at(THIRD), at(FOURTH)]
    cursor = calendar.target().listen(None, {}, now=LATER).cursor
    (seen,) = calendar.target().listen(cursor, {SHORT.uid: base}, now=LATER).observations
    assert [(one.slot_at, one.start_at) for one in seen.slots] == [(at(SECOND), None)]
    heard = replace(base, body=seen.body)
    assert calendar.target().listen(cursor, {SHORT.uid: heard}, now=LATER).observations == ()


@pytest.mark.parametrize("is_gone", [False, True])
def test_an_event_with_the_name_of_a_series_on_another_one_is_of_another_machine(calendar, is_gone):
    base = calendar.put(WEEKLY)
    second = replace(WEEKLY, uid=series_uid("roster", "mary-roe", 2))
    calendar.put(second)
    if is_gone:
        calendar.fake.user.delete(series_id(second.uid))
    listened = calendar.target().listen(None, {second.uid: replace(base, uid=second.uid)}, now=LATER)
    assert [one.is_namesake for one in listened.observations] == ([] if is_gone else [True])


def test_colour_place_and_reminders_are_the_owners(calendar):
    base = calendar.put(WEEKLY)
    identity = series_id(WEEKLY.uid)
    calendar.fake.user.color(identity, "7")
    calendar.fake.user.place(identity, "The other café")
    calendar.fake.user.remind(identity, 10)
    calendar.put(replace(WEEKLY, summary="Lunch", location="Café Mitte"), base)
    event = calendar.event(WEEKLY)
    assert (event["colorId"], event["location"]) == ("7", "The other café")
    assert event["reminders"]["overrides"]


@pytest.mark.parametrize(
    "manners", [{"html_descriptions": True}, {"expands_rules": True}, {"noop_keeps_etag": True}]
)
def test_googles_own_words_for_the_same_are_no_change(manners):
    from tests.fakes.manners import Manners

    with FakeGoogleCalendar(clock=lambda: NOW, manners=Manners(**manners)) as fake:
        service = fake.service("calendar.app.created")
        made = service.calendars().insert(body={"summary": "Check-ins", "timeZone": "Asia/Tokyo"}).execute()
        calendar = Calendar(fake, service, made["id"])
        base = calendar.put(replace(WEEKLY, description="One\nTwo & <three>"))
        fake.ledger.clear()
        base = calendar.put(replace(WEEKLY, description="One\nTwo & <three>"), base)
        assert not fake.ledger.calls
        calendar.put(replace(WEEKLY, description="One\nTwo & <three>", summary="Lunch"), base)
        assert [set(call.body) for call in fake.ledger.writes] == [{"summary", "extendedProperties"}]


# -- what fails -----------------------------------------------------------------------------------


def test_an_event_that_changes_all_the_time_is_left_for_the_next_pass(calendar):
    base = calendar.put(WEEKLY)
    identity = series_id(WEEKLY.uid)
    numbers = iter(range(100))

    def meddle(call):
        if call.method == "events.patch":
            calendar.fake.user.color(identity, str(1 + next(numbers) % 11))

    calendar.fake.before_each(meddle)
    with pytest.raises(TargetError, match="changes all the time"):
        calendar.put(replace(WEEKLY, summary="Lunch"), base)
    assert calendar.writes.count("events.patch") == MOST_TRIES


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_fails_for_the_moment_is_tried_again(calendar, status, monkeypatch):
    import googleapiclient.http

    monkeypatch.setattr(googleapiclient.http, "_retry_request", googleapiclient.http._retry_request)
    calendar.fake.faults.on("events.insert").answers(status, applied=status == 500)
    calendar.put(SHORT)
    assert len(calendar.starts()) == 4


def test_what_fails_for_good_tells_why(calendar):
    calendar.fake.faults.on("events.insert", times=None).answers(403, "forbidden")
    with pytest.raises(TargetError, match="403 forbidden") as error:
        calendar.put(WEEKLY)
    assert error.value.permanent


def test_an_answer_that_cant_be_read_is_no_success(calendar):
    calendar.fake.faults.on("events.*", times=None).garbles()
    with pytest.raises(TargetError, match="can't be read"):
        calendar.put(WEEKLY)


def test_a_run_cut_off_at_any_call_ends_as_a_whole_one(calendar):
    wanted = replace(SHORT, moved=((SECOND, clock("2026-03-11 10:00")),), cancelled=(THIRD,))
    for step in range(1, 20):
        uid = series_uid("roster", f"person {step}", 1)
        mine = replace(wanted, uid=uid)
        with calendar.fake.dies(after=step) as death:
            calendar.put(mine)
        fresh = calendar.fake.service("calendar.app.created")
        Calendar(calendar.fake, fresh, calendar.identity).put(mine)
        starts = [
            one
            for one in calendar.fake.occurrences(
                calendar.identity, datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
            )
            if one.get("recurringEventId") == series_id(uid)
        ]
        assert len(starts) == 3, step
        if not death.came:
            break
    else:
        pytest.fail("it never came to an end")
