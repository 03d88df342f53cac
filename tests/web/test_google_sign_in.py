"""The sign-in to Google on the page of the calendars, at a stand-in for Google that knows its rules."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from netkeep_sync.web.google_sign_in import CALLBACK, Consents
from tests.fakes.google_sign_in import ACCOUNT, GoogleServer, client_file, follow, key_file
from tests.web.site import PUBLIC, Site, token_in

SAME_SITE = {"sec-fetch-site": "same-origin"}
APP_CREATED = "https://www.googleapis.com/auth/calendar.app.created"
FREEBUSY = "https://www.googleapis.com/auth/calendar.freebusy"


@pytest.fixture
def google(monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with GoogleServer() as server:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", server.base)
        yield server


class Signing(Site):
    """A site whose roster names a calendar at Google, and its owner in front of the page."""

    def __init__(self, world, google):
        world.edit("timezone:", "busy: google\ncalendars: [google]\ntimezone:")
        super().__init__(world, environ={"NETKEEP_GOOGLE_STAND_IN": google.base})
        self.config = world.folder / "config" / "netkeep-sync"
        self.token_file = self.config / "google-token.json"

    @property
    def page(self):
        return self.client.get("/calendars").text

    def do(self, what, client=None, **fields):
        """Send a form of the page, and return the page that follows."""
        client = client or self.client
        form = {
            "token": token_in(client.get("/calendars").text),
            "token_file": str(self.token_file),
            **fields,
        }
        answer = client.post(f"/calendars/google/{what}", data=form, headers=SAME_SITE)
        return client.get(answer.headers["location"]).text

    def consent(self, client=None):
        """Ask for consent, and return the address at Google that the page leads to."""
        [address] = re.findall(r'href="([^"]+)" rel="noreferrer">Go on to Google', self.do("ask", client))
        return html.unescape(address)

    def come_back(self, address, client=None):
        """Follow Google's redirect, and return the page that tells what came of it."""
        client = client or self.client
        answer = client.get(address)
        assert answer.status_code == 303
        assert "code" not in answer.headers["location"]
        return client.get(answer.headers["location"]).text

    def sign_in(self):
        return self.come_back(follow(self.consent()))


@pytest.fixture
def site(world, google):
    site = Signing(world, google)
    client_file(site.config / "google-client.json")
    yield site
    site.keeper.close()


class TestSigningIn:
    def test_the_owner_consents_and_comes_back(self, site, google):
        assert "Sign in to Google</button>" in site.page
        page = site.sign_in()

        assert f"You are signed in to Google as {ACCOUNT}." in page
        assert f"<dd>{ACCOUNT}</dd>" in page
        assert "make calendars and change them" in page
        assert "see when you are busy" in page
        assert "Sign in anew" in page
        held = json.loads(site.token_file.read_text())
        assert {APP_CREATED, FREEBUSY} <= {*held["scopes"]}
        assert google.last("/auth")["redirect_uri"] == f"http://127.0.0.1:8017{CALLBACK}"

    def test_nothing_secret_is_shown_or_logged(self, site, google, caplog):
        with caplog.at_level("DEBUG"):
            page = site.sign_in()

        told = page + "\n".join(record.getMessage() for record in caplog.records if "netkeep" in record.name)
        assert "signed in to google" in told
        assert not [one for one in google.secrets if one in told]

    def test_a_sign_in_that_google_ends_in_a_week_is_told(self, site, google):
        google.is_testing = True

        assert "Google ends this sign-in on" in site.sign_in()
        assert "publish your app at Google" in site.page

    def test_a_no_is_told(self, site, google):
        google.owner.says_no = True

        assert "Google was told not to let netkeep-sync in" in site.sign_in()
        assert not site.token_file.exists()

    def test_a_box_left_unticked_is_told_and_the_sign_in_before_stands(self, site, google):
        site.sign_in()
        before = site.token_file.read_bytes()
        google.owner.allows = {"openid", APP_CREATED}
        page = site.sign_in()

        assert "Google was not told to let netkeep-sync see when you are busy" in page
        assert "tick every box" in page
        assert site.token_file.read_bytes() == before

    def test_what_the_file_needs_beyond_what_was_allowed_is_told(self, site):
        site.sign_in()
        held = json.loads(site.token_file.read_text())
        site.token_file.write_text(json.dumps({**held, "scopes": [APP_CREATED]}))

        assert "Your file needs more than was allowed" in site.page
        assert "so sign in once more: see when you are busy" in site.page
        assert "sign in again" in site.page

    def test_google_in_trouble_is_told(self, site, google):
        address = follow(site.consent())
        google.trouble = (503, "oops")

        assert "can&#39;t be used now" in site.come_back(address)
        assert not site.token_file.exists()

    def test_a_service_account_is_signed_in_at_once(self, site):
        key_file(site.config / "google-client.json")

        assert "You are signed in to Google as robot@" in site.do("ask")
        assert "Service account" in site.page

    def test_the_client_of_the_sign_in_does_where_the_file_is_gone(self, site):
        site.sign_in()
        (site.config / "google-client.json").unlink()

        assert ACCOUNT in site.sign_in()

    def test_a_pass_takes_it_up_at_once(self, site):
        """What the last pass said of a sign-in that was missing is no news about this one."""
        site.now = datetime.now(UTC)
        site.keeper.apply()
        assert "you have not signed in" in site.page
        page = site.sign_in()

        assert "within seconds" in page
        assert "sign in again" not in page
        due_at = site.keeper.memory.next_due_at()
        assert due_at is None or due_at <= datetime.now(UTC)

    def test_what_a_later_pass_met_is_told(self, site, google):
        site.sign_in()
        google.refresh_error = "invalid_grant"
        held = json.loads(site.token_file.read_text())
        site.token_file.write_text(json.dumps({**held, "expiry": "2026-01-01T00:00:00Z"}))
        site.now = datetime.now(UTC) + timedelta(minutes=1)
        site.keeper.apply()

        assert "sign in again" in site.page
        assert site.page.count("Google has ended your sign-in") >= 2


class TestAnswer:
    """What comes to the address that Google sends its answer to."""

    def test_it_counts_once(self, site):
        address = follow(site.consent())
        site.come_back(address)

        assert "came too late, or was taken already" in site.come_back(address)

    def test_of_another_session_it_is_none(self, site):
        address = follow(site.consent())
        thief = site.visitor()
        thief.get("/")

        assert "came too late, or was taken already" in site.come_back(address, thief)
        assert not site.token_file.exists()
        assert ACCOUNT in site.come_back(address)

    def test_somebody_elses_answer_is_none(self, site):
        """An attacker who has begun a sign-in of their own must not have the owner take it up."""
        attacker = site.visitor()
        attacker.get("/")
        theirs = follow(site.consent(attacker))
        site.consent()

        assert "That is not the answer to this sign-in" in site.come_back(theirs)
        assert not site.token_file.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"state": None},
            {"state": ["x"]},
            {"code": None},
            {"code": [""]},
            {"code": None, "error": ["oops"]},
        ],
    )
    def test_one_that_was_tampered_with_is_none(self, site, change):
        found = urlsplit(follow(site.consent()))
        query = {name: value for name, value in {**parse_qs(found.query), **change}.items() if value}
        page = site.come_back(f"{found.path}?{urlencode(query, doseq=True)}")

        assert 'class="said refused"' in page
        assert not site.token_file.exists()

    def test_a_code_that_is_none_is_told(self, site):
        found = urlsplit(follow(site.consent()))
        query = {**parse_qs(found.query), "code": ["4/0other"]}

        assert "was too old, or was used before" in site.come_back(
            f"{found.path}?{urlencode(query, doseq=True)}"
        )

    def test_a_look_by_head_takes_nothing(self, site):
        address = follow(site.consent())
        assert site.client.head(address).status_code == 200

        assert ACCOUNT in site.come_back(address)

    def test_whoever_has_asked_for_nothing_gets_nothing(self, site):
        assert "came too late" in site.come_back(CALLBACK)


class TestSignedIn:
    def test_it_can_be_tried(self, site, google):
        site.sign_in()
        before = google.refreshes()

        assert "It works" in site.do("try")
        assert google.refreshes() == before + 1
        google.refresh_error = "invalid_grant"
        assert "Google has ended your sign-in" in site.do("try")

    def test_looking_at_the_page_asks_google_nothing(self, site, google):
        site.sign_in()
        before = len(google.asked)
        for _ in range(3):
            assert ACCOUNT in site.page

        assert len(google.asked) == before

    def test_it_can_be_ended_at_google_and_here(self, site, google):
        site.sign_in()
        assert "tick the box" in site.do("sign-out")
        assert google.alive

        assert "The sign-in is ended, at Google and here" in site.do("sign-out", sure="yes")
        assert not google.alive
        assert not site.token_file.exists()
        assert "not signed in" in site.page

    def test_one_that_google_has_ended_already_is_removed_here(self, site, google):
        site.sign_in()
        google.alive.clear()

        assert "here; Google had none to end" in site.do("sign-out", sure="yes")
        assert not site.token_file.exists()

    def test_a_damaged_one_is_told(self, site):
        site.token_file.write_text("{")

        assert "holds no sign-in" in site.page


class TestElsewhere:
    """Google sends its answer to the machine that asks, so it is asked on this one."""

    def test_from_another_machine_the_command_is_told(self, site, world):
        world.edit("timezone:", f"serve: {{public_url: {PUBLIC}}}\ntimezone:")
        site.keeper.tick()
        site.set_password()
        phone = site.visitor(address="198.51.100.7", base=PUBLIC)
        site.log_in(phone)
        page = phone.get("/calendars").text

        assert "<code>netkeep-sync connect google --busy</code>" in page
        assert "Sign in to Google</button>" not in page
        assert "where this is served" in site.do("ask", phone)
        assert "Go on to Google" not in phone.get("/calendars").text

    def test_here_it_works_behind_a_password_too(self, site):
        site.set_password()
        site.log_in(site.client)

        assert ACCOUNT in site.sign_in()

    def test_by_another_name_of_this_machine_google_answers_there(self, site, google):
        client = site.visitor(base="http://localhost:8017")
        site.come_back(follow(site.consent(client)), client)

        assert google.last("/auth")["redirect_uri"] == f"http://localhost:8017{CALLBACK}"
        assert site.token_file.exists()


class TestWithoutAClient:
    def test_the_page_tells_how_to_get_one(self, site):
        (site.config / "google-client.json").unlink()
        page = site.page

        assert "console.cloud.google.com/auth/clients" in page
        assert f"<code>{site.config / 'google-client.json'}</code>" in page
        assert "Sign in to Google</button>" not in page
        assert "there is no client file" in site.do("ask")

    def test_a_file_that_is_none_is_told(self, site):
        (site.config / "google-client.json").write_text('{"web": {}}')

        assert "is a client of the type" in site.do("ask")

    def test_no_other_file_than_the_rosters_is_touched(self, site, world):
        other = world.folder / "other.json"
        other.write_text("{}")

        for what in ("ask", "try", "sign-out"):
            assert "needs no such sign-in" in site.do(what, token_file=str(other), sure="yes")
        assert other.read_text() == "{}"


def test_a_roster_without_google_tells_how_to_name_it(world):
    site = Site(world)

    assert "Write <code>- google</code> below" in site.client.get("/calendars").text
    site.keeper.close()


class TestConsents:
    class Asked:
        def __init__(self, address):
            self.address = address

    def test_each_session_has_the_last_it_asked_for(self, tmp_path):
        consents = Consents()
        for address in ("one", "two"):
            consents.keep("a", tmp_path, self.Asked(address))  # type: ignore[arg-type]

        assert consents.address("a", tmp_path) == "two"
        assert consents.address("b", tmp_path) == ""
        assert consents.address("a", tmp_path / "other") == ""

    def test_it_waits_a_quarter_of_an_hour(self, tmp_path):
        now = [0.0]
        consents = Consents(clock=lambda: now[0])
        consents.keep("a", tmp_path, self.Asked("one"))  # type: ignore[arg-type]
        now[0] = 900.0

        assert consents.address("a", tmp_path) == ""
        assert consents.take("a") is None

    def test_only_the_latest_are_kept(self, tmp_path):
        consents = Consents()
        for number in range(21):
            consents.keep(f"{number}", tmp_path, self.Asked("one"))  # type: ignore[arg-type]

        assert consents.take("0") is None
        assert consents.take("20") is not None
