"""Notices: when, how often and what, sent by apprise to a server of our own that really gets them."""

import json
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from netkeep_sync.core.roster import Digest
from netkeep_sync.service.notices import Notices, Trouble, digest_due_at, follow
from tests.cli.google import Google

pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),  # apprise looks for it
]

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Inbox:
    """A server that keeps what is posted to it, and refuses it while `is_down`."""

    def __init__(self):
        inbox = self
        self.got: list[dict[str, Any]] = []
        self.is_down = False

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not inbox.is_down:
                    inbox.got.append(json.loads(body))
                self.send_response(500 if inbox.is_down else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def address(self):
        return f"json://ana:s3cret-4711@127.0.0.1:{self.server.server_port}/hook"

    def titles(self):
        return [one["title"] for one in self.got]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def inbox():
    inbox = Inbox()
    yield inbox
    inbox.close()


class Site:
    """A served roster with a calendar at Google, whose owner gets notices."""

    def __init__(self, google, inbox):
        self.google, self.inbox = google, inbox
        self.served = google.served().__enter__()
        self.notices = Notices(self.served.keeper)

    def turn(self):
        """Run a pass, and what follows it at every tick."""
        self.served.turn()
        self.notices.tick()
        self.notices.tick()

    def restart(self):
        self.served.keeper.close()
        self.served = self.google.served().__enter__()
        self.notices = Notices(self.served.keeper)

    def fail(self, **length):
        """Let Google refuse everything, for so long, with a pass every six hours."""
        self.google.fake.faults.on("events.*", times=None).answers(403, "forbidden")
        for _ in range(int(timedelta(**length) / (6 * HOUR))):
            self.turn()
            self.google.wait(hours=6)
        self.turn()

    def mend(self):
        self.google.fake.faults.clear()
        self.turn()


@pytest.fixture
def site(world, inbox, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    google = Google(world)
    world.edit("timezone:", f"notify: {inbox.address}\ntimezone:")
    with google.fake:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", google.fake.origin)
        google.sign_in()
        site = Site(google, inbox)
        yield site
        site.served.keeper.close()


class TestTroubles:
    def test_nobody_is_told_of_what_works(self, site):
        site.turn()

        assert site.inbox.got == []

    def test_a_failure_is_told_after_a_day_and_not_before(self, site):
        site.turn()
        site.fail(hours=18)
        assert site.inbox.got == []
        site.google.wait(hours=6)
        site.turn()

        assert site.inbox.titles() == ["netkeep-sync: the calendar google fails"]

    def test_it_is_told_once_and_so_is_its_end(self, site):
        site.turn()
        site.fail(days=3)
        site.mend()
        site.google.wait(hours=6)
        site.turn()

        assert site.inbox.titles() == [
            "netkeep-sync: the calendar google fails",
            "netkeep-sync: the calendar google works again",
        ]
        assert site.inbox.got[0]["message"].startswith("It has failed since Mon 23 Nov 10:00.")

    def test_what_passes_within_a_day_is_never_told(self, site):
        site.turn()
        site.fail(hours=12)
        site.mend()
        site.google.wait(days=2)
        site.turn()

        assert site.inbox.got == []

    def test_a_sign_in_that_is_needed_is_told_at_once_and_once(self, site):
        site.turn()
        site.google.fake.user.revoke_access()
        site.turn()
        site.google.wait(days=2)
        site.turn()
        site.google.sign_in()
        site.turn()

        assert site.inbox.titles() == [
            "netkeep-sync: the calendar google needs you to sign in",
            "netkeep-sync: the calendar google works again",
        ]

    def test_a_restart_neither_forgets_nor_repeats(self, site):
        site.turn()
        site.fail(hours=12)
        site.restart()
        site.google.wait(hours=6)
        site.fail(hours=6)
        site.restart()
        site.turn()
        site.restart()
        site.mend()

        assert site.inbox.titles() == [
            "netkeep-sync: the calendar google fails",
            "netkeep-sync: the calendar google works again",
        ]

    def test_a_file_that_can_not_be_read_for_a_day_is_told(self, site):
        site.turn()
        site.google.world.edit("quarterly", "quaterly")
        site.served.keeper.tick()
        site.notices.tick()
        site.google.wait(days=1)
        site.notices.tick()

        assert site.inbox.titles() == ["netkeep-sync: the plan fails"]

    def test_a_notice_that_reaches_nobody_is_tried_again_later(self, site):
        site.turn()
        site.inbox.is_down = True
        site.google.fake.user.revoke_access()
        site.turn()
        site.inbox.is_down = False
        site.notices.tick()
        assert site.inbox.got == []  # not at every tick
        site.google.wait(minutes=16)
        site.notices.tick()

        assert site.inbox.titles() == ["netkeep-sync: the calendar google needs you to sign in"]

    def test_they_name_nobody_and_the_address_is_written_nowhere(self, site, caplog, capfd):
        caplog.set_level("DEBUG")
        site.inbox.is_down = True
        site.turn()
        site.fail(days=1)
        site.inbox.is_down = False
        site.google.wait(hours=1)
        site.turn()
        output = capfd.readouterr()
        kept = "".join(path.read_text() for path in site.google.world.state.glob("*.notices.json"))
        written = caplog.text + output.out + output.err + kept + repr(site.served.keeper.workspace.roster)

        assert site.inbox.got
        assert "notice not sent kind=failing address=1" in caplog.text
        assert "4711" not in written
        for name in ("John", "Doe", "Grace", "Acme"):
            assert name not in json.dumps(site.inbox.got)

    def test_without_an_address_nothing_is_kept(self, site):
        site.google.world.edit(f"notify: {site.inbox.address}\n", "")
        site.restart()
        site.fail(days=2)

        assert site.inbox.got == []
        assert not list(site.google.world.state.glob("*.notices.json"))

    def test_what_is_kept_is_for_the_owner_alone(self, site):
        site.fail(days=1)
        [path] = site.google.world.state.glob("*.notices.json")

        assert path.stat().st_mode & 0o777 == 0o600

    def test_a_damaged_memory_stops_nothing(self, site):
        site.fail(days=1)
        [path] = site.google.world.state.glob("*.notices.json")
        path.write_text('{"test": {"troubles": {"google": 7}}}')
        site.restart()
        site.fail(days=1)

        assert site.inbox.titles() == ["netkeep-sync: the calendar google fails"] * 2


class TestDigest:
    def test_it_comes_once_a_week_with_the_overdue_first(self, site):
        site.google.world.edit("timezone:", "digest: tuesday 08:00\ntimezone:")
        site.google.world.edit("last_met: 2026-10-05", "last_met: 2026-01-05")
        site.restart()
        site.turn()
        assert site.inbox.got == []
        site.google.wait(days=1)
        site.turn()
        site.restart()
        site.google.wait(days=1)
        site.turn()
        [digest] = site.inbox.got
        first, second, third = digest["message"].split("\n\n")

        assert digest["title"] == "Your week"
        assert first.splitlines()[0] == "Overdue"
        assert "Grace Liu (quarterly): last met Mon 5 Jan" in first
        assert second.splitlines()[0] == "The week ahead"
        assert third.splitlines() == ["Open questions", "  nothing"]
        site.google.wait(days=6)
        site.turn()
        assert len(site.inbox.got) == 2

    def test_what_the_owner_has_not_said_is_asked(self, site):
        site.google.world.edit("timezone:", "digest: monday 08:00\nassume: ask\ntimezone:")
        site.restart()
        site.turn()
        site.google.wait(days=7 * 8)
        site.turn()

        assert "did you meet John Doe on" in site.inbox.got[-1]["message"]

    def test_it_is_off_unless_asked_for(self, site):
        site.turn()
        site.google.wait(days=30)
        site.turn()

        assert site.inbox.got == []

    def test_one_that_can_not_be_sent_for_days_is_left_out(self, site):
        site.google.world.edit("timezone:", "digest: tuesday 08:00\ntimezone:")
        site.restart()
        site.turn()
        site.google.wait(days=6)
        site.turn()

        assert site.inbox.got == []

    @pytest.mark.parametrize(
        ("now", "due"),
        [
            (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
            (datetime(2026, 11, 23, 6, 59, tzinfo=UTC), datetime(2026, 11, 16, 7, 0, tzinfo=UTC)),
            # Summer time: eight o'clock stays eight o'clock.
            (datetime(2026, 7, 22, 6, 0, tzinfo=UTC), datetime(2026, 7, 20, 6, 0, tzinfo=UTC)),
        ],
    )
    def test_its_hour_is_the_owners(self, now, due):
        digest = Digest(weekday=0, local_time=datetime(2026, 1, 1, 8, 0).time())  # noqa: DTZ001  an hour

        assert digest_due_at(digest, now=now, timezone="Europe/Berlin") == due


class TestFollowing:
    FAILS, SIGNED_OUT, WELL = (True, False), (True, True), (False, False)

    def test_what_nothing_is_seen_of_stays_as_it_was(self):
        troubles = {"google": Trouble(since_at=NOW, told="failing")}

        assert follow(troubles, {}, now=NOW + DAY) == troubles

    def test_one_that_fails_again_before_its_end_was_told_is_the_same_trouble(self):
        troubles = {"google": Trouble(since_at=NOW, told="failing")}
        well = follow(troubles, {"google": self.WELL}, now=NOW + HOUR)
        again = follow(well, {"google": self.FAILS}, now=NOW + 2 * HOUR)

        assert well["google"].due(NOW + HOUR) == "well"
        assert again == troubles

    def test_a_failure_that_turns_out_to_need_a_sign_in_is_told_too(self):
        troubles = {"google": Trouble(since_at=NOW, told="failing")}
        after = follow(troubles, {"google": self.SIGNED_OUT}, now=NOW + DAY)

        assert after["google"].due(NOW + DAY) == "sign-in"


def test_without_apprise_it_is_told_and_nothing_breaks(site, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "apprise", None)
    site.google.fake.user.revoke_access()
    site.turn()

    assert "notices not sent kind=SettingsError" in caplog.text
