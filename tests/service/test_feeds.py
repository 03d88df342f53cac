"""Several feeds of one roster: who is in which, what it tells of them, and what it takes to keep them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

import netkeep_sync.service.listing as listing_module
from netkeep_sync.config.roster_file import parse_roster
from netkeep_sync.core.feed import FeedMilestones, FeedSpec, default_feed
from netkeep_sync.core.roster import Show
from netkeep_sync.service.feeds import Feeds, feed_projections
from netkeep_sync.service.listing import MOST_CHECK_INS, listing
from netkeep_sync.service.outlook import look
from netkeep_sync.service.sync_pass import run_pass
from netkeep_sync.service.workspace import open_workspace
from netkeep_sync.store.empty_store import EmptyStore
from netkeep_sync.targets.ics import IcsTarget

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

ROSTER = """
    roster: test
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    categories:
      peers: {cadence: monthly, channel: coffee, ask: [What roles?], offer: [An introduction]}
      leaders: {cadence: quarterly, channel: video}
    contacts:
      - name: John Doe
        category: peers
        notes: Moved to Acme.
        place: Café Oltre
        milestones: {birthday: 03-14, work_anniversary: 2019-05-01}
      - {name: Ada Byron, category: peers, milestones: {birthday: 02-29}}
      - {name: Grace Liu, category: leaders, milestones: {birthday: 11-23}}
    """
SCHEMA = json.loads(Path(listing_module.__file__).with_name("listing.schema.json").read_text("utf-8"))


def outlook_of(text):
    roster = parse_roster(dedent(text), file="f.yaml", folder=Path("/"), today=NOW.date())
    return look(roster, EmptyStore(), now=NOW)


def titles(spec, text=ROSTER):
    return sorted(one.summary for one in feed_projections(outlook_of(text), spec))


class TestWhoIsIn:
    def test_a_category(self):
        spec = FeedSpec(name="f", categories=("leaders",))
        assert titles(spec) == ["Video call with Grace Liu"]

    def test_a_category_and_somebody_else(self):
        spec = FeedSpec(name="f", categories=("leaders",), contacts=("ada-byron",))
        assert titles(spec) == ["Coffee with Ada Byron", "Video call with Grace Liu"]

    def test_nobody_where_the_category_is_gone(self):
        spec = FeedSpec(name="f", categories=("vendors",), milestones=FeedMilestones.WITH)
        assert titles(spec) == []

    def test_who_changes_the_category_leaves_the_feed_as_a_whole(self):
        moved = ROSTER.replace("name: Grace Liu, category: leaders", "name: Grace Liu, category: peers")
        spec = FeedSpec(name="f", categories=("leaders",), milestones=FeedMilestones.WITH)
        assert titles(spec, moved) == []

    def test_the_default_feed_holds_all_and_milestones_as_the_roster_says(self):
        assert len(titles(default_feed(1))) == 3
        assert len(titles(default_feed(1), "milestones: true\n" + dedent(ROSTER))) == 7


class TestMilestones:
    def test_beside_the_check_ins(self):
        spec = FeedSpec(name="f", contacts=("grace-liu",), milestones=FeedMilestones.WITH)
        assert titles(spec) == ["Grace Liu: birthday", "Video call with Grace Liu"]

    def test_instead_of_them(self):
        spec = FeedSpec(name="f", show=Show.FIRST_NAME, categories=("peers",), milestones=FeedMilestones.ONLY)
        assert titles(spec) == ["Ada: birthday", "John: birthday", "John: work anniversary"]

    def test_not_at_all_whatever_the_roster_says(self):
        assert "birthday" not in " ".join(titles(FeedSpec(name="f"), "milestones: true\n" + dedent(ROSTER)))

    def test_a_busy_feed_never_has_any(self):
        for milestones in FeedMilestones:
            spec = FeedSpec(name="f", show=Show.BUSY, milestones=milestones)
            assert set(titles(spec)) <= {"Coffee", "Video"}


WORDS = st.text("wxyzжяÿ", min_size=6, max_size=6)
"""No such word is part of another, nor of anything that the program or these tests write."""

KEYS = ("first", "last", "notes", "ask", "offer", "place", "category", "email", "milestone")

TOLD = """
    roster: test
    owner: {{name: Ana Kaya}}
    timezone: Europe/Berlin
    milestones: true
    categories:
      {category}: {{cadence: monthly, channel: coffee, ask: [{ask}], offer: [{offer}]}}
    contacts:
      - name: {first} {last}
        category: {category}
        notes: {notes}
        place: {place}
        email: {email}@example.com
        milestones: {{{milestone}: 03-14}}
    """

told_words = st.lists(WORDS, min_size=len(KEYS), max_size=len(KEYS), unique=True)


def found_in_feed(told, spec):
    """Return which of the words of a roster can be read in what is served of a feed, by their keys."""
    words = dict(zip(KEYS, told, strict=True))
    outlook = outlook_of(TOLD.format(**words))
    wanted = feed_projections(outlook, spec)
    target = IcsTarget(spec.calendar, show=spec.show, name=spec.target)
    document = target.document([target.put(one, base=None, now=NOW) for one in wanted])
    text = document.decode().replace("\r\n ", "") + listing(spec, wanted, outlook).decode()
    return {key for key, word in words.items() if word in text.casefold()}


class TestNothingElseIsTold:
    @given(told_words, st.sampled_from(FeedMilestones))
    @settings(max_examples=15, deadline=None, derandomize=True)
    def test_a_busy_feed_tells_nothing_of_anybody(self, told, milestones):
        assert found_in_feed(told, FeedSpec(name="f", show=Show.BUSY, milestones=milestones)) == set()

    @given(told_words, st.sampled_from(FeedMilestones))
    @settings(max_examples=15, deadline=None, derandomize=True)
    def test_a_feed_of_first_names_tells_no_more_than_those_and_milestones(self, told, milestones):
        found = found_in_feed(told, FeedSpec(name="f", show=Show.FIRST_NAME, milestones=milestones))
        assert found <= {"first", "milestone"}
        assert ("milestone" in found) is (milestones is not FeedMilestones.WITHOUT)

    @given(told_words)
    @settings(max_examples=5, deadline=None, derandomize=True)
    def test_a_full_feed_is_where_these_words_would_be_found(self, told):
        spec = FeedSpec(name="f", milestones=FeedMilestones.WITH)
        assert found_in_feed(told, spec) == set(KEYS) - {"email"}

    @given(told_words)
    @settings(max_examples=5, deadline=None, derandomize=True)
    def test_who_is_filtered_out_leaves_no_trace(self, told):
        spec = FeedSpec(name="f", contacts=("somebody",), milestones=FeedMilestones.WITH)
        assert found_in_feed(told, spec) == set()


class TestList:
    def document(self, spec, text=ROSTER):
        outlook = outlook_of(text)
        document = json.loads(listing(spec, feed_projections(outlook, spec), outlook))
        jsonschema.validate(document, SCHEMA)
        return document

    @pytest.mark.parametrize("show", Show)
    @pytest.mark.parametrize("milestones", FeedMilestones)
    def test_it_keeps_to_its_schema_and_tells_all_that_is_promised(self, show, milestones):
        document = self.document(FeedSpec(name="f", show=show, milestones=milestones))
        assert set(document) == set(SCHEMA["properties"])
        for key in ("check_ins", "milestones"):
            promised = SCHEMA["properties"][key]["items"]
            assert all(set(one) == set(promised["properties"]) for one in document[key])
            assert set(promised["required"]) == set(promised["properties"])

    def test_it_tells_the_next_check_ins_in_order(self):
        document = self.document(FeedSpec(name="f", categories=("leaders",)))
        first = document["check_ins"][0]
        starts = [one["start"] for one in document["check_ins"]]
        assert (document["calendar"], document["timezone"]) == ("Check-ins: f", "Europe/Berlin")
        assert first["summary"] == "Video call with Grace Liu"
        assert datetime.fromisoformat(first["start"]) > NOW
        assert datetime.fromisoformat(first["end"]) - datetime.fromisoformat(first["start"]) == timedelta(
            minutes=first["minutes"]
        )
        assert starts == sorted(starts, key=datetime.fromisoformat)

    def test_it_tells_the_next_day_of_each_milestone(self):
        document = self.document(FeedSpec(name="f", milestones=FeedMilestones.ONLY))
        assert document["check_ins"] == []
        assert [(one["day"], one["summary"]) for one in document["milestones"]] == [
            ("2026-11-23", "Grace Liu: birthday"),
            ("2027-02-28", "Ada Byron: birthday"),
            ("2027-03-14", "John Doe: birthday"),
            ("2027-05-01", "John Doe: work anniversary"),
        ]

    def test_it_is_short(self):
        weekly = ROSTER.replace("cadence: monthly", "cadence: weekly")
        document = self.document(FeedSpec(name="f"), weekly)
        assert len(document["check_ins"]) == MOST_CHECK_INS

    def test_it_holds_no_time_of_its_own(self):
        outlook, spec = outlook_of(ROSTER), FeedSpec(name="f")
        wanted = feed_projections(outlook, spec)
        later = replace(outlook, now=NOW + timedelta(minutes=15))
        assert listing(spec, wanted, outlook) == listing(spec, wanted, later)


class Served:
    """The feeds of a world, filled pass by pass."""

    def __init__(self, world):
        self.world = world
        world.write(ROSTER)
        self.workspace = open_workspace(
            world.path, today=NOW.date(), environ={"NETKEEP_DATABASE": f"sqlite:///{world.state}/n.db"}
        )
        world.state.mkdir(exist_ok=True)
        self.store = self.workspace.store()
        self.feeds = Feeds(self.store)
        self.target = self.workspace.ics_target(())

    def edit(self, old, new):
        self.world.edit(old, new)
        self.workspace = open_workspace(
            self.world.path, today=NOW.date(), environ={"NETKEEP_DATABASE": self.workspace.url}
        )

    def turn(self, now=NOW):
        """Run a pass, and return what is served then by name."""
        roster, text = self.workspace.roster, self.workspace.text
        done = run_pass(roster, self.store, (self.target,), now=now, text=text, is_confirmed=True)
        self.feeds.fill(done.outlook, now=now)
        return self.serve(now)

    def serve(self, now=NOW):
        outlook = look(self.workspace.roster, self.store, now=now)
        return {one.name: one for one in self.feeds.serve(self.workspace, outlook, self.target, now=now)}


@pytest.fixture
def served(world):
    served = Served(world)
    yield served
    served.store.close()


def events(served_feed):
    calendar = Calendar.from_ical(served_feed.feed.document)
    return {str(one["SUMMARY"]): one for one in calendar.walk("VEVENT")}


MINUTE = timedelta(minutes=1)


class TestServing:
    def test_a_feed_is_served_once_a_pass_has_filled_it(self, served):
        served.turn()
        served.store.add_feed(FeedSpec(name="team", show=Show.BUSY))

        assert set(served.serve()) == {"default"}
        assert set(served.turn()) == {"default", "team"}

    def test_tokens_are_of_256_bits_and_all_different(self, served):
        for name in ("team", "work"):
            served.store.add_feed(FeedSpec(name=name))
        tokens = {one.token for one in served.turn().values()}
        served.store.rotate_feed("team")
        tokens |= {one.token for one in served.serve().values()}

        assert {len(token) for token in tokens} == {43}
        assert len(tokens) == 4

    def test_an_unchanged_feed_stays_the_very_same(self, served):
        served.store.add_feed(FeedSpec(name="team", show=Show.FIRST_NAME))
        first = served.turn()
        second = served.turn(NOW + 15 * MINUTE)

        assert all(second[name].feed is first[name].feed for name in first)
        assert all(second[name].listing is first[name].listing for name in first)

    def test_a_restart_changes_nothing(self, served):
        served.store.add_feed(FeedSpec(name="team", show=Show.FIRST_NAME))
        first = served.turn()
        served.feeds = Feeds(served.store)
        second = served.serve(NOW + 15 * MINUTE)

        assert {name: (one.feed, one.listing) for name, one in second.items()} == {
            name: (one.feed, one.listing) for name, one in first.items()
        }

    def test_an_unchanged_pass_writes_no_feed(self, served):
        served.store.add_feed(FeedSpec(name="team", show=Show.FIRST_NAME))
        served.turn()
        before = served.store.baselines("feed:team")
        served.turn(NOW + 15 * MINUTE)

        assert served.store.baselines("feed:team") == before

    def test_what_a_feed_does_not_show_does_not_change_it(self, served):
        served.store.add_feed(FeedSpec(name="busy", show=Show.BUSY))
        served.store.add_feed(FeedSpec(name="leaders", categories=("leaders",)))
        before = served.turn()
        served.edit("notes: Moved to Acme.", "notes: Moved to Initech.")
        after = served.turn(NOW + 15 * MINUTE)

        assert after["default"].feed.digest != before["default"].feed.digest
        for name in ("busy", "leaders"):
            assert after[name].feed is before[name].feed

    def test_what_changes_in_one_feed_rises_there_alone(self, served):
        served.store.add_feed(FeedSpec(name="first", show=Show.FIRST_NAME))
        before = served.turn()
        served.edit("name: Ada Byron,", "name: Augusta Byron, id: ada-byron,")
        after = served.turn(NOW + 15 * MINUTE)

        changed, same = (
            events(after["first"])["Coffee with Augusta"],
            events(after["first"])["Coffee with John"],
        )
        assert (changed["SEQUENCE"], same["SEQUENCE"]) == (1, 0)
        assert changed["UID"] == events(before["first"])["Coffee with Ada"]["UID"]
        assert changed["LAST-MODIFIED"].dt == changed["DTSTAMP"].dt == NOW + 15 * MINUTE
        assert same["LAST-MODIFIED"].dt == NOW
        assert after["first"].feed.changed_at == NOW + 15 * MINUTE

    def test_who_leaves_a_filter_leaves_the_feed(self, served):
        served.store.add_feed(FeedSpec(name="peers", categories=("peers",)))
        assert set(events(served.turn()["peers"])) == {"Coffee with John Doe", "Coffee with Ada Byron"}
        served.edit("{name: Ada Byron, category: peers", "{name: Ada Byron, category: leaders")

        assert set(events(served.turn(NOW + 15 * MINUTE)["peers"])) == {"Coffee with John Doe"}

    def test_a_feed_added_again_with_less_holds_nothing_of_before(self, served):
        served.store.add_feed(FeedSpec(name="team"))
        served.turn()
        served.store.revoke_feed("team")
        served.store.add_feed(FeedSpec(name="team", show=Show.BUSY))
        team = served.turn()["team"]

        assert b"John" not in team.feed.document
        assert b"John" not in team.listing.document
        assert b"SEQUENCE:0" in team.feed.document

    def test_no_feed_is_listed_among_what_a_pass_changed(self, served):
        served.store.add_feed(FeedSpec(name="team"))
        served.turn()
        record = served.store.last_pass()

        assert record is not None
        assert record.created == 3

    def test_a_check_in_that_has_passed_leaves_the_list_and_not_the_calendar(self, served):
        served.store.add_feed(FeedSpec(name="team", show=Show.BUSY))
        before = served.turn()["team"]
        [first, *_] = json.loads(before.listing.document)["check_ins"]
        over_at = datetime.fromisoformat(first["end"]).astimezone(UTC)
        after = served.turn(over_at)["team"]

        assert first not in json.loads(after.listing.document)["check_ins"]
        assert after.listing.changed_at == over_at
        assert after.feed is before.feed

    def test_a_feed_that_is_damaged_keeps_nobody_from_the_others(self, served):
        for name in ("team", "work"):
            served.store.add_feed(FeedSpec(name=name))
        served.turn()
        [base, *_] = served.store.baselines("feed:team").values()
        served.store.save_baselines("feed:team", put=[replace(base, body="")], removed=[])

        assert set(served.turn(NOW + 15 * MINUTE)) == {"default", "work"}

    def test_when_it_was_fetched_is_of_this_very_moment(self, served):
        default = served.turn()["default"]
        assert (default.fetched_at, default.fetched_by) == (None, "")
        default.fetches.note(default.spec, at=NOW, user_agent="Google-Calendar-Importer")

        assert (default.fetched_at, default.fetched_by) == (NOW, "Google Calendar")
        assert default.token not in repr(default)

    def test_fetches_are_stored_for_the_next_start(self, served):
        default = served.turn()["default"]
        default.fetches.note(default.spec, at=NOW, user_agent="Google-Calendar-Importer")
        served.feeds.store_fetches(now=NOW)
        served.feeds = Feeds(served.store)

        assert served.serve()["default"].fetched_by == "Google Calendar"


def test_the_fields_of_the_list_are_told():
    told = (Path(__file__).parents[2] / "netkeep_sync" / "web" / "FEEDS.md").read_text("utf-8")
    [shown] = [block for block in told.split("```") if "GET /feed/SECRET.json" in block]
    for part in (SCHEMA, *(SCHEMA["properties"][key]["items"] for key in ("check_ins", "milestones"))):
        assert all(f'"{key}"' in shown for key in part["properties"])
