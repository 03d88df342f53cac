"""The feed as calendar programs fetch it, and the page as the owner sees it."""

import gzip
import html
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from netkeep_sync.service.keeper import Keeper
from netkeep_sync.service.workspace import open_workspace
from netkeep_sync.web.app import ROUTES, make_app

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Site:
    """A served world whose clock the test sets."""

    def __init__(self, world, environ):
        self.now = NOW
        workspace = open_workspace(world.path, today=NOW.date(), environ=environ)
        self.keeper = Keeper(workspace, every=timedelta(minutes=15), environ=environ, clock=lambda: self.now)
        self.keeper.start()
        self.client = TestClient(
            make_app(self.keeper), base_url="http://127.0.0.1:8017", client=("127.0.0.1", 50000)
        )

    @property
    def feed(self):
        return f"/feed/{self.keeper.view.token}.ics"

    def get(self, path, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers={"accept-encoding": "identity", **named})


@pytest.fixture
def site(world):
    site = Site(world, {"NETKEEP_DATABASE": f"sqlite:///{world.state / 'netkeep.db'}"})
    yield site
    site.keeper.close()


class TestFeed:
    def test_it_is_a_calendar(self, site):
        answer = site.get(site.feed)

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.content.count(b"BEGIN:VEVENT") == 3
        assert "content-disposition" not in answer.headers

    def test_it_works_without_any_accept_header(self, site):
        request = site.client.build_request("GET", site.feed)
        del request.headers["accept"]

        assert site.client.send(request).status_code == 200

    def test_head_says_what_get_would(self, site):
        head, get = site.client.head(site.feed), site.client.get(site.feed)

        assert head.content == b""
        assert head.headers == get.headers

    def test_an_unchanged_feed_is_304_by_its_etag(self, site):
        etag = site.get(site.feed).headers["etag"]
        answer = site.get(site.feed, if_none_match=f'"other", {etag}')

        assert etag.startswith('"')
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        assert "last-modified" in answer.headers

    def test_dates_are_really_compared(self, site):
        modified = site.get(site.feed).headers["last-modified"]

        assert modified == "Mon, 23 Nov 2026 09:30:00 GMT"
        assert site.get(site.feed, if_modified_since=modified).status_code == 304
        assert site.get(site.feed, if_modified_since="Mon, 23 Nov 2026 09:29:59 GMT").status_code == 200

    @pytest.mark.parametrize(
        "date",
        [
            "yesterday",
            "",
            "2026-11-23",
            "Mon, 99999999999999 Jan 2027 00:00:00 GMT",
            "Mon, 23 Nov 2026 09:30:00",
        ],
    )
    def test_a_date_that_is_none_counts_for_nothing(self, site, date):
        assert site.get(site.feed, if_modified_since=date).status_code == 200

    def test_the_etag_wins_over_the_date(self, site):
        modified = site.get(site.feed).headers["last-modified"]
        answer = site.get(site.feed, if_none_match='"other"', if_modified_since=modified)

        assert answer.status_code == 200

    def test_gzip_only_for_who_asks(self, site):
        plain = site.get(site.feed)
        packed = site.client.get(site.feed, headers={"accept-encoding": "br, gzip;q=0.5"})

        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == plain.content  # the client has unpacked it
        assert packed.headers["etag"] != plain.headers["etag"]
        assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
        assert "content-encoding" not in site.get(site.feed, accept_encoding="gzip;q=0").headers

    def test_the_packed_bytes_are_stable(self, site):
        assert gzip.compress(site.keeper.view.feed.document, mtime=0) == site.keeper.view.feed.compressed

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
    def test_other_methods_are_told_which_are_allowed(self, site, method):
        answer = site.client.request(method, site.feed)

        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}

    def test_every_wrong_address_gets_the_same_404(self, site):
        wrong = [
            f"/feed/{site.keeper.view.token[:-1]}.ics",
            f"/feed/{site.keeper.view.token}x.ics",
            "/feed/.ics",
            "/feed/ü.ics",
            "/feed/",
            "/feed/abc.ics/",
            "/healthz/",
            "/nothing",
        ]
        answers = [site.get(path) for path in wrong]

        assert {(answer.status_code, answer.content) for answer in answers} == {(404, b"Not found\n")}
        assert len({tuple(answer.headers.items()) for answer in answers}) == 1

    def test_the_address_is_short_enough_for_google(self, site):
        assert len(f"https://calendar.example.com{site.feed}") < 256
        assert len(site.keeper.view.token) == 43

    def test_the_secret_is_not_in_the_database(self, site, world):
        assert all(site.keeper.view.token.encode() not in path.read_bytes() for path in world.state.iterdir())

    def test_rotation_ends_the_old_address(self, site, world):
        old = site.feed
        shown = world.ok("feed", "rotate")
        site.keeper.tick()

        assert site.feed in shown
        assert site.get(old).status_code == 404
        assert site.get(site.feed).status_code == 200


class TestPage:
    def test_it_shows_who_is_next(self, site):
        assert "Coffee with John Doe" in site.get("/").text

    def test_it_shows_who_is_overdue(self, site, world):
        world.edit("last_met: 2026-10-05", "last_met: 2025-10-05")
        site.keeper.tick()

        page = site.get("/").text
        assert "Overdue" in page
        assert "Mon 5 Jan" in page

    def test_names_are_escaped(self, site, world):
        world.edit("name: John Doe", "name: <script>alert(1)</script>")
        site.keeper.tick()

        page = site.get("/").text
        assert "<script>" not in page
        assert "&lt;script&gt;" in page

    def test_an_empty_roster_says_how_to_begin(self, site, world):
        world.write("roster: test\nowner: {name: Ana}\ntimezone: Europe/Berlin\ncontacts: []\n")
        world.ok("export", "-o", "-", "--confirm")
        site.keeper.tick()

        assert "Add one or two people" in site.get("/").text

    @pytest.mark.parametrize("host", ["evil.example", "192.168.1.2:8017", "127.0.0.1.evil.example"])
    def test_it_is_shown_under_a_name_of_this_machine_only(self, site, host):
        assert site.get("/", host=host).status_code == 404

    def test_it_is_not_shown_to_other_machines(self, site):
        client = TestClient(
            make_app(site.keeper), base_url="http://127.0.0.1:8017", client=("192.168.1.9", 50000)
        )

        assert client.get("/").status_code == 404
        assert client.get(site.feed).status_code == 200


class TestAll:
    @pytest.mark.parametrize("path", ["/", "/healthz", "/style.css", "/nothing"])
    def test_headers_that_every_answer_carries(self, site, path):
        headers = site.get(path).headers

        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert "default-src 'none'" in headers["content-security-policy"]

    def test_health(self, site):
        assert site.get("/healthz").text == "ok\n"

    def test_what_changes_something_is_never_a_get(self):
        assert all(route.methods in ({"GET", "HEAD"}, {"POST"}) for route in ROUTES)


class TestEdits:
    def test_an_edit_is_taken_up_by_the_next_tick(self, site, world):
        world.edit("- {name: Grace", "- {name: Ada Byron, category: leaders}\n  - {name: Grace")
        site.keeper.tick()

        assert "Ada Byron" in site.get("/").text
        assert b"Ada Byron" in site.get(site.feed).content

    def test_a_broken_edit_keeps_the_last_good_plan_and_says_so(self, site, world):
        before = site.get(site.feed).content
        world.edit("quarterly", "quaterly")
        site.keeper.tick()

        assert site.get(site.feed).content == before
        page = site.get("/").text
        assert "did you mean &#34;quarterly&#34;?" in page
        assert "Coffee with John Doe" in page

        world.edit("quaterly", "quarterly")
        site.keeper.tick()
        assert "did you mean" not in site.get("/").text

    def test_a_file_of_another_roster_says_what_to_write_to_stay(self, site, world):
        world.edit("roster: test", "roster: other")
        site.keeper.tick()
        page = html.unescape(site.get("/").text)

        assert 'The file names another roster now, "other"; restart `netkeep-sync serve`' in page
        assert 'or write "roster: test" to stay with this one.' in page

    def test_another_email_of_the_owner_says_what_to_write_and_is_taken_up_then(self, site, world):
        world.edit("roster: test", "")
        world.edit("ana@example.com", "ana@example.org")
        site.keeper.tick()
        page = html.unescape(site.get("/").text)
        assert 'write "roster: test" into it to keep what is remembered, or "roster: ana-example-org"' in page

        world.edit("owner:", "roster: test\nowner:")
        site.keeper.tick()
        assert "until now" not in site.get("/").text

    def test_a_file_with_another_database_says_what_to_do(self, world):
        site = Site(world, {})
        world.edit("owner:", "database: sqlite:///other.db\nowner:")
        site.keeper.tick()

        assert "The file names another database now; restart" in site.get("/").text
        site.keeper.close()

    def test_a_file_that_cannot_be_written_keeps_nothing_from_the_feed(self, site, world):
        world.edit("owner:", "calendars: [{ics: missing/a.ics}]\nowner:")
        world.edit("name: Grace Liu", "name: Ada Byron")
        site.keeper.tick()

        assert b"Ada Byron" in site.get(site.feed).content
        assert "missing" in site.get("/").text

    def test_an_answer_on_the_command_line_is_taken_up(self, site, world):
        first = next(one for one in site.keeper.view.outlook.plan.occurrences if "Grace" in one.summary)
        world.ok("skip", "grace")
        site.keeper.tick()

        assert first not in site.keeper.view.outlook.plan.occurrences

    def test_nothing_happens_between_the_passes(self, site):
        record = site.keeper._store.last_pass()
        for _ in range(3):
            site.keeper.tick()

        assert site.keeper._store.last_pass() == record

    def test_a_file_that_is_gone_is_a_broken_edit(self, site, world):
        world.path.unlink()
        site.keeper.tick()

        assert "there is no such file" in site.get("/").text
        assert site.get(site.feed).status_code == 200

    def test_the_log_holds_no_name_and_no_secret(self, site, world, caplog):
        with caplog.at_level("DEBUG"):
            world.edit("quarterly", "quaterly")
            site.keeper.tick()
            world.edit("quaterly", "quarterly")
            site.keeper.tick()
            site.get(site.feed)
        told = "\n".join(record.getMessage() for record in caplog.records if "netkeep" in record.name)

        assert "roster can't be read" in told
        for secret in ("John", "Grace", "quaterly", site.keeper.view.token):
            assert secret not in told
