"""The twenty properties of the sync (`DESIGN.md`, section 7), each through whole passes against the fake.

What holds after every single request is watched in all of these worlds (`google_watch.py`), and a world that
settles has the same check-ins on the calendar and in the plan.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo, available_timezones

import pytest

from netkeep_sync.core.fact import Held, Rescheduled, Resumed, Rhythm, Skipped
from netkeep_sync.core.outcome import Evidence
from netkeep_sync.core.series import instant
from netkeep_sync.errors import GuardRefused
from netkeep_sync.service.listen import listen
from netkeep_sync.service.sync_pass import run_pass
from netkeep_sync.targets.content import series_id
from netkeep_sync.targets.google_event import event_body
from netkeep_sync.targets.ics import IcsTarget
from tests.fakes.bodies import accepted
from tests.fakes.exchange import Killed
from tests.fakes.google_calendar import FakeGoogleCalendar
from tests.fakes.manners import Manners
from tests.stories.google_world import BERLIN, NAME, PLAIN_ROSTER, ROSTER, GoogleWorld
from tests.targets.samples import a_projection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fakes.ledger import Call

JOHN, JOAN, GRACE = "John Doe", "Joan Diaz", "Grace Liu"


def key(name: str) -> str:
    return name.lower().replace(" ", "-")


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., GoogleWorld]]:
    """Make worlds, each with a calendar of its own; all of them are looked through at the end."""
    made: list[GoogleWorld] = []

    def make(text: str = PLAIN_ROSTER, *, settled: bool = True, **manners: Any) -> GoogleWorld:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(GoogleWorld.at(folder, text=text, manners=Manners(**manners)))
        if settled:
            made[-1].settle()
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., GoogleWorld]) -> GoogleWorld:
    """Return a world that has settled, without holidays."""
    return make_world()


def shown(world: GoogleWorld) -> list[Any]:
    """Return what the calendar shows of every event and exception that is alive, without its stamps."""
    names = ("id", "summary", "start", "end", "recurrence", "description", "extendedProperties")
    return sorted(
        ({name: one.get(name) for name in names} for one in world.fake.events(world.calendar_id)),
        key=lambda one: str(one["id"]),
    )


def told(world: GoogleWorld) -> list[str]:
    """Return the facts as text, without when they were noted."""
    return sorted(str(one).replace(str(one.noted_at), "") for one in world.facts())


# -- what an owner does ---------------------------------------------------------------------------


def move(world: GoogleWorld) -> None:
    first = world.planned("john-doe")[0]
    identity = world.occurrence("john-doe")
    at = first + timedelta(days=2, hours=3)
    world.user.move(identity, at)
    world.watch.moved[identity] = instant(at, BERLIN)


def delete(world: GoogleWorld) -> None:
    identity = world.occurrence("john-doe")
    world.user.delete(identity)
    world.watch.deleted.add(identity)


def delete_all(world: GoogleWorld) -> None:
    identity = world.event("john-doe")
    world.user.delete(identity)
    world.watch.deleted.add(identity)


def split(world: GoogleWorld) -> None:
    second = world.planned("john-doe")[1]
    world.user.move_following(world.occurrence("john-doe", 1), second + timedelta(days=1, hours=2))


def change_rule(world: GoogleWorld) -> None:
    weekday = str(world.series("john-doe").rule)[-2:]
    world.user.change_rule(world.event("john-doe"), f"RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY={weekday}")


def rename(world: GoogleWorld) -> None:
    world.user.rename(world.event("john-doe"), "Breakfast")


def tick(world: GoogleWorld) -> None:
    identity = world.occurrence("john-doe")
    world.wait_until_after("john-doe")
    world.user.rename(identity, "✓ Coffee")


def write_below(world: GoogleWorld) -> None:
    event = world.fake.event(world.event("john-doe"))
    assert event is not None
    world.user.edit_description(event["id"], event["description"] + "<br>Brings tea.")


ACTS = [move, delete, delete_all, split, change_rule, rename, tick, write_below]

acts = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)


# -- 1. idempotent --------------------------------------------------------------------------------


@acts
def test_01_a_second_pass_changes_nothing_here_or_there(world, act):
    act(world)
    world.settle()
    rows, calendar = world.rows(), shown(world)
    world.run()
    assert world.methods == ["events.list"]
    assert (world.rows(), shown(world)) == (rows, calendar)


def test_01_what_was_done_already_may_be_done_again(world):
    target = world.target()
    with world.store() as store:
        base = next(iter(store.baselines(NAME).values()))
    target.remove(base)
    calendar = shown(world)
    target.remove(base)
    assert shown(world) == calendar


# -- 2. no duplicates -----------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("harm", ["cuts", "answers", "garbles", "truncates"])
def test_02_an_insert_whose_answer_is_lost_makes_one_event(make_world, harm, times):
    world = make_world(settled=False)
    fault = world.fake.faults.on("events.insert", times=times)
    match harm:
        case "cuts":
            fault.cuts(applied=True)
        case "answers":
            fault.answers(503, applied=True)
        case "garbles":
            fault.garbles()
        case _:
            fault.truncates()
    world.run()
    world.settle()
    assert len(world.fake.events(world.calendar_id)) == 3


def test_02_an_exception_whose_answer_is_lost_is_made_once(make_world):
    world = make_world(ROSTER, settled=False)
    world.fake.faults.on("events.patch", times=2).answers(500, applied=True)
    world.fake.faults.on("events.delete", times=2).answers(500, applied=True)
    world.settle()
    assert world.kinds() == []


# -- 3. deterministic ids -------------------------------------------------------------------------


def test_03_two_machines_come_to_the_same_events(make_world):
    one, other = make_world(ROSTER), make_world(ROSTER)
    assert shown(one) == shown(other)


def change_cadence(world: GoogleWorld) -> None:
    world.wait(days=50)
    world.settle()
    world.meet(JOHN, "every 6 weeks")


@pytest.mark.parametrize("act", [*ACTS, change_cadence], ids=lambda act: act.__name__)
@pytest.mark.parametrize("text", [PLAIN_ROSTER, ROSTER], ids=["plain", "holidays"])
def test_03_a_lost_database_adopts_what_stands_and_changes_nothing(make_world, act, text):
    world = make_world(text)
    act(world)
    world.settle()
    before = shown(world)
    world.lose_database()
    world.run()
    assert [call for call in world.writes if call.status < 400] == []
    assert shown(world) == before
    world.settle()
    world.wait(days=30)
    world.settle()


@pytest.mark.parametrize("days_away", [0, 40])
def test_03_somebody_who_was_off_the_roster_when_the_database_was_lost_is_known_again(make_world, days_away):
    world = make_world()
    world.wait(days=60)
    world.settle()
    before = world.text
    world.drop(JOHN)
    world.settle()
    world.lose_database()
    world.settle()
    world.wait(days=days_away)
    world.text = before
    world.settle()
    assert world.planned("john-doe")
    assert len(world.on_calendar(JOHN)) == len(set(world.on_calendar(JOHN)))
    assert not world.watch.doubled


# -- 4. crash-safe --------------------------------------------------------------------------------


def somebody_left(world: GoogleWorld) -> None:
    world.wait(days=30)
    world.settle()
    world.drop(JOAN)
    world.drop(GRACE)


def slots_moved(world: GoogleWorld) -> None:
    days = [world.planned("john-doe")[1], world.planned("john-doe")[3], world.planned("grace-liu")[1]]
    world.take_off(*(one.date() for one in days))


def renamed(world: GoogleWorld) -> None:
    world.edit("name: John Doe,", "id: john-doe, name: John Dow,")


def everything(world: GoogleWorld) -> None:
    move(world)
    world.user.delete(world.occurrence("joan-diaz"))
    world.user.move_following(
        world.occurrence("grace-liu", 1), world.planned("grace-liu")[1] + timedelta(days=1)
    )


def nothing(world: GoogleWorld) -> None:
    """Everything is new."""


CHANGES = [nothing, change_cadence, slots_moved, somebody_left, renamed, everything, delete_all]

changes = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)


def changed(make_world: Callable[..., GoogleWorld], change: Callable[[GoogleWorld], None]) -> GoogleWorld:
    world = make_world(settled=change is not nothing)
    change(world)
    return world


@pytest.mark.parametrize("side", ["before", "after"])
@changes
def test_04_a_pass_killed_at_any_request_ends_as_a_whole_one(make_world, change, side):
    whole = changed(make_world, change)
    whole.settle()
    for step in range(1, 60):
        world = changed(make_world, change)
        with world.fake.dies(before=step) if side == "before" else world.fake.dies(after=step) as death:
            world.run()
        world.settle()
        assert shown(world) == shown(whole), step
        assert told(world) == told(whole), step
        if not death.came:
            assert step > 1
            return
    pytest.fail("it never came to an end")


class MortalStore:
    """A store with which the process dies at the nth time that something is to be kept."""

    def __init__(self, store: Any, *, step: int, is_kept: bool) -> None:
        self._store = store
        self._step = step
        self._is_kept = is_kept

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self._store.close()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not name.startswith(("save_", "add_")):
            return found

        def cut(*arguments: Any, **named: Any) -> Any:
            self._step -= 1
            if self._step == 0 and not self._is_kept:
                raise Killed
            kept = found(*arguments, **named)
            if self._step == 0:
                raise Killed
            return kept

        return cut


@pytest.mark.parametrize("is_kept", [False, True], ids=["before", "after"])
@changes
def test_04_a_pass_killed_between_an_answer_and_the_note_of_it_ends_as_a_whole_one(
    make_world, change, is_kept
):
    whole = changed(make_world, change)
    whole.settle()
    for step in range(1, 30):
        world = changed(make_world, change)
        try:
            world.run(store=MortalStore(world.opened(), step=step, is_kept=is_kept))
        except Killed:
            world.settle()
        else:
            return
        assert shown(world) == shown(whole), step
        assert told(world) == told(whole), step
    pytest.fail("it never came to an end")


def test_04_the_new_series_is_there_before_the_old_one_ends(world):
    change_cadence(world)
    world.run()
    assert [call.method for call in world.writes] == ["events.insert", "events.patch"]
    assert "UNTIL=" in world.writes[1].body["recurrence"][0]


# -- 5. no resurrection ---------------------------------------------------------------------------


@pytest.mark.parametrize("act", [delete, delete_all], ids=lambda act: act.__name__)
def test_05_what_was_deleted_stays_away_whatever_comes_after(world, act):
    act(world)
    world.settle()
    world.note(JOHN, JOAN)
    world.settle()
    world.fake.expire_sync_tokens()
    world.settle()
    world.wait(days=10)  # all is listed again
    world.settle()
    world.fake.forget_tombstones()
    world.settle()
    world.meet(JOAN, "quarterly")
    world.settle()
    world.lose_database()
    world.settle()
    assert world.watch.deleted


def test_05_what_was_deleted_before_anybody_noticed_stays_away(world):
    met = world.between("events.patch", lambda _call: delete_all(world))
    world.note(JOHN)
    world.settle()
    assert met
    assert world.kinds() == ["Paused"]
    assert world.planned("john-doe") == []


def test_05_a_deleted_series_begins_anew_when_the_owner_asks(world):
    from netkeep_sync.core.fact import Resumed

    delete_all(world)
    world.settle()
    with world.store() as store:
        store.add_facts([Resumed(contact="john-doe", noted_at=world.now, source="cli")])
    world.settle()
    assert world.on_calendar(JOHN)
    assert world.event("john-doe") not in world.watch.deleted


def test_05_a_series_that_was_taken_out_of_the_bin_goes_on(world):
    before = world.on_calendar(JOHN)
    identity = world.event("john-doe")
    world.user.delete(identity)
    world.settle()
    world.user.undelete(identity)
    world.settle()
    assert world.on_calendar(JOHN) == before
    assert world.history("john-doe").paused_on is None


def test_05_a_check_in_that_was_ticked_and_deleted_is_not_made_again(world):
    identity = world.occurrence("john-doe")
    tick(world)
    world.settle()
    world.user.delete(identity)
    world.watch.deleted.add(identity)
    world.settle()
    world.note(JOHN)
    world.settle()


def test_05_what_was_put_earlier_and_deleted_there_does_not_come_back_when_its_time_has_passed(world):
    identity, start = world.occurrence("john-doe"), world.planned("john-doe")[0]
    world.user.move(identity, start - timedelta(days=2))
    world.settle()
    world.wait(days=(start.date() - world.now.date()).days - 3)
    world.user.delete(identity)
    world.watch.deleted.add(identity)
    world.wait(days=1, hours=12)
    world.note(JOHN)
    world.settle()


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_05_a_lost_database_learns_from_the_bin_who_is_paused(world, is_forgotten):
    delete_all(world)
    world.settle()
    if is_forgotten:
        world.fake.forget_tombstones()
    world.lose_database()
    world.settle()
    assert world.history("john-doe").paused_on is not None
    assert world.planned("john-doe") == []


# -- 6. a user's move wins ------------------------------------------------------------------------


def test_06_a_move_moves_no_other(world):
    _, *others = world.planned("john-doe")
    move(world)
    world.settle()
    assert world.planned("john-doe")[1:] == others
    assert world.kinds() == ["Rescheduled"]


@pytest.mark.parametrize("days", [0, 1])
def test_06_a_check_in_that_is_put_on_a_whole_day_is_on_that_day(world, days):
    start, *others = world.planned("john-doe")
    identity = world.occurrence("john-doe")
    world.user.move(identity, start.date() + timedelta(days=days))
    world.settle()
    world.note(JOHN)
    world.settle()
    assert world.planned("john-doe") == [start + timedelta(days=days), *others]
    assert "date" in world.fake.event(identity)["start"]
    assert world.kinds() == ["Rescheduled"] * days


@pytest.mark.parametrize("is_heard", [False, True])
def test_06_what_is_moved_and_deleted_in_a_rhythm_of_the_owners_stays(world, is_heard):
    world.wait(days=60)
    world.settle()
    event, first = world.event("john-doe"), world.planned("john-doe")[0]
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
    world.user.change_rule(event, f"RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}")
    if is_heard:
        world.settle()
    second, third, fourth = world.occurrences_of(event)[1:4]
    world.user.move(second, first + timedelta(days=16, hours=3))
    world.user.delete(third)
    world.watch.deleted.add(third)
    world.settle()
    world.note(JOHN)
    world.settle()
    there = world.occurrences_of(event)
    assert third not in there
    assert {second, fourth} <= set(there)
    assert first + timedelta(days=16, hours=3) in world.planned("john-doe")


@pytest.mark.parametrize("has_begun", [False, True])
def test_06_a_rhythm_that_none_can_follow_stays_as_the_owner_made_it(world, has_begun):
    world.wait(days=60 if has_begun else 0)
    world.settle()
    event = world.event("john-doe")
    world.user.change_rule(event, "RRULE:FREQ=DAILY")
    before = world.fake.event(event)["recurrence"]
    world.settle()
    world.note(JOHN)
    world.settle()
    world.fake.expire_sync_tokens()
    world.settle()
    assert world.kinds()[-1:] == ["Paused"]
    assert world.planned("john-doe") == []
    assert world.fake.event(event)["recurrence"] == before


def test_06_of_a_series_that_was_split_a_check_in_that_was_held_early_is_taken_away(world):
    world.settle()
    world.user.rename(world.occurrence("john-doe"), "✓ Coffee with John Doe")
    world.user.rename_following(world.occurrence("john-doe", 1), "A coffee")
    world.settle()
    assert world.kinds() == ["Held", "Rhythm"]


@pytest.mark.parametrize("has_begun", [False, True])
def test_06_a_series_that_is_made_one_of_whole_days_stays_as_the_owner_made_it(world, has_begun):
    world.wait(days=60 if has_begun else 0)
    world.settle()
    event, start = world.event("john-doe"), world.planned("john-doe")[0]
    world.user.move(event, start.date())
    before = world.fake.event(event)
    world.settle()
    world.note(JOHN)
    world.settle()
    world.fake.expire_sync_tokens()
    world.settle()
    assert world.kinds()[-1:] == ["Paused"]
    assert world.planned("john-doe") == []
    assert world.fake.event(event) == before
    with world.store() as store:
        store.add_facts([Resumed(contact="john-doe", noted_at=world.now, source="cli")])
    world.settle()
    assert world.planned("john-doe")[:9] == world.on_calendar(JOHN)[:9]
    assert world.fake.event(event) == before


def test_06_of_a_series_that_ends_what_comes_before_stays(world):
    world.settle()
    before = world.on_calendar(JOHN)
    world.user.delete_following(world.occurrence("john-doe", 2))
    world.settle()
    assert world.kinds() == ["Paused"]
    assert world.on_calendar(JOHN) == world.planned("john-doe") == before[:2]
    world.wait_until_after("john-doe")
    world.settle()
    assert world.on_calendar(JOHN) == before[1:2]


def test_06_a_series_that_was_cut_off_goes_on_after_its_end_when_the_owner_asks(world):
    world.user.delete_following(world.occurrence("john-doe", 3))
    world.settle()
    before = world.planned("john-doe")
    with world.store() as store:
        store.add_facts([Resumed(contact="john-doe", noted_at=world.now, source="cli")])
    world.settle()
    assert world.planned("john-doe")[:3] == before
    assert min(later - one for one, later in pairwise(world.planned("john-doe"))) > timedelta(days=20)


def busy_day(world: GoogleWorld) -> None:
    """Have the next check-ins of everybody changed by the plan."""
    slots_moved(world)
    world.note(JOHN, JOAN, GRACE)


def retitle(world: GoogleWorld) -> None:
    world.user.rename(world.occurrence("john-doe", 1), "Lunch!")


def recolor(world: GoogleWorld) -> None:
    world.user.color(world.occurrence("john-doe", 1), "5")


@pytest.mark.parametrize("method", ["events.list", "events.get", "events.patch"])
@pytest.mark.parametrize("act", [*ACTS[:6], write_below, retitle, recolor], ids=lambda act: act.__name__)
def test_06_what_the_owner_does_between_two_requests_stands(world, act, method):
    busy_day(world)
    titles: list[Any] = []

    def now(_call: Call) -> None:
        act(world)
        titles.extend(own_titles(world))

    met = world.between(method, now)
    world.run()
    world.settle()
    assert met
    assert set(own_titles(world)) >= set(titles)


def own_titles(world: GoogleWorld) -> list[Any]:
    return [(one["id"], one["summary"]) for one in shown(world) if one["summary"] in {"Breakfast", "Lunch!"}]


def test_06_what_the_owner_wrote_stays_below_the_line(world):
    write_below(world)
    world.note(JOHN)
    world.settle()
    description = world.fake.event(world.event("john-doe"))["description"]
    assert "Question" in description
    assert description.endswith("Brings tea.")


def test_06_what_was_written_below_the_line_is_on_the_event_that_comes_next(world):
    write_below(world)
    world.settle()
    world.meet(JOHN, "every 2 weeks")
    world.settle()
    assert "Brings tea." in world.fake.event(world.event("john-doe"))["description"]
    world.wait_until_after("john-doe")
    world.settle()
    (met,) = [one for one in world.history("john-doe").meetings if one.slot]
    assert met.note == "Brings tea."


def test_06_an_edit_of_something_else_keeps_no_move_of_ours_from_its_place(world):
    slots_moved(world)
    met = world.between("events.patch", lambda _call: recolor(world))
    world.settle()
    assert met
    assert world.kinds() == []


# -- 7. owned fields only -------------------------------------------------------------------------


def test_07_colour_place_reminders_and_guests_are_the_owners(world):
    identity = world.event("john-doe")
    world.user.color(identity, "7")
    world.user.remind(identity, 10)
    world.user.invite(identity, "john@example.org")
    world.note(JOHN)
    world.settle()
    event = world.fake.event(identity)
    assert "Question" in event["description"]
    assert (event["colorId"], event["reminders"]["overrides"][0]["minutes"]) == ("7", 10)
    assert [one["email"] for one in event["attendees"]] == ["john@example.org"]
    assert not world.fake.ledger.mails


@pytest.mark.parametrize("is_series", [False, True])
def test_07_an_event_of_somebody_else_is_never_written_though_it_bears_our_marks(world, is_series):
    event = world.fake.event(world.event("john-doe"))
    assert event is not None
    more = {"recurrence": event["recurrence"]} if is_series else {}
    plain = world.user.add_event("Dentist", world.now + timedelta(days=2), calendar=world.calendar_id)
    copy = world.user.add_event(
        event["summary"],
        world.now + timedelta(days=3),
        calendar=world.calendar_id,
        extendedProperties=event["extendedProperties"],
        **more,
    )
    before = [world.fake.event(one) for one in (plain, copy)]
    world.wait(days=20)
    world.settle()
    change_cadence(world)
    world.settle()
    world.lose_database()
    world.settle()
    assert [world.fake.event(one) for one in (plain, copy)] == before
    assert "Paused" not in world.kinds()


# -- 8. absence is not deletion -------------------------------------------------------------------


@pytest.mark.parametrize(
    "manners",
    [
        {"page_size": 1},
        {"page_size": 2, "empty_pages": True},
        {"arrange": lambda ids: ids[::-1]},
        {"arrange": lambda ids: ids[1::2] + ids[::2], "page_size": 3},
        {"bare_tombstones": False},
        {"tells_of_lost_exceptions": False},
    ],
    ids="+".join,
)
def test_08_pages_and_their_order_make_no_difference(make_world, manners):
    plain, other = make_world(ROSTER), make_world(ROSTER, **manners)
    for world in (plain, other):
        everything(world)
        world.settle()
        world.fake.expire_sync_tokens()
        world.settle()
        world.lose_database()
        world.settle()
    assert shown(plain) == shown(other)


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("harm", ["answers", "garbles", "truncates"])
def test_08_a_listing_that_is_not_whole_is_an_error_and_no_news(make_world, page, is_full, harm):
    world = make_world(ROSTER, page_size=1)
    everything(world)
    if is_full:
        world.fake.expire_sync_tokens()
    rows = world.rows()
    fault = world.fake.faults.on("events.list", page=page, times=None, where=lambda _call: True)
    {"answers": lambda: fault.answers(500), "garbles": fault.garbles, "truncates": fault.truncates}[harm]()
    assert world.run().problem
    assert not world.writes
    assert world.rows() == rows
    world.fake.faults.clear()
    world.settle()
    assert sorted(world.kinds()) == ["Rescheduled", "Rhythm", "Skipped"]


def test_08_what_a_full_listing_does_not_show_is_asked_for(world):
    world.user.delete(world.event("john-doe"))
    world.fake.forget_tombstones()
    world.run()
    assert world.methods.count("events.get") == 1
    assert world.kinds() == ["Paused"]


def test_08_the_same_id_twice_on_one_page_is_one_event(world):
    everything(world)
    world.fake.faults.on("events.list", times=None).repeats()
    world.settle()
    assert sorted(world.kinds()) == ["Rescheduled", "Rhythm", "Skipped"]


# -- 9. the cursor is stored last -----------------------------------------------------------------


@pytest.mark.parametrize("reason", ["fullSyncRequired", "updatedMinTooLongAgo"])
def test_09_a_token_that_is_worth_nothing_is_one_full_listing(world, reason):
    everything(world)
    world.fake.faults.on("events.list").answers(410, reason)
    world.run()
    assert world.methods[:2] == ["events.list", "events.list"]
    assert world.methods.count("events.list") == 2
    assert sorted(world.kinds()) == ["Rescheduled", "Rhythm", "Skipped"]
    world.settle()


def test_09_a_second_410_is_an_error_and_nothing_is_believed(world):
    everything(world)
    world.fake.faults.on("events.list", times=None).answers(410, "fullSyncRequired")
    rows = world.rows()
    assert "410" in world.run().problem
    assert world.methods == ["events.list", "events.list"]
    assert world.rows() == rows


def test_09_another_410_is_no_reason_to_list_everything(world):
    world.fake.faults.on("events.list").answers(410, "deleted")
    assert world.run().problem
    assert world.methods == ["events.list"]


def test_09_what_was_heard_by_a_pass_that_died_is_heard_again(world):
    everything(world)
    with world.store() as store:
        before = store.cursors()[NAME]
    with pytest.raises(Killed):
        world.run(store=MortalStore(world.opened(), step=1, is_kept=False))
    with world.store() as store:
        assert store.cursors()[NAME] == before
    world.settle()
    assert sorted(world.kinds()) == ["Rescheduled", "Rhythm", "Skipped"]


def test_09_the_facts_and_how_far_was_listened_are_stored_together(world):
    everything(world)
    with world.store() as store, pytest.raises(Killed):
        listen(world.target(), world.roster, MortalStore(store, step=1, is_kept=True), now=world.now)
    assert sorted(world.kinds()) == ["Rescheduled", "Rhythm", "Skipped"]
    world.settle()
    assert sorted(world.kinds()) == ["Rescheduled", "Rhythm", "Skipped"]


# -- 10. no lost update ---------------------------------------------------------------------------


def test_10_both_the_owners_edit_and_ours_are_there_in_the_end(world):
    world.note(JOHN)
    met = world.between("events.patch", lambda _call: rename(world))
    world.run()
    event = world.fake.event(world.event("john-doe"))
    assert met
    assert event["summary"] == "Breakfast"
    assert "Question" in event["description"]
    world.settle()


def test_10_an_event_that_changes_all_the_time_is_tried_three_times(world):
    world.note(JOHN, JOAN)
    identity = world.event("john-doe")
    colors = iter(range(1, 12))
    met = world.between("events.patch", lambda call: recolored(world, call, identity, next(colors)), times=5)
    done = world.run()
    assert [call.event_id for call in met].count(identity) == 3
    assert "changes all the time" in done.problem
    assert "Question" in world.fake.event(world.event("joan-diaz"))["description"]
    world.settle()


def recolored(world: GoogleWorld, call: Call, identity: str, color: int) -> None:
    if call.event_id == identity:
        world.user.color(identity, str(color))


# -- 11. blast radius -----------------------------------------------------------------------------


MANY = PLAIN_ROSTER.replace(
    "    calendars:",
    "".join(f"      - {{name: Person {number}, category: leaders}}\n" for number in range(9))
    + "    calendars:",
)


def test_11_a_calendar_that_was_emptied_is_not_believed_unasked(world):
    for name in (JOHN, JOAN, GRACE):
        world.user.delete(world.event(key(name)))
    rows = world.rows()
    with pytest.raises(GuardRefused, match="--confirm"):
        world.run()
    assert not world.writes
    assert world.rows() == rows
    world.run(is_confirmed=True)
    assert world.kinds() == ["Paused"] * 3


@pytest.mark.parametrize(("gone", "is_refused"), [(3, False), (4, True)])
def test_11_so_many_deletions_are_a_decision_and_more_are_an_accident(make_world, gone, is_refused):
    world = make_world(MANY)
    for number in range(gone):
        world.user.delete(world.event(f"person-{number}"))
    if is_refused:
        with pytest.raises(GuardRefused):
            world.run()
        assert not world.writes
    else:
        world.settle()


def test_11_a_roster_without_people_takes_nothing_off_the_calendar(world):
    before = shown(world)
    lines = [line for line in world.text.splitlines() if "name: J" not in line and "name: Grace" not in line]
    world.text = "\n".join(lines).replace("contacts:", "contacts: []")
    with pytest.raises(GuardRefused):
        world.run()
    assert not world.writes
    assert shown(world) == before


def test_11_another_calendar_is_not_written_to_unasked(world):
    service = world.fake.service("calendar.app.created")
    made = service.calendars().insert(body={"summary": "Another", "timeZone": BERLIN}).execute()
    world.calendar_id = made["id"]
    with pytest.raises(GuardRefused):
        world.run()
    assert not world.writes


def test_11_a_calendar_that_is_gone_is_no_deletion(world):
    world.user.delete_calendar(world.calendar_id)
    rows = world.rows()
    assert world.run().problem
    assert not world.writes
    assert world.rows() == rows


def test_11_nothing_here_and_nothing_there_is_no_alarm(make_world):
    lines = [
        line for line in PLAIN_ROSTER.splitlines() if "name: J" not in line and "name: Grace" not in line
    ]
    world = make_world("\n".join(lines).replace("contacts:", "contacts: []"))
    world.settle()


# -- 12. quiet loop -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [slots_moved, change_cadence, somebody_left, renamed], ids=lambda change: change.__name__
)
@pytest.mark.parametrize("text", [PLAIN_ROSTER, ROSTER], ids=["plain", "holidays"])
def test_12_our_own_changes_read_back_are_no_news(make_world, change, text):
    world = make_world(text)
    change(world)
    world.settle()
    world.fake.expire_sync_tokens()
    world.settle()
    assert world.kinds() == []


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_12_two_machines_on_one_calendar_come_to_rest(make_world, change):
    world = make_world()
    with world.on_machine(7):
        world.settle()
    change(world)
    world.settle()
    count = len(world.fake.events(world.calendar_id))
    with world.on_machine(7):
        world.settle()
    world.settle()
    with world.on_machine(7):
        world.run()
        assert not world.writes
    assert len(world.fake.events(world.calendar_id)) == count


@pytest.mark.parametrize("step", range(1, 8))
def test_12_two_machines_at_the_same_moment_come_to_rest(make_world, step):
    world = make_world(settled=False)
    calls: list[Call] = []

    def meanwhile(call: Call) -> None:
        calls.append(call)
        if len(calls) == step:
            with world.on_machine(7):
                world.run()

    world.fake.before_each(meanwhile)
    world.run()
    world.settle()
    with world.on_machine(7):
        world.settle()
    assert len(world.fake.events(world.calendar_id)) == 3


def test_12_a_rhythm_that_one_machine_has_heard_of_stays_on_the_other(make_world):
    world = make_world()
    with world.on_machine(7):
        world.settle()
    first_at = world.planned("joan-diaz")[0]
    world.user.move(world.event("joan-diaz"), first_at - timedelta(days=1, hours=2))
    world.note(JOAN)
    world.settle()
    with world.on_machine(7):
        world.settle()
    world.settle()
    assert world.on_calendar(JOAN)[0] == first_at - timedelta(days=1, hours=2)


def test_12_a_machine_that_planned_without_hearing_goes_along_with_what_is_there(make_world):
    world = make_world()
    starts = world.on_calendar(JOHN)
    world.wait(days=9)
    with world.on_machine(7):
        world.fake.faults.on("events.list", times=9).answers(503)
        assert world.run().problem
        world.fake.faults.clear()
        world.meet(JOHN, "every 6 weeks")
        world.fake.faults.on("events.list", times=9).answers(503)
        assert world.run().problem
        world.fake.faults.clear()
        world.drop_words(JOHN, r", cadence: [^,}]+")
        world.settle()
    world.settle()
    now = world.now.astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None)
    assert world.on_calendar(JOHN)[:3] == [start for start in starts if start > now][:3]


# -- 13. wall-clock stable ------------------------------------------------------------------------

ALL_ZONES = sorted(available_timezones() - {"localtime"})
ZONES = ALL_ZONES if os.environ.get("NETKEEP_REQUIRE_ALL") else ALL_ZONES[::9]


@pytest.mark.parametrize("clock", [time(0), time(2, 30), time(8, 30), time(23, 45)])
def test_13_every_check_in_keeps_its_wall_clock_in_every_zone(clock):
    first = datetime.combine(date(2026, 1, 4), clock)  # a Sunday: the clocks change on it
    with FakeGoogleCalendar(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as fake:
        calendar = fake.diary.calendar("primary")
        for zone in ZONES:
            projection = a_projection(
                local_start=first,
                timezone=zone,
                rrule="FREQ=WEEKLY;INTERVAL=1;BYDAY=SU",
                moved=(),
                cancelled=(),
            )
            view = calendar.add(zone, accepted(event_body(projection, owner="test"), fake.manners))
            starts = [
                one.start.instant("UTC")
                for one in calendar.occurrences(view, before=datetime(2029, 1, 1, tzinfo=UTC))
            ]
            wanted = [instant(first + timedelta(weeks=number), zone) for number in range(len(starts))]
            assert len(starts) > 150, zone
            assert starts == wanted, zone


@pytest.mark.parametrize("hours", [0, 1])
@pytest.mark.parametrize("away", ["America/New_York", "Asia/Tokyo"])
def test_13_what_is_edited_on_a_journey_keeps_its_hour_at_home(world, away, hours):
    world.wait(days=150)
    world.settle()
    event, before = world.event("john-doe"), world.planned("john-doe")
    times = [datetime.fromisoformat(world.fake.event(event)[side]["dateTime"]) for side in ("start", "end")]
    there = [one.astimezone(ZoneInfo(away)) + timedelta(hours=hours) for one in times]
    start, end = ({"dateTime": one.isoformat(), "timeZone": away} for one in there)
    world.user._edit(event, start=start, end=end)
    world.settle()
    assert {one.time() for one in world.planned("john-doe")} == {(before[0] + timedelta(hours=hours)).time()}
    assert world.fake.event(event)["start"]["timeZone"] == BERLIN
    world.lose_database()
    world.settle()
    assert len(world.kinds("john-doe")) == hours


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia"])
def test_13_whole_passes_keep_the_wall_clock_anywhere(make_world, zone):
    world = make_world(ROSTER.replace("Europe/Berlin", zone))
    series = world.series("john-doe")
    starts = {
        at.astimezone(ZoneInfo(zone)).time() for name, at in world.watch.live(days=700) if name == "john-doe"
    }
    assert starts == {series.local_time}
    change_cadence(world)
    world.settle()


def test_13_a_series_that_moves_house_is_at_home_there(world):
    world.edit("timezone: Europe/Berlin", "timezone: America/New_York")
    world.settle()
    world.wait(days=20)
    world.settle()


# -- 14. exact exceptions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/St_Johns"]
)
@pytest.mark.parametrize("days", [16, 57, 120])
def test_14_the_old_series_ends_where_the_new_one_begins(make_world, zone, days):
    world = make_world(PLAIN_ROSTER.replace("Europe/Berlin", zone))
    old = world.event("john-doe")
    world.wait(days=days)
    world.settle()
    world.meet(JOHN, "every 2 weeks")
    world.settle()
    new = world.event("john-doe")
    assert new != old
    found = world.fake.occurrences(
        world.calendar_id, world.now - timedelta(days=200), world.now + timedelta(days=200)
    )
    starts = {
        one: [each["start"]["dateTime"] for each in found if each["recurringEventId"] == one]
        for one in (old, new)
    }
    assert starts[old] == sorted(starts[old])
    assert max(starts[old]) < min(starts[new])
    rule = world.fake.event(old)["recurrence"][0]
    last = datetime.fromisoformat(starts[old][-1]).astimezone(UTC)
    assert f"UNTIL={last:%Y%m%dT%H%M%SZ}" in rule


def test_14_exceptions_beyond_the_new_end_are_taken_away(make_world):
    world = make_world()
    slots_moved(world)
    world.settle()
    world.wait(days=30)
    world.settle()
    world.drop(JOHN)
    world.settle()
    assert world.on_calendar(JOHN) == []
    ghosts = [
        one["id"]
        for one in world.fake.events(world.calendar_id)
        if "recurringEventId" in one and datetime.fromisoformat(one["start"]["dateTime"]) > world.now
    ]
    assert [one for one in ghosts if world.watch.contact_by_event[one.partition("_")[0]] == "john-doe"] == []


def test_14_an_occurrence_that_is_moved_just_as_its_series_ends_is_taken_away(world):
    world.wait(days=60)
    world.settle()
    later, start = world.occurrence("john-doe", 5), world.planned("john-doe")[5]
    world.meet(JOHN, "every 2 weeks")
    met = world.between("events.patch", lambda _call: world.user.move(later, start + timedelta(days=1)))
    world.run()
    assert met[0].event_id == later.partition("_")[0]
    assert later in {one["id"] for one in world.fake.events(world.calendar_id)}
    world.settle()
    assert not [one for one in world.fake.events(world.calendar_id) if one["id"] == later]


def test_14_exceptions_hit_real_occurrences(world):
    slots_moved(world)
    world.settle()
    exceptions = [one for one in world.fake.events(world.calendar_id) if "recurringEventId" in one]
    assert len(exceptions) == 3
    for one in exceptions:
        series = world.series(world.watch.contact_by_event[one["recurringEventId"]])
        slot = one["originalStartTime"]
        assert slot["timeZone"] == BERLIN
        assert datetime.fromisoformat(slot["dateTime"]).time() == series.local_time


# -- 15. a split by the user ----------------------------------------------------------------------

splits = pytest.mark.parametrize(
    "manners",
    [
        {},
        {"tells_of_lost_exceptions": False},
        {"arrange": lambda ids: ids[::-1]},
        {"arrange": lambda ids: ids[::-1], "tells_of_lost_exceptions": False, "bare_tombstones": False},
    ],
    ids=["plain", "silent", "reversed", "reversed and silent"],
)


@splits
def test_15_a_split_keeps_what_was_before_it_and_follows_what_comes(make_world, manners):
    world = make_world(ROSTER, **manners)
    first, second, *_ = world.planned("john-doe")
    split(world)
    after = world.on_calendar(JOHN)
    world.settle()
    assert world.kinds() == ["Rhythm"]
    assert world.on_calendar(JOHN)[:2] == after[:2] == [first, second + timedelta(days=1, hours=2)]
    for _ in range(3):
        world.wait(days=30)
        world.settle()
    world.meet(JOHN, "every 6 weeks")
    world.settle()


@splits
@pytest.mark.parametrize("is_at_once", [False, True])
def test_15_a_split_of_a_split(make_world, manners, is_at_once):
    world = make_world(**manners)
    first, second, third, fourth, *_ = world.planned("john-doe")
    tail = world.user.move_following(world.occurrence("john-doe", 1), second + timedelta(days=1, hours=2))
    if not is_at_once:
        world.settle()
    world.user.move_following(world.occurrences_of(tail)[2], fourth + timedelta(days=2))
    on_calendar = world.on_calendar(JOHN)
    world.settle()
    assert world.on_calendar(JOHN) == on_calendar
    assert on_calendar[:2] == [first, second + timedelta(days=1, hours=2)]
    assert world.kinds() == ["Rhythm", "Rhythm"]
    assert third
    world.lose_database()
    world.settle()
    assert world.on_calendar(JOHN) == on_calendar


@splits
@pytest.mark.parametrize("is_forgotten", [False, True])
@pytest.mark.parametrize("is_at_once", [False, True])
def test_15_a_split_of_which_the_first_part_is_deleted(make_world, manners, is_at_once, is_forgotten):
    world = make_world(**manners)
    identity = world.event("john-doe")
    split(world)
    if not is_at_once:
        world.settle()
    world.user.delete(identity)
    world.watch.deleted.add(identity)
    on_calendar = world.on_calendar(JOHN)
    world.settle()
    assert world.on_calendar(JOHN) == on_calendar != []
    assert "Paused" not in world.kinds()
    if is_forgotten:
        world.fake.forget_tombstones()
    world.lose_database()
    world.settle()
    assert world.on_calendar(JOHN) == on_calendar
    assert world.kinds() == ["Rhythm"]
    assert world.series("john-doe").timezone == BERLIN


def test_15_what_another_rule_has_taken_back_is_put_off_a_closed_day_again(make_world):
    world = make_world()
    world.meet(JOHN, "every 2 weeks")
    world.settle()
    third = world.planned("john-doe")[2]
    world.take_off(third.date())
    world.settle()
    weekday = str(world.series("john-doe").rule)[-2:]
    world.user.change_rule(world.event("john-doe"), f"RRULE:FREQ=WEEKLY;BYDAY={weekday}")
    assert third in world.on_calendar(JOHN)
    world.fake.expire_sync_tokens()  # so all is listed anew, and nothing told of what was taken back
    world.settle()
    assert world.kinds() == ["Rhythm"]
    assert third not in world.on_calendar(JOHN)


def test_15_what_was_moved_in_the_second_part_stays_there(world):
    second, third = world.planned("john-doe")[1:3]
    tail = world.user.move_following(world.occurrence("john-doe", 1), second + timedelta(days=1, hours=2))
    world.user.move(world.occurrences_of(tail)[1], third + timedelta(days=4))
    world.settle()
    assert world.on_calendar(JOHN)[2] == third + timedelta(days=4)


def test_15_what_is_left_of_the_first_part_may_be_moved_as_a_whole(world):
    third = world.planned("john-doe")[2]
    identity = world.event("john-doe")
    world.user.move_following(world.occurrence("john-doe", 2), third + timedelta(days=1))
    world.settle()
    first, second, *_ = world.planned("john-doe")
    world.user.move(identity, first + timedelta(hours=2))
    world.settle()
    assert world.planned("john-doe")[:2] == [first + timedelta(hours=2), second + timedelta(hours=2)]


def test_15_the_second_part_is_ended_when_somebody_leaves(world):
    split(world)
    world.settle()
    world.wait(days=80)
    world.settle()
    world.drop(JOHN)
    world.settle()
    assert world.on_calendar(JOHN) == []


def test_15_a_split_by_somebody_who_leaves_the_roster_at_once_is_ended_too(world):
    split(world)
    world.drop(JOHN)
    world.settle()
    assert world.on_calendar(JOHN) == []


def test_15_the_first_part_is_ended_too_whatever_was_let_go_before_the_cut(world):
    fourth = world.planned("john-doe")[3]
    world.user.delete(world.occurrence("john-doe", 2))
    world.settle()
    world.user.move_following(world.occurrence("john-doe", 2), fourth + timedelta(days=1, hours=2))
    world.wait_until_after("john-doe")
    world.settle()
    world.drop(JOHN)
    world.settle()
    assert world.on_calendar(JOHN) == []


def test_15_a_series_that_was_ended_here_and_split_there_ends_where_it_was_ended(world):
    world.wait_until_after("john-doe")
    world.settle()
    fifth = world.planned("john-doe")[4]
    identity = world.occurrence("john-doe", 4)
    world.meet(JOHN, "every 2 weeks")
    world.fake.faults.on("events.patch", times=None).answers(400, "badRequest")
    world.run()
    world.fake.faults.clear()
    world.user.move_following(identity, fifth + timedelta(days=1, hours=2))
    world.settle()
    assert world.kinds() == ["Rhythm"]


def test_15_another_rule_for_all_is_ended_when_somebody_leaves(world):
    change_rule(world)
    world.settle()
    world.wait(days=60)
    world.settle()
    world.drop(JOHN)
    world.settle()
    assert world.on_calendar(JOHN) == []


def test_15_a_series_that_was_lengthened_is_ended_all_the_same(world):
    world.user.lengthen(world.event("john-doe"), timedelta(minutes=15))
    world.settle()
    world.wait(days=60)
    world.settle()
    world.drop(JOHN)
    world.settle()
    assert world.on_calendar(JOHN) == []


# -- 16. bounded work -----------------------------------------------------------------------------


def test_16_an_unchanged_pass_is_one_request_however_many_pages_of_history_there_are(world):
    for _ in range(5):
        world.note(JOHN, JOAN, GRACE)
        world.settle()
    world.run()
    assert world.methods == ["events.list"]


@pytest.mark.parametrize("names", [[JOHN], [JOHN, JOAN], [JOHN, JOAN, GRACE]])
def test_16_so_many_changes_are_so_many_requests(world, names):
    world.note(*names)
    world.run()
    assert world.methods == ["events.list", *["events.patch"] * len(names)]


@pytest.mark.parametrize(("status", "reason"), [(429, None), (503, None), (403, "userRateLimitExceeded")])
def test_16_trouble_that_does_not_end_is_given_up_within_a_budget(make_world, status, reason):
    world = make_world(MANY, settled=False)
    world.fake.faults.on("events.insert", times=None).answers(status, reason)
    done = world.run()
    attempts = len(world.fake.ledger.of("events.insert"))
    assert attempts <= 3 * 5
    assert "left for the next pass" in done.problem
    assert sum(world.slept) < 180
    world.fake.faults.clear()
    world.settle()


def test_16_a_calendar_that_cant_be_listed_is_asked_five_times(world):
    world.fake.faults.on("events.list", times=None).answers(503)
    assert world.run().problem
    assert world.methods == ["events.list"] * 5
    assert all(later > sooner for sooner, later in pairwise(world.slept))
    assert len(set(world.slept)) == 4


def test_16_who_asks_to_be_left_alone_is(world):
    world.fake.faults.on("events.list").answers(429, retry_after=37)
    assert not world.run().problem
    assert world.slept == [37]


def test_16_who_asks_for_more_than_a_minute_is_left_for_the_next_pass(world):
    world.fake.faults.on("events.list").answers(429, retry_after=600)
    assert world.run().problem
    assert world.slept == []


@pytest.mark.parametrize("is_applied", [False, True])
def test_16_no_insert_is_sent_again_without_a_look(make_world, is_applied):
    world = make_world(settled=False)
    world.fake.faults.on("events.insert", times=2).answers(503, applied=is_applied)
    world.run()
    for sooner, later in pairwise(world.fake.ledger.calls):
        is_again = sooner.event_id == later.event_id and sooner.method == later.method == "events.insert"
        assert not is_again
    world.settle()


# -- 17. silence ----------------------------------------------------------------------------------


def test_17_nobody_ever_gets_mail(make_world):
    world = make_world(ROSTER)
    everything(world)
    world.settle()
    change_cadence(world)
    world.settle()
    world.drop(JOAN)
    world.settle()
    assert not world.fake.ledger.mails
    assert all("attendees" not in one for one in world.fake.events(world.calendar_id))


# -- 18. stable feed ------------------------------------------------------------------------------


def test_18_what_is_heard_and_pushed_leaves_the_file_as_it_is_unless_something_changed(world):
    path = world.folder / "checkins.ics"
    file = IcsTarget(files=[path])

    def run() -> bytes:
        with world.store() as store:
            run_pass(world.roster, store, [world.target(), file], now=world.now, text=world.text)
        return bytes(path.read_bytes())

    first = run()
    world.wait(hours=5)
    world.user.color(world.event("john-doe"), "3")
    assert run() == first
    move(world)
    assert run() != first


# -- 19. isolation --------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "reason"), [(403, "forbidden"), (400, "invalid")])
def test_19_one_that_fails_for_good_is_named_and_stops_no_other(make_world, status, reason):
    world = make_world(settled=False)
    uid_of = {contact: event for event, contact in reversed(world_ids(world).items())}
    fault = world.fake.faults.on(
        "events.*", times=None, where=lambda call: call.event_id == uid_of["john-doe"]
    ).answers(status, reason)
    done = world.run()
    assert done.problem.count("\n") == 0
    assert JOHN in done.problem
    assert world.on_calendar(JOAN)
    assert world.on_calendar(GRACE)
    world.note(JOAN)
    world.run()
    assert len(world.writes) == 2
    world.fake.faults.planned.remove(fault)
    world.settle()


def world_ids(world: GoogleWorld) -> dict[str, str]:
    world.watch.know(world.roster)
    return world.watch.contact_by_event


def test_19_an_event_that_cant_be_read_keeps_nobody_elses_from_being_heard(world):
    event = world.fake.event(world.event("john-doe"))
    assert event is not None
    world.user.add_event(
        "Odd", date(2026, 12, 1), calendar=world.calendar_id, extendedProperties=event["extendedProperties"]
    )
    world.user.delete(world.occurrence("joan-diaz"))
    world.settle()
    assert world.kinds() == ["Skipped"]


# -- 20. convergence ------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-1, 1])
@acts
def test_20_a_clock_that_jumps_and_comes_back_changes_nothing_for_good(world, act, days):
    act(world)
    world.wait(days=days)
    world.run()
    world.wait(days=-days)
    world.settle()
    world.wait(days=40)
    world.settle()


def test_20_while_nobody_is_signed_in_nothing_counts_as_held_or_deleted(world):
    first = world.planned("john-doe")[0]
    world.user.revoke_access()
    world.fake.expire_access_tokens()
    world.wait_until_after("john-doe")
    before = shown(world)
    target = world.target
    service = world.fake.service

    def signed_out(*scopes: str) -> Any:
        made = service(*scopes)
        world.user.revoke_access()
        world.fake.expire_access_tokens()
        return made

    world.fake.service = signed_out
    done = world.run()
    assert done.pushed[NAME].needs_sign_in
    assert world.history("john-doe").held.day < first.date()
    assert shown(world) == before
    world.fake.service = service
    assert target
    world.settle()
    held = world.history("john-doe").held
    assert (held.day, held.evidence) == (first.date(), Evidence.PRESUMED)


def test_20_what_is_over_is_never_touched_again(world):
    identity = world.occurrence("john-doe")
    world.wait_until_after("john-doe")
    world.settle()
    before = world.fake.event(identity)
    world.user.delete(world.occurrence("joan-diaz"))
    world.meet(JOHN, "quarterly")
    world.settle()
    world.wait(days=100)
    world.settle()
    after = world.fake.event(identity)
    assert before is not None
    assert after is not None
    assert (after["start"], after["status"]) == (before["start"], before["status"])


def test_20_a_tick_outlives_everything(world):
    tick(world)
    world.settle()
    held = world.history("john-doe").held
    assert held.evidence is Evidence.CONFIRMED
    world.fake.expire_sync_tokens()
    world.note(JOHN)
    world.settle()
    world.lose_database()
    world.settle()
    again = world.history("john-doe").held
    assert (again.day, again.evidence) == (held.day, Evidence.CONFIRMED)
    assert {type(one) for one in world.facts("john-doe")} <= {Held, Skipped, Rescheduled, Rhythm}


def test_20_ids_are_those_of_the_plan(world):
    for name in (JOHN, JOAN, GRACE):
        assert world.event(key(name)) == series_id(world.series(key(name)).uid)
