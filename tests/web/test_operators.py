"""What those who run the program read: readiness and metrics, after passes that succeed and that fail."""

import os
import re
import sqlite3
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from netkeep_sync.service.tally import target_label
from netkeep_sync.web.app import make_app
from tests.cli.google import Google


class Site:
    """A served roster with a calendar at Google; `client` is on this machine unless told."""

    def __init__(self, google, served):
        self.google = google
        self.keeper = served.keeper
        self.turn = served.turn
        self.app = make_app(self.keeper)

    def get(self, path, *, at="127.0.0.1:8017", client="127.0.0.1", app=None):
        return TestClient(app or self.app, base_url=f"http://{at}", client=(client, 50000)).get(path)

    def metrics(self):
        text = self.get("/metrics").text
        return dict(re.findall(r"^(netkeep_\S+) (\S+)$", text, re.MULTILINE))


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
def site(google):
    with google.served() as served:
        yield Site(google, served)


class TestReadiness:
    def test_before_the_first_pass_it_is_not_ready(self, site):
        answer = site.get("/readyz")

        assert (answer.status_code, answer.text) == (503, "no pass has succeeded yet\n")

    def test_after_a_good_pass_it_is(self, site):
        site.turn()

        assert (site.get("/readyz").status_code, site.get("/readyz").text) == (200, "ready\n")

    def test_three_intervals_without_a_good_pass_are_too_many(self, site):
        site.turn()
        site.google.wait(minutes=44)
        assert site.get("/readyz").status_code == 200
        site.google.wait(minutes=1)
        answer = site.get("/readyz")

        assert answer.status_code == 503
        assert answer.text == "the last pass without a failure was 45 minutes ago\n"

    def test_a_pass_that_fails_makes_nobody_ready(self, site):
        site.turn()
        site.google.fake.user.revoke_access()
        site.google.wait(hours=1)
        site.turn()

        assert site.get("/readyz").status_code == 503

    def test_a_database_that_fails_is_told_without_its_name(self, site):
        site.turn()
        database = os.environ["NETKEEP_DATABASE"].removeprefix("sqlite:///")
        with sqlite3.connect(database) as connection:
            connection.execute("ALTER TABLE pass RENAME TO lost")
        answer = site.get("/readyz")

        assert (answer.status_code, answer.text) == (503, "the database does not answer\n")

    def test_alive_is_alive_whatever_fails(self, site):
        assert site.get("/healthz").status_code == 200

    def test_probes_come_from_other_machines(self, site):
        site.turn()

        assert site.get("/readyz", at="10.0.0.7:8017", client="10.0.0.1").status_code == 200


class TestMetrics:
    def test_passes_changes_and_requests_are_counted(self, site):
        site.turn()
        site.google.fake.ledger.clear()
        first = site.metrics()
        site.turn()
        second = site.metrics()
        asked = len(site.google.fake.ledger.calls)

        assert first['netkeep_passes_total{result="complete"}'] == "1.0"
        assert first['netkeep_changes_total{kind="created",target="google"}'] == "4.0"
        assert first['netkeep_changes_total{kind="created",target="ics"}'] == "4.0"
        assert second['netkeep_passes_total{result="complete"}'] == "2.0"
        assert second['netkeep_changes_total{kind="created",target="google"}'] == "4.0"
        requests = 'netkeep_remote_requests_total{target="google"}'
        assert float(second[requests]) - float(first[requests]) == asked > 0

    def test_failures_are_counted_by_target(self, site):
        site.turn()
        site.google.fake.user.revoke_access()
        site.turn()
        counts = site.metrics()

        assert counts['netkeep_passes_total{result="incomplete"}'] == "1.0"
        assert counts['netkeep_failures_total{target="google"}'] == "1.0"
        assert counts['netkeep_failures_total{target="ics"}'] == "0.0"

    def test_a_pass_that_can_not_be_made_is_counted(self, site):
        site.turn()
        database = os.environ["NETKEEP_DATABASE"].removeprefix("sqlite:///")
        with sqlite3.connect(database) as connection:
            connection.execute(
                "CREATE TRIGGER full BEFORE INSERT ON baseline BEGIN SELECT RAISE(FAIL, 'x'); END"
            )
        site.google.world.edit("name: Grace Liu", "name: Ada Byron")
        site.keeper.tick()

        assert site.metrics()['netkeep_passes_total{result="failed"}'] == "1.0"

    def test_staleness_grows_until_the_next_good_pass(self, site):
        assert site.metrics()["netkeep_staleness_seconds"] == "+Inf"
        site.turn()
        site.google.wait(minutes=5)

        assert site.metrics()["netkeep_staleness_seconds"] == "300.0"
        assert site.metrics()["netkeep_interval_seconds"] == "900.0"

    def test_answers_to_feed_readers_are_counted_by_status(self, site):
        site.turn()
        token = site.keeper.view.token
        site.get(f"/feed/{token}.ics")
        site.get(f"/feed/{token}.ics")
        site.get("/feed/wrong.ics")
        site.get("/healthz")
        counts = site.metrics()

        assert counts['netkeep_feed_requests_total{status="200"}'] == "2.0"
        assert counts['netkeep_feed_requests_total{status="404"}'] == "1.0"

    @pytest.mark.parametrize(("at", "client"), [("10.0.0.7:8017", "10.0.0.1"), ("evil.example", "127.0.0.1")])
    def test_only_this_machine_sees_them(self, site, at, client):
        assert site.get("/metrics", at=at, client=client).status_code == 404

    def test_they_can_be_opened_to_other_machines(self, site):
        site.turn()
        app = make_app(site.keeper, is_metrics_open=True)
        answer = site.get("/metrics", at="10.0.0.7:8017", client="10.0.0.1", app=app)

        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")

    def test_no_label_holds_a_name_a_secret_or_an_address(self, google):
        google.world.edit("- google\n", "- google: {calendar_id: ana@example.com}\n")
        google.sign_in("calendar.events.owned")
        with google.served() as served:
            site = Site(google, served)
            site.turn()
            site.get(f"/feed/{site.keeper.view.token}.ics")
            text = site.get("/metrics").text

        assert "netkeep_changes_total" in text
        for secret in ("John", "Joan", "Grace", "ana", "@", "example", site.keeper.view.token):
            assert secret not in text


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("ics", "ics"),
        ("ics:first-name", "ics-first-name"),
        ("google", "google"),
        ("feed:for-john", "feed"),
    ],
)
def test_a_target_goes_by_its_kind(name, label):
    assert target_label(name) == label


def test_two_calendars_at_google_have_two_labels():
    labels = {target_label("google:ana@example.com"), target_label("google:Work")}

    assert len(labels) == 2
    assert all(re.fullmatch(r"google-[0-9a-f]{6}", label) for label in labels)


def test_the_interval_of_a_fresh_keeper_is_the_one_given(site):
    assert site.keeper.every == timedelta(minutes=15)
