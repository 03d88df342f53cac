"""Several feeds over HTTP: each at its own address, as calendar or as list, and who fetched it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from netkeep_sync.core.feed import FeedSpec
from netkeep_sync.core.roster import Show
from netkeep_sync.errors import FeedError
from netkeep_sync.service.keeper import Keeper
from netkeep_sync.service.workspace import open_workspace
from netkeep_sync.web.app import make_app

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Site:
    """A served world with two feeds, whose clock the test sets."""

    def __init__(self, world):
        self.now = NOW
        self.world = world
        self.environ = {"NETKEEP_DATABASE": f"sqlite:///{world.state / 'netkeep.db'}"}
        world.ok("feed", "add", "team", "--show", "busy", "--category", "leaders")
        self.start()

    def start(self):
        workspace = open_workspace(self.world.path, today=NOW.date(), environ=self.environ)
        self.keeper = Keeper(
            workspace, every=timedelta(minutes=15), environ=self.environ, clock=lambda: self.now
        )
        self.keeper.start()
        self.client = TestClient(
            make_app(self.keeper), base_url="http://127.0.0.1:8017", client=("192.168.1.9", 50000)
        )

    def restart(self):
        self.keeper.close()
        self.start()

    def feed(self, name):
        [found] = [one for one in self.keeper.view.feeds if one.name == name]
        return found

    def address(self, name, kind="ics"):
        return f"/feed/{self.feed(name).token}.{kind}"

    def get(self, path, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers={"accept-encoding": "identity", **named})


@pytest.fixture
def site(world):
    site = Site(world)
    yield site
    site.keeper.close()


KINDS = pytest.mark.parametrize("kind", ["ics", "json"])
NAMES = pytest.mark.parametrize("name", ["default", "team"])


class TestAddresses:
    def test_each_serves_its_own_feed(self, site):
        default, team = (site.get(site.address(name)).text for name in ("default", "team"))

        assert default.count("BEGIN:VEVENT") == 3
        assert "Grace" in default
        assert team.count("BEGIN:VEVENT") == 1
        assert "Grace" not in team
        assert "X-WR-CALNAME:Check-ins: team" in team

    def test_the_default_feed_comes_first(self, site):
        view = site.keeper.view

        assert [(one.name, one.show) for one in view.feeds] == [("default", Show.FULL), ("team", Show.BUSY)]
        assert (view.token, view.feed) == (view.feeds[0].token, view.feeds[0].feed)

    @KINDS
    @NAMES
    def test_unchanged_is_304_by_etag_and_by_date(self, site, name, kind):
        first = site.get(site.address(name, kind))
        again = site.get(site.address(name, kind), if_none_match=first.headers["etag"])
        by_date = site.get(site.address(name, kind), if_modified_since=first.headers["last-modified"])

        assert first.status_code == 200
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert by_date.status_code == 304

    @KINDS
    def test_only_the_feed_that_changed_is_sent_again(self, site, kind):
        etags = {name: site.get(site.address(name, kind)).headers["etag"] for name in ("default", "team")}
        site.world.edit("name: Grace Liu,", "name: Grace Lee, id: grace-liu,")
        site.now += timedelta(minutes=1)
        site.keeper.tick()

        assert site.get(site.address("default", kind), if_none_match=etags["default"]).status_code == 200
        assert site.get(site.address("team", kind), if_none_match=etags["team"]).status_code == 304

    def test_the_list_is_json_of_the_same_feed(self, site):
        answer = site.get(site.address("team", "json"))
        document = answer.json()

        assert answer.headers["content-type"] == "application/json"
        assert document["calendar"] == "Check-ins: team"
        assert {one["summary"] for one in document["check_ins"]} == {"Video"}
        assert document["check_ins"][0]["uid"] in site.get(site.address("team")).text.replace("\r\n ", "")

    def test_the_list_is_compressed_for_who_asks(self, site):
        plain = site.get(site.address("team", "json"))
        packed = site.client.get(site.address("team", "json"), headers={"accept-encoding": "gzip"})

        assert packed.headers["content-encoding"] == "gzip"
        assert packed.json() == plain.json()
        assert packed.headers["etag"] != plain.headers["etag"]

    @KINDS
    def test_every_wrong_address_gets_the_same_404(self, site, kind):
        token = site.feed("team").token
        wrong = [
            f"{token[:-1]}",
            f"{token}x",
            "team",
            "default",
            "",
            "ü",
            token.swapcase(),
            "%00",
            "%ED%A0%80",
        ]
        answers = [site.get(f"/feed/{one}.{kind}") for one in wrong]
        answers += [site.get(f"/feed/{token}.txt"), site.get(f"/feed/{token}"), site.get("/nothing")]

        assert {(answer.status_code, answer.content) for answer in answers} == {(404, b"Not found\n")}
        assert len({tuple(answer.headers.items()) for answer in answers}) == 1

    @KINDS
    def test_head_says_what_get_would(self, site, kind):
        head, get = (ask(site.address("team", kind)) for ask in (site.client.head, site.client.get))

        assert head.content == b""
        assert head.headers == get.headers

    def test_no_secret_is_in_the_database(self, site):
        stored = b"".join(path.read_bytes() for path in site.world.state.iterdir())

        assert not any(one.token.encode() in stored for one in site.keeper.view.feeds)

    def test_no_secret_is_in_what_the_program_may_log(self, site, caplog):
        with caplog.at_level("DEBUG"):
            site.world.edit("name: Grace Liu", "name: Grace Lee")
            site.keeper.tick()
            site.get(site.address("team"), user_agent="Ana's phone")
            site.keeper.tick()
        told = "\n".join(one.getMessage() for one in caplog.records if "netkeep" in one.name)
        told += repr(site.keeper.view.feeds)

        assert "feed filled" in told
        for secret in ("Grace", "phone", *(one.token for one in site.keeper.view.feeds)):
            assert secret not in told


class TestComingAndGoing:
    @KINDS
    def test_a_rotated_feed_answers_at_its_new_address_alone(self, site, kind):
        old, other = site.address("team", kind), site.address("default", kind)
        site.world.ok("feed", "rotate", "team")
        site.keeper.tick()

        assert site.get(old).status_code == 404
        assert site.get(site.address("team", kind)).status_code == 200
        assert site.get(other).status_code == 200

    @pytest.mark.parametrize("command", ["rotate", "revoke"])
    def test_an_address_ends_even_while_the_file_is_broken(self, site, command):
        old = site.address("team")
        site.world.edit("quarterly", "quaterly")
        site.keeper.tick()
        assert site.get(old).status_code == 200
        site.world.ok("feed", command, "team")
        site.keeper.tick()

        assert site.get(old).status_code == 404
        assert site.get(site.address("default")).status_code == 200

    def test_a_feed_added_on_the_command_line_is_served_by_the_next_tick(self, site):
        site.world.ok("feed", "add", "days", "--milestones", "only")
        site.keeper.tick()

        assert "X-WR-CALNAME:Milestones: days" in site.get(site.address("days")).text

    def test_a_restart_serves_the_same_bytes_at_the_same_addresses(self, site):
        before = {one.name: (one.token, one.feed, one.listing) for one in site.keeper.view.feeds}
        site.now += timedelta(minutes=1)
        site.restart()

        assert {one.name: (one.token, one.feed, one.listing) for one in site.keeper.view.feeds} == before

    def test_what_a_page_asks_for_is_done_at_once(self, site):
        site.keeper.add_feed(FeedSpec(name="work"))
        work, team = site.address("work"), site.address("team")
        assert site.get(work).status_code == 200
        site.keeper.rotate_feed("work")
        site.keeper.revoke_feed("team")

        assert [site.get(one).status_code for one in (work, team, site.address("work"))] == [404, 404, 200]
        with pytest.raises(FeedError):
            site.keeper.revoke_feed("team")


class TestLastFetch:
    def test_it_is_told_by_who_and_when(self, site):
        assert (site.feed("team").fetched_at, site.feed("team").fetched_by) == (None, "")
        site.get(site.address("team"), user_agent="Google-Calendar-Importer")

        assert (site.feed("team").fetched_at, site.feed("team").fetched_by) == (NOW, "Google Calendar")
        assert site.feed("default").fetched_at is None

    def test_a_304_is_a_fetch_and_a_wrong_address_or_a_look_is_none(self, site):
        etag = site.get(site.address("team")).headers["etag"]
        site.now += timedelta(hours=1)
        site.client.head(site.address("team"))
        site.get(site.address("team")[:-5] + ".ics")
        assert site.feed("team").fetched_at == NOW
        site.get(site.address("team"), if_none_match=etag, user_agent="Thunderbird/153.0")

        assert site.feed("team").fetched_at == site.now
        assert site.feed("team").fetched_by == "Thunderbird"

    def test_it_is_written_now_and_then_and_outlives_a_restart(self, site):
        def stored():
            return {name: fetch.at for name, fetch in site.keeper._store.fetches().items()}

        for _ in range(4):
            site.get(site.address("team"))
            site.keeper.tick()
            site.now += timedelta(minutes=1)
        assert stored() == {"team": NOW}
        site.restart()

        assert stored() == {"team": NOW + timedelta(minutes=3)}
        assert site.feed("team").fetched_at == NOW + timedelta(minutes=3)
        assert "last fetched on 2026-11-23 at 10:33 by other" in site.world.ok("feed")

    def test_fetching_makes_no_pass_due(self, site):
        before = site.keeper._store.next_due_at()
        site.get(site.address("team"))
        site.keeper.tick()

        assert site.keeper._store.next_due_at() == before

    def test_a_new_address_was_never_fetched(self, site):
        site.get(site.address("team"))
        site.keeper.rotate_feed("team")

        assert site.feed("team").fetched_at is None
        assert json.loads(site.world.ok("feed", "--json"))["feeds"][1]["fetched_at"] is None
