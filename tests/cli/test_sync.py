"""`sync` as its user meets it, against the fake: what it says and does, and what `--dry-run` foretells."""

from __future__ import annotations

import _thread
import json
from datetime import timedelta

import pytest

from tests.cli.google import Google, told
from tests.fakes.google_calendar import ACCOUNT

DIFF = """\
feed
  + Video call with Ada Byron: Fri 27 Nov 10:00, every 3 months on the 4th Friday
  ~ Coffee with John Smith
      title: Coffee with John Doe → Coffee with John Smith
      Tue 15 Dec 08:30 → Thu 10 Dec 15:00
  ~ Video call with Grace Liu
      notes: - Builds a data team.
      notes: + Builds two teams.
  - Coffee with Joan Diaz
  - Joan Diaz: birthday
google
  + Video call with Ada Byron: Fri 27 Nov 10:00, every 3 months on the 4th Friday
  ~ Coffee with John Smith
      title: Coffee with John Doe → Coffee with John Smith
  ~ Video call with Grace Liu
      notes: - Builds a data team.
      notes: + Builds two teams.
  - Coffee with Joan Diaz
  - Joan Diaz: birthday
"""


@pytest.fixture
def google(world, monkeypatch):
    """Return a machine whose owner has a calendar at Google in the roster, and has signed in."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    google = Google(world)
    with google.fake:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", google.fake.origin)
        google.sign_in()
        yield google


@pytest.fixture
def synced(google):
    """Return a machine that has been in step once."""
    google.sync()
    return google


# What it says


def test_a_line_for_each_target_says_what_was_done(google):
    result = google.sync()

    assert result.out == ""
    assert result.err == "feed: 4 created, 0 updated, 0 removed\ngoogle: 4 created, 0 updated, 0 removed\n"
    assert google.titles() == [
        "Coffee with Joan Diaz",
        "Coffee with John Doe",
        "Joan Diaz: birthday",
        "Video call with Grace Liu",
    ]


def test_a_second_time_nothing_is_left_to_do(synced):
    result = synced.sync()

    assert "google: 0 created, 0 updated, 0 removed" in result.err
    assert [call.method for call in synced.fake.ledger.calls] == ["events.list"]


def test_what_was_done_on_the_calendar_is_told(synced):
    synced.fake.user.move(synced.occurrence("John"), synced.now + timedelta(days=17, hours=5))
    synced.fake.user.delete(synced.occurrence("Joan"))

    result = synced.sync()

    heard = result.err.splitlines()[0]
    assert heard.startswith("heard: ")
    assert {*heard.removeprefix("heard: ").split("; ")} == {
        "John Doe moved to Thu 10 Dec 15:00",
        "Joan Diaz skipped Wed 9 Dec",
    }
    assert "heard" not in synced.sync().err


def write_below_the_line(one):
    written = one.fake.event(one.event("John"))["description"]
    one.fake.user.edit_description(one.occurrence("John"), f"{written}<br>He moves to Acme.")


@pytest.mark.parametrize(
    ("gesture", "words"),
    [
        (lambda one: one.fake.user.delete(one.event("John")), "John Doe paused"),
        (write_below_the_line, "a note on John Doe"),
        (
            lambda one: one.fake.user.rename(one.occurrence("John"), "✗ Coffee"),
            "John Doe skipped Tue 15 Dec",
        ),
        (
            lambda one: one.fake.user.change_rule(one.event("John"), "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
            "John Doe every 2 weeks on Tuesday, from Tue 15 Dec 08:30",
        ),
    ],
    ids=["paused", "noted", "crossed", "rhythm"],
)
def test_each_gesture_has_its_words(synced, gesture, words):
    gesture(synced)

    assert synced.sync().err.splitlines()[0] == f"heard: {words}"


def test_one_entry_that_fails_stops_no_other_and_ends_with_one(google):
    google.fake.faults.on("events.insert").answers(400, "invalid")

    result = google.sync(status=1)

    assert "google: 3 created, 0 updated, 0 removed" in result.err
    assert result.err.count("error: ") == 1
    assert "google: 1 created, 0 updated, 0 removed" in google.sync().err


def test_many_people_leaving_is_refused_until_it_is_confirmed(synced):
    synced.world.write("roster: test\nowner: {name: Ana}\ntimezone: UTC\ncalendars: [google]\n")

    refused = synced.sync(status=3)

    assert "refused: 3 contacts of 3 left the roster" in refused.err
    assert "run `netkeep-sync sync --confirm` once" in refused.err
    assert not synced.fake.ledger.writes
    assert "google: 0 created, 0 updated, 4 removed" in synced.sync("--confirm").err


def test_many_series_deleted_on_the_calendar_are_refused_until_it_is_confirmed(synced):
    for name in ("John", "Joan", "Grace"):
        synced.fake.user.delete(synced.event(name))

    assert "were deleted on the calendar" in synced.sync(status=3).err
    assert not synced.fake.ledger.writes
    assert synced.sync("--confirm").err.count("paused") == 3


# A dry run


def renamed(one):
    one.world.edit("name: John Doe", "name: John Smith")


def other_cadence(one):
    one.world.edit("peers: {cadence: monthly", "peers: {cadence: every 2 months")


def other_rhythm_after_a_while(one):
    one.wait(days=40)
    one.sync()
    other_cadence(one)


def moved(one):
    one.fake.user.move(one.occurrence("John"), one.now + timedelta(days=17, hours=5))
    one.fake.user.move(one.occurrence("Grace", 1), one.now + timedelta(days=135))


def deleted(one):
    one.fake.user.delete(one.occurrence("Joan"))
    one.fake.user.delete(one.event("John"))


def split(one):
    one.fake.user.move_following(one.occurrence("John", 1), one.now + timedelta(days=58, hours=2))


def rewritten(one):
    one.fake.user.rename(one.event("John"), "A walk with John")
    renamed(one)
    one.world.edit("notes: Builds a data team.", "notes: Builds two teams.")


def moved_and_edited(one):
    moved(one)
    one.world.edit("timezone: Europe/Berlin", "timezone: Europe/Berlin\navailability: {away: [2027-01-18]}")
    other_cadence(one)


def somebody_leaves(one):
    one.world.edit("  - {name: Grace Liu", "#  - {name: Grace Liu")


def database_lost(one):
    moved(one)
    one.fake.user.rename(one.event("Joan"), "Joan!")
    one.sync()
    for path in one.world.state.iterdir():
        path.unlink()


def database_lost_after_a_deletion(one):
    one.fake.user.delete(one.event("John"))
    for path in one.world.state.iterdir():
        path.unlink()


def token_expired(one):
    one.fake.expire_sync_tokens()
    moved(one)


def signed_out(one):
    one.token_file.unlink()
    renamed(one)


def revoked(one):
    one.fake.user.revoke_access()
    renamed(one)


def nothing(one):
    pass


def time_passes(one):
    one.wait(days=100)


SITUATIONS = [
    (nothing, 0),
    (renamed, 0),
    (other_cadence, 0),
    (other_rhythm_after_a_while, 0),
    (moved, 0),
    (deleted, 0),
    (split, 0),
    (rewritten, 0),
    (moved_and_edited, 0),
    (somebody_leaves, 0),
    (database_lost, 0),
    (database_lost_after_a_deletion, 0),
    (token_expired, 0),
    (time_passes, 0),
    (signed_out, 4),
    (revoked, 4),
]


def assert_it_comes_as_foretold(google, *arguments, status=0):
    before = google.state()

    foretold = google.json("--dry-run", *arguments, status=status)

    assert [call for call in google.fake.ledger.calls if call.is_write] == []
    assert google.state() == before
    done = google.json(*arguments, status=status)
    assert foretold.pop("is_dry_run")
    assert not done.pop("is_dry_run")
    assert foretold == done
    assert google.written() == told(done)
    return done


@pytest.mark.parametrize(("situation", "status"), SITUATIONS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_dry_run_foretells_just_what_comes_and_writes_nothing(synced, situation, status):
    situation(synced)

    assert_it_comes_as_foretold(synced, status=status)


@pytest.mark.parametrize(("situation", "status"), [(nothing, 0), (signed_out, 4), (revoked, 4)])
def test_the_first_sync_is_foretold_too(google, situation, status):
    situation(google)

    done = assert_it_comes_as_foretold(google, status=status)

    assert [one["makes_calendar"] for one in done["targets"]] == [False, status == 0]
    assert len(google.fake.calendars) == 1 + (status == 0)


def test_a_dry_run_is_a_diff_to_read(synced):
    synced.fake.user.move(synced.occurrence("John"), synced.now + timedelta(days=17, hours=5))
    renamed(synced)
    synced.world.edit("notes: Builds a data team.", "notes: Builds two teams.")
    synced.world.edit("- {name: Joan Diaz", "- {name: Ada Byron, category: leaders}\n  # - {name: Joan")

    result = synced.sync("--dry-run")

    assert result.out == DIFF
    assert result.err == (
        "heard: John Smith moved to Thu 10 Dec 15:00\n"
        "feed: would create 1, update 2, remove 2\n"
        "google: would create 1, update 2, remove 2\n"
    )


def test_a_dry_run_with_json_has_exactly_the_promised_keys(synced):
    renamed(synced)
    moved(synced)

    document = synced.json("--dry-run")

    [feed, google] = document["targets"]
    keys = ["target", "makes_calendar", "create", "update", "remove", "needs_sign_in", "problems"]
    assert list(document) == ["as_of", "timezone", "is_dry_run", "heard", "targets"]
    assert list(document["heard"][0]) == ["target", "contact", "fact", "slot", "start", "rrule", "note"]
    assert list(feed) == list(google) == keys
    assert list(google["update"][0]) == ["contact", "uid", "title", "changes"]
    [change] = google["update"][0]["changes"]
    assert change == {"what": "title", "before": "Coffee with John Doe", "after": "Coffee with John Smith"}


def test_a_dry_run_where_nothing_is_remembered_makes_no_database(google):
    google.sync("--dry-run")

    assert not google.world.state.exists()
    assert not (google.config / "google-calendar.json").exists()


def test_a_dry_run_of_another_roster_is_not_remembered_either(synced):
    synced.world.edit("roster: test", "roster: other")
    before = synced.state()

    assert "google: would create 4" in synced.sync("--dry-run").err
    assert synced.state() == before


def test_a_refusal_is_foretold(synced):
    synced.world.write("roster: test\nowner: {name: Ana}\ntimezone: UTC\ncalendars: [google]\n")
    before = synced.state()

    assert "refused" in synced.sync("--dry-run", status=3).err
    assert synced.state() == before
    assert_it_comes_as_foretold(synced, "--confirm")


# Stopped in the middle


def assert_all_is_there_once(google, *, calendars=1):
    result = google.sync()
    assert "error" not in result.err
    assert google.titles() == [
        "Coffee with Joan Diaz",
        "Coffee with John Doe",
        "Joan Diaz: birthday",
        "Video call with Grace Liu",
    ]
    assert len(google.fake.calendars) == 1 + calendars
    google.sync()
    assert not google.fake.ledger.writes


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_ctrl_c_leaves_what_is_done_and_the_next_run_goes_on(google, nth):
    inserts = []

    def interrupt(call):
        if call.method == "events.insert":
            inserts.append(call)
            if len(inserts) == nth:
                _thread.interrupt_main()

    google.fake.before_each(interrupt)

    result = google.run("sync")

    assert result.status == 130
    assert result.err.endswith("stopped; run `netkeep-sync sync` again to go on\n")
    assert_all_is_there_once(google)


@pytest.mark.parametrize("nth", range(1, 7))
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_the_next_run_goes_on(google, nth, when):
    with google.fake.dies(**{when: nth}) as death:
        google.run("sync")

    assert death.came
    # With the answer, the id of a calendar just made is lost, and it can't be looked for: it stays empty.
    last = google.fake.ledger.calls[-1]
    is_lost = last.method == "calendars.insert" and last.was_applied
    assert_all_is_there_once(google, calendars=2 if is_lost else 1)


def test_ctrl_c_in_the_midst_of_a_dry_run_leaves_no_trace(synced):
    renamed(synced)
    before = synced.state()
    synced.fake.before_each(lambda call: _thread.interrupt_main() if call.method == "events.list" else None)

    assert synced.run("sync", "--dry-run").status == 130
    assert synced.state() == before


# Another calendar


def test_a_calendar_that_is_gone_is_told_and_nothing_is_written(synced):
    synced.fake.user.delete_calendar(synced.calendar)
    renamed(synced)

    result = synced.sync(status=1)

    assert 'error: the calendar "Check-ins" is no longer at Google; nothing is written until' in result.err
    assert "`netkeep-sync sync --new-calendar`" in result.err
    assert not synced.fake.ledger.writes
    assert_it_comes_as_foretold(synced, status=1)


def test_while_the_calendar_is_gone_nothing_counts_as_held(synced):
    synced.fake.user.delete_calendar(synced.calendar)
    synced.wait(days=60)
    synced.sync(status=1)

    contacts = json.loads(synced.run("status", "--json").out)["contacts"]

    assert {one["contact"]: one["last_met"] for one in contacts}["john-doe"] == "2026-11-16"


def test_a_new_calendar_gets_everything_anew_and_what_was_moved_stays_there(synced):
    moved_to = synced.now + timedelta(days=17, hours=5)
    synced.fake.user.move(synced.occurrence("John"), moved_to)
    synced.sync()
    lost = synced.calendar
    synced.fake.user.delete_calendar(lost)

    done = assert_it_comes_as_foretold(synced, "--new-calendar")

    assert [one["makes_calendar"] for one in done["targets"]] == [False, True]
    assert synced.calendar != lost
    assert len(synced.titles()) == 4
    coming = synced.fake.occurrences(synced.calendar, synced.now, moved_to + timedelta(days=1))
    assert "2026-12-10T15:00:00+01:00" in [one["start"].get("dateTime") for one in coming]
    synced.sync()
    assert not synced.fake.ledger.writes


def test_a_new_calendar_beside_one_that_is_there_is_refused_until_it_is_confirmed(synced):
    calendar = synced.calendar

    result = synced.sync("--new-calendar", status=3)

    assert "still at Google" in result.err
    assert not synced.fake.ledger.writes
    assert calendar in (synced.config / "google-calendar.json").read_text()
    assert "google: 4 created" in synced.sync("--new-calendar", "--confirm").err
    assert len(synced.fake.calendars) == 3


def test_killed_while_it_makes_a_new_calendar_it_goes_on(synced):
    synced.fake.user.delete_calendar(synced.calendar)
    with synced.fake.dies(before=1, pattern="calendars.insert") as death:
        synced.run("sync", "--new-calendar")
    assert death.came

    synced.sync("--new-calendar")

    assert len(synced.titles()) == 4
    assert len(synced.fake.calendars) == 2


def test_without_a_calendar_of_its_own_there_is_none_to_make_anew(google):
    google.world.edit("  - google", "  - ics: checkins.ics")

    result = google.sync("--new-calendar", status=2)

    assert "names no calendar at Google that netkeep-sync makes" in result.err


def test_another_account_is_refused_until_it_is_confirmed(synced):
    synced.sign_in(account="ben@example.com")

    result = synced.sync(status=3)

    assert "google has no calendar with this sign-in" in result.err
    assert not synced.fake.ledger.writes
    assert len(synced.fake.calendars) == 2
    assert "google: 4 created" in synced.sync("--confirm").err
    assert len(synced.fake.calendars) == 3
    synced.sync()


def test_another_calendar_in_the_roster_is_refused_until_it_is_confirmed(synced):
    synced.sign_in("calendar.app.created", "calendar.events.owned")
    other = synced.fake.user.add_calendar("Work")
    synced.world.edit("  - google", f"  - google: {{calendar_id: {other}}}")

    result = synced.sync(status=3)

    assert f"google:{other} is another calendar than before" in result.err
    assert not synced.fake.ledger.writes
    assert_it_comes_as_foretold_on(synced, other)
    assert len(synced.titles()) == 4
    synced.sync()
    assert not synced.fake.ledger.writes


def assert_it_comes_as_foretold_on(google, calendar):
    foretold = google.json("--dry-run", "--confirm")
    done = google.json("--confirm")
    assert foretold.pop("is_dry_run") is not done.pop("is_dry_run")
    assert foretold == done
    assert len(told(done, f"google:{calendar}")) == 4


def test_a_second_calendar_in_the_roster_is_no_other(synced):
    synced.sign_in("calendar.app.created", "calendar.events.owned")
    synced.world.edit("  - google", "  - google\n  - google: {calendar_id: primary, show: busy}")

    result = synced.sync()

    assert "google:primary: 3 created" in result.err


def test_a_calendar_that_was_there_already_needs_another_permission(google):
    google.world.edit("  - google", "  - google: {calendar_id: primary}")

    result = google.sync(status=4)

    assert "run `netkeep-sync connect google --existing-calendar`" in result.err


def test_export_asks_nothing_of_google(synced):
    renamed(synced)

    assert synced.run("export", "-o", "checkins.ics").status == 0
    assert synced.fake.ledger.calls == []


# The sign-in is lost


def test_a_lost_sign_in_is_told_once_and_everything_waits(synced):
    synced.fake.user.revoke_access()
    synced.wait(days=40)

    result = synced.sync(status=4)

    assert result.err.count("error: ") == 1
    assert "run `netkeep-sync connect google`" in result.err
    status = synced.run("status")
    assert status.err.count("Google has ended your sign-in") == 1
    assert "(presumed)" not in status.out
    document = json.loads(synced.run("status", "--json").out)
    [problem] = document["problems"]
    assert problem.startswith("Google has ended your sign-in")
    assert document["lately"] == []
    assert len(synced.titles()) == 4


def test_after_a_new_sign_in_all_goes_on_where_it_was(synced, monkeypatch):
    moved_to = synced.now + timedelta(days=17, hours=5)
    synced.fake.user.revoke_access()
    synced.sync(status=4)
    synced.fake.user.move(synced.occurrence("John"), moved_to)
    synced.wait(days=20)
    synced.sync(status=4)

    said = synced.connect()
    result = synced.sync()

    assert f"signed in to Google as {ACCOUNT}" in said
    assert "next: run `netkeep-sync sync`" in said
    assert "heard: John Doe moved to Thu 10 Dec 15:00" in result.err
    status = json.loads(synced.run("status", "--json").out)
    [john] = [one for one in status["contacts"] if one["contact"] == "john-doe"]
    assert (john["last_met"], john["evidence"], status["problems"]) == ("2026-12-10", "presumed", [])
    assert len(synced.fake.calendars) == 2


def test_serve_tells_it_on_the_page_and_in_the_log_and_recovers(synced, caplog):
    synced.fake.user.revoke_access()
    caplog.set_level("INFO")
    with synced.served() as served:
        served.turn()
        page = served.page()
        assert "Not everything is in step" in page
        assert "run `netkeep-sync connect google`" in page
        served.turn()
        synced.sign_in()
        served.turn()
        assert "Not everything is in step" not in served.page()
    signed_out = [one.getMessage() for one in caplog.records if "sign-in needed" in one.getMessage()]
    assert signed_out == ["target paused, sign-in needed target=google"]


def test_a_sign_in_lost_in_the_midst_of_a_push_is_told_once(google):
    inserts = []

    def revoke(call):
        if call.method == "events.insert":
            inserts.append(call)
            if len(inserts) == 2:
                google.fake.user.revoke_access()

    google.fake.before_each(revoke)

    result = google.sync(status=4)

    assert result.err.count("error: ") == 1
    assert "google: 1 created" in result.err
    google.sign_in()
    assert_all_is_there_once(google)


def test_an_answer_is_kept_while_nobody_is_signed_in(synced):
    synced.fake.user.revoke_access()

    result = synced.run("done", "john")

    assert result.status == 0
    assert "run `netkeep-sync connect google`" in result.err
    synced.sign_in()
    synced.sync()
    assert synced.fake.ledger.writes
    assert not synced.sync("--dry-run").out


# Progress


def test_a_long_push_shows_on_a_terminal_how_far_it_is(google, monkeypatch):
    people = "".join(f"  - {{name: Person {number}, category: peers}}\n" for number in range(12))
    google.world.edit("contacts:\n", f"contacts:\n{people}")
    google.world.edit("per_day: 1, per_week: 5", "per_day: 3, per_week: 15")

    shown, status = google.on_terminal("sync")

    assert status == 0
    assert "google" in shown
    assert "/16" in shown
    assert "google: 16 created, 0 updated, 0 removed" in shown


def test_off_a_terminal_no_progress_is_shown(google):
    assert "\x1b" not in google.sync().err
