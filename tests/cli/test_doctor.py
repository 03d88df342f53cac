"""`doctor`: each thing that can be wrong, made wrong for real, and what is said of it."""

import json
import os
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from netkeep_sync.cli.output.finding import print_finding
from netkeep_sync.core.feed import Fetch
from netkeep_sync.errors import install_words
from netkeep_sync.service.doctor.finding import ok
from netkeep_sync.service.doctor.machine import check_zones
from netkeep_sync.service.password import keep_password
from netkeep_sync.store.opening import open_store
from tests.cli.google import Google

pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # apprise looks for it
]


class Patient:
    """A machine whose doctor is asked at a time that the test sets."""

    def __init__(self, google):
        self.google = google
        self.world = google.world
        self.database = Path(os.environ["NETKEEP_DATABASE"].removeprefix("sqlite:///"))

    def findings(self, *arguments, as_of=None):
        """Return what is to know and to mend, as "level about: words", and the advice to each."""
        result = self.world.run("doctor", "--json", *arguments, as_of=as_of or self.google.now.isoformat())
        found = json.loads(result.out)["findings"]
        bad = {f"{one['level']} {one['about']}: {one['words']}": one["advice"] for one in found}
        bad = {words: advice for words, advice in bad.items() if not words.startswith(("ok ", "left out "))}
        assert all(bad.values())  # whatever is bad comes with what to do
        assert result.status == (1 if any(words.startswith("problem") for words in bad) else 0)
        return bad

    def only(self, *arguments, as_of=None):
        """Return the one finding that is not ok, and its advice."""
        [found] = self.findings(*arguments, as_of=as_of).items()
        return found

    def execute(self, statement):
        with sqlite3.connect(self.database) as connection:
            connection.execute(statement)
        connection.close()

    def store(self):
        return open_store(f"sqlite:///{self.database}", key="test", source="", is_key_given=True)

    def set_password(self):
        """Set one, and return the file it is kept in."""
        path = self.database.with_suffix(".password")
        keep_password(path, "three plain words")
        return path

    def sign_in(self, **held):
        token = json.loads(self.google.token_file.read_text())
        self.google.token_file.write_text(json.dumps({**token, **held}))


@pytest.fixture
def google(world, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    google = Google(world)
    with google.fake:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", google.fake.origin)
        google.sign_in()
        yield google


@pytest.fixture
def patient(google):
    """Return a machine that is well, and in step."""
    google.sync()
    return Patient(google)


@pytest.fixture
def newcomer(google):
    """Return a machine on which nothing has been done yet."""
    return Patient(google)


class TestWell:
    def test_nothing_is_found(self, patient):
        assert patient.findings() == {}

    def test_a_line_for_each_thing_and_counts_at_the_end(self, patient):
        lines = patient.google.run("doctor").out.splitlines()

        assert all(line.startswith("ok       ") for line in lines[:-1])
        for about in ("config", "time zones", "token file", "sign-in", "database", "disk", "clock", "passes"):
            assert any(line.startswith(f"ok       {about}: ") for line in lines), about
        assert lines[-1] == f"{len(lines) - 1} ok, 0 to know, 0 to mend"

    def test_nothing_is_changed(self, patient):
        before = patient.google.state()
        patient.google.fake.ledger.clear()
        patient.findings()
        calls = patient.google.fake.ledger.calls

        assert patient.google.state() == before
        assert {call.method for call in calls} <= {"events.list", "oauth2.token"}

    def test_offline_nobody_is_asked(self, patient):
        patient.google.fake.ledger.clear()

        assert patient.findings("--offline") == {}
        assert patient.google.fake.ledger.calls == []

    def test_offline_it_says_what_nobody_was_asked(self, patient):
        *_, left_out, counts = patient.google.run("doctor", "--offline").out.splitlines()

        assert left_out == (
            "left out google: Google was not asked what stands there twice; run this without `--offline`"
        )
        assert counts.endswith(" ok, 0 to know, 0 to mend, 1 left out")

    def test_before_the_first_pass_all_is_well_too(self, world):
        result = world.run("doctor")

        assert result.status == 0
        assert "database: there is none yet" in result.out
        assert not world.state.exists()


class TestFile:
    def test_a_mistake_in_the_file_is_told_and_the_rest_is_examined(self, patient):
        patient.world.edit("quarterly", "quaterly")
        patient.google.token_file.chmod(0o644)
        found = patient.findings("--offline")

        assert [words.split(":")[0] for words in found] == ["problem config", "problem token file"]
        assert "did you mean" in next(iter(found))

    def test_a_zone_that_is_none_is_a_mistake(self, newcomer):
        newcomer.world.edit("Europe/Berlin", "Mars/Olympus")
        [found] = newcomer.findings()

        assert "Mars/Olympus" in found

    def test_without_any_file_it_says_where_one_belongs(self, world):
        world.path.unlink()
        result = world.run("doctor")

        assert result.status == 1
        assert result.out.startswith("problem  config: ")


class TestMachine:
    def test_a_clock_that_is_behind_what_was_written(self, patient):
        words, advice = patient.only(as_of="2026-11-23T08:00+00:00")

        assert words == (
            "problem clock: it says 2026-11-23 08:00 UTC, but something was written at 2026-11-23 09:00"
        )
        assert "set the clock" in advice

    def test_a_zone_whose_data_is_missing(self):
        [found] = check_zones(["Europe/Berlin", "Mars/Olympus"])

        assert (found.level, found.words) == ("problem", "nothing is known of Mars/Olympus")
        assert "tzdata" in found.advice

    def test_zone_data_that_is_there_is_told_with_its_edition(self):
        [found] = check_zones(["Europe/Berlin"])

        assert found.level == "ok"
        assert ZoneInfo("Europe/Berlin").key == "Europe/Berlin"

    def test_holidays_that_are_not_known_for_so_long(self, newcomer):
        newcomer.world.edit("timezone:", "availability: {holidays: DE}\ntimezone:")
        words, advice = newcomer.only("--offline", as_of="2099-06-01")

        assert words == "warning holidays: none are known of DE in 2101"
        assert "holidays" in advice

    def test_a_full_disk(self):
        from netkeep_sync.service.doctor.database import disk_space

        assert disk_space(Path("/proc")).level == "problem"  # which has no room at all


class TestPublicUrl:
    def test_over_http_others_can_read_the_links(self, newcomer):
        newcomer.world.edit("timezone:", "serve: {public_url: http://checkins.example.com}\ntimezone:")
        newcomer.set_password()
        words, advice = newcomer.only()

        assert words.startswith("warning public_url: http://checkins.example.com is not https")
        assert "TLS" in advice

    @pytest.mark.parametrize("url", ["https://checkins.example.com", "http://localhost:8017"])
    def test_over_https_or_on_this_machine_all_is_well(self, newcomer, url):
        newcomer.world.edit("timezone:", f"serve: {{public_url: '{url}'}}\ntimezone:")
        newcomer.set_password()
        assert newcomer.findings() == {}


class TestNotices:
    def test_an_address_that_is_none_is_told_and_not_shown(self, newcomer):
        newcomer.world.edit("timezone:", "notify: [json://127.0.0.1, nonsense://s3cret]\ntimezone:")
        words, _ = newcomer.only()

        assert words == "problem notices: apprise can make nothing of address 2 under `notify`"

    def test_addresses_without_apprise(self, newcomer, monkeypatch):
        newcomer.world.edit("timezone:", "notify: json://127.0.0.1\ntimezone:")
        monkeypatch.setitem(sys.modules, "apprise", None)
        _, advice = newcomer.only()

        assert advice == install_words("notify")


class TestDatabase:
    def test_a_file_that_may_not_be_written(self, patient):
        patient.database.chmod(0o400)
        words, advice = patient.only("--offline")
        patient.database.chmod(0o600)

        assert words == f"problem database: {patient.database} can't be written"
        assert advice == f"run `chmod u+w {patient.database}`"

    def test_a_folder_that_may_not_be_written(self, patient):
        patient.database.parent.chmod(0o555)
        words, _ = patient.only("--offline")
        patient.database.parent.chmod(0o700)

        assert words == f"problem database: {patient.database.parent} can't be written"

    def test_a_file_that_others_can_read(self, patient):
        patient.database.chmod(0o644)
        words, advice = patient.only("--offline")

        assert words.startswith("warning database: ")
        assert advice == f"run `chmod 600 {patient.database}`"

    def test_a_file_that_is_no_database(self, newcomer):
        newcomer.database.parent.mkdir()
        newcomer.database.write_text("this is a letter to my aunt " * 100)
        newcomer.database.chmod(0o600)
        words, advice = newcomer.only("--offline")

        assert words.startswith("problem database: ")
        assert "backup" in advice

    def test_a_file_that_is_damaged(self, patient):
        patient.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = bytearray(patient.database.read_bytes())
        for page in range(4096 * 3, len(content), 4096):
            content[page : page + 64] = bytes(64)
        patient.database.write_bytes(content)
        words, advice = patient.only("--offline")

        assert words.startswith("problem database: ")
        assert "backup" in advice

    def test_one_of_a_newer_program(self, patient):
        patient.execute("UPDATE alembic_version SET version_num = '9999'")
        words, advice = patient.only("--offline")

        assert words == "problem database: a newer netkeep-sync wrote it (schema 9999)"
        assert "your clone of it" in advice

    def test_one_of_an_older_program_is_not_touched(self, patient):
        patient.execute("UPDATE alembic_version SET version_num = '0001'")
        before = patient.google.state()
        words, advice = patient.only("--offline")

        assert words == "problem database: its schema is of an older netkeep-sync (0001)"
        assert "netkeep-sync status" in advice
        assert patient.google.state() == before

    def test_a_server_that_does_not_answer(self, newcomer, monkeypatch):
        monkeypatch.setenv("NETKEEP_DATABASE", "postgresql://ana:s3cret@127.0.0.1:1/netkeep")
        words, _ = newcomer.only("--offline")

        assert words.startswith("problem database: the database netkeep on 127.0.0.1 failed")
        assert "s3cret" not in words

    def test_a_table_that_is_lost(self, patient):
        patient.execute("DROP TABLE pass")
        words, _ = patient.only("--offline")

        assert "no such table: pass" in words


class TestSecrets:
    def test_a_key_file_that_others_can_read(self, patient):
        patient.world.ok("feed")
        [key] = patient.world.state.glob("*.key")
        key.chmod(0o640)
        words, advice = patient.only("--offline")

        assert words == f"problem key file: {key} can be read by others (mode 640)"
        assert advice == f"run `chmod 600 {key}`"

    def test_a_key_file_that_holds_none(self, patient):
        patient.world.ok("feed")
        [key] = patient.world.state.glob("*.key")
        key.write_bytes(b"short")

        assert "holds no key" in patient.only("--offline")[0]

    def test_a_sign_in_that_others_can_read(self, patient):
        patient.google.token_file.chmod(0o644)

        assert patient.only("--offline")[0].startswith("problem token file: ")

    def test_a_client_that_others_can_read(self, patient):
        client = patient.google.config / "google-client.json"
        client.write_text("{}")
        client.chmod(0o644)

        assert patient.only()[0].startswith("problem client file: ")


class TestSignIn:
    def test_nobody_has_signed_in(self, newcomer):
        newcomer.google.token_file.unlink()
        words, advice = newcomer.only()

        assert words.startswith("problem sign-in: you have not signed in to Google yet")
        assert advice == "run `netkeep-sync connect google`"

    def test_one_that_was_lost_is_told_once(self, patient):
        patient.google.token_file.unlink()

        assert patient.only()[0].startswith("problem sign-in: ")

    def test_one_that_has_ended(self, patient):
        patient.sign_in(ends_at="2026-11-22T09:00:00+00:00")
        words, advice = patient.only()

        assert words == "problem sign-in: it ended on 2026-11-22"
        assert "connect google" in advice

    def test_a_project_in_testing(self, patient):
        patient.sign_in(ends_at="2026-11-28T09:00:00+00:00", made_at="2026-11-21T09:00:00+00:00")
        words, advice = patient.only()

        assert words.startswith("warning sign-in: Google ends it on 2026-11-28")
        assert "publish" in advice

    def test_less_than_the_roster_needs(self, patient):
        patient.world.edit("timezone:", "busy: google\ntimezone:")
        words, advice = patient.only("--offline")

        assert "calendar.freebusy" in words
        assert advice == "run `netkeep-sync connect google --busy`"

    def test_one_that_was_taken_back_is_seen_by_asking(self, patient):
        patient.google.fake.user.revoke_access()
        assert patient.findings("--offline") == {}

        words, _ = patient.only()
        assert words.startswith("problem google: ")


class TestPasses:
    def test_there_was_none_yet(self, newcomer):
        newcomer.store().close()
        found = newcomer.findings("--offline")

        assert "warning passes: there was none yet" in found
        assert "warning google: it was never listened to" in found

    def test_the_last_good_one_is_long_ago(self, patient):
        patient.google.wait(days=3)
        found = patient.findings("--offline")

        assert list(found) == [
            "problem passes: the last good one was 3 days ago",
            "problem google: it was last listened to 3 days ago",
        ]

    def test_the_last_one_failed(self, patient):
        patient.google.fake.user.revoke_access()
        patient.google.wait(hours=1)
        patient.google.sync(status=4)
        words, _ = patient.only("--offline")

        assert words.startswith("problem passes: the last one, 0 minutes ago, could not do everything: ")
        assert "sign in" in words or "sign-in" in words


class TestCalendar:
    def copy(self, patient, name, **changed):
        """Copy an event of ours as a lost database would have it: with our marks, under another id."""
        fake = patient.google.fake
        event = fake.event(patient.google.event(name))
        kept = ("summary", "start", "end", "recurrence", "extendedProperties")
        body = {**{key: event[key] for key in kept if key in event}, **changed}
        service = fake.service("calendar")
        try:
            service.events().insert(calendarId=patient.google.calendar, body=body).execute()
        finally:
            service.close()

    def test_two_check_ins_with_one_person_on_one_day(self, patient):
        self.copy(patient, "John")
        found = patient.findings()
        double, stranger = found

        assert double.startswith("problem google: john-doe stands there twice on 2026-12-")
        assert stranger == "warning google: 1 event there with our mark, which we know nothing of"

    def test_an_event_with_our_mark_that_nobody_knows(self, patient):
        self.copy(
            patient,
            "John",
            recurrence=[],
            start={"dateTime": "2026-12-24T09:00:00+01:00", "timeZone": "Europe/Berlin"},
            end={"dateTime": "2026-12-24T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        )
        words, advice = patient.only()

        assert words == "warning google: 1 event there with our mark, which we know nothing of"
        assert "delete" in advice

    def test_what_the_owner_moved_and_split_off_is_no_stranger(self, patient):
        google = patient.google
        google.fake.user.move(google.occurrence("John"), google.now + timedelta(days=20))
        google.fake.user.move_following(google.occurrence("Joan", 2), google.now + timedelta(days=100))
        google.sync()

        assert patient.findings() == {}

    def test_a_calendar_that_is_gone(self, patient):
        patient.google.fake.user.delete_calendar(patient.google.calendar)
        words, _ = patient.only()

        assert words.startswith('problem google: the calendar "Check-ins" is no longer at Google')

    def test_everything_twice(self, patient):
        with patient.store() as store:
            fetch = Fetch(generation=1, at=patient.google.now - timedelta(days=1), by="Google Calendar")
            store.save_fetches({"default": fetch})
        words, advice = patient.only("--offline")

        assert words.startswith('warning feed: Google Calendar subscribes to the feed "default"')
        assert "remove the subscription" in advice

    @pytest.mark.parametrize(
        "fetch",
        [
            Fetch(generation=1, at=datetime(2026, 11, 22, tzinfo=UTC), by="Thunderbird"),
            Fetch(generation=7, at=datetime(2026, 11, 22, tzinfo=UTC), by="Google Calendar"),
            Fetch(generation=1, at=datetime(2026, 9, 1, tzinfo=UTC), by="Google Calendar"),
        ],
        ids=["another program", "an address that has ended", "long ago"],
    )
    def test_who_fetches_otherwise_sees_nothing_twice(self, patient, fetch):
        with patient.store() as store:
            store.save_fetches({"default": fetch})

        assert patient.findings("--offline") == {}


class TestPassword:
    """What opens the pages, and who may read it."""

    def test_a_public_address_without_a_password_closes_the_pages(self, patient):
        patient.world.edit("timezone:", "serve: {public_url: https://checkins.example.com}\ntimezone:")
        words, advice = patient.only("--offline")

        assert words == "warning password: none is set, so the pages are closed, on this machine too"
        assert advice == "run `netkeep-sync password`"

    def test_a_proxy_that_knows_the_owner_needs_no_password(self, patient):
        proxy = "{public_url: https://checkins.example.com, proxy: {from: 127.0.0.1, user: ana}}"
        patient.world.edit("timezone:", f"serve: {proxy}\ntimezone:")

        assert patient.findings("--offline") == {}

    def test_a_password_that_others_can_read_is_told(self, patient):
        path = patient.set_password()
        path.chmod(0o644)
        words, advice = patient.only("--offline")

        assert words == f"problem password file: {path} can be read by others (mode 644)"
        assert advice == f"run `chmod 600 {path}`"

    def test_a_damaged_password_is_told(self, patient):
        patient.set_password().write_text("three plain words")
        words, _ = patient.only("--offline")

        assert words.startswith("problem password: the pages are closed: ")
        assert "plain" not in words


def test_a_path_longer_than_the_screen_is_told_whole(monkeypatch, capsys):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "46")

    print_finding(ok("key file", "/home/ana/.local/share/netkeep-sync-of-last-year/netkeep.key is yours"))

    lines = [line[9:].rstrip() for line in capsys.readouterr().out.splitlines()]
    assert "/home/ana/.local/share/netkeep-sync-of-last-year/netkeep.key" in "".join(lines)
    assert len(lines) > 1
