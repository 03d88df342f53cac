"""Logging in and out: what it takes, how long it lasts, and what ends it."""

import pytest

from netkeep_sync.service.password import forget_password, password_path
from netkeep_sync.web.app import make_app
from tests.web.site import PASSWORD, PUBLIC, Site, token_in

SAME_SITE = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def site(world):
    world.edit("timezone:", f"serve: {{public_url: {PUBLIC}}}\ntimezone:")
    site = Site(world)
    site.set_password()
    yield site
    site.keeper.close()


@pytest.fixture
def phone(site):
    return site.visitor(address="198.51.100.7", base=PUBLIC)


def is_in(client):
    return client.get("/people").status_code == 200


class TestLogIn:
    def test_the_password_opens_the_pages(self, site, phone):
        answer = site.log_in(phone)

        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert is_in(phone)
        assert "John Doe" in phone.get("/").text

    def test_the_page_names_nobody(self, phone):
        page = phone.get("/login").text

        assert "Ana" not in page
        assert "John" not in page

    def test_the_cookie_is_bound_to_the_host_and_lasts_a_month(self, site, phone):
        cookie = site.log_in(phone).headers["set-cookie"]

        assert cookie.startswith("__Host-netkeep=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax", "Max-Age=2592000"} <= {*cookie.split("; ")}

    def test_the_session_is_another_than_before(self, site, phone):
        phone.get("/login")
        before = phone.cookies["__Host-netkeep"]
        site.log_in(phone)

        assert phone.cookies["__Host-netkeep"] != before
        other = site.visitor(base=PUBLIC)
        other.cookies["__Host-netkeep"] = before
        assert not is_in(other)

    @pytest.mark.parametrize("password", ["", "three plain word", "THREE PLAIN WORDS", "x" * 9000])
    def test_another_does_not(self, site, phone, password):
        answer = site.log_in(phone, typed=password)

        assert answer.status_code == 403
        assert "That is not the password." in answer.text
        assert not is_in(phone)

    def test_a_phone_may_write_an_accent_its_own_way(self, site, phone):
        site.set_password("ein schönes Wort")

        assert site.log_in(phone, typed="ein scho\u0308nes Wort ").status_code == 303

    @pytest.mark.parametrize(
        ("then", "location"),
        [
            ("/people/john-doe", "/people/john-doe"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/people?said=x", "/"),
            ("", "/"),
        ],
    )
    def test_one_goes_on_to_the_page_one_wanted_and_to_no_other_site(self, site, phone, then, location):
        assert site.log_in(phone, then=then).headers["location"] == location

    def test_the_page_wanted_is_remembered(self, phone):
        location = phone.get("/people/john-doe").headers["location"]

        assert 'name="then" value="/people/john-doe"' in phone.get(location).text

    def test_it_needs_the_form_of_our_own_page(self, phone):
        token = token_in(phone.get("/login").text)
        form = {"token": token, "password": PASSWORD}
        for headers, fields in (
            ({"sec-fetch-site": "cross-site"}, form),
            ({"origin": "https://evil.example"}, form),
            (SAME_SITE, {**form, "token": "x"}),
        ):
            assert phone.post("/login", data=fields, headers=headers).status_code == 403
        assert not is_in(phone)

    def test_who_is_in_is_sent_on(self, site, phone):
        site.log_in(phone)
        token = token_in(phone.get("/").text)

        assert phone.get("/login").headers["location"] == "/"
        answer = phone.post("/login", data={"token": token, "then": "/year"}, headers=SAME_SITE)
        assert answer.headers["location"] == "/year"

    def test_tries_are_few_a_minute_from_one_address(self, site, phone):
        answers = [site.log_in(phone, typed="guess") for _ in range(10)]
        refused = site.log_in(phone)

        assert {one.status_code for one in answers} == {403}
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "Too many tries; wait" in refused.text
        assert site.log_in(site.visitor(address="198.51.100.8", base=PUBLIC)).status_code == 303

    def test_tries_are_few_a_minute_from_all_together(self, site):
        guessers = [site.visitor(address=f"203.0.113.{number}", base=PUBLIC) for number in range(31)]
        statuses = [site.log_in(one, typed="guess").status_code for one in guessers]

        assert statuses == [403] * 30 + [429]

    def test_the_log_holds_no_try(self, site, phone, caplog):
        with caplog.at_level("DEBUG"):
            site.log_in(phone, typed="secret guess")
            site.log_in(phone)
        told = "\n".join(record.getMessage() for record in caplog.records if "netkeep" in record.name)

        assert "log-in refused, wrong password" in told
        assert "logged in" in told
        for secret in ("guess", "plain words", "198.51.100.7", phone.cookies["__Host-netkeep"]):
            assert secret not in told


class TestEnd:
    def test_logging_out_ends_this_session_alone(self, site, phone):
        site.log_in(phone)
        site.log_in(site.client)
        cookie = phone.cookies["__Host-netkeep"]
        form = {"token": token_in(phone.get("/").text)}
        location = phone.post("/logout", data=form, headers=SAME_SITE).headers["location"]

        assert "You are logged out." in phone.get(location).text
        assert not is_in(phone)
        thief = site.visitor(base=PUBLIC)
        thief.cookies["__Host-netkeep"] = cookie
        assert not is_in(thief)
        assert is_in(site.client)

    def test_it_ends_by_itself_after_a_month(self, site, phone):
        site.log_in(phone)
        site.wait(days=29)
        assert is_in(phone)

        site.wait(days=2)
        assert not is_in(phone)

    def test_another_password_ends_all_sessions(self, site, phone):
        site.log_in(phone)
        site.set_password("three other words")
        assert not is_in(phone)

        site.set_password()  # salted anew
        assert not is_in(phone)

    def test_it_outlives_a_restart(self, site, phone):
        site.log_in(phone)
        site.app = make_app(site.keeper)
        again = site.visitor(base=PUBLIC)
        again.cookies["__Host-netkeep"] = phone.cookies["__Host-netkeep"]

        assert is_in(again)

    def test_a_session_that_was_ended_does_not_come_back_with_a_restart(self, site, phone):
        site.log_in(phone)
        phone.post("/logout", data={"token": token_in(phone.get("/").text)}, headers=SAME_SITE)
        site.app = make_app(site.keeper)
        again = site.visitor(base=PUBLIC)
        again.cookies["__Host-netkeep"] = phone.cookies["__Host-netkeep"]

        assert not is_in(again)


class TestWithoutAPassword:
    def test_a_public_address_closes_the_pages_and_says_what_opens_them(self, site):
        forget_password(password_path(site.keeper.workspace))

        assert site.client.get("/").headers["location"] == "/login?then=/"
        page = site.client.get("/login").text
        assert "netkeep-sync password" in page
        assert "<form" not in page
        assert site.visitor(address="198.51.100.7", base=PUBLIC).get("/login").status_code == 404
        assert site.client.get("/", headers={"x-forwarded-for": "1.2.3.4"}).status_code == 404

    def test_it_can_not_be_given(self, site):
        token = token_in(site.client.get("/login").text)
        forget_password(password_path(site.keeper.workspace))
        answer = site.client.post("/login", data={"token": token, "password": ""}, headers=SAME_SITE)

        assert answer.headers["location"] == "/"
        assert not is_in(site.client)

    def test_a_damaged_file_lets_nobody_in(self, site, phone):
        site.log_in(phone)
        password_path(site.keeper.workspace).write_text("")

        for client in (phone, site.client):
            assert client.get("/people").status_code == 503
            assert client.get("/login").status_code == 503
        assert site.client.get(f"/feed/{site.keeper.view.token}.ics").status_code == 200


def test_on_this_machine_a_password_is_enough(world):
    site = Site(world)
    site.set_password()
    assert site.client.get("/").headers["location"] == "/login?then=/"

    site.log_in(site.client)
    assert is_in(site.client)
    assert site.visitor(base=PUBLIC).get("/").status_code == 404
    site.keeper.close()
