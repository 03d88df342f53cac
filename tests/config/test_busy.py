"""`busy:` in the file: where the calendars are, and what is wrong with one, its address never told."""

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from netkeep_sync.config.json_schema import json_schema
from netkeep_sync.errors import RosterError

HEAD = "owner: {name: Ana, email: ana@example.com}\ntimezone: UTC\n"
SECRET = "calendar.example.com/ical/private-0123456789/basic.ics"  # noqa: S105  of nobody


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("", ()),
        ("busy:\n", ()),
        ("busy: google\n", ("google",)),
        ("busy: work.ics\n", ("/home/ana/people/work.ics",)),
        ("busy: [work.ics, /srv/x.ICS, Google]\n", ("/home/ana/people/work.ics", "/srv/x.ICS", "google")),
        (
            "busy: [https://a.example/x, webcal://b.example/y]\n",
            ("https://a.example/x", "https://b.example/y"),
        ),
        ("busy: webcals://b.example/y\n", ("https://b.example/y",)),
        ("busy: HTTPS://user:pass@b.example:8443/y?z\n", ("https://user:pass@b.example:8443/y?z",)),
        ("busy: http://127.0.0.1:8080/x.ics\n", ("http://127.0.0.1:8080/x.ics",)),
        ("busy: [http://localhost/x, 'http://[::1]/x']\n", ("http://localhost/x", "http://[::1]/x")),
        ("busy: {from: work.ics}\n", ("/home/ana/people/work.ics",)),
        ("busy: {from: [work.ics, google], trust: true}\n", ("/home/ana/people/work.ics", "google")),
    ],
)
def test_a_busy_calendar_is_an_address_a_file_or_google(parsed, text, sources):
    roster = parsed(HEAD + text)
    assert roster.busy == sources
    assert roster.trusts_busy is ("trust: true" in text)
    jsonschema.validate(yaml.safe_load(HEAD + text.replace("busy:\n", "")), json_schema())


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (
            "busy: [work.txt]\n",
            "3:8",
            "this is no calendar that can be read; write an .ics file, the https://",
        ),
        ("busy: goggle\n", "3:7", 'this is no calendar that can be read; did you mean "google"?'),
        ("busy: [a.ics, 'ftp://x/y']\n", "3:15", "this is no address of a web server; write an .ics file"),
        ("busy: [a.ics, 'https://']\n", "3:15", "this address has no host"),
        ("busy: ['https://a:99999/x']\n", "3:8", "this address has no host"),
        (
            "busy:\n- a.ics\n- http://a.example/x\n",
            "5:3",
            "over http:// others can read your calendar on its way",
        ),
        ("busy: {from: [a.ics, 7]}\n", "3:22", "this is no calendar that can be read"),
        ("busy: [a.ics, ./a.ics]\n", "3:15", "this calendar stands here twice, first at line 3, column 8"),
        (
            "busy: {from: [a.ics, a.ics]}\n",
            "3:22",
            "this calendar stands here twice, first at line 3, column 15",
        ),
        ("busy: {trust: true}\n", "3:7", "busy names no calendar"),
        ("busy: []\n", "3:7", "busy names no calendar"),
        ("busy: {from: a.ics, trust: maybe}\n", "3:28", '"trust" must be true or false'),
        ("busy: {form: a.ics}\n", "3:8", '"form" is unknown in "busy"; did you mean "from"?'),
        (
            "busy: {name: a.ics}\n",
            "3:8",
            '"name" is unknown in "busy"; it belongs under "owner" or "contacts"',
        ),
        ("busy: [[a.ics]]\n", "3:8", '"busy" must be text'),
    ],
)
def test_a_mistake_is_told_with_its_place(refused, text, place, told):
    first = refused(HEAD + text)[0]
    assert first.startswith(f"netkeep.yaml:{place}: {told}")


@pytest.mark.parametrize(
    "text",
    [
        f"busy: http://{SECRET}\n",
        f"busy: [ftp://{SECRET}]\n",
        f"busy: {{'https://{SECRET}': }}\n",
        f"busy: {{'https://{SECRET}': x}}\n",
        f"busy: [https://{SECRET}, webcal://{SECRET}]\n",
        f"busy: {SECRET}x\n",
        f"busy: ['https://{SECRET}{'x' * 3000}']\n",
        f"busy: {{from: {{'https://{SECRET}': x}}}}\n",
        f"busy: {{trust: 'https://{SECRET}'}}\n",
    ],
)
def test_no_message_tells_a_secret_address(refused, text):
    told = " ".join(refused(HEAD + text))
    assert told
    assert "private" not in told


@pytest.mark.parametrize("calendar_id", ["primary", "Ana@example.com"])
def test_google_cannot_tell_check_ins_from_busy_time_in_one_calendar(refused, calendar_id):
    calendars = f"calendars: [google: {{calendar_id: {calendar_id}}}]\n"
    (told,) = refused(HEAD + "busy: [google]\n" + calendars)
    assert told.startswith("netkeep.yaml:3:8: Google does not tell your check-ins from other busy time")


def test_google_may_be_both_where_the_calendars_are_two(parsed):
    calendars = "calendars: [google: {calendar_id: team@group.calendar.google.com}]\n"
    assert parsed(HEAD + "busy: [google, a.ics]\n" + calendars).busy[0] == "google"
    assert parsed("owner: {name: Ana}\ntimezone: UTC\nbusy: google\ncalendars: [google]\n").busy == (
        "google",
    )


def test_a_roster_does_not_show_the_addresses_it_holds(parsed):
    assert "private" not in repr(parsed(HEAD + f"busy: https://{SECRET}\n"))


def test_all_mistakes_are_told_at_once(parsed):
    with pytest.raises(RosterError) as error:
        parsed(HEAD + "busy: [a.txt, b.txt]\ncontacts: [{name: John, category: peers}]\n")
    assert len(error.value.problems) == 3
