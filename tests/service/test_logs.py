"""The log: the form of a line, and that nothing private is in it whatever fails."""

import io
import json
import logging
import os
import sqlite3

import pytest
from starlette.testclient import TestClient

from netkeep_sync.service.logs import JsonFormatter, Redaction, TextFormatter, redacted
from netkeep_sync.web.app import make_app
from tests.cli.google import Google

TOKEN = "pQ3xT9-vB7nL2mK8rW4yZ1cD6fG0hJ5sA_eUiOaNbVc"  # noqa: S105  made up


class Lines:
    """A logger of its own, and what it writes in both forms."""

    def __init__(self):
        logger = logging.Logger("netkeep_sync.test")  # noqa: LOG001  known to nobody else
        self.info, self.exception = logger.info, logger.exception
        self._text, self._json = io.StringIO(), io.StringIO()
        for stream, formatter in ((self._text, TextFormatter()), (self._json, JsonFormatter())):
            handler = logging.StreamHandler(stream)
            handler.setFormatter(formatter)
            handler.addFilter(Redaction())
            logger.addHandler(handler)

    def written(self):
        return self._text.getvalue()

    def json(self):
        return [json.loads(line) for line in self._json.getvalue().splitlines()]


@pytest.fixture
def lines():
    return Lines()


class TestForm:
    def test_a_phrase_and_its_keys_become_a_message_and_fields(self, lines):
        lines.info("pass done target=%s created=%d failed=%d", "google", 4, 0)
        [line] = lines.json()

        assert line["message"] == "pass done"
        assert line["fields"] == {"target": "google", "created": 4, "failed": 0}
        assert (line["level"], line["logger"]) == ("info", "netkeep_sync.test")
        assert line["time"].endswith("Z")
        assert lines.written().endswith(
            "INFO netkeep_sync.test: pass done target=google created=4 failed=0\n"
        )

    @pytest.mark.parametrize(
        ("template", "args", "message", "fields"),
        [
            ("clock was set step_s=%.0f", (3600.2,), "clock was set", {"step_s": 3600.2}),
            ("nothing to say", (), "nothing to say", {}),
            ("a %s of another form", ("line",), "a line of another form", {}),
            ("half of a %s form key=%s", ("new", 1), "half of a new form key=1", {}),
            ("token not kept: file=%s", ("google.json",), "token not kept", {"file": "google.json"}),
            ("100%% done count=%d", (3,), "100% done count=3", {}),
            ("too few key=%s", (), "too few key=%s", {}),
        ],
    )
    def test_lines_of_every_form(self, lines, template, args, message, fields):
        lines.info(template, *args)
        [line] = lines.json()

        assert (line["message"], line["fields"]) == (message, fields)

    def test_arguments_that_do_not_fit_break_nothing(self, lines):
        lines.info("one key=%d", "word")

        assert [line["message"] for line in lines.json()] == ["one"]
        assert "one key=%d" in lines.written()

    def test_a_line_break_begins_no_line_of_its_own(self, lines):
        lines.info("found key=%s", "a\nERROR root: forged")

        assert len(lines.written().splitlines()) == len(lines.json()) == 1

    def test_of_an_exception_its_kind_and_place_are_told_and_not_its_words(self, lines):
        try:
            raise ValueError("John Doe moved to Acme")  # noqa: TRY301
        except ValueError:
            lines.exception("tick failed")
        [line] = lines.json()

        assert line["raised"][0] == "ValueError"
        assert "test_logs.py" in line["raised"][1]
        assert "ValueError" in lines.written()
        assert "John" not in lines.written() + json.dumps(line)


@pytest.mark.parametrize(
    "text",
    [
        f"GET /feed/{TOKEN}.ics",
        "GET /feed/short.json",
        f"it is {TOKEN}",
        "sent to ana.kaya+x@mail.example.com",
        "https://calendar.example.com/secret-4711/basic.ics",
        "mailtos://user:4711@example.com",
        "postgresql://ana:4711@db/netkeep",
        "refresh_token=1//04711abc",
        "Authorization: Bearer ya29.4711abcdef",
        "access_token: 'abc4711def'",
        "client_secret GOCSPX-4711",
        "{'password': 'hunter4711'}",
    ],
)
def test_what_is_secret_is_left_out(text):
    left = redacted(text)

    for secret in (TOKEN, "4711", "short", "ana", "user:"):
        assert secret not in left


@pytest.mark.parametrize(
    "text",
    [
        "pass done target=google-1a2b3c created=4 updated=0",
        "series uid=0123456789abcdefghijklmnopqrstuv01234567 moved",
        "roster can't be read problems=2 first_line=14",
        "/usr/lib/python3.11/site-packages/netkeep_sync/service/keeper.py:107",
    ],
)
def test_what_is_not_stays(text):
    assert redacted(text) == text


@pytest.fixture
def google(world, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    google = Google(world)
    with google.fake:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", google.fake.origin)
        google.sign_in()
        yield google


@pytest.fixture(params=[TextFormatter, JsonFormatter], ids=["text", "json"])
def log(request):
    """Return all that is logged at the level of `serve`, by anybody, in one of the forms."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    handler.addFilter(Redaction())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def database(statement):
    path = os.environ["NETKEEP_DATABASE"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute(statement)


def test_after_failures_of_all_kinds_nothing_private_is_in_the_log(google, log):
    """A busy calendar that can't be read, a calendar that refuses, a lost sign-in, a broken file, another
    roster in the file, a database that fails, and one that is lost.
    """
    world = google.world
    world.edit("- google\n", "- google: {calendar_id: ana@example.com}\n")
    world.edit("timezone:", "busy: http://127.0.0.1:9/secret-4711/basic.ics\ntimezone:")
    google.sign_in("calendar.events.owned", account="ana@example.com")
    with google.served() as served:
        keeper = served.keeper
        google.fake.faults.on("events.insert", times=2).answers(400, "invalid")
        served.turn()
        secrets = {keeper.view.token}
        client = TestClient(
            make_app(keeper),
            base_url="http://127.0.0.1",
            client=("127.0.0.1", 1),
            raise_server_exceptions=False,
        )
        for path in (f"/feed/{keeper.view.token}.ics", "/feed/wrong.ics", "/people/john-doe", "/metrics"):
            client.get(path)
        google.fake.user.revoke_access()
        served.turn()
        whole = world.path.read_text()
        world.edit("quarterly", "quaterly for John Doe")
        keeper.tick()
        world.path.write_text(whole.replace("roster: test", "roster: other"))
        keeper.tick()
        world.path.write_text(whole.replace("Grace Liu", "Ada Byron"))
        database("CREATE TRIGGER t BEFORE INSERT ON series BEGIN SELECT RAISE(FAIL, 'John Doe'); END")
        keeper.tick()
        database("DROP TABLE pass")
        world.edit("Ada Byron", "Ida Byron")
        keeper.tick()
    text = log.getvalue()
    held = json.loads(google.token_file.read_text())
    secrets |= {held["refresh_token"], held.get("token") or held["refresh_token"], held["client_secret"]}

    for phrase in ("pass done", "sign-in needed", "roster can't be read", "another state", "pass failed"):
        assert phrase in text, phrase
    assert "tick failed" in text
    private = {
        "John",
        "Doe",
        "Joan",
        "Diaz",
        "Grace",
        "Liu",
        "Ada",
        "Ana",
        "Kaya",
        "data team",
        "What is new",
    }
    for word in private | secrets | {"ana@", "john@", "example.com", "4711"}:
        assert word not in text, word
