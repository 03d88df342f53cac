"""`notify` and `digest`: what may be written, and that no message shows an address."""

from datetime import time

import pytest

from netkeep_sync.config.addresses import parse_notify
from netkeep_sync.config.times import parse_digest
from netkeep_sync.core.roster import Digest

HEAD = "owner: {name: Ana}\ntimezone: UTC\n"


@pytest.mark.parametrize(
    ("written", "notify"),
    [
        ("notify: json://127.0.0.1/x", ("json://127.0.0.1/x",)),
        ("notify: [tgram://a/b, 'mailtos://u:p@example.com']", ("tgram://a/b", "mailtos://u:p@example.com")),
        ("notify: [json://a, json://a]", ("json://a",)),
        ("notify: []", ()),
        ("notify:", ()),
    ],
)
def test_one_address_or_a_list(parsed, written, notify):
    assert parsed(f"{HEAD}{written}\n").notify == notify


def test_addresses_are_shown_nowhere(parsed):
    roster = parsed(f"{HEAD}notify: json://ana:s3cret@127.0.0.1\n")

    assert "s3cret" not in repr(roster)


@pytest.mark.parametrize(
    "written",
    [
        "notify: s3cret",
        "notify: 's3cret://'",
        "notify: [{s3cret: 1}]",
        "notify: [[s3cret]]",
        "notify: {a: s3cret}",
        f"notify: json://s3cret/{'x' * 2000}",
        "notify: [" + ", ".join(f"json://s3cret/{number}" for number in range(11)) + "]",
    ],
)
def test_what_is_no_address_is_told_and_not_shown(refused, written):
    told = "\n".join(refused(f"{HEAD}{written}\n"))

    assert "notify" in told or "notices" in told or "characters" in told
    assert "s3cret" not in told


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("monday 08:00", Digest(weekday=0, local_time=time(8))),
        ("Sun 18.30", Digest(weekday=6, local_time=time(18, 30))),
        ("fri, 7:05", Digest(weekday=4, local_time=time(7, 5))),
        ("off", None),
        ("OFF", None),
    ],
)
def test_a_time_of_the_week(text, digest):
    assert parse_digest(text) == digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("monday", '"monday" is no time of the week'),
        ("08:00", '"08:00" is no time of the week'),
        ("monday 24:00", "24:00 does not exist"),
        ("monday 12:60", "12:60 does not exist"),
    ],
)
def test_what_is_no_time_of_the_week(text, message):
    with pytest.raises(ValueError) as raised:
        parse_digest(text)

    assert raised.value.args == (message, 'write a day and an hour, such as "monday 08:00", or "off"')


def test_a_day_that_is_none():
    with pytest.raises(ValueError):
        parse_digest("mondy 08:00")


def test_an_address_has_a_scheme_and_more():
    assert parse_notify("json://a") == "json://a"
    for text in ("json", "json://", "://a", ""):
        with pytest.raises(ValueError):
            parse_notify(text)


def test_a_digest_needs_somewhere_to_go(refused):
    [told] = refused(f"{HEAD}digest: monday 08:00\n")

    assert told.endswith('the digest has nowhere to go; say where under "notify", or remove the line')


def test_a_digest_that_is_off_needs_nothing(parsed):
    assert parsed(f"{HEAD}digest: off\n").digest is None
