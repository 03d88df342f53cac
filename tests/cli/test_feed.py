"""`feed`: which feeds there are, at which addresses, and how they come and go."""

import json
import re
from datetime import UTC, datetime

import pytest

from netkeep_sync.core.feed import Fetch
from netkeep_sync.store.opening import open_store


def feeds(world, *arguments):
    return json.loads(world.ok("feed", *arguments, "--json"))["feeds"]


def names(world):
    return [one["name"] for one in feeds(world)]


@pytest.fixture
def store(world):
    world.ok("feed")
    with open_store(f"sqlite:///{world.state / 'netkeep.db'}", key="test", source=str(world.path)) as store:
        yield store


def test_the_default_feed_is_always_there(world):
    shown = world.ok("feed")

    assert re.fullmatch(
        r"default: full, of everybody\n"
        r"http://127\.0\.0\.1:8017/feed/(?P<token>[\w-]{43})\.ics\n"
        r"webcal://127\.0\.0\.1:8017/feed/(?P=token)\.ics\n"
        r"http://127\.0\.0\.1:8017/feed/(?P=token)\.json\n"
        r"never fetched at this address\n",
        shown,
    )
    assert world.ok("feed") == shown


def test_an_added_feed_has_an_address_of_its_own(world):
    shown = world.ok("feed", "add", "team", "--show", "busy", "--category", "leaders", "--contact", "john")

    assert shown.startswith(
        "team: busy, of leaders, john-doe, without milestones\nhttp://127.0.0.1:8017/feed/"
    )
    default, team = feeds(world)
    assert team["url"] in shown
    assert team["url"] != default["url"]
    assert {key: team[key] for key in ("show", "categories", "contacts", "milestones")} == {
        "show": "busy",
        "categories": ["leaders"],
        "contacts": ["john-doe"],
        "milestones": "without",
    }


def test_a_category_that_is_gone_is_told(world):
    world.ok("feed", "add", "team", "--category", "leaders")
    world.edit("leaders", "bosses")

    assert "team: full, of leaders (no longer in the file), without milestones\n" in world.ok("feed")


def test_addresses_name_the_host_and_port_that_are_told(world):
    world.ok("feed", "add", "team")

    for one in feeds(world, "--host", "::1", "--port", "9000"):
        assert one["url"].startswith("http://[::1]:9000/feed/")
        assert one["webcal"] == one["url"].replace("http:", "webcal:")
        assert one["json"] == one["url"].replace(".ics", ".json")


def test_addresses_are_built_from_the_public_one_unless_told(world):
    world.edit("timezone:", "serve: {public_url: https://checkins.example.com}\ntimezone:")
    [one] = feeds(world)
    assert one["url"].startswith("https://checkins.example.com/feed/")
    assert one["webcal"] == one["url"].replace("https:", "webcal:")
    assert one["json"] == one["url"].replace(".ics", ".json")

    [told] = feeds(world, "--port", "9000")
    assert told["url"].startswith("http://127.0.0.1:9000/feed/")


def test_json_may_be_asked_for_before_or_after_the_name(world):
    before = json.loads(world.ok("feed", "--json", "add", "team"))
    world.ok("feed", "revoke", "team")
    after = json.loads(world.ok("feed", "add", "work", "--json"))

    assert [one["feeds"][0]["name"] for one in (before, after)] == ["team", "work"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "team", "--category", "leader"], 'there is no category "leader"; did you mean "leaders"?'),
        (["add", "team", "--category", "x"], 'there is no category "x"; write one of'),
        (["add", "team", "--contact", "jhon"], 'nobody in the roster is called "jhon"; did you mean'),
        (["add", "work"], 'there is a feed "work" already; `netkeep-sync feed revoke work` ends it'),
        (["add", "default"], 'there is a feed "default" already'),
        (["add", "The Team"], 'write "the-team"'),
        (["add", "days", "--show", "busy", "--milestones", "only"], "has no milestones"),
        (["add", "days", "--show", "initials"], "'initials' is not one of"),
        (["rotate", "wrok"], 'there is no feed "wrok"; did you mean "work"?'),
        (["revoke", "team"], 'there is no feed "team"; write one of default, work'),
        (["revoke", "default"], "`netkeep-sync feed rotate` ends its address"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(world, arguments, told):
    world.ok("feed", "add", "work")
    before = feeds(world)
    result = world.run("feed", *arguments)

    assert result.status == 2
    assert told in result.err
    assert feeds(world) == before


def test_feeds_can_be_no_more_than_fifty(world):
    for number in range(49):
        world.ok("feed", "add", f"feed-{number}")
    result = world.run("feed", "add", "one-more")

    assert result.status == 2
    assert "there are 50 feeds" in result.err


def test_rotation_changes_the_address_of_that_feed_alone(world):
    world.ok("feed", "add", "team")
    default, team = feeds(world)
    [shown] = feeds(world, "rotate", "team")

    assert feeds(world) == [default, shown]
    assert shown["url"] != team["url"]
    assert {**shown, **{key: team[key] for key in ("url", "webcal", "json")}} == team


def test_rotation_without_a_name_is_of_the_default_feed(world):
    world.ok("feed", "add", "team")
    default, team = feeds(world)
    [shown] = feeds(world, "rotate")

    assert shown["name"] == "default"
    assert shown["url"] != default["url"]
    assert feeds(world) == [shown, team]


def test_a_feed_that_is_added_again_never_has_an_address_that_was_revoked(world):
    addresses = set()
    for _ in range(3):
        [added] = feeds(world, "add", "team")
        [rotated] = feeds(world, "rotate", "team")
        addresses |= {added["url"], rotated["url"]}
        world.ok("feed", "revoke", "team")
        assert names(world) == ["default"]

    assert len(addresses) == 6


def test_who_fetched_a_feed_last_is_told_by_the_owners_clock(world, store):
    store.save_fetches(
        {"default": Fetch(generation=1, at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC), by="Outlook")}
    )

    assert "last fetched on 2026-11-23 at 10:30 by Outlook" in world.ok("feed")
    [shown] = feeds(world)
    assert (shown["fetched_at"], shown["fetched_by"]) == ("2026-11-23T10:30:00+01:00", "Outlook")
    assert feeds(world, "rotate")[0]["fetched_at"] is None


@pytest.mark.parametrize("command", [["rotate", "team"], ["revoke", "team"]])
def test_an_address_can_be_ended_while_the_file_is_broken(world, command):
    world.ok("export", "-o", "-")
    world.ok("feed", "add", "team")
    before = feeds(world)[-1]["url"]
    world.edit("quarterly", "quaterly")
    result = world.run("feed", *command)

    assert (result.status, before in result.out) == (0, False)
    assert "`netkeep-sync check` tells why" in result.err


def test_somebody_is_named_by_the_key_that_is_theirs_for_ever(world):
    world.edit("name: John Doe", "name: John Doe, email: john@example.com")
    world.ok("export", "-o", "-")
    world.edit("name: John Doe", "name: John Smith")
    [shown] = feeds(world, "add", "team", "--contact", "smith")

    assert shown["contacts"] == ["john-doe"]
