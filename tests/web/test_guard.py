"""Who may see a page, and whose forms are believed: each route as each kind of visitor."""

import re
import sqlite3

import pytest

from netkeep_sync.web.app import ROUTES
from netkeep_sync.web.guard import Said, Sessions

PAGES = ["/", "/year", "/people", "/people/john-doe", "/numbers", "/review", "/plan", "/calendars"]
ACTIONS = {
    "/people/john-doe/done": {},
    "/people/john-doe/kept": {"what": "The book"},
    "/people/john-doe/missed": {"on": "2026-11-20"},
    "/people/john-doe/skip": {"on": "2026-12-14"},
    "/people/john-doe/snooze": {"until": "2027-01-20"},
    "/people/john-doe/pause": {},
    "/people/john-doe/resume": {},
    "/plan/apply": {},
    "/review/apply": {"choose": "john-doe"},
    "/calendars/feeds/add": {"name": "family"},
    "/calendars/feeds/rotate": {"name": "default", "generation": "1", "sure": "yes"},
    "/calendars/feeds/revoke": {"name": "default", "sure": "yes"},
    "/calendars/google/ask": {"token_file": "/no/such/file"},
    "/calendars/google/try": {"token_file": "/no/such/file"},
    "/calendars/google/sign-out": {"token_file": "/no/such/file", "sure": "yes"},
    "/calendars/undo": {"sure": "yes"},
}
ELSEWHERE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example"},
    {"origin": "http://127.0.0.1:9999"},
    {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8017"},
]
SAME_SITE = {"sec-fetch-site": "same-origin"}


def everything(site):
    """Return all rows of the database, and the file."""
    connection = sqlite3.connect(site.world.state / "netkeep.db")
    dump = list(connection.iterdump())
    connection.close()
    return dump, site.world.path.read_bytes()


def test_every_route_of_a_page_or_an_action_is_tried_here():
    mine = {
        route.path.replace("{key}", "john-doe")
        for route in ROUTES
        if getattr(route.endpoint, "__module__", "") == "netkeep_sync.web.guard"
    }

    assert mine == {*PAGES, *ACTIONS, "/logout"}  # which test_log_in.py tries


@pytest.mark.parametrize("path", PAGES)
class TestPages:
    def test_its_owner_sees_it_and_nobody_keeps_it(self, still_site, path):
        answer = still_site.client.get(path)

        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"

    def test_looking_changes_nothing(self, still_site, path):
        before = everything(still_site)
        for method in ("GET", "HEAD", "OPTIONS", "GET"):
            still_site.client.request(method, path)

        assert everything(still_site) == before

    def test_head_has_no_body(self, still_site, path):
        assert still_site.client.head(path).content == b""

    def test_under_another_name_there_is_no_such_page(self, still_site, path):
        for base in ("http://evil.example", "http://192.168.1.2:8017"):
            answer = still_site.visitor(base=base).get(path)
            assert (answer.status_code, answer.content) == (404, b"Not found\n")

    def test_for_another_machine_there_is_no_such_page(self, still_site, path):
        stranger = still_site.visitor(address="192.168.1.9")
        answer = stranger.get(path)

        assert answer.content == stranger.get("/nothing").content
        assert answer.headers == stranger.get("/nothing").headers

    def test_it_holds_no_script_and_no_inline_style(self, still_site, path):
        page = still_site.client.get(path).text

        assert "<script" not in page
        assert "style=" not in page
        assert not re.search(r"<[^>]*\son[a-z]+=", page)


@pytest.mark.parametrize(("path", "fields"), ACTIONS.items())
class TestActions:
    def refused(self, site, answer, status, before):
        assert answer.status_code == status
        assert everything(site) == before

    def test_a_get_is_no_action(self, still_site, path, fields):  # noqa: ARG002
        before = everything(still_site)
        self.refused(still_site, still_site.client.get(path), 405, before)
        self.refused(still_site, still_site.client.head(path), 405, before)

    def test_without_a_token_nothing_is_done(self, still_site, path, fields):
        still_site.client.get("/")
        before = everything(still_site)
        form = {**fields, "other": "1"}
        self.refused(still_site, still_site.client.post(path, data=form, headers=SAME_SITE), 403, before)

    def test_with_the_token_of_another_session_nothing_is_done(self, still_site, path, fields):
        token = still_site.token("/plan")
        other = still_site.visitor()
        other.get("/")
        before = everything(still_site)
        answer = other.post(path, data={**fields, "token": token}, headers=SAME_SITE)
        self.refused(still_site, answer, 403, before)

    def test_from_another_site_nothing_is_done(self, still_site, path, fields):
        form = {**fields, "token": still_site.token("/plan")}
        before = everything(still_site)
        for headers in ELSEWHERE:
            self.refused(still_site, still_site.client.post(path, data=form, headers=headers), 403, before)

    def test_for_a_stranger_there_is_no_such_action(self, still_site, path, fields):
        form = {**fields, "token": still_site.token("/plan")}
        before = everything(still_site)
        stranger = still_site.visitor(address="192.168.1.9")
        self.refused(still_site, stranger.post(path, data=form, headers=SAME_SITE), 404, before)
        renamed = still_site.visitor(base="http://evil.example")
        self.refused(still_site, renamed.post(path, data=form, headers=SAME_SITE), 404, before)

    def test_its_owner_is_sent_on_to_a_page_that_tells(self, site, path, fields):
        answer = site.post(path, **fields)

        assert answer.status_code == 303
        assert 'role="status"' in site.client.get(answer.headers["location"]).text


class TestForms:
    def test_an_older_browser_tells_its_origin(self, site):
        form = {"token": site.token("/plan")}
        for origin in ("http://127.0.0.1:8017", "null"):
            answer = site.client.post("/plan/apply", data=form, headers={"origin": origin})
            assert answer.status_code == 303

    def test_a_form_of_another_kind_is_none(self, site):
        answer = site.client.post("/plan/apply", json={"token": site.token("/plan")}, headers=SAME_SITE)
        assert answer.status_code == 415

    def test_a_large_form_is_refused(self, site):
        form = {"token": site.token("/plan"), "note": "x" * 20_000}
        assert site.client.post("/plan/apply", data=form, headers=SAME_SITE).status_code == 413

    @pytest.mark.parametrize("body", ["a=%ff", "&".join("a=1" for _ in range(99)), "ü"])
    def test_a_form_that_can_not_be_read_is_refused(self, site, body):
        headers = {**SAME_SITE, "content-type": "application/x-www-form-urlencoded"}
        assert site.client.post("/plan/apply", content=body.encode(), headers=headers).status_code == 400

    def test_the_cookie_is_for_this_site_and_for_no_script(self, site):
        cookie = site.client.get("/").headers["set-cookie"]

        assert cookie.startswith("netkeep=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "set-cookie" not in site.client.get("/").headers

    def test_over_https_the_cookie_is_bound_to_the_host(self, site):
        cookie = site.visitor(base="https://127.0.0.1").get("/").headers["set-cookie"]

        assert cookie.startswith("__Host-netkeep=")
        assert "Secure" in cookie

    def test_a_cookie_that_is_none_of_ours_is_replaced(self, site):
        assert "set-cookie" in site.client.get("/", headers={"cookie": "netkeep=<script>"}).headers


class TestSaid:
    def test_it_is_told_to_the_session_it_was_said_to(self):
        sessions = Sessions()
        said = Said(session="a", words="Done.", is_refusal=False)
        name = sessions.say(said)

        assert sessions.said(name, session="a") == said
        assert sessions.said(name, session="b") is None
        assert sessions.said("other", session="a") is None

    def test_only_the_latest_are_kept(self):
        sessions = Sessions()
        names = [sessions.say(Said(session="a", words="", is_refusal=False)) for _ in range(65)]

        assert sessions.said(names[0], session="a") is None
        assert sessions.said(names[1], session="a")

    def test_what_a_link_says_is_not_shown(self, site):
        assert "evil" not in site.client.get("/?said=evil").text


def test_the_log_holds_no_name_and_no_note(site, caplog):
    with caplog.at_level("DEBUG"):
        site.post("/people/john-doe/done", note="Likes tea.")
        site.client.get("/people/john-doe")
        site.client.get("/people/nobody-known")
    told = "\n".join(record.getMessage() for record in caplog.records if "netkeep" in record.name)

    assert told
    for secret in ("John", "john", "tea", "nobody-known"):
        assert secret not in told
