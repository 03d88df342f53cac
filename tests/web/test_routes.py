"""Every route as every kind of visitor. The routes are those of the table, so that a new one can't be missed:
it has to be put into one of the kinds below, or these tests fail.
"""

import itertools

import pytest
from starlette.routing import Route

from netkeep_sync.web.app import ROUTES
from tests.web.site import LOCAL, PUBLIC, token_in
from tests.web.test_guard import ACTIONS, SAME_SITE, everything

SECRET = {"/feed/{token}.ics", "/feed/{token}.json", "/a/{token}"}
"""Whoever has the address gets in."""

OPEN = {"/healthz": 200, "/readyz": 200, "/style.css": 200}
"""They answer anybody, and name nobody."""

OF_THIS_MACHINE = {"/metrics"}
ENTRANCE = {"/login"}
ANSWER = {"/calendars/google/callback"}
"""Where others send the owner to: test_google_sign_in.py tries what comes of it."""

NOT_FOUND = (404, b"Not found\n")


def of_kind(*, is_action):
    """Return the paths of the pages, or of the actions, whatever they are called."""
    owned = [
        route
        for route in ROUTES
        if route.path not in {*SECRET, *OPEN, *OF_THIS_MACHINE, *ENTRANCE, *ANSWER}
        if ("POST" in (route.methods or ())) is is_action
    ]
    return [route.path.replace("{key}", "john-doe") for route in owned]


PAGES, DEEDS = of_kind(is_action=False), of_kind(is_action=True)


@pytest.fixture(scope="module")
def owner(public):
    """Return a browser elsewhere in which the owner is logged in."""
    client = public.visitor(address="198.51.100.7", base=PUBLIC)
    assert public.log_in(client).status_code == 303
    return client


def asked(client, path, **more):
    """Ask for a page, or send the form of an action, as a browser would."""
    if path not in DEEDS:
        return client.get(path, **more)
    return client.post(
        path,
        data={"other": "1", **ACTIONS.get(path, {})},
        headers=SAME_SITE | more.pop("headers", {}),
        **more,
    )


def refused(site, answer, kind, before):
    assert (answer.status_code, answer.content) == kind
    assert everything(site) == before


def test_each_route_is_of_one_kind():
    assert all(isinstance(route, Route) for route in ROUTES)
    assert {*DEEDS} - {"/logout"} == {*ACTIONS}
    for route in ROUTES:
        assert route.methods in ({"GET", "HEAD"}, {"POST"}), route.path


@pytest.mark.parametrize("path", [*PAGES, *ANSWER, *DEEDS])
class TestOfTheOwner:
    def test_on_this_machine_alone_nobody_else_sees_it(self, here, path):
        before = everything(here)
        strangers = [
            (here.visitor(address="192.168.1.9"), {}),
            (here.visitor(base="http://evil.example"), {}),
            (here.visitor(base=PUBLIC), {}),
            (here.visitor(base="http://192.168.1.2:8017"), {}),
            (here.client, {"x-forwarded-for": "127.0.0.1"}),
            (here.client, {"x-forwarded-proto": "https"}),
            (here.client, {"forwarded": "for=127.0.0.1"}),
            (here.client, {"via": "1.1 proxy"}),
            (here.client, {"x-real-ip": "127.0.0.1"}),
            (here.client, {"host": "127.0.0.1:8017@evil.example"}),
            (here.client, {"host": "[::1"}),
            (here.client, {"host": ""}),
        ]
        unknown = here.client.get("/nothing")
        for client, headers in strangers:
            answer = asked(client, path, headers=headers)
            refused(here, answer, NOT_FOUND, before)
            assert answer.headers == unknown.headers

    def test_the_header_of_a_proxy_that_there_is_not_counts_for_nothing(self, here, path):
        answer = asked(here.visitor(address="10.0.0.1"), path, headers={"remote-user": "ana"})
        refused(here, answer, NOT_FOUND, everything(here))

    @pytest.mark.parametrize(
        ("base", "address"), [*itertools.product([LOCAL, PUBLIC], ["127.0.0.1", "1.2.3.4"])]
    )
    def test_with_a_password_everybody_logs_in_first(self, public, path, base, address):
        before = everything(public)
        for cookies in ({}, {"netkeep": "x" * 43, "__Host-netkeep": "y" * 43}, {"netkeep": "'"}):
            visitor = public.visitor(base=base, address=address)
            visitor.cookies.update(cookies)
            answer = asked(visitor, path)
            refused(public, answer, (303, b"See there\n"), before)
            assert answer.headers["location"] == f"/login?then={'/' if path in DEEDS else path}"
            assert answer.headers["cache-control"] == "no-store"

    def test_under_another_name_there_is_no_such_page_whoever_asks(self, public, path, owner):
        before = everything(public)
        visitor = public.visitor(base="https://evil.example")
        visitor.cookies.update({"__Host-netkeep": owner.cookies["__Host-netkeep"]})
        refused(public, asked(visitor, path), NOT_FOUND, before)

    def test_the_proxy_lets_in_the_owner_and_nobody_else(self, proxied, path):
        before = everything(proxied)
        for address, headers in (
            ("10.0.0.1", []),
            ("10.0.0.1", [("remote-user", "bob")]),
            ("10.0.0.1", [("remote-user", "")]),
            ("10.0.0.1", [("remote-user", "ana"), ("remote-user", "ana")]),
            ("10.0.0.1", [("remote-user", "ana, bob")]),
            ("10.0.0.1", [("remote_user", "ana")]),
            ("10.0.0.2", [("remote-user", "ana")]),
            ("127.0.0.1", [("remote-user", "ana")]),
            ("127.0.0.1", []),
        ):
            visitor = proxied.visitor(base=PUBLIC, address=address)
            method = "POST" if path in DEEDS else "GET"
            form = [("content-type", "application/x-www-form-urlencoded"), *SAME_SITE.items()]
            answer = visitor.request(method, path, headers=[*form, *headers])
            refused(proxied, answer, NOT_FOUND, before)
        ours = proxied.visitor(base=PUBLIC, address="10.0.0.1")
        answer = asked(ours, path, headers={"remote-user": "ana"})
        assert answer.status_code == (200 if path in PAGES else 303 if path in ANSWER else 403)


@pytest.mark.parametrize("path", PAGES)
def test_the_owner_sees_every_page_from_elsewhere(owner, path):
    answer = owner.get(path)

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert 'action="/logout"' in answer.text


@pytest.mark.parametrize("path", DEEDS)
def test_a_form_without_a_token_or_from_elsewhere_does_nothing(public, owner, path):
    before = everything(public)
    token = token_in(owner.get("/plan").text)
    for headers, field in (
        (SAME_SITE, {}),
        (SAME_SITE, {"token": "x" * 43}),
        ({"sec-fetch-site": "cross-site"}, {"token": token}),
        ({"sec-fetch-site": "same-site"}, {"token": token}),
        ({"origin": "https://evil.example"}, {"token": token}),
        ({"origin": "http://checkins.example.com"}, {"token": token}),
        ({"origin": "http://127.0.0.1:8017"}, {"token": token}),
    ):
        answer = owner.post(path, data={**ACTIONS.get(path, {}), "other": "1", **field}, headers=headers)
        refused(public, answer, (403, b"Refused\n"), before)


@pytest.mark.parametrize("path", [one for one in DEEDS if one != "/logout"])
def test_the_owner_does_everything_from_elsewhere(public, owner, path):
    token = token_in(owner.get("/plan").text)
    for headers in (SAME_SITE, {"origin": PUBLIC}):
        answer = owner.post(path, data={**ACTIONS[path], "token": token}, headers=headers)
        assert answer.status_code == 303
        assert not answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("path", sorted(SECRET))
class TestBehindASecret:
    def test_a_wrong_one_gets_what_an_unknown_page_gets(self, public, owner, path):
        before = everything(public)
        unknown = public.client.get("/nothing")
        for number, token in enumerate(("x", "x" * 43, public.keeper.view.token[:-1], "..%2f", "ü")):
            address = path.replace("{token}", token)
            for client in (owner, public.visitor(address=f"192.0.2.{number}", base=PUBLIC)):
                for method in ("GET", "POST") if path == "/a/{token}" else ("GET",):
                    answer = client.request(method, address)
                    refused(public, answer, NOT_FOUND, before)
                    assert answer.headers == unknown.headers

    def test_guessing_is_slowed_down(self, here, public, path):
        site = public if path == "/a/{token}" else here  # there are no such links without an address
        guesser = site.visitor(address=f"203.0.113.{len(path)}", base=PUBLIC)
        answers = [guesser.get(path.replace("{token}", f"{number:x>43}")) for number in range(61)]

        assert {one.status_code for one in answers[:60]} == {404}
        assert answers[60].status_code == 429
        assert 0 < int(answers[60].headers["retry-after"]) <= 60


@pytest.mark.parametrize("kind", ["ics", "json"])
def test_a_feed_needs_no_log_in_and_is_served_by_any_name(public, proxied, kind):
    for site in (public, proxied):
        for base in (LOCAL, PUBLIC, "http://192.168.1.2:8017"):
            visitor = site.visitor(base=base, address="198.51.100.9")
            assert visitor.get(f"/feed/{site.keeper.view.token}.{kind}").status_code == 200


@pytest.mark.parametrize(("path", "status"), OPEN.items())
def test_what_answers_anybody_names_nobody(public, path, status):
    answer = public.visitor(base="http://10.1.2.3:8017", address="198.51.100.9").get(path)

    assert answer.status_code == status
    assert "John" not in answer.text
    assert PUBLIC not in answer.text


@pytest.mark.parametrize("path", sorted(OF_THIS_MACHINE))
def test_what_is_for_this_machine_is_not_for_a_proxy_on_it(here, path):
    assert here.client.get(path).status_code == 200
    for headers in ({"x-forwarded-for": "198.51.100.9"}, {"host": "evil.example"}, {"via": "1.1 x"}):
        answer = here.client.get(path, headers=headers)
        assert (answer.status_code, answer.content) == NOT_FOUND


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", sorted(ENTRANCE))
def test_there_is_no_entrance_where_nobody_has_to_log_in(here, proxied, path, method):
    for answer in (
        here.visitor(address="192.168.1.9").request(method, path),
        here.visitor(base="http://evil.example").request(method, path),
        proxied.visitor(base=PUBLIC).request(method, path),
    ):
        assert (answer.status_code, answer.content) == NOT_FOUND
